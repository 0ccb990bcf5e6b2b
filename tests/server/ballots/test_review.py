"""The review: another person, a named fault, a reading that is compared and never shown."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.ballots import actions, queries
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.ballots.rules.standing import Standing
from server.infra.db import db, unit_of_work
from server.kernel.errors import Invalid, NotFound, Refused
from server.messages.models import Message
from server.messages.queries import printable
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    OPENS,
    REVIEWER,
    VOTING,
    cast,
    enter,
    full,
    key,
    log_of,
    make_opened,
    make_vote,
    make_voter,
)
from tests.factories.ledger import make_community, make_flat, make_owner, make_ownership

pytestmark = pytest.mark.usefixtures("app")


def review(ballot, seq, verdict=Verdict.VALID, *, reading=None, fault=None, actor=REVIEWER, now=VOTING):
    with unit_of_work():
        return actions.review_vote(
            ballot.id,
            seq,
            verdict=verdict,
            fault=fault,
            reading=full(ballot, reading) if reading else None,
            client_key=key(),
            actor=actor,
            now=now,
        )


def test_a_reading_that_agrees_makes_the_paper_valid() -> None:
    ballot, flats = make_vote()
    receipt = enter(ballot, flats[0], "against")
    assert review(ballot, 1, reading="against").is_recorded
    assert queries.awaiting_review(ballot.id) == 0
    assert queries.receipt(receipt.code).name_zh == "已计入"
    assert log_of(ballot)[1]["verdict"] == "valid"


def test_a_reading_that_differs_decides_nothing_and_shows_nothing() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0], "against")
    outcome = review(ballot, 1, reading="for")
    assert (outcome.is_recorded, outcome.seq) == (False, None)
    assert "against" not in json.dumps(vars(outcome))
    assert len(log_of(ballot)) == 1
    for _ in range(2):
        review(ballot, 1, reading="for")
    with pytest.raises(Refused) as refusal:
        review(ballot, 1, reading="against")
    assert refusal.value.code == "readings_used_up"


def test_a_paper_keyed_wrongly_is_voided_and_keyed_again() -> None:
    ballot, flats = make_vote()
    wrong = enter(ballot, flats[0], "against")
    review(ballot, 1, Verdict.VOID, fault=Fault.ENTRY_WRONG)
    assert queries.receipt(wrong.code).standing is Standing.VOID
    assert queries.turnout(ballot)[0].heads == 0
    right = enter(ballot, flats[0], "for")
    review(ballot, right.seq, reading="for")
    assert queries.receipt(right.code).standing is Standing.INCLUDED
    assert queries.turnout(ballot)[0].heads == 1
    assert queries.broken_at(ballot.id) is None


def test_whoever_entered_does_not_review() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    for verdict, fault in ((Verdict.VALID, None), (Verdict.VOID, Fault.UNSIGNED)):
        with pytest.raises(Refused) as refusal:
            review(ballot, 1, verdict, fault=fault, reading="for", actor=CLERK)
        assert refusal.value.code == "own_entry"


@pytest.mark.parametrize(
    ("verdict", "fault"),
    [
        pytest.param(Verdict.VOID, None, id="void-without-a-fault"),
        pytest.param(Verdict.VOID, Fault.REPRESENTATIVE, id="a-fault-only-the-house-names"),
        pytest.param(Verdict.VALID, Fault.UNSIGNED, id="valid-with-a-fault"),
    ],
)
def test_a_vote_is_void_only_for_a_named_fault(verdict, fault) -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    with pytest.raises(Invalid):
        review(ballot, 1, verdict, fault=fault, reading="for")


def test_before_the_closing_a_paper_is_not_called_valid_unread() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    with pytest.raises(Invalid):
        review(ballot, 1)


def test_an_unsigned_paper_that_was_signed_after_all_counts_again() -> None:
    ballot, flats = make_vote()
    receipt = enter(ballot, flats[0], is_signed=False)
    review(ballot, 1, reading="for")
    assert queries.receipt(receipt.code).standing is Standing.INCLUDED
    assert queries.turnout(ballot)[0].heads == 1


def voids_told(ballot, flat) -> list[Message]:
    """What the home heard of voids, as it stands on the list to print for letterboxes."""
    homes = {home.flat_id: home.letters for home in printable(ballot.community_id, OPENS)}
    return [letter for letter in homes[flat.id] if letter.kind == "ballots.vote_void"]


def test_a_paper_voided_as_unsigned_tells_its_owner_once_by_message_and_on_the_list_to_print() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0], is_signed=False)
    review(ballot, 1, Verdict.VOID, fault=Fault.UNSIGNED)
    (told,) = voids_told(ballot, flats[0])
    assert told.subject == "你家有一票作废：没有签名"
    assert voids_told(ballot, flats[1]) == []
    assert "截止以前可以重新投" in told.body
    assert not any(word in told.body for word in ("同意", "反对", "弃权"))


def test_every_void_tells_its_owner_why_and_a_restored_vote_tells_that_it_counts_again() -> None:
    ballot, flats = make_vote()
    for flat in flats[:3]:
        enter(ballot, flat)
    review(ballot, 1, Verdict.VOID, fault=Fault.ENTRY_WRONG)
    review(ballot, 2, Verdict.VOID, fault=Fault.NOT_THE_OWNER)
    review(ballot, 2, reading="for", now=VOTING + timedelta(hours=1))
    review(ballot, 3, Verdict.VOID, fault=Fault.PRESSURED, now=CLOSES)
    told = [voids_told(ballot, flat) for flat in flats[:3]]
    assert [[one.subject for one in letters] for letters in told] == [
        ["你家有一票作废：录入和纸票不一致，退回重录"],
        ["你家有一票作废：签名的不是业主", "你家作废的一票恢复有效"],
        ["你家有一票作废：经核实不是本人意愿"],
    ]
    assert "投票已经截止" in told[2][0].body


def test_when_the_representatives_vote_is_voided_the_co_owners_stands_again() -> None:
    community = make_community()
    flat = make_flat(community, room="101")
    make_ownership(flat, "张一", phone="13800000001", is_representative=True)
    make_ownership(flat, "李二", phone="13800000002")
    make_owner(make_flat(community, room="102"))
    ballot = make_opened(community)
    co_owner = queries.heads_of_flats(ballot.id, [flat.id])[0].owner_ids[1]
    theirs = cast(ballot, make_voter(flat, owner_id=co_owner))
    paper = enter(ballot, flat, by_representative=True)
    review(ballot, paper.seq, Verdict.VOID, fault=Fault.NOT_GENUINE)
    assert queries.receipt(theirs.code).standing is Standing.INCLUDED
    assert queries.turnout(ballot)[0].heads == 1
    assert queries.broken_at(ballot.id) is None
    assert not queries.has_differing_turnout(ballot.id)


def test_a_flagged_online_vote_waits_for_a_review_and_leaves_the_queue_after_it() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    assert queries.awaiting_review(ballot.id) == 0
    with unit_of_work():
        actions.flag_vote(ballot.id, 1, reason="有人说不是本人投的", actor=CLERK, now=VOTING)
    assert [one.remarks for one in queries.review_queue(ballot.id)] == [["有人说不是本人投的"]]
    review(ballot, 1, Verdict.VOID, fault=Fault.PRESSURED, now=VOTING + timedelta(hours=1))
    assert queries.awaiting_review(ballot.id) == 0
    assert queries.turnout(ballot)[0].heads == 0


def test_reviewing_one_flagged_vote_leaves_the_other_waiting() -> None:
    ballot, flats = make_vote()
    for flat in flats[:2]:
        cast(ballot, make_voter(flat))
    for seq in (1, 2):
        with unit_of_work():
            actions.flag_vote(ballot.id, seq, reason="有人说不是本人投的", actor=CLERK, now=VOTING)
    review(ballot, 1, Verdict.VOID, fault=Fault.PRESSURED, now=VOTING + timedelta(hours=1))
    assert [one.seq for one in queries.review_queue(ballot.id)] == [2]


def test_a_review_is_of_a_vote_that_is_there() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    review(ballot, 1, reading="for")
    for seq in (2, 99):
        with pytest.raises(NotFound):
            review(ballot, seq, reading="for")


def test_a_review_after_the_closing_still_needs_another_person_and_is_audited() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    review(ballot, 1, Verdict.VOID, fault=Fault.NO_EVIDENCE, now=CLOSES + timedelta(hours=2))
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "ballots.review")).one()
    assert entry.facts == {"seq": 1, "verdict": "void", "fault": "no_evidence"}


def test_the_audit_of_the_desk_holds_no_choice() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0], {"m1": "against", "m2": "浅灰"})
    review(ballot, 1, reading={"m1": "against", "m2": "浅灰"})
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb.startswith("ballots.")))
    text = json.dumps([entry.facts for entry in entries], ensure_ascii=False)
    assert "against" not in text
    assert "浅灰" not in text
