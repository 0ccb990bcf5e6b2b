"""When the rounds are: some months after completion, one after another, each open for some days. Pure of any clock."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from server.evaluations.rules.words import Stage, Step
from server.kernel.chinatime import end_of, start_of
from server.kernel.errors import Refused

#: The settings of a panel, read on the day it is frozen: nobody can move them once answers come in.
SECOND_MONTHS = "evaluation.second_months"
THIRD_MONTHS = "evaluation.third_months"
WINDOW_DAYS = "evaluation.window_days"
REMIND_DAYS = "evaluation.remind_days"
LEAST_SHARE = "evaluation.least_share"
LEAST_ANSWERS = "evaluation.least_answers"
SETTINGS = (SECOND_MONTHS, THIRD_MONTHS, WINDOW_DAYS, REMIND_DAYS, LEAST_SHARE, LEAST_ANSWERS)
#: No setting puts the last day of the last round further from completion than this.
MOST_DAYS = 5 * 366


@dataclass(frozen=True)
class Terms:
    """The settings as they hold for a panel."""

    second_months: int
    third_months: int
    window_days: int
    remind_days: int
    least_share: Fraction
    least_answers: int

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Terms":
        return cls(
            int(values[SECOND_MONTHS]),
            int(values[THIRD_MONTHS]),
            int(values[WINDOW_DAYS]),
            int(values[REMIND_DAYS]),
            Fraction(values[LEAST_SHARE]),
            int(values[LEAST_ANSWERS]),
        )

    @staticmethod
    def share_of(text: str) -> Fraction:
        """ "3/10", as a panel keeps it."""
        return Fraction(text)

    @property
    def months(self) -> tuple[int, int, int]:
        return (0, self.second_months, self.third_months)


@dataclass(frozen=True)
class PlannedRound:
    """One round with its first and last day, and the day on which whoever is silent is reminded."""

    #: 1 at completion, 2 and 3 later; a round that came too late is left out, and its number with it.
    number: int
    months: int
    opens_on: date
    reminds_on: date
    closes_on: date


def planned(finished_on: date, frozen_on: date, terms: Terms) -> list[PlannedRound]:
    """The rounds of a panel that is frozen on this day.

    Completion is often confirmed late. Then the newest round that is due opens at once and earlier ones are left out; a
    later one waits until the one before is over. None is left where even the last one's days are past.
    """
    dues = [months_after(finished_on, months) for months in terms.months]
    window = timedelta(days=terms.window_days)
    arrived = [place for place, due in enumerate(dues) if due <= frozen_on]
    first = arrived[-1] if arrived else 0
    if first == len(dues) - 1 and dues[first] + window < frozen_on:
        return []
    found: list[PlannedRound] = []
    earliest = frozen_on
    for place in range(first, len(dues)):
        opens_on = max(dues[place], earliest)
        closes_on = opens_on + window
        reminds_on = max(opens_on + timedelta(days=1), closes_on - timedelta(days=terms.remind_days))
        found.append(PlannedRound(place + 1, terms.months[place], opens_on, reminds_on, closes_on))
        earliest = closes_on + timedelta(days=1)
    return found


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def stage_of(opens_on: date, closes_on: date, now: datetime) -> Stage:
    """The first day is the first to answer on, the last ends at 24:00 China time."""
    if now < start_of(opens_on):
        return Stage.PLANNED
    return Stage.OPEN if now < end_of(closes_on) else Stage.OVER


def check_open(opens_on: date, closes_on: date, now: datetime) -> None:
    """Raises Refused where nothing is taken any more, or not yet."""
    stage = stage_of(opens_on, closes_on, now)
    if stage is Stage.PLANNED:
        raise Refused(f"这次评价 {_day_text(opens_on)}才开始，到时会发消息告诉你。", code="not_open")
    if stage is Stage.OVER:
        raise Refused(f"这次评价 {_day_text(closes_on)} 24:00 已经结束，不能再改。", code="over")


def due_step(reminds_on: date, closes_on: date, opened_on: date | None, today: date) -> Step | None:
    """What of a round that has begun is to be done now: its words are put forward when it is over; before, its households are
    told once, and from a day on reminded, but never on the day on which they were told."""
    if closes_on < today:
        return Step.CLOSED
    if opened_on is None:
        return Step.OPENED
    return Step.REMINDED if reminds_on <= today and opened_on < today else None


def round_name(months: int) -> str:
    return f"竣工 {months} 个月后" if months else "竣工时"


def _day_text(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
