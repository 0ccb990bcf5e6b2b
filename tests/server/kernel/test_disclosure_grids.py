"""Tables by group: what is hidden, what is told of together, and what a reader can still work out of the rest."""

import itertools
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.disclosure import Cell, Grid, Line, ShownGrid, protect
from server.kernel.disclosure.grids import room
from tests.server.kernel.attack import reader_of_grid
from tests.server.kernel.test_disclosure_lines import dealt

NO = None
Counts = list[list[int | None]]


def grid(*rows: list[int]) -> Grid:
    return Grid(tuple(tuple(row) for row in rows))


def counts_of(shown: ShownGrid) -> Counts:
    return [[cell.count for cell in row] for row in shown.cells]


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        pytest.param(grid([5, 6], [20, 30]), [[5, 6], [20, 30]], id="five-and-six-are-told"),
        pytest.param(grid([4, 20], [20, 30]), [[NO, NO], [NO, NO]], id="four-takes-a-rectangle-along"),
        pytest.param(
            grid([4, 20, 30], [20, 6, 30], [5, 7, 30]),
            [[NO, NO, 30], [20, 6, 30], [NO, NO, 30]],
            id="the-rectangle-that-costs-least",
        ),
        pytest.param(
            grid([3, 3, 30], [3, 3, 30], [30, 30, 30]),
            [[NO, NO, 30], [NO, NO, 30], [30, 30, 30]],
            id="four-small-ones-cover-one-another",
        ),
        pytest.param(
            grid([2, 2, 30], [2, 2, 30], [30, 30, 30]),
            [[NO, NO, NO], [NO, NO, NO], [NO, NO, 30]],
            id="unless-they-are-small-together",
        ),
        pytest.param(
            grid([0, 20, 30], [20, 20, 30], [20, 20, 30]),
            [[NO, NO, 30], [NO, NO, 30], [NO, NO, 30]],
            id="nobody-is-a-small-count-and-equal-ways-go-together",
        ),
    ],
)
def test_what_is_told_inside(table: Grid, shown: Counts) -> None:
    found = protect(table)
    assert counts_of(found) == shown
    assert found.by_group.has_hidden is False
    assert found.by_answer.has_hidden is False
    assert found.is_withheld is all(count is NO for row in shown for count in row)


def test_a_group_of_four_is_told_of_with_the_next_smallest() -> None:
    shown = protect(grid([2, 2], [20, 30], [9, 8], [6, 11]))
    assert [(row.members, row.total.count) for row in shown.rows] == [((1,), 50), ((0, 2, 3), 38)]
    assert counts_of(shown) == [[20, 30], [17, 21]]
    assert [cell.count for cell in shown.by_group.cells] == [NO, 50, NO, NO]


def test_a_group_of_five_stands_for_itself() -> None:
    shown = protect(grid([5, 0], [20, 30], [9, 8]))
    assert [row.members for row in shown.rows] == [(0,), (1,), (2,)]


def test_answers_whose_totals_are_hidden_are_told_of_together() -> None:
    shown = protect(grid([20, 1, 8], [30, 2, 9]))
    assert [(column.members, column.total.count) for column in shown.columns] == [((0,), 50), ((1, 2), 20)]
    assert shown.by_answer == protect(Line((50, 3, 17)))
    assert counts_of(shown) == [[20, 9], [30, 11]]


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(grid([20, 0], [30, 0]), id="all-answers-alike"),
        pytest.param(grid([20, 30], [1, 2]), id="a-group-left-over-against-one"),
        pytest.param(grid([20, 30]), id="a-single-group"),
        pytest.param(grid([20], [30]), id="a-single-answer"),
        pytest.param(grid([1, 1], [1, 0]), id="three-people"),
        pytest.param(grid(), id="nothing"),
    ],
)
def test_where_one_row_or_column_is_left_there_is_no_breakdown(table: Grid) -> None:
    assert protect(table).is_withheld


def test_of_three_people_not_even_the_number_is_told() -> None:
    shown = protect(grid([1, 1], [1, 0]))
    totals = [shown.total, shown.by_group.total, shown.by_answer.total, shown.rows[0].total]
    assert totals == [Cell(None)] * 4


