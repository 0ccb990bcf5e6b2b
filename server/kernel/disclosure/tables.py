"""The tables as they are counted, and as they may be shown. Positions stay those of the counts handed in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Stands for every hidden count. One word for all: "少于 5" beside another word would tell which ones are small.
HIDDEN_ZH = "不公布"


def note_zh(least: int) -> str:
    """The sentence under a table in which something is hidden."""
    return f"少于 {least} 的数，还有能推出它们的数，都写“{HIDDEN_ZH}”，免得认出是哪一家。"


# ------------------------------------------------------------------ as counted


def _check_counts(counts: Iterable[int], most: int | None = None) -> None:
    if any(count < 0 or (most is not None and count > most) for count in counts):
        raise ValueError("a count is from 0 to the number it is of")


@dataclass(frozen=True)
class Line:
    """Each answer in exactly one place: one choice, a scale, bands. Those who did not answer are a place of their own.

    With them in, the total is the number who were asked, the same in every table, and no table's total betrays another's
    small count of those who kept silent.
    """

    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        _check_counts(self.counts)

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Choices:
    """Several ticks each, or none: the counts do not sum to the number who were asked."""

    total: int
    counts: tuple[int, ...]
    #: The fewest and the most ticks that one answer may hold; readers know them from the form.
    fewest: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        _check_counts(self.counts, self.total)


@dataclass(frozen=True)
class Needs:
    """Items that are wanted, and among those of each answer the most important ones."""

    total: int
    wanted: tuple[int, ...]
    top: tuple[int, ...]
    #: The most items that one answer may call most important.
    most: int | None = None

    def __post_init__(self) -> None:
        _check_counts(self.wanted, self.total)
        for wanted, top in zip(self.wanted, self.top, strict=True):
            _check_counts((top,), wanted)


@dataclass(frozen=True)
class Grid:
    """A `Line` broken down by group: a row for each group, a column for each answer. Everyone is in one group."""

    rows: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            _check_counts(row)
        if len({len(row) for row in self.rows}) > 1:
            raise ValueError("all rows of a grid have the same columns")

    @property
    def by_group(self) -> Line:
        return Line(tuple(sum(row) for row in self.rows))

    @property
    def by_answer(self) -> Line:
        return Line(tuple(sum(column) for column in zip(*self.rows, strict=True)))

    @property
    def total(self) -> int:
        return self.by_group.total


# ------------------------------------------------------------------ as shown


@dataclass(frozen=True)
class Cell:
    """A count as the public may see it; None is hidden."""

    count: int | None

    @property
    def is_hidden(self) -> bool:
        return self.count is None

    @property
    def text_zh(self) -> str:
        return HIDDEN_ZH if self.count is None else f"{self.count:,}"


HIDDEN = Cell(None)


def cells(counts: Sequence[int], hidden: Iterable[int]) -> tuple[Cell, ...]:
    """The counts as they are shown, where `hidden` are the places of those that are not."""
    kept_back = frozenset(hidden)
    return tuple(HIDDEN if place in kept_back else Cell(count) for place, count in enumerate(counts))


def told(total: int, least: int) -> Cell:
    """A total that nothing else hangs on: a small one is hidden."""
    return Cell(total) if total >= least else HIDDEN


@dataclass(frozen=True)
class ShownLine:
    """A `Line` or `Choices` as the public may see it."""

    total: Cell
    cells: tuple[Cell, ...]

    @property
    def has_hidden(self) -> bool:
        return any(cell.is_hidden for cell in self.cells)

    @property
    def is_withheld(self) -> bool:
        """Nothing is told but, at most, how many were asked."""
        return all(cell.is_hidden for cell in self.cells)


@dataclass(frozen=True)
class ShownNeeds:
    """`Needs` as the public may see them, item by item."""

    total: Cell
    wanted: tuple[Cell, ...]
    top: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """A row or column as it is shown: one of the table's, or several that are told of together only."""

    members: tuple[int, ...]
    total: Cell


@dataclass(frozen=True)
class ShownGrid:
    """A `Grid` as the public may see it. `by_answer` is the question's table without a breakdown, and the only one."""

    total: Cell
    by_group: ShownLine
    by_answer: ShownLine
    rows: tuple[Group, ...]
    columns: tuple[Group, ...]
    #: By row and column of the two above.
    cells: tuple[tuple[Cell, ...], ...]

    @property
    def is_withheld(self) -> bool:
        """There is no breakdown; `by_answer` may still be told."""
        return all(cell.is_hidden for row in self.cells for cell in row)
