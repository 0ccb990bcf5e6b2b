"""Two people key each paper without seeing the other's entry; a third settles; and all papers reconcile before a count."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.ballots import actions, queries
from server.ballots.actions import Came
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.ballots.rules.keying import Choice
from server.ballots.rules.standing import Standing
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, NotFound, Refused
from server.messages import queries as letters
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    OPENS,
    REVIEWER,
    SECOND,
    VOTING,
    bundle_text,
    cast,
    enter,
    explain_papers,
    full,
    key,
    key_in,
    log_of,
    make_opened,
    make_papers,
    make_photo,
    make_vote,
    make_voter,
    serial_of,
    take_in,
)
from tests.factories.ledger import make_community, make_flat, make_owner, make_ownership

pytestmark = pytest.mark.usefixtures("app")
AFTER = CLOSES + timedelta(hours=1)


def settle(ballot, number: int, choice: Choice, *, actor=REVIEWER, now=VOTING):
    with unit_of_work():
        return actions.settle_paper(ballot.id, number, choice, client_key=key(), actor=actor, now=now)


def code_of(refusal) -> str:
    return refusal.value.code


def test_one_keying_is_no_vote_and_two_alike_are_one_with_both_names() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    assert key_in(ballot, serial, "against").came is Came.WAITS
    assert (log_of(ballot), queries.turnout(ballot)[0].heads) == ([], 0)
    outcome = key_in(ballot, serial, "against", actor=SECOND)
    assert outcome.came is Came.LOGGED
    (event,) = log_of(ballot)
    assert (event["by"], event["choices"]["m1"]) == (["staff:9001", "staff:9003"], "against")
    assert queries.receipt(outcome.receipt.code).name_zh == "已计入"
    assert queries.awaiting_review(ballot.id) == 0


def test_nobody_keys_a_paper_twice_nor_a_third_time() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    with pytest.raises(Refused) as refusal:
        key_in(ballot, serial, "for")
    assert code_of(refusal) == "own_keying"
    key_in(ballot, serial, "against", actor=SECOND)
    with pytest.raises(Refused) as refusal:
        key_in(ballot, serial, "against", actor=REVIEWER)
    assert code_of(refusal) == "keyed_twice"
    assert log_of(ballot) == []


def test_a_paper_that_did_not_come_back_is_not_keyed_and_one_that_did_comes_back_once() -> None:
    ballot, flats = make_vote()
    make_papers(ballot)
    with pytest.raises(Refused) as refusal:
        key_in(ballot, serial_of(ballot, flats[0]))
    assert code_of(refusal) == "not_returned"
    take_in(ballot, flats[0])
    with pytest.raises(Refused) as refusal:
        take_in(ballot, flats[0])
    assert code_of(refusal) == "returned"


@pytest.mark.parametrize(
    ("second", "facts"),
    [
        ("against", {}),
        ({"m1": "unclear", "m2": "abstain"}, {}),
        ("for", {"is_signed": False}),
        ("for", {"by_representative": True}),
    ],
    ids=["choice", "mark", "signature", "representative"],
)
def test_where_two_differ_in_anything_a_third_settles(second, facts) -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    assert key_in(ballot, serial, second, actor=SECOND, **facts).came is Came.DIFFERS
    assert [one.number for one in queries.to_settle(ballot.id)] == [1]
    settled = settle(ballot, 1, Choice.FIRST)
    (event,) = log_of(ballot)
    assert (event["by"], event["choices"]["m1"]) == (["staff:9001", "staff:9003", "staff:9002"], "for")
    assert queries.receipt(settled.receipt.code).standing is Standing.INCLUDED
    assert queries.to_settle(ballot.id) == []


def test_only_a_third_person_settles_and_only_what_differs() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    with pytest.raises(Refused) as refusal:
        settle(ballot, 1, Choice.FIRST)
    assert code_of(refusal) == "nothing_to_settle"
    key_in(ballot, serial, "against", actor=SECOND)
    for keyer in (CLERK, SECOND):
        with pytest.raises(Refused) as refusal:
            settle(ballot, 1, Choice.FIRST, actor=keyer)
        assert code_of(refusal) == "own_keying"
    with pytest.raises(NotFound):
        settle(ballot, 99, Choice.FIRST)
    assert log_of(ballot) == []


def test_a_paper_sent_back_is_keyed_anew_by_two() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    key_in(ballot, serial, "against", actor=SECOND)
    assert settle(ballot, 1, Choice.ANEW).receipt is None
    assert log_of(ballot) == []
    key_in(ballot, serial, "abstain", actor=SECOND)
    assert key_in(ballot, serial, "abstain", actor=CLERK).came is Came.LOGGED
    assert queries.broken_at(ballot.id) is None


def test_the_third_alone_sees_both_entries_and_each_look_is_on_record() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    key_in(ballot, serial, "against", actor=SECOND)
    with unit_of_work():
        photo_id, entries = actions.look_at_entries(ballot.id, 1, actor=REVIEWER, now=VOTING)
    assert photo_id
    assert [one.choices["m1"] for one in entries] == ["for", "against"]
    with unit_of_work(), pytest.raises(Refused):
        actions.look_at_entries(ballot.id, 1, actor=CLERK, now=VOTING)
    settle(ballot, 1, Choice.SECOND)
    with unit_of_work(), pytest.raises(Refused):
        actions.look_at_entries(ballot.id, 1, actor=REVIEWER, now=VOTING)
    found = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb.startswith("ballots.")))
    facts = {entry.verb: entry.facts for entry in found}
    assert "ballots.see_entries" in facts
    assert "against" not in json.dumps(list(facts.values()))


def test_the_same_keying_sent_twice_is_one_and_another_under_its_key_a_conflict() -> None:
    ballot, flats = make_vote()
    serial, keys = take_in(ballot, flats[0]), (key(), key())
    for _ in range(2):
        assert key_in(ballot, serial, "for", client_key=keys[0]).came is Came.WAITS
    with pytest.raises(Conflict):
        key_in(ballot, serial, "against", client_key=keys[0])
    codes = {key_in(ballot, serial, "for", actor=SECOND, client_key=keys[1]).receipt.code for _ in range(2)}
    assert len(codes) == len(log_of(ballot)) == 1


def test_settling_and_taking_in_twice_are_once() -> None:
    ballot, flats = make_vote()
    make_papers(ballot)
    with unit_of_work():
        photo_id = make_photo()
    facts = {"serial": serial_of(ballot, flats[0]), "received_at": VOTING, "photo_id": photo_id}
    ids = set()
    one_key = key()
    for _ in range(2):
        with unit_of_work():
            row = actions.take_in_paper(ballot.id, **facts, client_key=one_key, actor=CLERK, now=VOTING)
            ids.add(row.id)
    assert len(ids) == 1
    key_in(ballot, facts["serial"], "for")
    key_in(ballot, facts["serial"], "against", actor=SECOND)
    for choice, settled_key in ((Choice.ANEW, key()), (Choice.FIRST, key())):
        if choice is Choice.FIRST:
            key_in(ballot, facts["serial"], "for")
            key_in(ballot, facts["serial"], "against", actor=SECOND)
        outcomes = []
        for _ in range(2):
            with unit_of_work():
                outcomes.append(
                    actions.settle_paper(
                        ballot.id, 1, choice, client_key=settled_key, actor=REVIEWER, now=VOTING
                    )
                )
        assert outcomes[0] == outcomes[1]
    assert len(log_of(ballot)) == 1


def test_none_of_those_who_keyed_reviews_or_voids() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    for keyer in (CLERK, SECOND):
        with unit_of_work(), pytest.raises(Refused) as refusal:
            actions.review_vote(
                ballot.id,
                1,
                verdict=Verdict.VOID,
                fault=Fault.NOT_GENUINE,
                client_key=key(),
                actor=keyer,
                now=VOTING,
            )
        assert code_of(refusal) == "own_entry"


def test_two_who_agree_that_a_signature_is_missing_leave_it_to_a_reviewer() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0], is_signed=False)
    assert [one.seq for one in queries.review_queue(ballot.id)] == [1]
    with unit_of_work():
        actions.review_vote(
            ballot.id,
            1,
            verdict=Verdict.VALID,
            reading=full(ballot, "for"),
            client_key=key(),
            actor=REVIEWER,
            now=VOTING,
        )
    assert queries.turnout(ballot)[0].heads == 1
    assert queries.awaiting_review(ballot.id) == 0


@pytest.mark.parametrize("choice", [Choice.FIRST, Choice.SECOND])
def test_the_third_who_settles_whether_it_is_signed_is_the_one_who_looked(choice) -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, is_signed=False)
    key_in(ballot, serial, actor=SECOND)
    with unit_of_work():
        actions.settle_paper(ballot.id, 1, choice, client_key=key(), actor=REVIEWER, now=VOTING)
    assert queries.awaiting_review(ballot.id) == 0
    assert queries.turnout(ballot)[0].heads == (choice is Choice.SECOND)
    told = letters.printable(ballot.community_id, VOTING)
    assert [home.flat_id for home in told] == ([flats[0].id] if choice is Choice.FIRST else [])


def test_a_co_owners_paper_after_the_representative_stays_in_the_log_and_is_void() -> None:
    community = make_community()
    flat = make_flat(community, room="101")
    make_ownership(flat, "张一", phone="13800000001", is_representative=True)
    make_ownership(flat, "李二", phone="13800000002")
    make_owner(make_flat(community, room="102"))
    ballot = make_opened(community)
    owner = queries.heads_of_flats(ballot.id, [flat.id])[0].representative_id
    first = cast(ballot, make_voter(flat, owner_id=owner))
    late = enter(ballot, flat, "against")
    assert queries.receipt(first.code).standing is Standing.INCLUDED
    assert queries.receipt(late.code).standing is Standing.VOID
    assert queries.turnout(ballot)[0].heads == 1
    assert queries.broken_at(ballot.id) is None


def test_a_clock_set_back_between_coming_back_and_keying_keeps_the_log_whole() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    for who in (CLERK, SECOND):
        key_in(ballot, serial, actor=who, now=OPENS - timedelta(days=1))
    assert len(log_of(ballot)) == 1
    assert queries.broken_at(ballot.id) is None


# ------------------------------------------------------------------ reconciling


def count(ballot, now=AFTER):
    with unit_of_work():
        return actions.count_ballot(ballot.id, actor=CLERK, now=now)


def obstacles(ballot, now=AFTER) -> list[str]:
    return [reason.code for reason in queries.count_obstacles(ballot.id, ballot.closing_at, now)]


def test_every_paper_is_out_spoiled_or_back_and_what_came_back_is_keyed() -> None:
    ballot, flats = make_vote()
    make_papers(ballot)
    with unit_of_work():
        first = queries.paper_by_serial(ballot.id, serial_of(ballot, flats[5]))
        actions.spoil_paper(first, reason="填错了", actor=CLERK, now=VOTING)
    enter(ballot, flats[0])
    take_in(ballot, flats[1])
    serial = take_in(ballot, flats[2])
    key_in(ballot, serial, "for")
    key_in(ballot, serial, "against", actor=SECOND)
    sums = queries.paper_sums(ballot.id)
    assert (sums.issued, sums.spoiled, sums.returned, sums.out) == (7, 1, 3, 3)
    assert (sums.entered, sums.unkeyed, sums.differing) == (1, 1, 1)
    assert obstacles(ballot) == ["papers_unkeyed", "papers_differ", "papers_out"]
    with pytest.raises(Refused) as refusal:
        bundle_text(ballot, now=AFTER)
    assert code_of(refusal) == "papers_unkeyed"


def test_a_paper_that_came_back_is_not_spoiled() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    paper = queries.paper_by_serial(ballot.id, serial)
    with unit_of_work(), pytest.raises(Refused) as refusal:
        actions.spoil_paper(paper, reason="不合意", actor=CLERK, now=VOTING)
    assert code_of(refusal) == "returned"


def test_what_did_not_come_back_is_explained_by_two_after_the_closing() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    with unit_of_work(), pytest.raises(Refused) as refusal:
        actions.explain_papers(ballot.id, "没领", client_key=key(), actor=CLERK, now=VOTING)
    assert code_of(refusal) == "not_closed"
    assert obstacles(ballot) == ["papers_out"]
    with unit_of_work():
        told = actions.explain_papers(ballot.id, "没领", client_key=key(), actor=CLERK, now=AFTER)
    assert obstacles(ballot) == ["papers_out"]
    with unit_of_work(), pytest.raises(Refused) as refusal:
        actions.confirm_papers(ballot.id, told.id, actor=CLERK, now=AFTER)
    assert code_of(refusal) == "own_statement"
    for _ in range(2):
        with unit_of_work():
            actions.confirm_papers(ballot.id, told.id, actor=REVIEWER, now=AFTER)
    assert obstacles(ballot) == []
    assert count(ballot).outcome["papers"] == {
        "issued": 6, "spoiled": 0, "returned": 1, "entered": 1, "out": 5,
        "text": "没领", "stated_by": "staff:9001", "confirmed_by": "staff:9002",
    }  # fmt: skip


def test_an_explanation_explains_its_own_numbers_alone() -> None:
    ballot, flats = make_vote()
    make_papers(ballot)
    explain_papers(ballot, now=AFTER)
    assert obstacles(ballot) == []
    with unit_of_work():
        told = actions.explain_papers(ballot.id, "没领", client_key=key(), actor=CLERK, now=AFTER)
    enter(ballot, flats[0], now=AFTER + timedelta(minutes=5))
    assert obstacles(ballot) == ["papers_out"]
    with unit_of_work(), pytest.raises(Refused) as refusal:
        actions.confirm_papers(ballot.id, told.id, actor=REVIEWER, now=AFTER)
    assert code_of(refusal) == "numbers_moved"


def test_where_all_came_back_there_is_nothing_to_explain() -> None:
    ballot, flats = make_vote(("60.00",) * 2)
    for flat in flats:
        enter(ballot, flat)
    assert obstacles(ballot) == []
    with unit_of_work(), pytest.raises(Refused) as refusal:
        actions.explain_papers(ballot.id, "没领", client_key=key(), actor=CLERK, now=AFTER)
    assert code_of(refusal) == "nothing_out"
