"""Ways of management, how long one is in force, and which finished communities are covered by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from server.kernel.errors import Invalid, Refused

#: A contract that is about to end is shown so many days before.
SOON = timedelta(days=60)
ONE_DAY = timedelta(days=1)
#: Before the first property companies of the country nobody managed anything: a slip of the finger.
EARLIEST = date(1980, 1, 1)


class Mode(StrEnum):
    """How a community is looked after (民法典 284: owners themselves, a company, or another manager)."""

    PROFESSIONAL = "professional"
    SELF_MANAGED = "self_managed"
    NEIGHBOURHOOD_TRUST = "neighbourhood_trust"
    STATE_FALLBACK = "state_fallback"
    WORK_UNIT = "work_unit"

    @property
    def name_zh(self) -> str:
        return MODE_NAMES[self]

    @property
    def needs_company(self) -> bool:
        return self in {Mode.PROFESSIONAL, Mode.STATE_FALLBACK}

    @property
    def needs_vote(self) -> bool:
        """Choosing a company or another manager is the owners' (民法典 278 四); a fallback stands in where they chose none."""
        return self is not Mode.STATE_FALLBACK


MODE_NAMES = {
    Mode.PROFESSIONAL: "专业物业",
    Mode.SELF_MANAGED: "业主自治",
    Mode.NEIGHBOURHOOD_TRUST: "社区托管",
    Mode.STATE_FALLBACK: "国企兜底",
    Mode.WORK_UNIT: "产权单位管理",
}


@dataclass(frozen=True)
class Term:
    """From when to when. Both days are in it; `ends_on` None has no end, `ended_on` is the last day where it ended early."""

    starts_on: date
    ends_on: date | None = None
    ended_on: date | None = None

    @property
    def last_on(self) -> date | None:
        """The last day on which it is in force."""
        return self.ended_on if self.ended_on is not None else self.ends_on

    def is_in_force(self, on: date) -> bool:
        """A contract that ended yesterday does not cover today."""
        return self.starts_on <= on and (self.last_on is None or on <= self.last_on)

    def overlaps(self, other: "Term") -> bool:
        return _begins_by(self, other.last_on) and _begins_by(other, self.last_on)

    @property
    def is_empty(self) -> bool:
        """It was called off before its first day, and has no day at all."""
        return self.last_on is not None and self.last_on < self.starts_on

    def state(self, on: date) -> "TermState":
        if self.is_empty:
            return TermState.CALLED_OFF
        if self.last_on is not None and on > self.last_on:
            return TermState.OVER
        if on < self.starts_on:
            return TermState.COMING
        is_ending = self.last_on is not None and on > self.last_on - SOON
        return TermState.ENDING if is_ending else TermState.IN_FORCE


def _begins_by(term: Term, last: date | None) -> bool:
    return not term.is_empty and (last is None or term.starts_on <= last)


class TermState(StrEnum):
    COMING = "coming"
    IN_FORCE = "in_force"
    ENDING = "ending"
    OVER = "over"
    CALLED_OFF = "called_off"

    @property
    def name_zh(self) -> str:
        return {
            "coming": "还没开始",
            "in_force": "正在管",
            "ending": "快到期",
            "over": "已结束",
            "called_off": "没开始就取消了",
        }[self.value]

    @property
    def tone(self) -> str:
        return {
            "coming": "info",
            "in_force": "go",
            "ending": "wait",
            "over": "quiet",
            "called_off": "quiet",
        }[self.value]


def check_contract(
    mode: Mode,
    term: Term,
    *,
    has_company: bool,
    manager: str,
    has_vote: bool,
    document: str,
    others: Iterable[Term],
) -> None:
    """Whether it may be recorded. One community has one management at a time."""
    if mode.needs_company and not has_company:
        raise _wrong("company_id", f"{mode.name_zh}要选是哪家公司。没有的，先登记公司。")
    if not mode.needs_company and not manager.strip():
        raise _wrong("manager", "写上由谁来管，例如“九洲巷社区居委会”。")
    if term.starts_on < EARLIEST:
        raise _wrong("starts_on", "开始的年份不对，请核对。")
    if term.ends_on is not None and term.ends_on < term.starts_on:
        raise _wrong("ends_on", "最后一天不能早于第一天。")
    if not has_vote and not document.strip():
        raise _wrong("document", "没有业主表决的，写上依据：合同或文件的名称和编号。")
    if any(term.overlaps(other) for other in others):
        raise Refused("这段时间已经有人管。先把原来的结束，新的从第二天开始。", code="management_overlaps")


def check_end(term: Term, last_on: date, reason: str) -> None:
    """Whether it may end early, `last_on` being the last day; the day before the first calls it off."""
    if term.ended_on is not None:
        raise Refused("已经记过提前结束。", code="management_ended")
    if last_on < term.starts_on - ONE_DAY:
        raise _wrong("last_on", "最后一天不能早于开始的前一天。没有开始就取消的，填开始的前一天。")
    if term.ends_on is not None and last_on >= term.ends_on:
        raise _wrong("last_on", "合同本来就到这一天或更早，不用提前结束。")
    if not reason.strip():
        raise _wrong("reason", "写上为什么提前结束，居民会看到。")


@dataclass(frozen=True)
class Uncovered:
    """A finished community that nobody manages today: an alarm."""

    community_id: int
    finished_on: date
    #: The last day of the last management it had; None where it never had one.
    last_on: date | None


@dataclass(frozen=True)
class Coverage:
    finished: int
    uncovered: tuple[Uncovered, ...]

    @property
    def covered(self) -> int:
        return self.finished - len(self.uncovered)

    @property
    def share(self) -> Fraction | None:
        """None where no community is finished: then there is nothing to cover."""
        return Fraction(self.covered, self.finished) if self.finished else None


def coverage(finished: Mapping[int, date], terms: Mapping[int, Sequence[Term]], on: date) -> Coverage:
    """Of the communities finished by `on`, those with a management in force on that day, and those without.

    `finished` is the day of completion by community; what is finished later does not count yet.
    """
    done = {one: day for one, day in finished.items() if day <= on}
    alarms = [
        Uncovered(one, done[one], _last(terms.get(one, ()), on))
        for one in sorted(done, key=lambda one: (done[one], one))
        if not any(term.is_in_force(on) for term in terms.get(one, ()))
    ]
    return Coverage(len(done), tuple(alarms))


def _last(terms: Sequence[Term], on: date) -> date | None:
    return max(
        (term.last_on for term in terms if term.last_on is not None and term.starts_on <= term.last_on < on),
        default=None,
    )


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
