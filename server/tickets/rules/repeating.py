"""The same facility failing again and again: its root is to be looked for, not its next failure waited for."""

from calendar import monthrange
from datetime import date


def months_before(day: date, months: int) -> date:
    """The day of the same number; where that month is shorter, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def words_zh(failures: int, months: int) -> str:
    return f"这里 {months} 个月里报了 {failures} 次。不要只修这一次，查查根子在哪里。"