def test_a_bridge_has_no_room_and_a_closed_way_has_the_least_that_flows_on_it() -> None:
    inside = [[4, 7, 9], [6, 3, 9], [9, 9, 2]]
    square = {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert room(inside, square, (0, 0), 99) == 9
    assert room(inside, {*square, (2, 2)}, (2, 2), 99) == 0
    assert room(inside, {*square, (1, 2), (2, 2)}, (1, 2), 99) == 0
    assert room(inside, square, (0, 0), 5) == 5


def test_rows_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match="the same columns"):
        grid([1, 2], [3])


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="a count is from 0"):
        grid([1, -2])


# ------------------------------------------------------------------ attacks


def grids(
    rows: st.SearchStrategy[int], columns: st.SearchStrategy[int], most: int
) -> st.SearchStrategy[Grid]:
    return st.tuples(rows, columns).flatmap(
        lambda size: st.lists(
            st.tuples(*[st.integers(0, most)] * size[1]), min_size=size[0], max_size=size[0]
        ).map(lambda lines: Grid(tuple(lines)))
    )


@given(grids(st.integers(1, 3), st.integers(1, 3), 7), st.integers(2, 4))
def test_solving_tells_nothing_of_a_hidden_cell(table: Grid, least: int) -> None:
    shown = protect(table, least)
    if shown.total.is_hidden:
        assert shown.is_withheld
        return
    reader = reader_of_grid(shown)
    for row, line in zip(shown.rows, shown.cells, strict=True):
        for column, cell in zip(shown.columns, line, strict=True):
            members = [(r, c) for r in row.members for c in column.members]
            if not cell.is_hidden:
                assert cell.count == sum(table.rows[r][c] for r, c in members) >= least
            # Each of several that are told of together is hidden, even where their sum is shown.
            if len(members) > 1 or (cell.is_hidden and min(len(shown.rows), len(shown.columns)) > 1):
                for low, high in map(reader.extremes, members):
                    assert high - low >= least


@given(grids(st.integers(2, 5), st.integers(2, 5), 12), st.integers(2, 6))
def test_every_hidden_cell_lies_on_a_closed_way_and_no_hidden_sum_is_small(table: Grid, least: int) -> None:
    """What must hold in any size: in each line none or two at least are hidden, with a sum that is no small count."""
    shown = protect(table, least)
    if shown.is_withheld:
        return
    lines = [
        *((row.total.count, cells) for row, cells in zip(shown.rows, shown.cells, strict=True)),
        *(
            (column.total.count, cells)
            for column, cells in zip(shown.columns, zip(*shown.cells, strict=True), strict=True)
        ),
    ]
    for total, cells in lines:
        assert total is not None
        told = [cell.count for cell in cells if cell.count is not None]
        assert len(cells) - len(told) != 1
        assert len(told) == len(cells) or total - sum(told) >= least


@given(grids(st.just(3), st.just(4), 9), st.permutations(range(3)), st.permutations(range(4)))
def test_which_cells_are_hidden_does_not_hang_on_their_order(
    table: Grid, rows: list[int], columns: list[int]
) -> None:
    def told(of: ShownGrid) -> list[tuple[int | None, int | None, int]]:
        return sorted(
            (row.total.count or 0, column.total.count or 0, -1 if cell.count is None else cell.count)
            for row, line in zip(of.rows, of.cells, strict=True)
            for column, cell in zip(of.columns, line, strict=True)
        )

    turned = Grid(tuple(tuple(table.rows[r][c] for c in columns) for r in rows))
    assert told(protect(turned)) == told(protect(table))


@pytest.mark.parametrize(("least", "totals"), [(2, range(2, 13)), (3, range(3, 13)), (5, range(20, 21))])
def test_of_two_groups_and_two_answers_knowing_the_rule_tells_no_more(least: int, totals: range) -> None:
    """All grids there are: those that look the same when published leave each hidden cell a large value and another."""
    for total in totals:
        alike = defaultdict(list)
        for a, b, c, d in dealt(total, 4):
            alike[protect(grid([a, b], [c, d]), least)].append(((a, b), (c, d)))
        for shown, tables in alike.items():
            if len(shown.rows) == len(shown.columns) == 2 and shown.is_withheld:
                for row, column in itertools.product(shown.rows, shown.columns):
                    [r], [c] = row.members, column.members
                    possible = {table[r][c] for table in tables}
                    assert len(possible) > 1
                    assert max(possible) >= least
