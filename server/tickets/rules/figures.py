"""Figures that cannot be made better by closing: what is open and late counts against whoever leaves it so. Exact."""

from dataclasses import dataclass
from fractions import Fraction

#: What stands beside each figure.
FORMULAS_ZH = {
    "on_time": "按时办结率 = 按时办结 ÷（办结 + 超时还没办完）",
    "confirmed_rate": "居民确认率 = 居民确认解决 ÷ 办结（未确认、不予办理、部分解决的都算在办结里）",
    "median": "办理用时（中位数）= 从第一次报上来到最后一次答复，一半的报修比它快；暂停、夜里、节假日都算在里面",
    "reopened": "重新打开 = 办结的和还在办的里，居民说没解决、重新打开过的件数",
    "unconfirmed": "未确认结束 = 物业说办完了、问了两次没有人答复的件数，不算居民确认",
}


def formula_zh(figure: str) -> str:
    """The same beside a figure that has its name already."""
    return FORMULAS_ZH[figure].partition("=")[2].strip()


@dataclass(frozen=True)
class Figures:
    """Of a period: `opened` were reported in it, the ended ended in it; open and late are as of now."""

    opened: int = 0
    #: Ended in the period with an answer; those withdrawn or merged are none.
    ended: int = 0
    ended_on_time: int = 0
    confirmed: int = 0
    unconfirmed: int = 0
    #: Ended or still open, and reopened at least once.
    reopened: int = 0
    open: int = 0
    overdue_open: int = 0
    #: Seconds, of those that ended.
    median_seconds: Fraction | None = None

    @property
    def on_time(self) -> Fraction | None:
        """None where nothing ended and nothing is late."""
        return _share(self.ended_on_time, self.ended + self.overdue_open)

    @property
    def confirmed_rate(self) -> Fraction | None:
        return _share(self.confirmed, self.ended)

    @property
    def median_hours(self) -> Fraction | None:
        return None if self.median_seconds is None else self.median_seconds / 3600


def hours_zh(hours: Fraction | None) -> str:
    """ "3 小时 20 分钟", "2 天 5 小时"; cut, never rounded up to better or worse than it was."""
    if hours is None:
        return "还没有"
    minutes = int(hours * 60)
    days, rest = divmod(minutes, 24 * 60)
    whole, left = divmod(rest, 60)
    return f"{days} 天 {whole} 小时" if days else f"{whole} 小时 {left} 分钟"


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None
