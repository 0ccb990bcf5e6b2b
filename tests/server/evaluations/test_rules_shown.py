from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evaluations.rules.answering import Said
from server.evaluations.rules.rates import Least
from server.evaluations.rules.results import Asked, result
from server.evaluations.rules.shown import Between, bounds_of, shown
from server.evaluations.rules.words import Aspect, Fee, ItemMark, Mark
from server.kernel.disclosure import Line, protect
from tests.factories.evaluations import answered

ASKED = Asked({7: 60, 8: 60}, {7: "1 栋", 8: "2 栋"}, {"B-01": "修路"}, Least(Fraction(3, 10), 30))
LEAST = 5


def told(*said: tuple[int, Said], by_staff: int = 0):
    """Half of them in each building."""
    flat = [one for number, one in said for _ in range(number)]
    answers = [answered(n, 7 + n % 2, n >= by_staff, one) for n, one in enumerate(flat)]
    return shown(result(answers, ASKED), LEAST)


def test_where_all_counts_are_large_the_rate_is_told_exactly():
    found = told((20, Said(Mark.GOOD)), (20, Said(Mark.FAIR)), (10, Said(Mark.POOR)))
    assert found.overall.rate is not None
    assert found.overall.rate.share == Fraction(4, 5)
    assert [(word, cell.count) for word, cell in found.overall.cells] == [
        ("满意", 20),
        ("基本满意", 20),
        ("不满意", 10),
    ]
    assert [one.answered.count for one in found.buildings] == [25, 25]


def test_a_small_count_hides_the_next_one_and_leaves_the_rate_between_two_bounds():
    found = told((30, Said(Mark.GOOD)), (12, Said(Mark.FAIR)), (2, Said(Mark.POOR)))
    assert [cell.count for _, cell in found.overall.cells] == [30, None, None]
    assert found.overall.rate is None
    assert found.overall.between == Between(Fraction(30, 44), Fraction(1))
    assert found.has_hidden


def test_where_only_the_two_satisfied_are_hidden_their_sum_is_no_secret():
    found = told((3, Said(Mark.GOOD)), (10, Said(Mark.FAIR)), (30, Said(Mark.POOR)))
    assert [cell.count for _, cell in found.overall.cells] == [None, None, 30]
    assert found.overall.rate is not None
    assert found.overall.rate.share == Fraction(13, 43)


def test_too_few_answers_tell_how_many_are_lacking_and_nothing_else():
    found = told((35, Said(Mark.GOOD)))
    assert (found.answered, found.households, found.lacking) == (35, 120, 1)
    assert found.lacking_zh == "还差 1 户"
    assert (found.aspects, found.items, found.fee, found.buildings) == ([], [], [], [])
    assert found.by_staff.is_hidden


def test_a_question_that_too_few_answered_is_withheld_without_a_number():
    said = Said(Mark.GOOD, {Aspect.QUALITY: Mark.POOR})
    found = told((20, said), (20, Said(Mark.FAIR)))
    quality = next(one for one in found.aspects if one.title == Aspect.QUALITY.name_zh)
    assert (quality.rate, quality.between) == (None, None)
    assert quality.cells == []


def test_items_fee_and_what_was_keyed_in_are_told():
    marks = ((20, ItemMark.GOOD), (12, ItemMark.FAIR), (6, ItemMark.POOR), (8, ItemMark.NOT_DONE))
    fees = (Fee.YES, Fee.YES, Fee.DEPENDS, Fee.NO)
    said = [
        (number, Said(Mark.GOOD, {}, {"B-01": mark}, fee))
        for (number, mark), fee in zip(marks, fees, strict=True)
    ]
    found = told(*said, (7, Said(Mark.FAIR)), (7, Said(Mark.POOR)), by_staff=6)
    item = found.items[0]
    assert [cell.count for _, cell in item.cells] == [20, 12, 6, 8]
    assert item.rate is not None
    assert (item.title, item.rate.share) == ("修路", Fraction(32, 46))
    assert [(word, cell.count) for word, cell in found.fee] == [
        ("愿意", 32),
        ("看服务和价钱", 6),
        ("不愿意", 8),
    ]
    assert found.by_staff.count == 6
    assert not found.has_hidden


def test_where_everything_is_hidden_no_bounds_are_written():
    found = told((2, Said(Mark.GOOD)), (36, Said(Mark.FAIR)), (2, Said(Mark.POOR)))
    assert [cell.count for _, cell in found.overall.cells] == [None, None, None]
    assert (found.overall.rate, found.overall.between) == (None, None)
    assert bounds_of([None, None], 2, 0) == Between(Fraction(0), Fraction(0))


def all_readings(cells, answered):
    """Every table that a reader of these cells must hold possible."""
    hidden = [place for place, cell in enumerate(cells) if cell is None]
    left = answered - sum(cell or 0 for cell in cells)
    if not hidden:
        yield list(cells)
        return
    # What all but one of them hold leaves one number for the last.
    for numbers in product(range(left + 1), repeat=len(hidden) - 1):
        if sum(numbers) <= left:
            counts = list(cells)
            for place, number in zip(hidden, [*numbers, left - sum(numbers)], strict=True):
                counts[place] = number
            yield counts


@given(st.lists(st.integers(0, 14), min_size=4, max_size=4))
def test_the_bounds_are_those_of_a_reader_who_tries_every_table(counts):
    """Four places: satisfied, fair, poor, left out."""
    line = protect(Line(tuple(counts)), LEAST)
    cells = [cell.count for cell in line.cells]
    shares = {
        Fraction(one[0] + one[1], sum(one[:3])) for one in all_readings(cells, sum(counts)) if sum(one[:3])
    }
    if shares:
        bounds = bounds_of(cells, 3, sum(counts))
        assert bounds.low == min(shares)
        assert bounds.high == max(shares)


@pytest.mark.parametrize("poor", range(1, LEAST))
def test_no_small_number_of_complaints_can_be_told_from_a_larger_one(poor):
    """However few complain: a reader holds it possible that five or more did."""
    found = told((20, Said(Mark.GOOD)), (18, Said(Mark.FAIR)), (poor, Said(Mark.POOR)))
    between = found.overall.between
    assert between is not None
    assert (1 - between.low) * found.answered >= LEAST
