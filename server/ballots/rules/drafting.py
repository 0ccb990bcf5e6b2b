"""What a ballot asks and when: its words, its stages, and what stands in the way of announcing and opening it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from server.ballots.rules.marks import MOST_OPTIONS, Mark
from server.kernel.chinatime import CHINA
from server.kernel.errors import Reason
from server.kernel.matters import Matter

LISTED_FLATS = 12
ESTIMATE = "estimate"
CHOICE_NAMES = {"for": "同意", "against": "反对", "abstain": "弃权"}
#: No option is called so: the count and the bundle have these keys, and the desk takes the marks for no choice.
RESERVED_OPTIONS = ("roll", "participants", *CHOICE_NAMES, *(mark.value for mark in Mark))
#: Words that the paper and the desk's keys print for something else.
PRINTED_WORDS = frozenset({*CHOICE_NAMES.values(), *(mark.name_zh for mark in Mark)})
_NOT_A_WORD = re.compile(r"[\W_]+")


class Kind(StrEnum):
    APPROVE = "approve"
    CHOOSE_ONE = "choose_one"

    @property
    def name_zh(self) -> str:
        return {"approve": "同意或反对", "choose_one": "几个方案选一个"}[self.value]


class Precedence(StrEnum):
    """Which of a head's votes counts, where it cast several."""

    LATEST = "latest"
    FIRST = "first"
    PAPER = "paper"
    ONLINE = "online"

    @property
    def name_zh(self) -> str:
        return {
            "latest": "以最后一次为准",
            "first": "以第一次为准",
            "paper": "纸票优先",
            "online": "手机投票优先",
        }[self.value]


class Unreturned(StrEnum):
    """What silence means."""

    NONE = "none"
    FOLLOW_MAJORITY = "follow_majority"

    @property
    def name_zh(self) -> str:
        return {"none": "没投票就是没参与", "follow_majority": "送达后没投票的，按议事规则算入多数意见"}[
            self.value
        ]


class Stage(StrEnum):
    """Where a ballot stands; follows from acts and dates."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    DISCARDED = "discarded"

    @property
    def name_zh(self) -> str:
        return {
            "draft": "起草中",
            "announced": "已公告",
            "open": "投票中",
            "closed": "已截止，待计票",
            "counted": "已计票",
            "discarded": "已作废",
        }[self.value]


@dataclass(frozen=True)
class MotionText:
    """One motion as drafted; once announced it is frozen with the rest."""

    title: str
    kind: Kind
    matter: Matter | None
    description: str = ""
    rule: Mapping[str, Any] | None = None
    options: tuple[str, ...] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)
    catalogue_item_id: int | None = None

    @property
    def choices(self) -> tuple[str, ...]:
        """Everything a voter may answer, abstaining last."""
        sides = ("for", "against") if self.kind is Kind.APPROVE else self.options
        return (*sides, "abstain")


def choice_name(choice: str) -> str:
    """A choice in words; an option of a `choose_one` motion is its own name."""
    return CHOICE_NAMES.get(choice, choice)


def default_meaning(motion: MotionText, choice: str) -> str:
    """What a choice means for the voter, where the committee did not write it."""
    if choice == "abstain":
        return "算你参与了表决，但不算同意。"
    if choice == "for":
        return f"你同意做“{motion.title}”。通过后对全体业主都算数。"
    if choice == "against":
        return f"你不同意做“{motion.title}”。"
    return f"你选“{choice}”。只有它单独达到法定比例，才会定下来。"


def motion_faults(motion: MotionText) -> list[str]:
    """What is wrong with one motion, in sentences."""
    found = []
    if not motion.title.strip():
        found.append("写上这一项的名称。")
    if (motion.matter is None) == (motion.rule is None):
        found.append("选一个法定事项，或写明按什么规则计票，二者只能有一个。")
    if motion.rule is not None and motion.catalogue_item_id is not None:
        found.append("改造清单里的内容是法定事项，不能按规约计票。")
    found += _option_faults(motion)
    unknown = set(motion.meanings) - set(motion.choices)
    if unknown:
        found.append(f"“{min(unknown)}”不是这一项的选项。")
    return found


def _option_faults(motion: MotionText) -> list[str]:
    if motion.kind is Kind.APPROVE:
        return ["“同意或反对”的事项不用写方案。"] if motion.options else []
    found = []
    if len(motion.options) < 2:
        found.append("至少写两个方案，一行一个。")
    if len(motion.options) > MOST_OPTIONS:
        found.append(
            f"方案最多 {MOST_OPTIONS} 个，现在有 {len(motion.options)} 个。请合并一些，或分成几项来表决。"
        )
    twice = _alike(motion.options)
    if twice:
        found.append(f"“{twice[0]}”和“{twice[1]}”读起来是同一个方案，票会分开算。请改成分得清的名字。")
    if any(not option.strip() or option in RESERVED_OPTIONS for option in motion.options):
        found.append(f"方案名不能空着，也不能叫 {'、'.join(RESERVED_OPTIONS)}。请换一个名字。")
    taken = [option for option in motion.options if _words(option) in PRINTED_WORDS]
    if taken:
        found.append(f"方案名不能叫“{taken[0]}”。票上的同意、反对、弃权、空白另有意思，请换一个说法。")
    return found


def _alike(options: Sequence[str]) -> tuple[str, str] | None:
    """Two options that differ in width, case or blanks alone: nobody who reads the paper aloud tells them apart."""
    known: dict[str, str] = {}
    for option in options:
        # Points and signs stay: 1.5 米 is not 15 米.
        read = "".join(unicodedata.normalize("NFKC", option).casefold().split())
        if read in known:
            return known[read], option
        known[read] = option
    return None


def _words(text: str) -> str:
    """Without spaces, points, case and width: equal where people read the same."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


