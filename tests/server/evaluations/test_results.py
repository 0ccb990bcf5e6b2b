"""Results on a real database: none before the end, then the same for whoever sums them."""

from datetime import timedelta

import pytest

from server.evaluations import queries
from server.evaluations.rules.answering import Said
from server.evaluations.rules.results import Change
from server.evaluations.rules.words import Aspect, ItemMark, Mark
from server.kernel.errors import NotFound, Refused
from tests.factories.evaluations import DURING, OVER, SECOND, SECOND_OVER, enter, follow, give, make_rounds
from tests.factories.identity import make_resident
from tests.factories.ledger import make_community, make_flat, make_small_community

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def judged():
    """Two buildings of two flats; in the first round three answered, one of them on paper."""
    community = make_community()
    flats = [make_flat(community, building, room=room) for building in ("1", "2") for room in ("101", "102")]
    rounds = make_rounds(community)
    said = Said(Mark.GOOD, {Aspect.QUALITY: Mark.POOR}, {"B-01": ItemMark.NOT_DONE})
    give(rounds[0], flats[0], said)
    give(rounds[0], flats[1], Mark.POOR)
    enter(rounds[0], flats[2], Mark.FAIR, is_accepted=True)
    enter(rounds[0], flats[3], Mark.FAIR)
    return rounds, flats


def test_before_the_end_there_is_no_result_for_anybody(judged):
    rounds, _ = judged
    for ask in (queries.result, queries.trend, queries.change_since):
        with pytest.raises(Refused):
            ask(rounds[0], DURING)
    assert queries.judged([rounds[0].community_id], DURING) == {}


def test_the_result_is_of_the_whole_panel(judged):
    rounds, flats = judged
    found = queries.result(rounds[0], OVER)
    assert (found.households, found.answered, found.by_staff) == (4, 3, 1)
    assert [(one.label, one.answered, one.households) for one in found.buildings] == [
        ("1 栋", 2, 2),
        ("2 栋", 1, 2),
    ]
    assert found.of(Aspect.OVERALL).rate.lacking == 27
    assert [(one.title, one.tally.not_done) for one in found.items] == [("修路", 1), ("加装电梯", 0)]
    assert len(flats) == 4


def test_what_is_summed_in_the_database_is_what_is_summed_answer_by_answer(judged):
    rounds, _ = judged
    community_id = rounds[0].community_id
    single, many = queries.result(rounds[0], OVER), queries.judged([community_id], OVER)[community_id]
    assert (many.households, many.answered, many.by_staff) == (
        single.households,
        single.answered,
        single.by_staff,
    )
    assert many.marks == {one.aspect: (one.tally.satisfied, one.tally.answered) for one in single.aspects}
    assert many.items == {"B-01": (0, 1)}


def test_the_newest_round_that_is_over_is_the_one_that_is_judged_by(judged):
    rounds, flats = judged
    community_id = rounds[0].community_id
    follow(SECOND)
    give(rounds[1], flats[1], Mark.GOOD, now=SECOND)
    assert queries.latest_over([community_id], SECOND)[community_id].number == 1
    assert queries.latest_over([community_id], SECOND_OVER)[community_id].number == 2
    assert queries.judged([community_id], SECOND_OVER)[community_id].answered == 1


def test_the_trend_is_of_the_same_panel_and_says_how_those_changed_who_answered_twice(judged):
    rounds, flats = judged
    assert queries.change_since(rounds[0], OVER) is None
    follow(SECOND)
    resident = make_resident(flats[1])
    give(rounds[1], flats[1], Mark.FAIR, resident=resident, now=SECOND)
    found = queries.trend(rounds[1], SECOND_OVER)
    assert [(card.number, one.answered, one.households) for card, one in found] == [(1, 3, 4), (2, 1, 4)]
    assert queries.change_since(rounds[1], SECOND_OVER) == Change(both=1, better=1, same=0, worse=0)


def test_a_round_in_which_nobody_answered_has_a_result_too(judged):
    rounds, _ = judged
    community_id = rounds[0].community_id
    assert queries.result(rounds[1], SECOND_OVER).answered == 0
    assert queries.judged([community_id], SECOND_OVER)[community_id].answered == 0


def test_a_round_of_another_community_is_as_if_it_were_not(judged):
    rounds, _ = judged
    other, _ = make_small_community(1)
    with pytest.raises(NotFound):
        queries.named(rounds[0].id, other.id)
    with pytest.raises(NotFound):
        queries.named(10**9)
    assert queries.public_rounds(rounds[0].community_id, OVER + timedelta(days=1)) == [rounds[0]]
