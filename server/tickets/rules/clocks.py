"""By when something is due: minutes that run round the clock, in office hours, or on worked days only. Pure.

No law of the State sets these times; they are settings of the place. Urgent things run day and night; others in working
time, with holidays and 调休. Suspended time does not count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from server.kernel.chinatime import WorkCalendar, china_day, end_of, from_china, start_of
from server.tickets.rules.words import Priority

MINUTE = timedelta(minutes=1)
HOUR = 60
#: A suspended clock with no end, or a calendar without worked days, is given up here.
LONGEST_DAYS = 3660


class Pace(StrEnum):
    """Which minutes count."""

    ALWAYS = "always"
    #: All hours of worked days.
    WORKDAYS = "workdays"
    #: Office hours of worked days.
    OFFICE = "office"


@dataclass(frozen=True)
class Term:
    minutes: int
    pace: Pace

    @property
    def text_zh(self) -> str:
        kind = {Pace.ALWAYS: "", Pace.WORKDAYS: "（只算工作日）", Pace.OFFICE: "（只算上班时间）"}[self.pace]
        whole, rest = divmod(self.minutes, HOUR)
        return f"{self.minutes} 分钟{kind}" if rest or not whole else f"{whole} 小时{kind}"


@dataclass(frozen=True)
class Terms:
    """How long each step of a ticket of one priority may take, counted from when it was reported."""

    accept: Term
    fixed: Term
    on_site: Term | None = None


@dataclass(frozen=True)
class Timetable:
    """After how many minutes overdue each office above the company is told."""

    committee: int
    street: int
    county: int


@dataclass(frozen=True)
class Settings:
    """All that holds for tickets at a place, as of the day a ticket was first reported."""

    terms: Mapping[Priority, Terms]
    urgent: Timetable
    other: Timetable
    #: Days until a resident who did not answer is asked again, then until it ends, and until it can no longer be reopened.
    remind_days: int
    lapse_days: int
    reopen_days: int
    office: tuple[int, int] = (9, 17)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    #: So many failures of one facility in so many months, and somebody asks why.
    repeat_failures: int = 3
    repeat_months: int = 6

    def timetable(self, priority: Priority) -> Timetable:
        return self.urgent if priority.is_urgent else self.other


#: The keys of the settings of the place, in `server/policies`.
KEYS = (
    "ticket.p0_accept", "ticket.p0_on_site", "ticket.p0_fixed",
    "ticket.p1_accept", "ticket.p1_on_site", "ticket.p1_fixed",
    "ticket.p2_accept", "ticket.p2_fixed", "ticket.p3_reply", "ticket.p3_fixed",
    "ticket.urgent_to_committee", "ticket.urgent_to_street", "ticket.urgent_to_county",
    "ticket.to_committee", "ticket.to_street", "ticket.to_county",
    "ticket.remind_days", "ticket.lapse_days", "ticket.reopen_days",
    "ticket.office_opens", "ticket.office_closes", "ticket.repeat_failures", "ticket.repeat_months",
)  # fmt: skip


def is_overdue(due_at: datetime | None, now: datetime) -> bool:
    """Whether what is due next is late: at that very instant it is."""
    return due_at is not None and due_at <= now


def settings_of(values: Mapping[str, Any], calendar: WorkCalendar) -> Settings:
    """From the values in force: minutes for the urgent, hours for the others."""

    def minutes(key: str) -> Term:
        return Term(values[f"ticket.{key}"], Pace.ALWAYS)

    def hours(key: str, pace: Pace) -> Term:
        return Term(values[f"ticket.{key}"] * HOUR, pace)

    def table(prefix: str, unit: int) -> Timetable:
        return Timetable(
            *(values[f"ticket.{prefix}to_{one}"] * unit for one in ("committee", "street", "county"))
        )

    return Settings(
        terms={
            Priority.P0: Terms(minutes("p0_accept"), hours("p0_fixed", Pace.ALWAYS), minutes("p0_on_site")),
            Priority.P1: Terms(minutes("p1_accept"), hours("p1_fixed", Pace.ALWAYS), minutes("p1_on_site")),
            Priority.P2: Terms(hours("p2_accept", Pace.OFFICE), hours("p2_fixed", Pace.WORKDAYS)),
            Priority.P3: Terms(hours("p3_reply", Pace.WORKDAYS), hours("p3_fixed", Pace.WORKDAYS)),
        },
        urgent=table("urgent_", 1),
        other=table("", HOUR),
        remind_days=values["ticket.remind_days"],
        lapse_days=values["ticket.lapse_days"],
        reopen_days=values["ticket.reopen_days"],
        repeat_failures=values["ticket.repeat_failures"],
        repeat_months=values["ticket.repeat_months"],
        office=(values["ticket.office_opens"], values["ticket.office_closes"]),
        calendar=calendar,
    )


@dataclass(frozen=True)
class Pause:
    """A span in which the clock stands. `until` None: it still does."""

    since: datetime
    until: datetime | None = None


def due(since: datetime, term: Term, pauses: Sequence[Pause], settings: Settings) -> datetime | None:
    """The instant from which it is late; None while the clock stands before it came so far.

    A term of four hours that begins at 10:00 is over at 14:00: at 14:00 itself it is late.
    """
    left = term.minutes * MINUTE
    for begin, end in _running(since, term.pace, pauses, settings):
        if end is None or end - begin >= left:
            return begin + left
        left -= end - begin
    return None


Span = tuple[datetime, datetime | None]


def _running(since: datetime, pace: Pace, pauses: Sequence[Pause], settings: Settings) -> Iterator[Span]:
    """The spans in which time counts, in order, without the pauses."""
    for begin, end in _open_between(since, pauses):
        if pace is Pace.ALWAYS:
            yield begin, end
        else:
            yield from _worked(begin, end, pace, settings)


def _open_between(since: datetime, pauses: Sequence[Pause]) -> Iterator[Span]:
    at = since
    for pause in sorted(pauses, key=lambda one: one.since):
        if pause.until is not None and pause.until <= at:
            continue
        if pause.since > at:
            yield at, pause.since
        if pause.until is None:
            return
        at = pause.until
    yield at, None


def _worked(begin: datetime, end: datetime | None, pace: Pace, settings: Settings) -> Iterator[Span]:
    day = china_day(begin)
    for _ in range(LONGEST_DAYS):
        opens, closes = _hours(day, pace, settings)
        if end is not None and opens >= end:
            return
        if settings.calendar.is_workday(day) and closes > begin:
            yield max(opens, begin), closes if end is None else min(closes, end)
        day += timedelta(days=1)


def _hours(day: date, pace: Pace, settings: Settings) -> tuple[datetime, datetime]:
    if pace is Pace.WORKDAYS:
        return start_of(day), end_of(day)
    opens, closes = settings.office
    return (from_china(datetime.combine(day, time(opens))), from_china(datetime.combine(day, time(closes))))
