"""Answers on a real database: one a household and round, its residents' to replace and nobody else's."""

from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa

from server.evaluations import actions, queries
from server.evaluations.models import EvaluationAnswer, EvaluationReview
from server.evaluations.queries.answers import counted_ids
from server.evaluations.rules.answering import Entry, Said, counted
from server.evaluations.rules.words import Aspect, Fee, ItemMark, Mark, State
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from tests.factories.evaluations import (
    DURING,
    ENTERS,
    OPENED,
    OVER,
    REVIEWS,
    actor_of,
    enter,
    give,
    key,
    make_rounds,
    review,
)
from tests.factories.identity import make_resident
from tests.factories.ledger import household_of, make_small_community

pytestmark = pytest.mark.usefixtures("app")
WHOLE = Said(
    Mark.FAIR,
    {Aspect.QUALITY: Mark.POOR, Aspect.SERVICE: Mark.GOOD},
    {"B-01": ItemMark.NOT_DONE},
    Fee.DEPENDS,
    "路灯还没装",
)


@pytest.fixture
def panel():
    """A community of three flats in its first round."""
    community, flats = make_small_community(3)
    return make_rounds(community)[0], flats


def state(of, flat) -> State:
    return queries.state_in(of.id, household_of(flat).id)


def test_an_answer_is_kept_as_it_was_given(panel):
    of, flats = panel
    give(of, flats[0], WHOLE)
    own = queries.own_answer(of.id, household_of(flats[0]).id)
    assert own is not None
    assert own.said == WHOLE
    assert queries.turnout(of) == (1, 3)


def test_a_later_answer_of_the_household_takes_the_earlier_ones_place_and_both_stay_on_record(panel):
    of, flats = panel
    one, other = make_resident(flats[0]), make_resident(flats[0])
    give(of, flats[0], Mark.POOR, resident=one)
    give(of, flats[0], Mark.GOOD, resident=other, now=DURING + timedelta(hours=1))
    assert [one.said.overall for one in queries.counted([of.id])[of.id]] == [Mark.GOOD]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EvaluationAnswer)) == 2


def test_sent_twice_is_one_answer_and_the_same_key_with_another_is_a_conflict(panel):
    of, flats = panel
    who = make_resident(flats[0])
    first = give(of, flats[0], WHOLE, resident=who, client_key="k")
    assert give(of, flats[0], WHOLE, resident=who, client_key="k", now=OVER).id == first.id
    with pytest.raises(Conflict):
        give(of, flats[0], Mark.GOOD, resident=who, client_key="k")


@pytest.mark.parametrize("now", [OPENED - timedelta(days=1), OVER])
def test_outside_its_days_nothing_is_taken(panel, now):
    of, flats = panel
    with pytest.raises(Refused):
        give(of, flats[0], now=now)
    with pytest.raises(Refused):
        enter(of, flats[0], now=now)


def test_nobody_answers_for_anothers_household(panel):
    of, flats = panel
    stranger, (other, away) = make_resident(flats[1]), make_small_community(1)
    with pytest.raises(NotFound):
        give(of, flats[0], resident=stranger)
    with pytest.raises(NotFound):
        give(of, away[0])
    # The staff's number is no resident's, whatever flat it might happen to be bound to.
    with pytest.raises(NotFound), unit_of_work():
        actions.give_answer(
            of.id, household_of(flats[0]).id, Said(Mark.GOOD), client_key=key(), actor=ENTERS, now=DURING
        )
    assert other.id != of.community_id


def test_an_item_that_was_not_promised_is_refused_by_either_way(panel):
    of, flats = panel
    said = Said(Mark.GOOD, items={"X-9": ItemMark.GOOD})
    for way in (give, enter):
        with pytest.raises(Invalid):
            way(of, flats[0], said)


def test_a_paper_counts_once_another_person_accepted_it(panel):
    of, flats = panel
    row = enter(of, flats[0], Mark.POOR)
    assert (state(of, flats[0]), queries.turnout(of)) == (State.WAITING, (0, 3))
    with pytest.raises(Refused):
        review(of, row, actor=ENTERS)
    review(of, row)
    assert (state(of, flats[0]), queries.turnout(of)) == (State.BY_STAFF, (1, 3))
    assert queries.counted([of.id])[of.id][0].is_own is False


def test_a_paper_turned_down_may_be_entered_anew(panel):
    of, flats = panel
    enter(of, flats[0], Mark.POOR, is_accepted=False)
    assert state(of, flats[0]) is State.NONE
    enter(of, flats[0], Mark.FAIR, is_accepted=True)
    assert [one.said.overall for one in queries.counted([of.id])[of.id]] == [Mark.FAIR]


def test_a_residents_own_answer_stands_before_a_paper_whichever_came_first(panel):
    of, flats = panel
    enter(of, flats[0], Mark.POOR, is_accepted=True)
    give(of, flats[0], Mark.GOOD)
    waiting = enter(of, flats[1], Mark.POOR)
    give(of, flats[1], Mark.FAIR)
    with pytest.raises(Refused):
        review(of, waiting)
    assert [one.said.overall for one in queries.counted([of.id])[of.id]] == [Mark.GOOD, Mark.FAIR]


