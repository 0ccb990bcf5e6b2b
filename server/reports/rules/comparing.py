"""Divisions beside one another. One of which too little is known is not ranked: it stands apart, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from server.reports.rules.measures import Figure, Least


@dataclass(frozen=True)
class Compared:
    division_id: int
    figure: Figure
    #: From 1; the same rate has the same rank. None: not ranked.
    rank: int | None
    #: Why it is not ranked.
    reason_zh: str = ""


def ranked(figures: Mapping[int, Figure], least: Least) -> list[Compared]:
    """The best first; then those that are not ranked, in the order given."""
    reasons = {key: why_not(one, least) for key, one in figures.items()}
    fit = sorted((key for key, reason in reasons.items() if not reason), key=lambda key: _order(figures[key]))
    found: list[Compared] = []
    for place, key in enumerate(fit, 1):
        is_same = bool(found) and found[-1].figure.own.rate == figures[key].own.rate
        rank = found[-1].rank if is_same else place
        found.append(Compared(key, figures[key], rank))
    return found + [Compared(key, figures[key], None, reason) for key, reason in reasons.items() if reason]


def _order(one: Figure) -> Fraction:
    rate = one.own.rate or Fraction(0)
    return rate if one.measure.is_low_good else -rate


def why_not(one: Figure, least: Least) -> str:
    """Why this figure may not be ranked; empty where it may."""
    if not one.households:
        return "这里还没有登记住户。"
    if one.own.rate is None:
        return f"{one.measure.without_zh}，没有数可比。"
    opinion = one.opinion(least)
    if opinion is not None and opinion.lacking:
        return f"答的户还不够，再有 {opinion.lacking:,} 户才写比例，不排名。"
    if one.sample < least.answers:
        return f"只涉及 {one.sample:,} 户，不到 {least.answers:,} 户，不排名。"
    if one.sample * 100 < least.per_cent * one.households:
        return f"只涉及 {one.sample:,} 户，不到这里 {one.households:,} 户的 {least.per_cent}%，不排名。"
    return ""
