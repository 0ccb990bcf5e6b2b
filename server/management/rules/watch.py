"""The watch for falling back (回潮): photo rounds at set times after completion, each item beside its picture of completion."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid, Refused
from server.management.rules.months import months_after

#: The round at completion: what the later ones are held beside.
BASELINE = 0


class WatchItem(StrEnum):
    """What falls back first, by what street offices look at."""

    ROAD = "road"
    DRAINS = "drains"
    FACADE = "facade"
    STAIRS = "stairs"
    LIGHTS = "lights"
    GREEN = "green"
    WASTE = "waste"
    FIRE_LANE = "fire_lane"
    PARKING = "parking"
    STRUCTURES = "structures"

    @property
    def name_zh(self) -> str:
        return {
            "road": "道路",
            "drains": "下水",
            "facade": "外墙和屋面",
            "stairs": "楼道",
            "lights": "照明",
            "green": "绿化",
            "waste": "垃圾和保洁",
            "fire_lane": "消防通道",
            "parking": "停车",
            "structures": "违法搭建",
        }[self.value]


class Verdict(StrEnum):
    HOLDS = "holds"
    FELL_BACK = "fell_back"
    #: Not part of these works.
    ABSENT = "absent"

    @property
    def name_zh(self) -> str:
        return {"holds": "保持住了", "fell_back": "回潮了", "absent": "这次没改"}[self.value]

    @property
    def tone(self) -> str:
        return {"holds": "go", "fell_back": "stop", "absent": "quiet"}[self.value]


@dataclass(frozen=True)
class Seen:
    """What was seen of an item."""

    verdict: Verdict
    words: str = ""
    has_picture: bool = False


class RoundState(StrEnum):
    COMING = "coming"
    DUE = "due"
    DONE = "done"

    @property
    def name_zh(self) -> str:
        return {"coming": "还没到", "due": "该去看了", "done": "看过了"}[self.value]

    @property
    def tone(self) -> str:
        return {"coming": "quiet", "due": "stop", "done": "go"}[self.value]


@dataclass(frozen=True)
class Round:
    months: int
    due_on: date
    state: RoundState

    @property
    def name_zh(self) -> str:
        return round_name(self.months)


def round_name(months: int) -> str:
    return "竣工时" if months == BASELINE else f"竣工后 {months} 个月"


def rounds(completed_on: date, months: Sequence[int], done: Collection[int], today: date) -> list[Round]:
    """The round at completion and those after it, in order. What was done stays, though the setting has changed since."""
    found = []
    for after in sorted({BASELINE, *(one for one in months if one > BASELINE), *done}):
        due_on = months_after(completed_on, after)
        state = (
            RoundState.DONE if after in done else (RoundState.DUE if due_on <= today else RoundState.COMING)
        )
        found.append(Round(after, due_on, state))
    return found


def check_round(found: Round | None, seen: Mapping[WatchItem, Seen]) -> None:
    """Whether the round may be recorded: it is due, every item was looked at, and what is there was photographed."""
    if found is None:
        raise Refused("没有安排这一次巡查。", code="no_such_round")
    if found.state is RoundState.DONE:
        raise Refused("这一次已经看过了。", code="round_done")
    if found.state is RoundState.COMING:
        raise Refused(
            f"还没到时候，{found.due_on.year} 年 {found.due_on.month} 月 {found.due_on.day} 日起可以看。",
            code="round_not_due",
        )
    wrong = {
        item.value: [sentence]
        for item in WatchItem
        if (sentence := _missing(seen.get(item), is_baseline=found.months == BASELINE))
    }
    if wrong:
        raise Invalid("有几项没看全，请看标红的地方。", fields=wrong)
    if all(one.verdict is Verdict.ABSENT for one in seen.values()):
        raise Refused("一项都没看，不用记。", code="nothing_seen")


def _missing(seen: Seen | None, *, is_baseline: bool) -> str:
    """What is lacking of an item, as a sentence; empty where nothing is."""
    if seen is None:
        return "选看到的情况。"
    if seen.verdict is Verdict.ABSENT:
        return ""
    if is_baseline and seen.verdict is Verdict.FELL_BACK:
        return "竣工时没有回潮。没改好的，记在验收里。"
    if not seen.has_picture:
        return "拍一张照片，以后好对比。"
    return "写上哪里、怎么回潮的。" if seen.verdict is Verdict.FELL_BACK and not seen.words.strip() else ""