@pytest.mark.parametrize("before", ["own", "accepted", "waiting"])
def test_staff_never_enter_over_what_a_household_has(panel, before):
    of, flats = panel
    if before == "own":
        give(of, flats[0], Mark.POOR)
    else:
        enter(of, flats[0], Mark.POOR, is_accepted=True if before == "accepted" else None)
    with pytest.raises((Refused, Conflict)):
        enter(of, flats[0], Mark.GOOD)


def test_a_review_is_given_once_and_the_same_again_changes_nothing(panel):
    of, flats = panel
    row = enter(of, flats[0])
    review(of, row)
    review(of, row)
    with pytest.raises(Conflict):
        review(of, row, is_accepted=False)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(EvaluationReview)) == 1


def test_what_nobody_looked_at_by_the_end_does_not_count_and_can_not_be_let_in_later(panel):
    of, flats = panel
    row = enter(of, flats[0])
    with pytest.raises(Refused):
        review(of, row, now=OVER)
    assert queries.counted([of.id])[of.id] == []


def test_papers_that_wait_for_somebody_else_are_counted(panel):
    of, flats = panel
    enter(of, flats[0])
    enter(of, flats[1])
    give(of, flats[1])
    ids = [of.community_id]
    assert queries.waiting_counts(ids, DURING) == {of.id: 1}
    assert queries.waiting_counts(ids, DURING, REVIEWS.key) == {of.id: 1}
    assert queries.waiting_counts(ids, DURING, ENTERS.key) == {}
    assert queries.waiting_counts(ids, OVER) == {}


@pytest.mark.parametrize("table", ["evaluation_answers", "evaluation_reviews"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_was_answered(panel, table, change):
    of, flats = panel
    enter(of, flats[0], is_accepted=True)
    column = "household_id" if table == "evaluation_answers" else "answer_id"
    with pytest.raises(sa.exc.DatabaseError, match="only grows"), unit_of_work():
        db.session.execute(sa.text(change.format(table, column, column)))


def test_the_open_rounds_of_a_resident_are_those_of_their_households(panel):
    of, flats = panel
    who = make_resident(flats[0], flats[2])
    found = queries.seats_of(who.id, DURING)
    assert [(one.id, [seat.label for seat in seats]) for one, seats in found] == [
        (of.id, ["1 栋 1 单元 101", "1 栋 1 单元 201"])
    ]
    assert queries.seats_of(who.id, OVER) == []
    assert actor_of(who).id == who.id


KINDS = ("own", "accepted", "refused", "waiting")
ORDERS = [order for length in range(3) for order in product(KINDS, repeat=length)]


def test_the_database_counts_the_same_answer_as_the_rule():
    """Whatever came in whatever order, a household for each: past what the actions would have let in."""
    community, flats = make_small_community(len(ORDERS))
    of = make_rounds(community)[0]
    expected = []
    for order, flat in zip(ORDERS, flats, strict=True):
        standing = counted([kept(of, household_of(flat).id, kind) for kind in order])
        expected += [standing.id] if standing else []
    assert sorted(db.session.scalars(counted_ids([of.id]))) == sorted(expected)


def kept(of, household_id: int, kind: str) -> Entry:
    verdict = {"accepted": True, "refused": False}.get(kind)
    with unit_of_work():
        row = EvaluationAnswer(
            round_id=of.id,
            panel_id=of.panel_id,
            household_id=household_id,
            is_own=kind == "own",
            overall=Mark.GOOD,
            items={},
            words="",
            entered_by="staff:1",
            answered_at=DURING,
        )
        db.session.add(row)
        db.session.flush()
        if verdict is not None:
            review = {"reviewed_by": "staff:2", "reviewed_name": "周", "reviewed_at": DURING}
            db.session.add(EvaluationReview(answer_id=row.id, is_accepted=verdict, **review))
    return Entry(row.id, row.is_own, verdict)


def test_many_answers_at_once_go_by_the_rules_of_one(panel):
    of, flats = panel
    residents = [make_resident(flat) for flat in flats]
    given = [
        actions.Given(household_of(flat).id, WHOLE, actor_of(who), DURING)
        for flat, who in zip(flats, residents, strict=True)
    ]
    wrong = [
        (actions.Given(given[0].household_id, WHOLE, given[1].actor, DURING), NotFound),
        (actions.Given(given[0].household_id, WHOLE, given[0].actor, OVER), Refused),
        (actions.Given(given[0].household_id, Said(Mark.GOOD, {}, {"X": ItemMark.GOOD}), given[0].actor, DURING), Invalid),
    ]  # fmt: skip
    for one, error in wrong:
        with pytest.raises(error), unit_of_work():
            actions.answer_in_batch(of.id, [*given[1:], one])
    assert queries.turnout(of) == (0, 3)
    with unit_of_work():
        actions.answer_in_batch(of.id, given)
    assert queries.turnout(of) == (3, 3)
    own = queries.own_answer(of.id, given[2].household_id)
    assert own is not None and own.said == WHOLE
