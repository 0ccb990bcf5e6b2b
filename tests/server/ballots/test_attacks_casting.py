"""Ways to cheat at the casting, from the organiser's side: each is refused, or an auditor sees it afterwards."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from server.audit.models import AuditEntry
from server.ballots import actions, queries
from server.ballots.actions import Came
from server.ballots.models import Keying, LogEntry
from server.ballots.rules.desk import Fault
from server.ballots.rules.drafting import Unreturned
from server.ballots.rules.events import Verdict
from server.ballots.rules.keying import Choice
from server.ballots.rules.receipts import new_code
from server.ballots.rules.service import Way
from server.ballots.rules.standing import Standing
from server.infra.db import db, unit_of_work
from server.kernel.actor import Actor
from server.kernel.errors import Invalid, NotFound, Problem, Refused
from server.messages import queries as letters
from server.messages.rules import Recipient
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    LIFT,
    OPENS,
    REVIEWER,
    SECOND,
    VOTING,
    assist,
    cast,
    enter,
    explain_papers,
    key,
    key_in,
    log_of,
    make_electorate,
    make_opened,
    make_photo,
    make_vote,
    make_voter,
    serial_of,
    take_in,
)
from tests.factories.crowds import at_once

pytestmark = pytest.mark.usefixtures("app")
AFTER = CLOSES + timedelta(hours=1)
TICK = timedelta(microseconds=1)


def refused(act, *codes: str) -> None:
    with pytest.raises((Refused, Invalid, NotFound)) as refusal:
        act()
    if codes:
        assert refusal.value.code in codes


def review(ballot, seq: int, verdict=Verdict.VOID, fault=Fault.NOT_GENUINE, *, actor=REVIEWER, now=AFTER):
    with unit_of_work():
        return actions.review_vote(
            ballot.id, seq, verdict=verdict, fault=fault, client_key=key(), actor=actor, now=now
        )


def count(ballot, now=AFTER):
    with unit_of_work():
        return actions.count_ballot(ballot.id, actor=CLERK, now=now)


def audited(verb: str) -> list[dict[str, Any]]:
    rows = sa.select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)
    return [entry.facts for entry in db.session.scalars(rows)]


# ------------------------------------------------------------------ papers


def test_signatures_collected_after_the_closing_are_not_taken_in() -> None:
    ballot, flats = make_vote()
    refused(lambda: take_in(ballot, flats[0], received_at=CLOSES, now=AFTER), "received_too_late")
    assert log_of(ballot) == []


def test_a_late_paper_dated_back_shows_when_it_was_taken_in_and_by_whom() -> None:
    ballot, flats = make_vote()
    take_in(ballot, flats[1])
    enter(ballot, flats[0], received_at=CLOSES - timedelta(minutes=1), now=AFTER)
    (event,) = log_of(ballot)
    assert event["received_at"] < "2026-03-31T18:00:00" < event["recorded_at"]
    paper = queries.paper(ballot.id, event["paper"])
    assert (queries.returned(paper.id).taken_by, queries.returned(paper.id).taken_at) == (CLERK.key, AFTER)


def test_signatures_found_once_the_result_is_known_are_not_added() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    serial = take_in(ballot, flats[1])
    for who in (CLERK, SECOND):
        key_in(ballot, serial, actor=who)
    explain_papers(ballot, now=CLOSES)
    count(ballot)
    refused(lambda: take_in(ballot, flats[2], received_at=VOTING, now=AFTER), "disclosed")
    assert len(log_of(ballot)) == 2


def test_a_clerk_who_keys_what_suits_makes_no_vote() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    assert key_in(ballot, serial, "against", actor=SECOND).came is Came.DIFFERS
    assert (log_of(ballot), queries.turnout(ballot)[0].heads) == ([], 0)
    refused(lambda: count(ballot), "obstacles")


def test_a_clerk_cannot_be_both_keyers_nor_the_one_who_settles() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    refused(lambda: key_in(ballot, serial, "for"), "own_keying")
    key_in(ballot, serial, "against", actor=SECOND)

    def settle() -> None:
        with unit_of_work():
            actions.settle_paper(ballot.id, 1, Choice.FIRST, client_key=key(), actor=CLERK, now=VOTING)

    refused(settle, "own_keying")


def test_the_third_logs_nothing_that_neither_of_the_two_had_read() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    key_in(ballot, serial, "against", actor=SECOND)
    with unit_of_work():
        actions.settle_paper(ballot.id, 1, Choice.SECOND, client_key=key(), actor=REVIEWER, now=VOTING)
    (event,) = log_of(ballot)
    assert event["choices"]["m1"] == "against"
    assert event["by"] == [CLERK.key, SECOND.key, REVIEWER.key]


def test_the_same_paper_keyed_again_is_no_second_vote() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    serial = serial_of(ballot, flats[0])
    for who in (CLERK, SECOND, REVIEWER):
        refused(lambda who=who: key_in(ballot, serial, "against", actor=who), "entered")
    refused(lambda: take_in(ballot, flats[0]), "entered")
    assert len(log_of(ballot)) == 1


def test_the_same_paper_keyed_by_many_at_once_is_one_vote(app: Flask) -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    ballot_id = ballot.id

    def by(who: Actor):
        with unit_of_work():
            return actions.key_paper(
                ballot_id,
                serial=serial,
                read={"m1": "for"},
                is_signed=True,
                client_key=key(),
                actor=who,
                now=VOTING,
            )

    outcomes = at_once(app, [lambda who=who: by(who) for who in (CLERK, SECOND, REVIEWER) * 2])
    assert sum(not isinstance(one, Problem) and one.came is Came.LOGGED for one in outcomes) == 1
    assert len(log_of(ballot)) == 1
    assert db.session.scalar(sa.select(sa.func.count(Keying.id))) == 2


def test_a_paper_copied_under_a_made_up_number_or_another_votes_is_unknown() -> None:
    ballot, _ = make_vote()
    other, flats = make_vote()
    serial = take_in(other, flats[0])
    for made_up in (serial, "2222222222", ""):
        refused(lambda made_up=made_up: key_in(ballot, made_up), "unknown_serial")


def test_a_paper_that_does_not_suit_is_neither_spoiled_nor_left_lying() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    paper = queries.paper_by_serial(ballot.id, serial)

    def spoil() -> None:
        with unit_of_work():
            actions.spoil_paper(paper, reason="弄脏了", actor=CLERK, now=VOTING)

    refused(spoil, "returned")
    explain_papers(ballot, now=AFTER)
    refused(lambda: count(ballot), "obstacles")


def test_papers_that_never_came_back_are_explained_by_two_names_on_record() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    refused(lambda: count(ballot), "obstacles")
    explain_papers(ballot, now=AFTER)
    papers = count(ballot).outcome["papers"]
    assert (papers["out"], papers["stated_by"] != papers["confirmed_by"]) == (5, True)
    assert [facts["out"] for facts in audited("ballots.explain_papers")] == [5]


def test_two_who_call_a_signed_paper_unsigned_wait_for_a_third() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0], is_signed=False)
    explain_papers(ballot, now=AFTER)
    refused(lambda: count(ballot), "obstacles")
    for keyer in (CLERK, SECOND):
        refused(lambda keyer=keyer: review(ballot, 1, actor=keyer), "own_entry")


def test_a_vote_keyed_for_an_owner_who_never_came_waits_for_a_reviewer_and_tells_the_home() -> None:
    ballot, flats = make_vote()
    voter = make_voter(flats[0])
    cast(ballot, voter, "against")
    forged = assist(ballot, flats[0], "for", now=VOTING + timedelta(hours=1))
    told = letters.inbox([Recipient.resident(voter.id), Recipient.flat(flats[0].id)]).items
    assert "ballots.vote_repeated" in {letter.kind for letter in told}
    refused(lambda: count(ballot), "obstacles")
    review(ballot, forged.seq, fault=Fault.PRESSURED)
    count(ballot)
    assert queries.sample(ballot).votes == 0


def test_every_duplicate_stays_in_the_log_whichever_counts() -> None:
    ballot, flats = make_vote(precedence="online")
    online = cast(ballot, make_voter(flats[0]), "against")
    paper = enter(ballot, flats[0], "for", now=VOTING + timedelta(hours=1))
    assert [event["channel"] for event in log_of(ballot)] == ["online", "paper"]
    assert queries.receipt(online.code).standing is Standing.INCLUDED
    assert queries.receipt(paper.code).standing is Standing.SUPERSEDED


# ------------------------------------------------------------------ service


def test_a_service_that_never_happened_needs_a_witness_or_a_picture_and_names_who_says_so() -> None:
    ballot, flats = make_vote()

    def serve(witness: str, photo_id: int | None = None) -> None:
        with unit_of_work():
            actions.record_attempt(
                ballot, flats[0].id, Way.HANDED, done_at=VOTING, witness=witness, photo_id=photo_id,
                client_key=key(), actor=CLERK, now=VOTING,
            )  # fmt: skip

    refused(lambda: serve(""))
    assert log_of(ballot) == []
    serve("王五")
    (event,) = log_of(ballot)
    assert [row.attempted_by for row in queries.attempts(ballot.id) if row.id == event["attempt"]] == [
        CLERK.key
    ]


def test_a_round_that_never_happened_shows_one_picture_for_many_homes() -> None:
    """Noted for a whole stairwell in one go: each home's service holds the same hash, and the audit the one person."""
    ballot, flats = make_vote()
    with unit_of_work():
        actions.record_attempts(
            ballot,
            [flat.id for flat in flats[:4]],
            Way.HANDED,
            done_at=VOTING,
            witness="",
            photo_id=make_photo(),
            client_key=key(),
            actor=CLERK,
            now=VOTING,
        )
    assert len({event["photo"] for event in log_of(ballot)}) == 1
    assert len({(row.attempted_by, row.done_at, row.photo_id) for row in queries.attempts(ballot.id)}) == 1
    assert len(audited("ballots.record_attempt")) == len(log_of(ballot)) == 4


