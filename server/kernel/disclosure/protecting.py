"""Which counts of a table are hidden: the small ones, and the next ones that would give them away."""

from collections.abc import Callable, Sequence
from typing import overload

from server.kernel.disclosure.grids import hidden_inside
from server.kernel.disclosure.tables import (
    Choices,
    Grid,
    Group,
    Line,
    Needs,
    ShownGrid,
    ShownLine,
    ShownNeeds,
    cells,
    told,
)

LEAST = 5


@overload
def protect(table: Line | Choices, least: int = ...) -> ShownLine: ...
@overload
def protect(table: Needs, least: int = ...) -> ShownNeeds: ...
@overload
def protect(table: Grid, least: int = ...) -> ShownGrid: ...
def protect(table: Line | Choices | Needs | Grid, least: int = LEAST) -> ShownLine | ShownNeeds | ShownGrid:
    """The table as the public may see it. Which counts are hidden depends on the counts only, and never on chance."""
    if isinstance(table, Grid):
        return _grid(table, least)
    if isinstance(table, Needs):
        return _needs(table, least)
    hidden = (
        _hidden_of_line(table.counts, least) if isinstance(table, Line) else _hidden_of_choices(table, least)
    )
    return ShownLine(told(table.total, least), cells(table.counts, hidden))


def _spread(counts: Sequence[int], hidden: set[int], is_safe: Callable[[set[int]], bool]) -> set[int]:
    """The hidden places with, while that is not safe, the smallest shown count and all its equals.

    Equals go together, so that it depends on the counts and not on their order which are hidden: any two hidden counts
    could be exchanged, and the same would be published.
    """
    found = set(hidden)
    while found and len(found) < len(counts) and not is_safe(found):
        next_one = min(count for place, count in enumerate(counts) if place not in found)
        found |= {place for place, count in enumerate(counts) if count == next_one}
    return found


# ------------------------------------------------------------------ one answer each


def _hidden_of_line(counts: Sequence[int], least: int) -> set[int]:
    """None is hidden, or so many that their sum, which anyone can work out, is no small count itself: at least two.

    Each may then be anything from zero to that sum. That holds against a reader who also knows this rule: either one of
    the hidden counts is no small one, and each place could hold it; or all are small, and their sum, were it in one of
    the places alone, would have been hidden there as well, being smaller than all that is shown.
    """

    def is_safe(hidden: set[int]) -> bool:
        kept_back = [counts[place] for place in hidden]
        together = sum(kept_back)
        if together < least:
            return False
        smallest_shown = min(count for place, count in enumerate(counts) if place not in hidden)
        return max(kept_back) >= least or together < smallest_shown

    return _spread(counts, {place for place, count in enumerate(counts) if count < least}, is_safe)


# ------------------------------------------------------------------ several ticks each


def _hidden_of_choices(table: Choices, least: int) -> set[int]:
    """Those whom few ticked, and those whom few did not tick: beside its base a count also tells the rest of it.

    The counts have no common sum, so none is hidden to cover another; but the form may bound the number of ticks. With
    the shown ones every hidden count must still be free to be zero, and to be `least` or more.
    """

    def is_safe(hidden: set[int]) -> bool:
        shown = sum(count for place, count in enumerate(table.counts) if place not in hidden)
        others = (len(hidden) - 1) * table.total
        may_be_none = table.fewest * table.total <= shown + others
        may_be_more = table.most is None or table.most * table.total - shown >= least
        return may_be_none and may_be_more

    return _spread(
        table.counts, _small_parts(table.counts, [table.total] * len(table.counts), least), is_safe
    )


def _small_parts(parts: Sequence[int], wholes: Sequence[int], least: int) -> set[int]:
    pairs = enumerate(zip(parts, wholes, strict=True))
    return {place for place, (part, whole) in pairs if part < least or whole - part < least}


def _needs(table: Needs, least: int) -> ShownNeeds:
    """As choices; how many call an item most important is a part of those who want it, and told only beside them."""
    not_told = _hidden_of_choices(Choices(table.total, table.wanted), least)

    def is_safe(hidden: set[int]) -> bool:
        shown = sum(count for place, count in enumerate(table.top) if place not in hidden)
        return table.most is None or table.most * table.total - shown >= least

    hidden = _spread(table.top, not_told | _small_parts(table.top, table.wanted, least), is_safe)
    return ShownNeeds(told(table.total, least), cells(table.wanted, not_told), cells(table.top, hidden))


# ------------------------------------------------------------------ by group


def _grid(table: Grid, least: int) -> ShownGrid:
    """The groups, and the answers, whose totals are hidden are told of together: then every total is public and no small one.

    What remains is the inside of a table with all its totals. It is withheld where there is but one row or column left.
    """
    by_group, by_answer = table.by_group, table.by_answer
    rows = _together(len(by_group.counts), _hidden_of_line(by_group.counts, least))
    columns = _together(len(by_answer.counts), _hidden_of_line(by_answer.counts, least))
    inside = [[sum(table.rows[r][c] for r in row for c in column) for column in columns] for row in rows]
    everywhere = {(r, c) for r in range(len(rows)) for c in range(len(columns))}
    hidden = hidden_inside(inside, least) if min(len(rows), len(columns)) > 1 else everywhere
    return ShownGrid(
        told(table.total, least),
        protect(by_group, least),
        protect(by_answer, least),
        tuple(Group(row, told(sum(by_group.counts[place] for place in row), least)) for row in rows),
        tuple(
            Group(column, told(sum(by_answer.counts[place] for place in column), least)) for column in columns
        ),
        tuple(
            cells(counts, (c for c in range(len(counts)) if (r, c) in hidden))
            for r, counts in enumerate(inside)
        ),
    )


def _together(number: int, hidden: set[int]) -> list[tuple[int, ...]]:
    """The shown places each for itself, then the hidden ones as one."""
    alone: list[tuple[int, ...]] = [(place,) for place in range(number) if place not in hidden]
    return [*alone, tuple(sorted(hidden))] if hidden else alone
