"""A flat sold while the vote runs: noted with its paper by two people, the buyer casts for the seller's head, one vote a head."""

from datetime import timedelta
from pathlib import Path

import pytest

from server.ballots import actions, queries
from server.ballots.rules.standing import Standing
from server.infra.db import unit_of_work
from server.kernel.errors import Forbidden, Invalid, Refused
from server.ledger.actions import owners
from server.messages import queries as letters
from server.messages.rules import Recipient
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    OPENS,
    REVIEWER,
    VOTING,
    bundle_text,
    cast,
    enter,
    key,
    log_of,
    make_opened,
    make_photo,
    make_vote,
    make_voter,
    owners_of,
)
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.rolls import sell
from tests.server.ballots.test_export import recount

pytestmark = pytest.mark.usefixtures("app")
LATER = VOTING + timedelta(days=1)


def note(ballot, owner_ids, head: str = "h1", **facts):
    with unit_of_work():
        return actions.note_sale(
            ballot.id,
            head=head,
            owner_ids=owner_ids,
            sold_on=facts.get("sold_on", VOTING.date()),
            note="看过新产权证",
            photo_id=facts["photo_id"] if "photo_id" in facts else make_photo(),
            client_key=facts.get("client_key") or key(),
            actor=facts.get("actor", CLERK),
            now=facts.get("now", LATER),
        )


def answer(ballot, row, *, is_confirmed=True, reason="", actor=REVIEWER, now=LATER):
    with unit_of_work():
        return actions.answer_sale(
            row.id, ballot_id=ballot.id, is_confirmed=is_confirmed, reason=reason, actor=actor, now=now
        )


def code_of(act) -> str:
    with pytest.raises((Refused, Invalid)) as refusal:
        act()
    return refusal.value.code if isinstance(refusal.value, Refused) else ",".join(refusal.value.fields)


def test_the_buyer_votes_for_the_sellers_head_and_the_log_names_the_sale(tmp_path: Path) -> None:
    ballot, flats = make_vote()
    seller, buyer_id = make_voter(flats[0]), sell(flats[0])
    buyer = make_voter(flats[0], owner_id=buyer_id)
    assert [card.head for card, _ in queries.heads_sold(queries.known(ballot.id), LATER)] == ["h1"]
    row = note(ballot, [buyer_id])
    for one in (seller, buyer):
        with pytest.raises(Forbidden):
            cast(ballot, one, now=LATER)
    answer(ballot, row)
    with pytest.raises(Forbidden):
        cast(ballot, seller, now=LATER)
    cast(ballot, buyer, now=LATER)
    (event,) = log_of(ballot)
    assert (event["head"], event["takeover"]) == ("h1", {"id": row.id, "hash": row.digest})
    (bar,) = queries.turnout(ballot)
    assert (bar.heads, bar.roll_heads, str(bar.roll_area)) == (1, 6, "360.00")
    told = letters.inbox([Recipient.resident(buyer.id), Recipient.flat(flats[0].id)]).items
    assert "ballots.sold" in {one.kind for one in told}
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    found = queries.result(ballot.id).results
    assert recount(bundle_text(ballot, now=CLOSES), tmp_path)["results"] == found


@pytest.mark.parametrize("may_change", [True, False])
def test_what_the_seller_cast_stands_unless_a_vote_may_be_changed(may_change) -> None:
    ballot, flats = make_vote(may_change=may_change)
    old = cast(ballot, make_voter(flats[0]))
    buyer_id = sell(flats[0])
    answer(ballot, note(ballot, [buyer_id]))
    buyer = make_voter(flats[0], owner_id=buyer_id)
    state = queries.voter(queries.known(ballot.id), buyer.id, LATER)
    assert state.may_vote is may_change
    if may_change:
        cast(ballot, buyer, "against", now=LATER)
    else:
        assert code_of(lambda: cast(ballot, buyer, now=LATER)) == "vote_stands"
    assert queries.receipt(old.code).standing is (Standing.SUPERSEDED if may_change else Standing.INCLUDED)
    assert queries.turnout(ballot)[0].heads == 1


