"""When owners without a vote are reminded: on the day before the last one, at an hour when people are up."""

from datetime import datetime, timedelta

from server.kernel.chinatime import CHINA, china_day, last_day

FROM_HOUR, TO_HOUR = 9, 20


def is_decent_hour(now: datetime) -> bool:
    return FROM_HOUR <= now.astimezone(CHINA).hour < TO_HOUR


def is_last_day_tomorrow(closing_at: datetime, now: datetime) -> bool:
    """24:00 is the end of its day and not the beginning of the next."""
    return last_day(closing_at) == china_day(now) + timedelta(days=1)
