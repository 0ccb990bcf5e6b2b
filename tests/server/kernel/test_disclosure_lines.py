"""Tables of one row: what is hidden at each edge, and what a reader can still work out of the rest."""

import itertools
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.disclosure import (
    HIDDEN_ZH,
    Cell,
    Choices,
    Line,
    Needs,
    ShownLine,
    note_zh,
    protect,
)
from tests.server.kernel.attack import reader_of_line

NO = None


def counts_of(shown: ShownLine) -> list[int | None]:
    return [cell.count for cell in shown.cells]


# ------------------------------------------------------------------ one answer each


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        pytest.param([5, 20], [5, 20], id="five-is-told"),
        pytest.param([5, 5, 5], [5, 5, 5], id="fives-are-told"),
        pytest.param([6, 20], [6, 20], id="six-is-told"),
        pytest.param([4, 20], [NO, NO], id="four-is-not-nor-the-only-other"),
        pytest.param([4, 5, 20], [NO, NO, 20], id="four-takes-the-smallest-other-along"),
        pytest.param([4, 6, 20, 5], [NO, 6, 20, NO], id="the-smallest-wherever-it-stands"),
        pytest.param([4, 5, 5, 20], [NO, NO, NO, 20], id="equals-go-together"),
        pytest.param([3, 4, 20], [NO, NO, 20], id="two-small-ones-cover-each-other"),
        pytest.param([3, 4, 7], [NO, NO, NO], id="but-not-where-their-sum-is-as-large-as-what-is-shown"),
        pytest.param([3, 4, 8], [NO, NO, 8], id="and-do-below-it"),
        pytest.param([2, 2, 20, 30], [NO, NO, NO, 30], id="two-small-ones-of-four-are-small-together"),
        pytest.param([2, 3, 20, 30], [NO, NO, 20, 30], id="of-five-they-are-not"),
        pytest.param([0, 20, 30], [NO, NO, 30], id="nobody-is-a-small-count"),
        pytest.param([20, 0, 0], [NO, NO, NO], id="unanimity-is-withheld"),
        pytest.param([7], [7], id="a-single-place-is-its-total"),
        pytest.param([], [], id="no-place"),
    ],
)
def test_what_is_told_of_a_line(counts: list[int], shown: list[int | None]) -> None:
    found = protect(Line(tuple(counts)))
    assert counts_of(found) == shown
    assert found.has_hidden is (NO in shown)
    assert found.is_withheld is all(count is NO for count in shown)


@pytest.mark.parametrize(("counts", "total"), [([1, 3], None), ([1, 4], 5), ([3, 3], 6)])
def test_the_total_is_told_unless_it_is_small(counts: list[int], total: int | None) -> None:
    assert protect(Line(tuple(counts))).total == Cell(total)


def test_the_least_count_is_an_argument() -> None:
    line = Line((2, 4, 20))
    assert counts_of(protect(line, 2)) == [2, 4, 20]
    assert counts_of(protect(line, 3)) == [NO, NO, 20]


@given(st.lists(st.integers(0, 14), min_size=1, max_size=5), st.integers(2, 6))
def test_solving_tells_nothing_of_a_hidden_count(counts: list[int], least: int) -> None:
    shown = protect(Line(tuple(counts)), least)
    assert all(cell.is_hidden or cell.count == count for cell, count in zip(shown.cells, counts, strict=True))
    assert all(count >= least for cell, count in zip(shown.cells, counts, strict=True) if not cell.is_hidden)
    if shown.total.is_hidden:
        assert shown.is_withheld
        return
    reader = reader_of_line(shown)
    for place in (place for place, cell in enumerate(shown.cells) if cell.is_hidden):
        low, high = reader.extremes(place)
        assert low == 0
        assert high >= least


def dealt(total: int, places: int) -> Iterator[tuple[int, ...]]:
    """All ways to deal a total out to some places."""
    for bars in itertools.combinations(range(total + places - 1), places - 1):
        edges = (-1, *bars, total + places - 1)
        yield tuple(edges[at + 1] - edges[at] - 1 for at in range(places))


@pytest.mark.parametrize(
    ("least", "places", "most"), [(2, 3, 14), (3, 2, 16), (3, 3, 16), (3, 4, 13), (5, 3, 20)]
)
def test_nor_does_it_with_the_rule_of_hiding_known(least: int, places: int, most: int) -> None:
    """All lines there are: those that look the same when published leave each hidden place a small count and a large one."""
    for total in range(least, most + 1):
        alike = defaultdict(list)
        for counts in dealt(total, places):
            alike[protect(Line(counts), least)].append(counts)
        for shown, lines in alike.items():
            for place in (place for place, cell in enumerate(shown.cells) if cell.is_hidden):
                possible = {counts[place] for counts in lines}
                assert min(possible) < least <= max(possible)


@given(st.permutations([0, 3, 4, 5, 5, 6, 9, 30]))
def test_which_counts_are_hidden_does_not_hang_on_their_order(counts: list[int]) -> None:
    shown = protect(Line(tuple(counts)))
    assert sorted(count for count in counts_of(shown) if count is not None) == [6, 9, 30]


