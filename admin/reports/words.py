"""Figures as they are written: exact, with their base and their unit."""

from decimal import Decimal
from fractions import Fraction

from server.evaluations.rules.rates import Rate
from server.infra.web.formats import share
from server.reports.rules.facts import Facts, Ratio
from server.reports.rules.measures import Figure, Least, Measure

NO_RECORD = "没有记录"


def amount(value: int | Decimal | None, unit: str) -> str:
    """ "1,234 户", "803.50 ㎡", "12,345.67 元" of fen; nothing recorded is said so."""
    if value is None:
        return NO_RECORD
    return f"{bare(value, unit)} {unit}"


def bare(value: int | Decimal, unit: str) -> str:
    if unit == "元":
        return f"{Decimal(value).scaleb(-2):,.2f}"
    return f"{Decimal(value):,.2f}" if unit == "㎡" else f"{int(value):,}"


def of_base(ratio: Ratio, unit: str) -> str:
    """ "417 / 703 户"."""
    return f"{bare(ratio.part, unit)} / {amount(ratio.base, unit)}"


def rate(ratio: Ratio) -> str:
    """More than the whole is possible of money only, and said as it is."""
    found = ratio.rate
    if found is None:
        return "没有数"
    return share(found) if found <= 1 else f"{Decimal(int(found * 1000 + Fraction(1, 2))).scaleb(-1)}%"


def both(ratio: Ratio, unit: str) -> str:
    """ "417 / 703 户 (59.3%)"; of nothing there is no share."""
    return f"{of_base(ratio, unit)} ({rate(ratio)})" if ratio.base else "没有数"


def own(one: Figure, least: Least) -> str:
    """The figure in its own unit. What people think is told as a share only from enough answers on, with its interval."""
    return _told(one.opinion(least), one.own, one.measure.unit)


def row(measure: Measure, facts: Facts, counted: Ratio, least: Least) -> str:
    """The same of one community."""
    asked = measure.asked(facts) if measure.asked is not None else 0
    return _told(measure.opinion(counted, asked, least), counted, measure.unit)


def _told(opinion: Rate | None, ratio: Ratio, unit: str) -> str:
    if opinion is None:
        return both(ratio, unit)
    if not opinion.is_shown:
        return f"答了 {opinion.answered:,} 户，再有 {opinion.lacking:,} 户才写"
    between = opinion.interval
    return f"{both(ratio, unit)}，区间 {share(between.low)} 到 {share(between.high)}"


def without_words(one: Figure) -> str:
    return f"{one.measure.without_zh} {one.without:,} 个" if one.without else "都有记录"


FILTERS = {"amount": amount, "of_base": of_base, "rate": rate, "both": both, "without_words": without_words}
