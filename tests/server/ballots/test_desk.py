"""The paper desk: numbered papers, entries with time and picture, odd marks, entries in person."""

from datetime import timedelta

import pytest

from server.ballots import actions, queries
from server.ballots.rules.standing import Standing
from server.infra.db import unit_of_work
from server.kernel.errors import Invalid, NotFound, Refused
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    OPENS,
    VOTING,
    assist,
    cast,
    enter,
    key,
    key_in,
    log_of,
    make_opened,
    make_papers,
    make_vote,
    make_voter,
    serial_of,
    take_in,
)
from tests.factories.ledger import make_community, make_flat, make_owner, make_ownership

pytestmark = pytest.mark.usefixtures("app")


def test_every_head_gets_one_numbered_paper_and_printing_again_adds_none() -> None:
    ballot, _ = make_vote()
    make_papers(ballot)
    make_papers(ballot)
    papers = queries.papers(ballot.id)
    assert [paper.number for paper in papers] == [1, 2, 3, 4, 5, 6]
    assert len({paper.serial for paper in papers}) == 6
    assert queries.paper_sums(ballot.id).out == 6


def test_a_paper_entered_is_in_the_log_with_its_time_its_picture_and_who_entered_it() -> None:
    ballot, flats = make_vote()
    received = OPENS + timedelta(hours=5)
    receipt = enter(ballot, flats[2], {"m1": "against", "m2": "米白"}, received_at=received)
    (event,) = log_of(ballot)
    assert event["received_at"] == "2026-03-18T14:00:00+08:00"
    assert (event["channel"], event["by"], event["paper"], len(event["photo"])) == (
        "paper",
        ["staff:9001", "staff:9003"],
        3,
        64,
    )
    assert event["choices"] == {"m1": "against", "m2": "米白"}
    assert not queries.receipt(receipt.code).awaits_review
    assert queries.paper_sums(ballot.id).out == 5
    assert queries.turnout(ballot)[0].heads == 1


@pytest.mark.parametrize("mark", ["blank", "unclear", "split"])
def test_an_odd_mark_that_both_saw_abstains_on_that_motion_and_stays_in_the_log(mark: str) -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0], {"m1": mark, "m2": "米白"})
    (event,) = log_of(ballot)
    assert (event["choices"], event["marks"]) == ({"m1": "abstain", "m2": "米白"}, {"m1": mark})
    assert queries.awaiting_review(ballot.id) == 0


def test_an_unsigned_paper_is_void_from_the_start_and_a_reviewer_still_sees_it() -> None:
    ballot, flats = make_vote()
    receipt = enter(ballot, flats[0], is_signed=False)
    vote, review = log_of(ballot)
    assert (vote["signed"], review["verdict"], review["reason"], review["by"]) == (
        "no",
        "void",
        "unsigned",
        "system",
    )
    assert queries.receipt(receipt.code).standing is Standing.VOID
    assert queries.turnout(ballot)[0].heads == 0
    assert [one.seq for one in queries.review_queue(ballot.id)] == [1]
    assert queries.broken_at(ballot.id) is None


@pytest.mark.parametrize(
    ("received", "now", "error"),
    [
        pytest.param(OPENS - timedelta(seconds=1), VOTING, Refused, id="before-the-opening"),
        pytest.param(CLOSES, CLOSES + timedelta(hours=1), Refused, id="at-the-closing"),
        pytest.param(VOTING + timedelta(minutes=1), VOTING, Invalid, id="in-the-future"),
        pytest.param(OPENS, VOTING, None, id="as-it-opened"),
        pytest.param(
            CLOSES - timedelta(seconds=1), CLOSES + timedelta(days=1), None, id="in-time-entered-later"
        ),
    ],
)
def test_a_paper_counts_by_when_it_was_received(received, now, error) -> None:
    ballot, flats = make_vote()
    make_papers(ballot)
    if error is None:
        enter(ballot, flats[0], received_at=received, now=now)
        assert queries.broken_at(ballot.id) is None
        return
    with pytest.raises(error):
        enter(ballot, flats[0], received_at=received, now=now)
    assert log_of(ballot) == []


def test_a_paper_is_entered_once() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    with pytest.raises(Refused) as refusal:
        enter(ballot, flats[0], "against")
    assert refusal.value.code == "entered"