def test_a_buyers_representative_takes_no_sellers_vote_away() -> None:
    ballot, flats = make_vote(may_change=False)
    old = cast(ballot, make_voter(flats[0]))
    first = sell(flats[0])
    second = make_owner(flats[0], name="共有人").id
    with unit_of_work():
        owners.set_representative(flats[0].community_id, flats[0].id, first, actor=CLERK, now=VOTING)
    answer(ballot, note(ballot, [first, second]))
    buyer = make_voter(flats[0], owner_id=first)
    assert code_of(lambda: cast(ballot, buyer, now=LATER)) == "vote_stands"
    assert queries.receipt(old.code).standing is Standing.INCLUDED


def test_a_paper_of_a_sold_head_names_the_sale_too() -> None:
    ballot, flats = make_vote()
    row = note(ballot, [sell(flats[0])])
    answer(ballot, row)
    enter(ballot, flats[0], now=LATER)
    assert log_of(ballot)[-1]["takeover"]["id"] == row.id


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"photo_id": None}, "photo"),
        ({"sold_on": (OPENS - timedelta(days=1)).date()}, "sold_on"),
        ({"sold_on": (LATER + timedelta(days=1)).date()}, "sold_on"),
        ({"now": CLOSES}, "closed"),
    ],
    ids=["no-paper", "sold-before-the-opening", "not-sold-yet", "after-the-closing"],
)
def test_a_sale_is_not_noted(facts, code) -> None:
    ballot, flats = make_vote()
    buyer_id = sell(flats[0])
    assert code_of(lambda: note(ballot, [buyer_id], **facts)) == code
    assert queries.sales(ballot.id) == []


def test_the_ledger_says_who_bought_and_that_the_seller_left() -> None:
    ballot, flats = make_vote()
    assert code_of(lambda: note(ballot, owners_of(flats[1]))) == "still_owner"
    buyer_id = sell(flats[0])
    assert code_of(lambda: note(ballot, owners_of(flats[1]))) == "owner_ids"
    note(ballot, [buyer_id])
    assert code_of(lambda: note(ballot, [buyer_id])) == "takeover_waits"


def test_one_of_several_flats_sold_leaves_the_vote_with_the_seller() -> None:
    community = make_community()
    flats = [make_flat(community, room=str(room)) for room in (101, 102)]
    make_owner(*flats)
    ballot = make_opened(community)
    buyer_id = sell(flats[1])
    assert code_of(lambda: note(ballot, [buyer_id])) == "still_owner"
    other = sell(flats[0], "另一位", "13700000002")
    answer(ballot, note(ballot, [other]))
    with pytest.raises(Forbidden):
        cast(ballot, make_voter(flats[1], owner_id=buyer_id), now=LATER)
    cast(ballot, make_voter(flats[0], owner_id=other), now=LATER)
    assert queries.turnout(ballot)[0].heads == 1


def test_another_person_confirms_once_and_not_what_moved_on() -> None:
    ballot, flats = make_vote()
    row = note(ballot, [sell(flats[0])])
    assert code_of(lambda: answer(ballot, row, actor=CLERK)) == "same_person"
    assert code_of(lambda: answer(ballot, row, now=CLOSES)) == "closed"
    sell(flats[0], "第三人", "13700000003")
    assert code_of(lambda: answer(ballot, row)) == "moved_on"
    answer(ballot, row, is_confirmed=False, reason="又卖了")
    assert code_of(lambda: answer(ballot, row)) == "already_answered"


def test_the_same_note_sent_twice_is_one() -> None:
    ballot, flats = make_vote()
    buyer_id, one_key = sell(flats[0]), key()
    assert len({note(ballot, [buyer_id], client_key=one_key).id for _ in range(2)}) == 1
