"""A paper that was sent back or came in again is read anew before anything is counted: nobody's vote is lost on the way."""

from datetime import datetime, timedelta

import pytest

from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.ballots.rules.keying import Choice
from server.infra.db import unit_of_work
from server.kernel.errors import Refused
from server.ledger.models import Flat
from server.messages.queries import printable
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    OPENS,
    REVIEWER,
    SECOND,
    VOTING,
    assist,
    enter,
    explain_papers,
    key,
    key_in,
    make_vote,
    serial_of,
    take_in,
)

pytestmark = pytest.mark.usefixtures("app")
AFTER = CLOSES + timedelta(hours=1)


def void(ballot: Ballot, seq: int, fault: Fault, *, now: datetime = VOTING) -> None:
    with unit_of_work():
        actions.review_vote(
            ballot.id, seq, verdict=Verdict.VOID, fault=fault, client_key=key(), actor=REVIEWER, now=now
        )


def obstacles(ballot: Ballot) -> list[str]:
    return [reason.code for reason in queries.count_obstacles(ballot.id, CLOSES, AFTER)]


def spoiling(ballot: Ballot, flat: Flat) -> str:
    """The code under which this paper may not be spoiled."""
    paper = queries.paper_by_serial(ballot.id, serial_of(ballot, flat))
    with unit_of_work(), pytest.raises(Refused) as refusal:
        actions.spoil_paper(paper, reason="不合意", actor=CLERK, now=VOTING)
    return refusal.value.code


def test_a_paper_whose_entry_was_wrong_is_keyed_anew_before_anything_is_counted() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    void(ballot, 1, Fault.ENTRY_WRONG)
    assert queries.paper_sums(ballot.id).unkeyed == 1
    assert obstacles(ballot) == ["papers_unkeyed", "papers_out"]
    assert spoiling(ballot, flats[0]) == "returned"
    serial = serial_of(ballot, flats[0])
    key_in(ballot, serial, "against", now=AFTER)
    key_in(ballot, serial, "against", actor=SECOND, now=AFTER)
    assert obstacles(ballot) == ["papers_out"]


def test_a_paper_that_is_void_for_another_fault_waits_for_nobody() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    void(ballot, 1, Fault.NOT_THE_OWNER)
    assert queries.paper_sums(ballot.id).unkeyed == 0


def test_what_was_sent_back_after_choices_could_be_seen_is_keyed_no_more() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    explain_papers(ballot, now=AFTER)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=AFTER)
    void(ballot, 1, Fault.ENTRY_WRONG, now=AFTER)
    assert (queries.paper_sums(ballot.id).unkeyed, obstacles(ballot)) == (0, [])


def test_a_paper_that_came_in_again_after_it_was_void_is_keyed_before_anything_is_counted() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    void(ballot, 1, Fault.UNSIGNED)
    assert queries.paper_sums(ballot.id).unkeyed == 0
    serial = take_in(ballot, flats[0])
    assert queries.paper_sums(ballot.id).unkeyed == 1
    key_in(ballot, serial)
    key_in(ballot, serial, actor=SECOND)
    assert queries.paper_sums(ballot.id).unkeyed == 0


def test_a_paper_that_a_third_sent_back_is_not_spoiled_either() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    key_in(ballot, serial, "against", actor=SECOND)
    with unit_of_work():
        actions.settle_paper(ballot.id, 1, Choice.ANEW, client_key=key(), actor=REVIEWER, now=VOTING)
    assert spoiling(ballot, flats[0]) == "returned"


@pytest.mark.parametrize(
    ("make", "now", "said"),
    [
        pytest.param(enter, VOTING, "由两个人重新录", id="a-paper"),
        pytest.param(assist, VOTING, "截止以前可以重新投", id="an-owner-who-was-here"),
        pytest.param(assist, AFTER, "投票已经截止", id="an-owner-who-was-here-after-the-closing"),
    ],
)
def test_only_a_paper_is_said_to_be_keyed_anew(make, now, said) -> None:
    ballot, flats = make_vote()
    make(ballot, flats[0])
    void(ballot, 1, Fault.ENTRY_WRONG, now=now)
    letters = [one for home in printable(ballot.community_id, OPENS) for one in home.letters]
    (told,) = [one for one in letters if one.kind == "ballots.vote_void"]
    assert said in told.body