def test_a_paper_without_a_picture_is_not_taken_in() -> None:
    ballot, flats = make_vote()
    make_papers(ballot)
    with unit_of_work(), pytest.raises(Invalid) as refusal:
        actions.take_in_paper(
            ballot.id,
            serial=serial_of(ballot, flats[0]),
            received_at=VOTING,
            photo_id=None,
            client_key=key(),
            actor=CLERK,
            now=VOTING,
        )
    assert set(refusal.value.fields) == {"photo"}


def test_the_serial_of_another_ballot_is_unknown_here() -> None:
    ballot, _ = make_vote()
    other, flats = make_vote()
    serial = take_in(other, flats[0])
    with pytest.raises(Refused) as refusal:
        key_in(ballot, serial)
    assert refusal.value.code == "unknown_serial"


def test_a_spoiled_paper_is_replaced_and_no_longer_taken() -> None:
    ballot, flats = make_vote()
    make_papers(ballot)
    old = queries.paper_by_serial(ballot.id, serial_of(ballot, flats[0]))
    with unit_of_work():
        fresh = actions.spoil_paper(old, reason="填错了", actor=CLERK, now=VOTING)
    assert (fresh.number, fresh.head) == (7, old.head)
    assert queries.paper_sums(ballot.id).out == 6
    with pytest.raises(Refused) as refusal:
        key_in(ballot, old.serial)
    assert refusal.value.code == "spoiled"
    enter(ballot, flats[0])


def test_an_assisted_vote_is_logged_as_such_and_waits_for_a_review() -> None:
    ballot, flats = make_vote()
    assist(ballot, flats[0])
    (event,) = log_of(ballot)
    assert (event["channel"], event["by"]) == ("assisted", ["staff:9001"])
    assert queries.awaiting_review(ballot.id) == 1


def test_an_assisted_vote_with_the_clock_set_back_keeps_the_chain_whole() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[1]))
    assist(ballot, flats[0], now=OPENS - timedelta(days=1))
    assert queries.broken_at(ballot.id) is None


def test_nobody_is_assisted_after_the_closing_or_off_the_roll() -> None:
    ballot, flats = make_vote()
    with pytest.raises(Refused):
        assist(ballot, flats[0], now=CLOSES)
    with unit_of_work(), pytest.raises(NotFound):
        actions.enter_assisted(
            ballot.id, head="h99", read={}, photo_id=None, client_key=key(), actor=CLERK, now=VOTING
        )


def test_a_paper_beside_an_online_vote_stays_in_the_log_and_precedence_decides() -> None:
    ballot, flats = make_vote(precedence="online")
    online = cast(ballot, make_voter(flats[0]), "for")
    paper = enter(ballot, flats[0], "against", now=VOTING + timedelta(hours=1))
    assert queries.receipt(online.code).standing is Standing.INCLUDED
    assert queries.receipt(paper.code).standing is Standing.SUPERSEDED
    assert queries.turnout(ballot)[0].heads == 1


def test_a_representatives_paper_stands_before_a_co_owners_online_vote() -> None:
    community = make_community()
    flat = make_flat(community, room="101")
    make_ownership(flat, "张一", phone="13800000001", is_representative=True)
    make_ownership(flat, "李二", phone="13800000002")
    make_owner(make_flat(community, room="102"))
    ballot = make_opened(community)
    co_owner = queries.heads_of_flats(ballot.id, [flat.id])[0].owner_ids[1]
    theirs = cast(ballot, make_voter(flat, owner_id=co_owner))
    enter(ballot, flat, "against", by_representative=True)
    assert queries.receipt(theirs.code).standing is Standing.VOID
    with pytest.raises(Refused):
        cast(ballot, make_voter(flat, owner_id=co_owner))


def test_a_home_written_out_is_that_home_and_a_part_of_it_is_every_one_that_fits() -> None:
    community = make_community()
    for building, entrance in (("1", "2"), ("2", "1")):
        make_owner(make_flat(community, building=building, entrance=entrance, room="202"))
    ballot = make_opened(community)
    labels = [card.labels[0] for card in queries.heads_of(ballot.id)]
    assert len(labels) == 2
    for label in labels:
        for text in (label, label.replace(" ", "")):
            assert [card.labels for card in queries.find_heads(ballot.id, text)] == [[label]]
    assert [card.labels[0] for card in queries.find_heads(ballot.id, " 202 ")] == labels
    assert queries.find_heads(ballot.id, "  ") == queries.find_heads(ballot.id, "909") == []
