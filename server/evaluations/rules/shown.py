"""What the public may read of a round that is over: small counts hidden, and rates only as far as the shown counts tell them.

The people of every table are the households that answered. How many those are, of how many, is told: that somebody
answered says nothing of what they think. The one breakdown, by building, comes with the overall mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from server.evaluations.rules.rates import Rate, lacking_zh
from server.evaluations.rules.results import Result, Tally
from server.evaluations.rules.words import Aspect, Fee, ItemMark, Mark
from server.kernel.disclosure import Cell, Grid, Line, Question, ShownGrid, ShownLine, publish

FEE, ENTERED = "fee", "entered"
#: The first places of every table of marks are the satisfied ones.
SATISFIED = 2


@dataclass(frozen=True)
class Between:
    """A share that is told only as far as what is shown tells it."""

    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class ShownRate:
    """Of one question: its counts, and its rate exactly or between two bounds. Neither where too few answered it."""

    title: str
    #: Each mark with its cell; without those who said nothing to it.
    cells: list[tuple[str, Cell]]
    rate: Rate | None = None
    between: Between | None = None


@dataclass(frozen=True)
class ShownBuilding:
    """One building, or several that are told of together."""

    label: str
    households: int
    answered: Cell


@dataclass(frozen=True)
class ShownResult:
    households: int
    answered: int
    #: How many more answers it would have taken; 0 where the rest is told.
    lacking: int
    by_staff: Cell
    aspects: list[ShownRate]
    items: list[ShownRate]
    fee: list[tuple[str, Cell]]
    buildings: list[ShownBuilding]

    @property
    def lacking_zh(self) -> str:
        return lacking_zh(self.lacking, self.answered, self.households)

    @property
    def overall(self) -> ShownRate:
        return self.aspects[0]

    @property
    def has_hidden(self) -> bool:
        told = [cell for one in (*self.aspects, *self.items) for _, cell in one.cells]
        told += [cell for _, cell in self.fee] + [one.answered for one in self.buildings] + [self.by_staff]
        return any(cell.is_hidden for cell in told)


def shown(result: Result, least_cell: int) -> ShownResult:
    lacking = result.of(Aspect.OVERALL).rate.lacking
    if lacking:
        return ShownResult(result.households, result.answered, lacking, Cell(None), [], [], [], [])
    told = publish(_tables(result), least_cell)
    overall = cast(ShownGrid, told[Aspect.OVERALL])
    lines = {key: cast(ShownLine, line) for key, line in told.items() if key != Aspect.OVERALL}
    lines[Aspect.OVERALL] = overall.by_answer
    marks, item_marks = [mark.name_zh for mark in Mark], [mark.name_zh for mark in ItemMark]
    return ShownResult(
        households=result.households,
        answered=result.answered,
        lacking=0,
        by_staff=lines[ENTERED].cells[1],
        aspects=[
            shown_rate(one.aspect.name_zh, lines[one.aspect], marks, one.rate, result.answered)
            for one in result.aspects
        ],
        items=[
            shown_rate(one.title, lines[_key(one.code)], item_marks, one.rate, result.answered)
            for one in result.items
        ],
        fee=[(fee.name_zh, cell) for fee, cell in zip(Fee, lines[FEE].cells, strict=False)],
        buildings=_buildings(overall.by_group, result),
    )


def _tables(result: Result) -> dict[str, Question]:
    """The buildings stand in the first, for it has no skipped ones: its columns are all who answered."""
    tables: dict[str, Question] = {
        Aspect.OVERALL: Question(Grid(tuple(_counts(one.tally) for one in result.buildings)))
    }
    further = [one for one in result.aspects if one.aspect is not Aspect.OVERALL]
    for one in further:
        tables[one.aspect] = _table(result, _counts(one.tally))
    for item in result.items:
        tables[_key(item.code)] = _table(result, (*_counts(item.tally), item.tally.not_done))
    tables[FEE] = _table(result, [result.fee[fee] for fee in Fee])
    own = result.answered - result.by_staff
    tables[ENTERED] = Question(Line((own, result.by_staff)))
    return tables


def _key(code: str) -> str:
    return f"item:{code}"


def _counts(tally: Tally) -> tuple[int, int, int]:
    return (tally.good, tally.fair, tally.poor)


def _table(result: Result, counts: Sequence[int]) -> Question:
    """With those who answered and left this out as a place of their own."""
    return Question(Line((*counts, result.answered - sum(counts))))


def _buildings(by_group: ShownLine, result: Result) -> list[ShownBuilding]:
    return [
        ShownBuilding(one.label, one.households, cell)
        for one, cell in zip(result.buildings, by_group.cells, strict=True)
    ]


def shown_rate(title: str, line: ShownLine, names: Sequence[str], exact: Rate, answered: int) -> ShownRate:
    """The rate as exactly as the shown counts tell it: the hidden ones could all be of one kind, or of another."""
    if exact.lacking:
        return ShownRate(title, [])
    cells = list(zip(names, line.cells, strict=False))
    bounds = bounds_of([cell.count for cell in line.cells], len(names), answered)
    if bounds.low == bounds.high:
        return ShownRate(title, cells, rate=exact)
    return ShownRate(title, cells, between=None if bounds == ANYTHING else bounds)


def bounds_of(counts: Sequence[int | None], marks: int, answered: int) -> Between:
    """Between which shares the rate lies for a reader of these counts, of which the first `marks` are marks.

    A rate is satisfied / (satisfied + unsatisfied). The least has all hidden answers unsatisfied where that may be, the
    greatest all of them satisfied; where they can only be of one of the two, they are.
    """
    satisfied, rest, skipped = counts[:SATISFIED], counts[SATISFIED:marks], counts[marks:]
    hidden = answered - _known(counts)
    good, bad = _known(satisfied), _known(rest)
    may_good, may_bad, may_skip = (None in part for part in (satisfied, rest, skipped))
    low = _part(
        good if may_bad or may_skip else good + hidden,
        bad + hidden if may_bad else bad,
    )
    high = _part(
        good + hidden if may_good else good,
        bad if may_good or may_skip else bad + hidden,
    )
    return Between(low, high)


ANYTHING = Between(Fraction(0), Fraction(1))


def _known(counts: Sequence[int | None]) -> int:
    return sum(count or 0 for count in counts)


def _part(satisfied: int, rest: int) -> Fraction:
    """Of nothing that is known, no share."""
    return Fraction(satisfied, satisfied + rest) if satisfied + rest else Fraction(0)