def test_silence_is_no_vote_where_a_tenant_took_the_ballot() -> None:
    community, flats = make_electorate()
    ballot = make_opened(
        community, motions=(LIFT,), unreturned=Unreturned.FOLLOW_MAJORITY, clause="议事规则第十二条"
    )
    for flat in flats[:2]:
        cast(ballot, make_voter(flat))
    for flat in flats[2:]:
        with unit_of_work():
            actions.record_attempt(
                ballot, flat.id, Way.TENANT, done_at=VOTING, witness="王五", photo_id=make_photo(),
                client_key=key(), actor=CLERK, now=VOTING,
            )  # fmt: skip
    count(ballot)
    assert queries.verdict(ballot.id, "m1") == "no_quorum"


def test_service_is_not_made_up_after_the_closing() -> None:
    ballot, flats = make_vote()

    def serve() -> None:
        with unit_of_work():
            actions.record_attempt(
                ballot, flats[0].id, Way.HANDED, done_at=VOTING, witness="王五", photo_id=None,
                client_key=key(), actor=CLERK, now=CLOSES,
            )  # fmt: skip

    refused(serve, "closed")


# ------------------------------------------------------------------ clocks, receipts, counts


@pytest.mark.parametrize(("moment", "is_taken"), [(CLOSES - TICK, True), (CLOSES, False), (CLOSES + TICK, False)])  # fmt: skip
def test_a_vote_in_the_last_moment_is_in_and_one_at_the_closing_is_not(moment, is_taken) -> None:
    ballot, flats = make_vote()
    if is_taken:
        cast(ballot, make_voter(flats[0]), now=moment)
    else:
        refused(lambda: cast(ballot, make_voter(flats[0]), now=moment), "closed")
    assert len(log_of(ballot)) == int(is_taken)
    assert queries.broken_at(ballot.id) is None


