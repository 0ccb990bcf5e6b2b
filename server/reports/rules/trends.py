"""How far things had come at the end of each month: from the days on which stages were reached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from server.reports.rules.facts import Facts, Ratio
from server.reports.rules.measures import MILESTONE_DAYS, Measure

MOST_MONTHS = 36


@dataclass(frozen=True)
class Point:
    """One month: reached by its end, of all that are in the base."""

    month: date
    by_communities: Ratio
    by_households: Ratio
    #: Reached within the month.
    new_communities: int
    new_households: int


def month_of(day: date) -> date:
    """The first day of its month: months are kept as that day."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def last_day(month: date) -> date:
    return next_month(month) - timedelta(days=1)


def months_until(last: date, number: int) -> list[date]:
    """So many months, the last one being that of `last`."""
    found = [month_of(last)]
    while len(found) < min(number, MOST_MONTHS):
        found.insert(0, month_before(found[0]))
    return found


def month_zh(month: date) -> str:
    return f"{month.year} 年 {month.month} 月"


def trend(measure: Measure, rows: Iterable[Facts], months: Sequence[date]) -> list[Point]:
    """A line over these months. The base is all that are in it today: of what left the records nothing is known."""
    day = MILESTONE_DAYS[measure.key]
    inside = [(getattr(row, day), row.households) for row in rows if measure.count(row) is not None]
    base = Ratio(0, len(inside)), Ratio(0, sum(households for _, households in inside))
    found = []
    for month in months:
        end = last_day(month)
        by_then = [households for reached_on, households in inside if reached_on and reached_on <= end]
        new = [households for reached_on, households in inside if reached_on and month <= reached_on <= end]
        found.append(
            Point(
                month,
                base[0] + Ratio(len(by_then), 0),
                base[1] + Ratio(sum(by_then), 0),
                len(new),
                sum(new),
            )
        )
    return found