# ------------------------------------------------------------------ what freezes


def frozen_text(**parts: Any) -> dict[str, Any]:
    """All that a notice freezes, as plain JSON. Same parts, same text, same hash."""
    return {name: _plain(value) for name, value in parts.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return china_text(value)
    if isinstance(value, MotionText):
        return {
            "title": value.title,
            "kind": value.kind.value,
            "matter": value.matter.value if value.matter else None,
            "rule": dict(value.rule) if value.rule else None,
            "description": value.description,
            "options": list(value.options),
            "meanings": dict(value.meanings),
            "catalogue_item_id": value.catalogue_item_id,
        }
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def china_text(instant: datetime) -> str:
    """An instant as the bundle writes it: China time, with its offset."""
    return instant.astimezone(CHINA).isoformat()


# ------------------------------------------------------------------ stages


def stage_of(
    *,
    announced: bool,
    opened_at: datetime | None,
    closing_at: datetime | None,
    counted: bool,
    discarded: bool,
    now: datetime,
) -> Stage:
    """The stage a ballot is in at `now`."""
    if discarded:
        return Stage.DISCARDED
    if opened_at is None:
        return Stage.ANNOUNCED if announced else Stage.DRAFT
    if closing_at is not None and now < closing_at:
        return Stage.OPEN
    return Stage.COUNTED if counted else Stage.CLOSED


# ------------------------------------------------------------------ obstacles


class RollRow(Protocol):
    """What the obstacles ask of a flat of the scope."""

    @property
    def label(self) -> str: ...
    @property
    def area(self) -> Decimal | None: ...
    @property
    def area_source(self) -> Any: ...
    @property
    def is_counted(self) -> bool: ...
    @property
    def owners(self) -> tuple[int, ...]: ...


def text_obstacles(title: str, motions: Sequence[MotionText]) -> list[Reason]:
    """What is missing in the text itself."""
    found = []
    if not title.strip():
        found.append(Reason("no_title", "还没写投票的名称。", "draft"))
    if not motions:
        found.append(Reason("no_motions", "还没有表决事项。从改造目录里选，或自己写一项。", "draft"))
    for number, motion in enumerate(motions, 1):
        found += [
            Reason("motion_wrong", f"第 {number} 项：{fault}", "draft") for fault in motion_faults(motion)
        ]
    return found


def settings_obstacles(unreturned: Unreturned, clause: str) -> list[Reason]:
    """`follow_majority` rests on a recorded clause, or it may not be chosen."""
    if unreturned is Unreturned.FOLLOW_MAJORITY and not clause.strip():
        return [
            Reason(
                "no_clause",
                "选了“算入多数意见”，要写明议事规则的条款原文。没有条款就改成“没投票就是没参与”。",
                "draft",
            )
        ]
    return []


def dates_obstacles(
    opens_at: datetime | None,
    closes_at: datetime | None,
    *,
    earliest: datetime,
    shortest_days: int,
    longest_days: int,
) -> list[Reason]:
    """Whether the dates leave the notice its period and the vote its length."""
    if opens_at is None or closes_at is None:
        return [Reason("no_dates", "还没定开始和截止的时间。", "dates")]
    found = []
    if opens_at < earliest:
        day = earliest.astimezone(CHINA)
        found.append(
            Reason(
                "period_too_short",
                f"公告期还不够。公告满期后才能开始投票，最早 {day.month} 月 {day.day} 日 {day:%H:%M}。",
                "dates",
            )
        )
    if closes_at <= opens_at:
        found.append(Reason("closes_before_opening", "截止时间要在开始时间之后。", "dates"))
        return found
    length = closes_at - opens_at
    if length < timedelta(days=shortest_days):
        found.append(
            Reason("vote_too_short", f"投票时间不到 {shortest_days} 天。请把截止时间往后改。", "dates")
        )
    if length > timedelta(days=longest_days):
        found.append(
            Reason("vote_too_long", f"投票时间超过 {longest_days} 天。请把截止时间往前改。", "dates")
        )
    return found


def roll_obstacles(rows: Iterable[RollRow]) -> list[Reason]:
    """What in the ledger keeps the roll from being frozen: each with the flats it is about."""
    counted = [row for row in rows if row.is_counted]
    if not counted:
        return [Reason("no_heads", "投票范围里没有业主的房屋。请检查范围，或先把台账补齐。", "scope")]
    missing = [row.label for row in counted if not row.area or row.area <= 0]
    estimated = [
        row.label for row in counted if row.area and row.area > 0 and str(row.area_source) == ESTIMATE
    ]
    ownerless = [row.label for row in counted if not row.owners]
    found = []
    if missing:
        found.append(Reason("area_missing", f"{len(missing)} 套房没有面积：{_listed(missing)}。", "flats"))
    if estimated:
        found.append(
            Reason(
                "area_estimated",
                f"{len(estimated)} 套房的面积是估的，不能用来表决：{_listed(estimated)}。",
                "flats",
            )
        )
    if ownerless:
        found.append(
            Reason("owner_missing", f"{len(ownerless)} 套房没有登记业主：{_listed(ownerless)}。", "owners")
        )
    return found


def _listed(labels: Sequence[str]) -> str:
    shown = "、".join(labels[:LISTED_FLATS])
    return shown if len(labels) <= LISTED_FLATS else f"{shown} 等 {len(labels)} 套"


def announced_obstacles(
    *, announced_hash: str | None, present_hash: str, earliest: datetime | None, now: datetime
) -> list[Reason]:
    """What the announcement asks of the opening."""
    if announced_hash is None or earliest is None:
        return [Reason("not_announced", "还没有公告。没有公告的事项不能投票。", "announce")]
    found = []
    if announced_hash != present_hash:
        found.append(Reason("text_changed", "内容和公告的不一样。撤回后重新公告，公告期重新算。", "announce"))
    if now < earliest:
        day = earliest.astimezone(CHINA)
        found.append(
            Reason(
                "period_not_over",
                f"公告期还没满，{day.month} 月 {day.day} 日 {day:%H:%M} 起才能开始投票。",
                "dates",
            )
        )
    return found