def test_a_clock_set_back_after_the_closing_lets_no_vote_in() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    count(ballot)
    refused(lambda: cast(ballot, make_voter(flats[1]), now=VOTING), "closed")
    refused(lambda: take_in(ballot, flats[2], now=VOTING))
    assert len(log_of(ballot)) == 1


def test_a_clock_set_back_does_not_put_a_vote_before_an_earlier_one() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]), now=VOTING)
    cast(ballot, make_voter(flats[1]), now=OPENS)
    first, second = (event["recorded_at"] for event in log_of(ballot))
    assert first <= second
    assert queries.broken_at(ballot.id) is None


def test_two_countings_at_once_are_one_count(app: Flask) -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    numbers = at_once(app, [lambda: count(ballot, CLOSES).number] * 4)
    assert numbers == [1] * 4
    assert len(queries.counts(ballot.id)) == 1


def test_a_guessed_receipt_tells_nothing_and_a_true_one_never_the_choice() -> None:
    ballot, flats = make_vote()
    true = cast(ballot, make_voter(flats[0]), "against").code
    assert [queries.receipt(new_code()) for _ in range(20)] == [None] * 20
    wrong = true[:-1] + ("2" if true[-1] != "2" else "3")
    assert queries.receipt(wrong) is None
    assert "against" not in str(queries.receipt(true))


def test_the_log_and_what_was_keyed_cannot_be_rewritten_in_the_database() -> None:
    ballot, flats = make_vote()
    enter(ballot, flats[0])
    for statement in (
        "UPDATE ballot_log SET body = '{}'",
        "DELETE FROM ballot_log",
        "UPDATE ballot_keyings SET keyed_by = 'staff:1'",
        "UPDATE ballot_paper_returns SET received_at = '2026-01-01'",
    ):
        with pytest.raises(sa.exc.DBAPIError), unit_of_work() as session:
            session.execute(sa.text(statement))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LogEntry)) == 1


def test_a_failed_vote_is_turned_into_a_pass_by_no_review() -> None:
    ballot, flats = make_vote(motions=(LIFT,))
    for flat in flats[:4]:
        cast(ballot, make_voter(flat), "against")
    count(ballot)
    before = queries.verdict(ballot.id, "m1")
    choices = [event["choices"] for event in log_of(ballot)]
    review(ballot, 1, fault=Fault.PRESSURED)
    count(ballot, AFTER + timedelta(hours=1))
    assert (before, queries.verdict(ballot.id, "m1")) == ("rejected", "no_quorum")
    assert [event["choices"] for event in log_of(ballot)[:4]] == choices


def test_no_act_of_the_desk_leaves_a_choice_in_the_audit() -> None:
    ballot, flats = make_vote()
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, {"m1": "for", "m2": "米白"})
    key_in(ballot, serial, {"m1": "against", "m2": "浅灰"}, actor=SECOND)
    with unit_of_work():
        actions.settle_paper(ballot.id, 1, Choice.FIRST, client_key=key(), actor=REVIEWER, now=VOTING)
    rows = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb.startswith("ballots.")))
    text = json.dumps([entry.facts for entry in rows], ensure_ascii=False)
    assert not [word for word in ("against", "米白", "浅灰", '"for"', "first") if word in text]
