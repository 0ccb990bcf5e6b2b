"""China time and the law's way of counting days (民法典 200 to 204): pure, with the holidays handed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone

#: China keeps one time all year; a fixed offset needs no time-zone data on the machine.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


def china_day(instant: datetime) -> date:
    """The day an instant falls on in China."""
    return instant.astimezone(CHINA).date()


def start_of(day: date) -> datetime:
    """00:00 China time of `day`, as an instant in UTC."""
    return datetime.combine(day, time(0), CHINA).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 China time of `day`: the first instant that is no longer in it (民法典 203 二)."""
    return start_of(day + timedelta(days=1))


def last_day(end: datetime) -> date:
    """The day an end falls on in China: 24:00 belongs to the day that it ends, not to the next (民法典 203 二)."""
    return china_day(end - timedelta(microseconds=1))


def end_zh(end: datetime) -> str:
    """An end as people are told it, with the year: "2026 年 3 月 31 日 24:00", and never 00:00 of the day after."""
    moment, day = end.astimezone(CHINA), last_day(end)
    hour = f"{moment:%H:%M}" if moment.date() == day else "24:00"
    return f"{day.year} 年 {day.month} 月 {day.day} 日 {hour}"


def from_china(text_or_naive: datetime) -> datetime:
    """A wall-clock time as typed in a form, taken as China time; returned in UTC."""
    return text_or_naive.replace(tzinfo=CHINA).astimezone(UTC)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked.

    `days` holds the announced exceptions: True for a weekend day that is worked (调休), False for a
    weekday that is a holiday. `announced` are the years whose arrangement the State Council has published;
    any other year counts weekends and the fixed-date holidays, and what rests on it is provisional.
    """

    days: Mapping[date, bool] = field(default_factory=dict)
    announced: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        known = self.days.get(day)
        if known is not None:
            return known
        return day.weekday() < SATURDAY and not self.is_holiday(day)

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.announced

    def is_holiday(self, day: date) -> bool:
        """A statutory holiday, on whichever day of the week it falls: entered, or of a fixed date in an unannounced year."""
        known = self.days.get(day)
        if known is not None:
            return not known
        return self.is_provisional(day) and (day.month, day.day) in FIXED_HOLIDAYS

    def next_workday(self, day: date) -> date:
        """`day` itself where it is worked, else the first worked day after it."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day


SATURDAY = 5
#: The statutory holidays that fall on the same date each year (全国年节及纪念日放假办法 2, as amended in 2024).
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True)
class Period:
    """How long something must hang: `length` in calendar days, or in working days."""

    length: int
    in_workdays: bool = False

    @property
    def text_zh(self) -> str:
        return f"{self.length} 个工作日" if self.in_workdays else f"{self.length} 日"


def last_day_of(first: date, period: Period, calendar: WorkCalendar) -> date:
    """The last day of a period that begins on `first`.

    The day it begins is not counted (民法典 201). A last day that is a holiday or weekend moves to the next
    working day (民法典 203; that weekends count as such is a house rule, printed in the notice).
    """
    if period.in_workdays:
        day, left = first, period.length
        while left:
            day += timedelta(days=1)
            left -= calendar.is_workday(day)
        return day
    return calendar.next_workday(first + timedelta(days=period.length))