def test_hidden_counts_are_all_drawn_alike() -> None:
    shown = protect(Line((4, 5, 1200)))
    assert [cell.text_zh for cell in shown.cells] == [HIDDEN_ZH, HIDDEN_ZH, "1,200"]
    assert note_zh(5) == "少于 5 的数，还有能推出它们的数，都写“不公布”，免得认出是哪一家。"


# ------------------------------------------------------------------ several ticks each


@pytest.mark.parametrize(
    ("total", "counts", "shown"),
    [
        pytest.param(50, [4, 5, 6, 20], [NO, 5, 6, 20], id="a-small-count-takes-none-along"),
        pytest.param(50, [0, 20], [NO, 20], id="nobody-is-a-small-count"),
        pytest.param(50, [44, 45, 46, 50], [44, 45, NO, NO], id="five-not-ticking-are-told-four-are-not"),
        pytest.param(10, [5, 4, 6], [5, NO, NO], id="of-ten-only-five-is-told"),
        pytest.param(9, [4, 5], [NO, NO], id="of-nine-nothing"),
        pytest.param(50, [], [], id="no-place"),
    ],
)
def test_what_is_told_of_choices(total: int, counts: list[int], shown: list[int | None]) -> None:
    assert counts_of(protect(Choices(total, tuple(counts)))) == shown


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        pytest.param(
            Choices(20, (10, 6, 4), fewest=1), [10, NO, NO], id="not-everyone-ticked-one-that-is-shown"
        ),
        pytest.param(Choices(20, (12, 8, 4), fewest=1), [12, 8, NO], id="everyone-may-have"),
        pytest.param(Choices(20, (15, 13, 8, 4), most=2), [15, 13, NO, NO], id="four-ticks-are-left-over"),
        pytest.param(Choices(20, (15, 13, 7, 4), most=2), [15, 13, 7, NO], id="five-ticks-are"),
        pytest.param(Choices(20, (19,), fewest=1), [NO], id="nothing-else-to-hide"),
    ],
)
def test_bounds_of_the_form_do_not_narrow_a_hidden_count(table: Choices, shown: list[int | None]) -> None:
    assert counts_of(protect(table)) == shown


@given(st.data(), st.integers(2, 5), st.integers(1, 8), st.integers(1, 4))
def test_no_bound_on_ticks_pins_a_hidden_count(
    data: st.DataObject, least: int, total: int, places: int
) -> None:
    most = data.draw(st.integers(1, places))
    forms = st.sets(st.integers(0, places - 1), min_size=1, max_size=most)
    ticked = data.draw(st.lists(forms, min_size=total, max_size=total))
    counts = tuple(sum(place in form for form in ticked) for place in range(places))
    shown = protect(Choices(total, counts, fewest=1, most=most), least)
    if shown.is_withheld:
        return
    hidden = [place for place, cell in enumerate(shown.cells) if cell.is_hidden]
    told = sum(cell.count or 0 for cell in shown.cells)
    fitting = [
        values
        for values in itertools.product(range(total + 1), repeat=len(hidden))
        if total <= told + sum(values) <= most * total
    ]
    for at in range(len(hidden)):
        possible = {values[at] for values in fitting}
        assert min(possible) == 0
        assert max(possible) >= least


# ------------------------------------------------------------------ needs


@pytest.mark.parametrize(
    ("table", "wanted", "top"),
    [
        pytest.param(Needs(50, (20, 4), (5, 4)), [20, NO], [5, NO], id="small-ones-of-both"),
        pytest.param(Needs(50, (20, 20), (15, 16)), [20, 20], [15, NO], id="five-want-it-less-four-do"),
        pytest.param(
            Needs(50, (46, 45), (20, 20)), [NO, 45], [NO, 20], id="no-part-of-what-is-hidden-is-told"
        ),
        pytest.param(
            Needs(20, (15, 14, 8), (10, 6, 4), most=1),
            [15, 14, 8],
            [10, NO, NO],
            id="four-tops-are-left-over",
        ),
        pytest.param(Needs(20, (15, 14, 8), (9, 6, 3), most=1), [15, 14, 8], [9, 6, NO], id="five-tops-are"),
    ],
)
def test_what_is_told_of_needs(table: Needs, wanted: list[int | None], top: list[int | None]) -> None:
    shown = protect(table)
    assert [cell.count for cell in shown.wanted] == wanted
    assert [cell.count for cell in shown.top] == top
    assert shown.total == Cell(table.total)


# ------------------------------------------------------------------ counts that cannot be


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda: Line((3, -1)), id="negative"),
        pytest.param(lambda: Choices(5, (6,)), id="more-ticks-than-people"),
        pytest.param(lambda: Needs(9, (5,), (6,)), id="more-tops-than-wanted"),
        pytest.param(lambda: Needs(9, (10,), (6,)), id="more-wanted-than-people"),
    ],
)
def test_counts_that_cannot_be_are_refused(wrong) -> None:
    with pytest.raises(ValueError, match="a count is from 0"):
        wrong()
