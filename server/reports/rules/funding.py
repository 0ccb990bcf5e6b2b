"""Money by source over communities: packed into the one row that is kept of each, and summed source by source, to the fen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.plans.rules.words import FundSource
from server.projects.rules.money import SourceLine
from server.reports.rules.facts import Facts


@dataclass(frozen=True)
class SourceSum:
    """One source over communities, in fen, and how many of them have an entry of it."""

    source: FundSource
    planned: int = 0
    received: int = 0
    spent: int = 0
    communities: int = 0


@dataclass(frozen=True)
class Given:
    """What residents gave of their own accord, apart from the projects' books: in fen, and in hours of work."""

    pledged: int
    given: int
    used: int
    hours_pledged: int
    hours_given: int
    communities: int


@dataclass(frozen=True)
class FundsLine:
    """What stands beside one community, or one division: all its sources together, or one of them."""

    planned: int = 0
    received: int = 0
    spent: int = 0


@dataclass(frozen=True)
class Funds:
    """All money over some communities. Those without an entry are in no sum, and counted."""

    sources: tuple[SourceSum, ...]
    communities: int
    without: int
    given: Given | None

    @property
    def whole(self) -> FundsLine:
        return FundsLine(
            sum(one.planned for one in self.sources),
            sum(one.received for one in self.sources),
            sum(one.spent for one in self.sources),
        )


def packed(lines: Iterable[SourceLine]) -> str:
    """ "province=300/200/100 county=50/50/0": planned, received, spent."""
    return " ".join(f"{one.source.value}={one.planned}/{one.received}/{one.spent}" for one in lines)


def unpacked(text: str) -> list[SourceLine]:
    found = []
    for part in text.split():
        source, amounts = part.split("=")
        planned, received, spent = (int(amount) for amount in amounts.split("/"))
        found.append(SourceLine(FundSource(source), planned, received, spent))
    return found


def funds(rows: Sequence[Facts]) -> Funds:
    """In the order of the list of sources; a source that no community has is left out."""
    sums: dict[FundSource, SourceSum] = {}
    known = [row for row in rows if row.funds_planned is not None]
    for row in known:
        for line in unpacked(row.funds_by_source):
            so_far = sums.get(line.source, SourceSum(line.source))
            sums[line.source] = SourceSum(
                line.source,
                so_far.planned + line.planned,
                so_far.received + line.received,
                so_far.spent + line.spent,
                so_far.communities + 1,
            )
    listed = tuple(sums[source] for source in FundSource if source in sums)
    return Funds(listed, len(known), len(rows) - len(known), given(rows))


def given(rows: Iterable[Facts]) -> Given | None:
    """None where nobody ever pledged money or work."""
    known = [row for row in rows if row.pledged is not None or row.hours_pledged is not None]
    if not known:
        return None
    return Given(
        sum(row.pledged or 0 for row in known),
        sum(row.given or 0 for row in known),
        sum(row.given_used or 0 for row in known),
        sum(row.hours_pledged or 0 for row in known),
        sum(row.hours_given or 0 for row in known),
        len(known),
    )


def line_of(row: Facts, source: FundSource | None) -> FundsLine | None:
    """None: it has no entry of that, which is not nought."""
    if row.funds_planned is None:
        return None
    lines = [one for one in unpacked(row.funds_by_source) if source in {None, one.source}]
    if not lines:
        return None
    return FundsLine(
        sum(one.planned for one in lines), sum(one.received for one in lines), sum(one.spent for one in lines)
    )
