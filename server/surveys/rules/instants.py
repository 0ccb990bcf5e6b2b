"""When somebody answered, where that was before it reached us: on paper, or on a phone without signal.

Of two answers of one household the later counts, so both are told here and nowhere else.
"""

from datetime import date, datetime, timedelta

from server.kernel.chinatime import china_day, end_of


def answered_on_paper(signed_on: date, now: datetime) -> datetime:
    """A form bears a day and no hour: its answer stands at the end of that day, or now where the day is not over."""
    return now if signed_on >= china_day(now) else end_of(signed_on) - timedelta(seconds=1)


def answered_at_door(told: datetime | None, opened_at: datetime | None, now: datetime) -> datetime:
    """By the clock of the phone, which may be wrong: never before the survey was opened, never after now."""
    if told is None or told > now:
        return now
    return max(told, opened_at) if opened_at is not None else told
