"""Moving the example's time: forward only, stopping at each instant that matters so that what falls due happens then."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.ballots import queries as ballots
from server.divisions import queries as divisions
from server.example import story
from server.infra import clock
from server.infra.db import unit_of_work
from server.kernel.errors import Invalid
from server.ledger import queries as ledger
from server.notices import queries as notices

RunDue = Callable[[], Any]
#: Once an instant has come its duties look at it; a second later it is surely past.
JUST_AFTER = timedelta(seconds=1)
LONGEST_STEP = timedelta(days=400)
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True)
class Matter:
    """An instant that matters to somebody."""

    at: datetime
    word: str


def step_of(text: str) -> timedelta:
    """ "15d", "6h", "2w" -> how far to move. Raises Invalid."""
    found = re.fullmatch(r"(\d{1,3})([hdw])", text.strip().lower())
    step = UNITS[found[2]] * int(found[1]) if found else timedelta(0)
    if not timedelta(0) < step <= LONGEST_STEP:
        raise Invalid(
            "写成“15d”（天）、“6h”（小时）或“2w”（周），最多 400 天。",
            fields={"step": ["写成 15d、6h 或 2w。"]},
        )
    return step


def next_matter(now: datetime) -> Matter | None:
    """The first opening, closing, or end of a notice that is still to come, in whichever community it is."""
    opens_at, closes_at = ballots.next_opening_and_closing(now)
    coming = (
        Matter(at, word)
        for at, word in (
            (opens_at, "开始投票"),
            (closes_at, "投票截止"),
            (notices.next_end(now), "公示期满"),
        )
        if at is not None
    )
    return min(coming, key=lambda matter: matter.at, default=None)


def ledger_community() -> int | None:
    """The example's main community; None in a database that was not filled."""
    division = divisions.by_code(story.DIVISION_CODE)
    return ledger.community_named(division.id, story.COMMUNITY) if division is not None else None


def advance(by: timedelta, run_due: RunDue) -> datetime:
    """Move the clock, stopping at every instant that matters on the way. Opens its own units of work."""
    target = clock.now() + by
    while (matter := next_matter(clock.now())) is not None and matter.at + JUST_AFTER <= target:
        _move_to(matter.at + JUST_AFTER)
        run_due()
    _move_to(target)
    run_due()
    return target


def advance_to_next(run_due: RunDue) -> Matter | None:
    """Move to the next instant that matters; None where nothing is to come."""
    matter = next_matter(clock.now())
    if matter is not None:
        advance(matter.at + JUST_AFTER - clock.now(), run_due)
    return matter


def _move_to(instant: datetime) -> None:
    with unit_of_work():
        by = instant - clock.now()
        # Offsets are whole seconds, so round up: an instant that should have come must have.
        clock.move_forward(max(timedelta(0), timedelta(seconds=-(-by // timedelta(seconds=1)))))
