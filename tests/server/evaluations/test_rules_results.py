from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evaluations.rules.answering import Said
from server.evaluations.rules.rates import Least
from server.evaluations.rules.results import Asked, Change, Tally, change, result
from server.evaluations.rules.words import Aspect, Fee, ItemMark, Mark
from tests.factories.evaluations import answered

ASKED = Asked({7: 60, 8: 40}, {7: "1 栋", 8: "2 栋"}, {"B-01": "修路"}, Least(Fraction(3, 10), 30))


def answers(*said: tuple[int, Said], building_id: int = 7) -> list:
    """So many households of a building that all say the same."""
    flat = [one for number, one in said for _ in range(number)]
    return [answered(place, building_id, True, one) for place, one in enumerate(flat)]


def test_a_rate_is_of_those_who_answered_that_question():
    said = Said(Mark.GOOD, {Aspect.QUALITY: Mark.POOR}, {"B-01": ItemMark.NOT_DONE}, Fee.YES)
    found = result(answers((10, said), (20, Said(Mark.FAIR)), (10, Said(Mark.POOR))), ASKED)
    overall, quality = found.of(Aspect.OVERALL), found.of(Aspect.QUALITY)
    assert (found.households, found.answered, found.by_staff) == (100, 40, 0)
    assert overall.tally == Tally(10, 20, 10)
    assert (overall.rate.satisfied, overall.rate.answered, overall.rate.lacking) == (30, 40, 0)
    assert (quality.rate.satisfied, quality.rate.answered, quality.rate.lacking) == (0, 10, 20)
    assert (found.fee[Fee.YES], found.fee[Fee.NO], found.fee_answered) == (10, 0, 10)


def test_an_item_is_delivered_where_people_find_it_there_however_good():
    marks = (ItemMark.GOOD, ItemMark.FAIR, ItemMark.POOR, ItemMark.NOT_DONE)
    item = result(answers(*((10, Said(Mark.GOOD, items={"B-01": mark})) for mark in marks)), ASKED).items[0]
    assert item.tally == Tally(10, 10, 10, 10)
    assert item.rate.share == Fraction(1, 2)
    assert item.delivered.share == Fraction(3, 4)


@pytest.mark.parametrize(
    ("first", "second", "leans"),
    [
        pytest.param(30, 20, ["相当", "相当"], id="as-they-live"),
        pytest.param(35, 15, ["相当", "相当"], id="a-tenth-more-is-still-as-they-live"),
        pytest.param(36, 14, ["偏多", "偏少"], id="beyond-a-tenth-one-is-over-and-one-under"),
        pytest.param(0, 0, ["相当", "相当"], id="where-nobody-answered-nothing-leans"),
    ],
)
def test_buildings_are_set_beside_their_part_of_the_households(first, second, leans):
    given = answers((first, Said(Mark.GOOD))) + answers((second, Said(Mark.POOR)), building_id=8)
    found = result(given, ASKED)
    assert [one.lean_zh for one in found.buildings] == leans
    assert [one.answered for one in found.buildings] == [first, second]
    assert found.uneven == [one for one in found.buildings if one.lean_zh != "相当"]


def test_what_the_staff_keyed_in_is_told_apart():
    keyed = [answered(1, 7, False, Said(Mark.GOOD)), answered(2, 7, True, Said(Mark.GOOD))]
    assert result(keyed, ASKED).by_staff == 1


def test_only_who_answered_twice_became_more_or_less_satisfied():
    before = [
        answered(place, 7, True, Said(mark)) for place, mark in enumerate([Mark.GOOD, Mark.FAIR, Mark.POOR])
    ]
    after = [
        answered(place, 7, True, Said(mark))
        for place, mark in [(0, Mark.GOOD), (1, Mark.POOR), (2, Mark.FAIR), (9, Mark.GOOD)]
    ]
    assert change(before, after) == Change(both=3, better=1, same=1, worse=1)


@given(st.lists(st.sampled_from(Mark), max_size=60))
def test_every_answer_is_in_one_place(marks):
    found = result([answered(n, 7 + n % 2, True, Said(mark)) for n, mark in enumerate(marks)], ASKED)
    tally = found.of(Aspect.OVERALL).tally
    assert tally.answered == tally.done == found.answered == len(marks)
    assert sum(one.answered for one in found.buildings) == len(marks)
    assert sum(one.lean for one in found.buildings) == 0
