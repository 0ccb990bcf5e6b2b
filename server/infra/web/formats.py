"""How figures, shares, areas, money, dates and codes are written for people: exact in, plain Chinese out.
Nothing here knows a request; a float is refused, because it has already lost what we promise to keep."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from server.infra import qr
from server.kernel.chinatime import CHINA, last_day

Exact = int | Decimal | Fraction
#: Stands where a count, or one that a share is made of, is hidden.
FEW_ZH = "数太少，不公布"


def area(value: Decimal | int) -> str:
    """803.5 -> "803.50 ㎡"; hundredths are kept, never rounded away."""
    return f"{_exact(value):,.2f} ㎡"


def share(value: Fraction | int, digits: int = 1) -> str:
    """Fraction(417, 703) -> "59.3%". Only the whole is written 100%, only nothing is written 0%."""
    part = _fraction(value)
    step = Decimal(1).scaleb(-digits)
    percent = Decimal(part.numerator) * 100 / Decimal(part.denominator)
    rounded = percent.quantize(step, ROUND_HALF_UP)
    if part < 1:
        rounded = min(rounded, 100 - step)
    if part > 0:
        rounded = max(rounded, step)
    return f"{rounded}%"


def share_of(part: Exact, base: Exact) -> Fraction:
    """The exact share of a part in its base; nothing of nothing is nothing."""
    if not base:
        return Fraction(0)
    if isinstance(part, int) and isinstance(base, int):
        return Fraction(part, base)
    return _fraction(part) / _fraction(base)


def width(value: Fraction | int) -> str:
    """A share as an SVG length, cut (not rounded) so that a bar never touches a line it has not reached."""
    part = _fraction(value)
    thousandths = min(max(part.numerator * 100_000 // part.denominator, 0), 100_000)
    return f"{Decimal(thousandths).scaleb(-3)}%"


def count(part: int, base: int, unit: str = "户") -> str:
    """(417, 703) -> "417 / 703 户 (59.3%)": a number never stands without its base."""
    return f"{part:,} / {base:,} {unit} ({share(share_of(part, base))})"


def told(number: int | None, unit: str) -> str:
    """A count as the public may read it; None: it is hidden."""
    return FEW_ZH if number is None else f"{number:,} {unit}"


def area_count(part: Decimal, base: Decimal) -> str:
    """The same for areas: "42,118.35 / 71,020.80 ㎡ (59.3%)"."""
    return f"{_exact(part):,.2f} / {area(base)} ({share(share_of(part, base))})"


def yuan(fen: int) -> str:
    """Money is kept in 分: 1234567 -> "12,345.67 元"."""
    if not isinstance(fen, int):
        raise TypeError(f"money is an integer of 分, not {type(fen).__name__}")
    return f"{Decimal(fen).scaleb(-2):,.2f} 元"


def groups(code: str, size: int = 4) -> str:
    """A code in groups that can be read out: "K7M2 9QXA 4TRC"."""
    plain = "".join(ch for ch in code if ch.isalnum())
    return " ".join(plain[i : i + size] for i in range(0, len(plain), size))


def chinadate(value: date | datetime, today: date, year: bool = False) -> str:
    """ "3 月 31 日", with the year where it is not this year's or `year` asks for it (documents always do)."""
    day = _china(value).date() if isinstance(value, datetime) else value
    head = f"{day.year} 年 " if year or day.year != today.year else ""
    return f"{head}{day.month} 月 {day.day} 日"


def chinatime(value: datetime, today: date, year: bool = False) -> str:
    """ "3 月 31 日 18:00" in Asia/Shanghai."""
    moment = _china(value)
    return f"{chinadate(moment.date(), today, year)} {moment.hour:02}:{moment.minute:02}"


def chinaend(value: datetime, today: date, year: bool = False) -> str:
    """When something ends: midnight is 24:00 of the day that is over, and not 00:00 of the next."""
    moment, day = _china(value), last_day(value)
    return chinatime(value, today, year) if moment.date() == day else f"{chinadate(day, today, year)} 24:00"


def chinalast(value: datetime, today: date, year: bool = False) -> str:
    """The last day of what ends then."""
    return chinadate(last_day(value), today, year)


def form_time(value: datetime | str | None) -> str:
    """An instant as <input type="datetime-local"> wants it; what a person typed goes back as it was."""
    return f"{_china(value):%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else (value or "")


def form_date(value: date | str | None) -> str:
    """A day as <input type="date"> wants it."""
    return value.isoformat() if isinstance(value, date) else (value or "")


def dated(now: Callable[[], datetime]) -> dict[str, Callable[..., str]]:
    """The date filters bound to a clock: which year goes without saying depends on today."""

    def chinadate_now(value: date | datetime, year: bool = False) -> str:
        return chinadate(value, _china(now()).date(), year)

    def chinatime_now(value: datetime, year: bool = False) -> str:
        return chinatime(value, _china(now()).date(), year)

    def chinaend_now(value: datetime, year: bool = False) -> str:
        return chinaend(value, _china(now()).date(), year)

    def chinalast_now(value: datetime, year: bool = False) -> str:
        return chinalast(value, _china(now()).date(), year)

    return {
        "chinadate": chinadate_now,
        "chinatime": chinatime_now,
        "chinaend": chinaend_now,
        "chinalast": chinalast_now,
    }


FILTERS: dict[str, Callable[..., object]] = {
    "area": area,
    "share": share,
    "width": width,
    "count": count,
    "yuan": yuan,
    "groups": groups,
    "form_time": form_time,
    "form_date": form_date,
    "qr": qr.svg,
}
GLOBALS: dict[str, Callable[..., object]] = {
    "count": count,
    "area_count": area_count,
    "share_of": share_of,
    "told": told,
}


def _china(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise TypeError("a naive datetime cannot be shown: instants are aware UTC")
    return value.astimezone(CHINA)


def _exact(value: Decimal | int) -> Decimal:
    if not isinstance(value, Decimal | int):
        raise TypeError(f"an area is a Decimal, not {type(value).__name__}")
    return Decimal(value)


def _fraction(value: Exact) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if not isinstance(value, Fraction | Decimal | int):
        raise TypeError(f"a share is a Fraction, not {type(value).__name__}")
    return Fraction(value)
