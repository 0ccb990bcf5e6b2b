"""Who is told that a ticket is overdue, and when: company, residents' committee, street, county."""

from datetime import datetime, timedelta

from server.tickets.rules.clocks import Timetable
from server.tickets.rules.words import Level


def next_step(due_at: datetime | None, level: Level, timetable: Timetable) -> datetime | None:
    """When the office above is told; None where nothing is due or nobody stands above."""
    above = level.above
    if due_at is None or above is None:
        return None
    return due_at + timedelta(minutes=getattr(timetable, above.value))
