"""Counting in months."""

from calendar import monthrange
from datetime import date

MONTHS = 12


def months_after(day: date, months: int) -> date:
    """The same day so many months on; the last day of the month where it has no such day (民法典 202)."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
