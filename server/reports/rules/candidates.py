"""Which community is ready next (综合考虑改造需求、资金情况): four numbers, each ranked by itself, the places added.

No weight decides: whoever reads the list sees the four numbers and the four places. Where too few answered, nothing is ranked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from server.reports.rules.facts import Facts, Ratio
from server.reports.rules.measures import Least

NAMES = ("调查覆盖", "同意改造", "最想改的", "每户资金缺口")


@dataclass(frozen=True)
class Candidate:
    facts: Facts
    #: From 1; None: not ranked, with the reason.
    rank: int | None
    #: The place by each number, in the order of `NAMES`; a number that is not recorded stands last.
    places: tuple[int, ...] = ()
    reason_zh: str = ""

    @property
    def points(self) -> int:
        return sum(self.places)


def coverage(row: Facts) -> Ratio | None:
    return None if row.asked is None else Ratio(row.answered or 0, row.asked)


def will(row: Facts) -> Ratio | None:
    return None if row.consent_answered is None else Ratio(row.agreed or 0, row.consent_answered)


def need(row: Facts) -> Ratio | None:
    return None if row.need_answered is None else Ratio(row.need_wanted or 0, row.need_answered)


def gap(row: Facts) -> int | None:
    """Cost less what is planned, in fen; below nothing where more is planned than it costs."""
    return None if row.cost is None or row.funds_planned is None else row.cost - row.funds_planned


def gap_a_household(row: Facts) -> Fraction | None:
    found = gap(row)
    return None if found is None or not row.households else Fraction(found, row.households)


def why_not(row: Facts, least: Least) -> str:
    """Why it may not be ranked; empty where it may."""
    if row.asked is None:
        return "没有做过调查。"
    if not least.is_enough(row.answered or 0, row.asked):
        return f"答了 {row.answered or 0:,} 户，要至少 {least.answers:,} 户而且占该问的户的 {least.per_cent}%，不排名。"
    return ""


def ranked(rows: Sequence[Facts], least: Least) -> list[Candidate]:
    """The readiest first; then those that are not ranked."""
    reasons = {row.community_id: why_not(row, least) for row in rows}
    fit = [row for row in rows if not reasons[row.community_id]]
    by_number = [_places(fit, _rate(one)) for one in (coverage, will, need)]
    by_number.append(_places(fit, _less(gap_a_household)))
    found = [Candidate(row, 0, tuple(places[row.community_id] for places in by_number)) for row in fit]
    totals = {one.facts.community_id: Fraction(-one.points) for one in found}
    ranks = _places(fit, lambda row: totals[row.community_id])
    ready = sorted(
        (Candidate(one.facts, ranks[one.facts.community_id], one.places) for one in found),
        key=lambda one: (one.rank, one.facts.path, one.facts.community_id),
    )
    return ready + [
        Candidate(row, None, (), reasons[row.community_id]) for row in rows if reasons[row.community_id]
    ]


Number = Callable[[Facts], Fraction | None]


def _rate(of: Callable[[Facts], Ratio | None]) -> Number:
    def number(row: Facts) -> Fraction | None:
        ratio = of(row)
        return None if ratio is None else ratio.rate

    return number


def _less(of: Number) -> Number:
    """The smaller the better."""

    def number(row: Facts) -> Fraction | None:
        found = of(row)
        return None if found is None else -found

    return number


def _places(rows: Sequence[Facts], number: Number) -> dict[int, int]:
    """The place of each: one more than how many are better. What is not recorded comes after all that is."""
    known = {row.community_id: number(row) for row in rows}
    return {key: 1 + sum(_is_better(other, mine) for other in known.values()) for key, mine in known.items()}


def _is_better(other: Fraction | None, mine: Fraction | None) -> bool:
    if other is None:
        return False
    return mine is None or other > mine
