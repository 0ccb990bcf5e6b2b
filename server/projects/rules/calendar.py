"""The calendar of the works: which days are quiet, what is done on a day, and what lies outside the project's window."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from server.kernel.chinatime import SATURDAY, WorkCalendar
from server.kernel.errors import Invalid

LONGEST_QUIET = 60
LONGEST_WORKS = 730


class Utility(StrEnum):
    """专营单位, whose works are to be done in the same window: 黔建办函〔2020〕3 号 三（一）."""

    WATER = "water"
    POWER = "power"
    GAS = "gas"
    HEAT = "heat"
    TELECOM = "telecom"

    @property
    def name_zh(self) -> str:
        return UTILITY_NAMES[self]


UTILITY_NAMES = {
    Utility.WATER: "供水、排水",
    Utility.POWER: "供电",
    Utility.GAS: "燃气",
    Utility.HEAT: "供暖",
    Utility.TELECOM: "通信、有线电视",
}


@dataclass(frozen=True)
class Span:
    """From a day to a day, both included."""

    first: date
    last: date

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class QuietRule:
    """Which days of every year are quiet at a place, as its settings have it on that day."""

    is_on_weekends: bool
    is_on_holidays: bool
    #: "06-07" to "06-10": the entrance examination.
    exam_first: str
    exam_last: str


def quiet_reason(
    day: date, rule: QuietRule, own: Collection[tuple[Span, str]], calendar: WorkCalendar
) -> str:
    """Why no noisy work is done on a day; empty where it may be. `own`: the days of the community itself."""
    for span, reason in own:
        if span.has(day):
            return reason
    if rule.exam_first <= day.strftime("%m-%d") <= rule.exam_last:
        return "高考期间"
    if rule.is_on_holidays and calendar.is_holiday(day):
        return "法定节假日"
    is_weekend = day.weekday() >= SATURDAY and not calendar.is_workday(day)
    return "周末" if is_weekend and rule.is_on_weekends else ""


def check_quiet(first: date, last: date, reason: str, today: date) -> None:
    if last < first:
        raise _wrong("to_on", "最后一天不能早于第一天。")
    if last < today:
        raise _wrong("to_on", "这几天已经过去了。")
    if (last - first).days >= LONGEST_QUIET:
        raise _wrong("to_on", f"一次最多 {LONGEST_QUIET} 天。")
    if not reason.strip():
        raise _wrong("reason", "写为什么这几天要安静，例如“中考”。")


def check_works(party: str, what: str, first: date, last: date) -> None:
    """What a utility announces of its own works. Outside of the project's window it is taken, and flagged."""
    if not party.strip():
        raise _wrong("party", "写单位全称。")
    if not what.strip():
        raise _wrong("what", "写做什么，例如“更换 1 栋水表”。")
    if last < first:
        raise _wrong("ends_on", "最后一天不能早于第一天。")
    if (last - first).days > LONGEST_WORKS:
        raise _wrong("ends_on", "排了两年以上。请核对日期。")


def window_of(spans: Sequence[Span]) -> Span | None:
    """From the first day of any item to the last; None where none is planned."""
    if not spans:
        return None
    return Span(min(one.first for one in spans), max(one.last for one in spans))


def is_outside(works: Span, window: Span | None) -> bool:
    """同步设计、同步实施: whether any day of it lies outside. Nothing can be said while no item is planned."""
    return window is not None and (works.first < window.first or works.last > window.last)


def month_days(month: date) -> Iterator[date]:
    """Every day of the month of this day."""
    day = month.replace(day=1)
    while day.month == month.month:
        yield day
        day += timedelta(days=1)


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
