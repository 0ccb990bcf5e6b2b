"""The attack list, from the organiser's side: whoever wants another result tries it, and is refused, or seen by an auditor.

What the house and its database refuse, and what stands in the log for good. Who forges files is in `test_forgeries`.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from server.ballots import actions, queries
from server.ballots.explain import explain
from server.ballots.models import Ballot
from server.ballots.rules.desk import Fault
from server.ballots.rules.events import Verdict
from server.ballots.rules.receipts import new_code
from server.ballots.rules.sampling import Answer, drawn
from server.infra.db import db, unit_of_work
from server.kernel.errors import Problem
from server.ledger.models import Flat
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    LIFT,
    OPENS,
    REVIEWER,
    SECOND,
    VOTING,
    bundle_text,
    cast,
    draft,
    enter,
    explain_papers,
    key,
    key_in,
    log_of,
    make_vote,
    make_voter,
    take_in,
)

pytestmark = pytest.mark.usefixtures("app")
AFTER = CLOSES + timedelta(hours=1)


def lift_vote() -> tuple[Ballot, list[Flat]]:
    """Four of six for a lift, one against on the phone, one against on paper: enough, but not three quarters."""
    ballot, flats = make_vote(motions=(LIFT,))
    for flat in flats[:4]:
        cast(ballot, make_voter(flat), "for")
    cast(ballot, make_voter(flats[4]), "against")
    enter(ballot, flats[5], "against", now=VOTING + timedelta(hours=1))
    return ballot, flats


@pytest.fixture
def vote() -> tuple[Ballot, list[Flat]]:
    return lift_vote()


def review(ballot: Ballot, seq: int, verdict: Verdict, *, fault: Fault | None = None, reviewer: Any = REVIEWER,
           reading: dict[str, str] | None = None, now: Any = VOTING) -> None:  # fmt: skip
    with unit_of_work():
        actions.review_vote(
            ballot.id,
            seq,
            verdict=verdict,
            fault=fault,
            reading=reading,
            client_key=key(),
            actor=reviewer,
            now=now,
        )


def count(ballot: Ballot) -> None:
    """With an account of the papers that are out, without which nothing is counted."""
    explain_papers(ballot, now=AFTER)
    in_a_unit(lambda: actions.count_ballot(ballot.id, actor=CLERK, now=AFTER))


def in_a_unit(act: Callable[[], object]) -> None:
    with unit_of_work():
        act()


# ------------------------------------------------------------------ what is refused


def rewrite_the_question(ballot: Ballot, flats: list[Flat]) -> None:
    actions.change_draft(ballot, draft(), actor=CLERK, now=VOTING)


def close_early(ballot: Ballot, flats: list[Flat]) -> None:
    actions.extend_closing(
        ballot.id, VOTING + timedelta(hours=2), reason="够了", client_key=key(), actor=CLERK, now=VOTING
    )


def extend_because_it_lacks(ballot: Ballot, flats: list[Flat]) -> None:
    actions.extend_closing(
        ballot.id, CLOSES + timedelta(days=3), reason="不够", client_key=key(), actor=CLERK, now=CLOSES
    )


def look_at_an_interim_count(ballot: Ballot, flats: list[Flat]) -> None:
    actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES - timedelta(microseconds=1))


def take_the_choices_home_early(ballot: Ballot, flats: list[Flat]) -> None:
    actions.disclose(ballot.id, reason="看看差多少", actor=CLERK, now=CLOSES - timedelta(microseconds=1))


def take_the_choices_home_for_no_reason(ballot: Ballot, flats: list[Flat]) -> None:
    actions.disclose(ballot.id, reason=" ", actor=CLERK, now=AFTER)


def void_for_a_wish(ballot: Ballot, flats: list[Flat]) -> None:
    actions.review_vote(
        ballot.id, 5, verdict=Verdict.VOID, fault=None, client_key=key(), actor=REVIEWER, now=VOTING
    )


def void_by_whoever_entered(ballot: Ballot, flats: list[Flat]) -> None:
    actions.review_vote(
        ballot.id, 6, verdict=Verdict.VOID, fault=Fault.UNSIGNED, client_key=key(), actor=CLERK, now=VOTING
    )


def void_in_the_houses_name(ballot: Ballot, flats: list[Flat]) -> None:
    actions.review_vote(
        ballot.id, 5, verdict=Verdict.VOID, fault=Fault.REPRESENTATIVE, client_key=key(), actor=REVIEWER, now=VOTING
    )  # fmt: skip


def count_past_an_unreviewed_paper(ballot: Ballot, flats: list[Flat]) -> None:
    actions.count_ballot(ballot.id, actor=CLERK, now=AFTER)


@pytest.mark.parametrize(
    "attack",
    [
        rewrite_the_question,
        close_early,
        extend_because_it_lacks,
        look_at_an_interim_count,
        take_the_choices_home_early,
        take_the_choices_home_for_no_reason,
        void_for_a_wish,
        void_by_whoever_entered,
        void_in_the_houses_name,
        count_past_an_unreviewed_paper,
    ],
)
def test_the_house_refuses(vote: tuple[Ballot, list[Flat]], attack: Callable[..., None]) -> None:
    before = queries.head_hash(vote[0].id)
    with pytest.raises(Problem):
        in_a_unit(lambda: attack(queries.known(vote[0].id), vote[1]))
    assert queries.head_hash(vote[0].id) == before


def test_signatures_added_once_the_lack_is_known_are_refused(vote: tuple[Ballot, list[Flat]]) -> None:
    ballot, flats = vote
    review(ballot, 6, Verdict.VOID, fault=Fault.UNSIGNED)
    count(ballot)
    with pytest.raises(Problem) as refused:
        enter(ballot, flats[5], "for", received_at=VOTING, now=AFTER)
    assert refused.value.code == "disclosed"


@pytest.mark.parametrize("received_at", [OPENS - timedelta(microseconds=1), CLOSES], ids=["before", "after"])
def test_a_paper_from_outside_the_hours_of_the_vote_is_refused(received_at: Any) -> None:
    ballot, flats = make_vote()
    with pytest.raises(Problem):
        enter(ballot, flats[0], received_at=received_at, now=max(received_at, OPENS))


def test_the_same_paper_keyed_twice_is_refused(vote: tuple[Ballot, list[Flat]]) -> None:
    ballot, flats = vote
    with pytest.raises(Problem):
        enter(ballot, flats[5], "for", now=VOTING + timedelta(hours=2))


def test_a_paper_keyed_as_it_suits_is_no_vote_where_the_second_reads_it() -> None:
    ballot, flats = make_vote(motions=(LIFT,))
    serial = take_in(ballot, flats[0])
    key_in(ballot, serial, "for")
    key_in(ballot, serial, "against", actor=SECOND)
    assert log_of(ballot) == []


def test_a_guessed_receipt_tells_nothing(vote: tuple[Ballot, list[Flat]]) -> None:
    assert all(queries.receipt(new_code()) is None for _ in range(50))


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE ballot_log SET body = replace(body, 'against', 'for')", id="a-choice"),
        pytest.param("DELETE FROM ballot_log WHERE seq = 5", id="a-vote-that-is-against"),
        pytest.param("UPDATE ballot_roll_flats SET area = 1", id="the-areas-of-the-roll"),
        pytest.param("DELETE FROM ballot_roll_flats", id="the-roll"),
        pytest.param("UPDATE ballot_openings SET document = '{}'", id="the-rules"),
        pytest.param("UPDATE ballot_checkpoints SET events = 5", id="a-checkpoint"),
        pytest.param("DELETE FROM ballot_checkpoints", id="all-checkpoints"),
        pytest.param("UPDATE ballot_announcements SET text = ''", id="the-announcement"),
    ],
)
def test_the_database_refuses_to_change(vote: tuple[Ballot, list[Flat]], statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text(statement))


def test_the_database_refuses_to_change_a_count(vote: tuple[Ballot, list[Flat]]) -> None:
    ballot, _ = vote
    review(ballot, 6, Verdict.VALID, reading={"m1": "against"})
    count(ballot)
    with pytest.raises(sa.exc.DBAPIError, match="only grows"), unit_of_work():
        db.session.execute(sa.text("UPDATE ballot_counts SET outcome = '{}'"))


# ------------------------------------------------------------------ what an auditor sees


def test_opponents_voided_after_the_closing_stand_in_the_explanation_with_fault_and_reviewer(
    vote: tuple[Ballot, list[Flat]], tmp_path: Path
) -> None:
    ballot, _ = vote
    review(ballot, 6, Verdict.VALID, reading={"m1": "against"})
    count(ballot)
    assert queries.verdict(ballot.id, "m1") == "rejected"
    review(ballot, 5, Verdict.VOID, fault=Fault.PRESSURED, now=AFTER)
    count(ballot)
    path = tmp_path / "bundle.json"
    path.write_text(bundle_text(ballot, now=AFTER), encoding="utf-8")
    code, said = explain(str(path))
    assert code == 0
    for seen in (
        "截止后有复核。只算截止前的复核，结论是",
        "没有通过",
        "作废，经核实不是本人意愿",
        REVIEWER.key,
    ):
        assert seen in said
    assert [one.is_superseded for one in queries.results(ballot.id)] == [False, True]


def test_a_paper_that_was_keyed_late_shows_when(tmp_path: Path) -> None:
    ballot, flats = make_vote()
    late = CLOSES + timedelta(hours=3)
    enter(ballot, flats[0], "for", received_at=CLOSES - timedelta(hours=1), now=late)
    event = json.loads(bundle_text(ballot, now=late))["log"][0]
    assert event["recorded_at"] > event["received_at"] and event["by"] == [CLERK.key, SECOND.key]


def test_no_other_vote_than_the_drawn_is_called_back_and_not_by_whoever_entered_it(
    vote: tuple[Ballot, list[Flat]],
) -> None:
    ballot, _ = vote
    review(ballot, 6, Verdict.VALID, reading={"m1": "against"})
    count(ballot)
    found = queries.sample(queries.known(ballot.id))
    assert found is not None
    assert (found.seed, found.seqs) == (queries.results(ballot.id)[0].head_hash, drawn(found.seed, [6], 1))
    for seq, caller in ((5, REVIEWER), (6, CLERK)):
        with pytest.raises(Problem):
            in_a_unit(
                lambda seq=seq, caller=caller: actions.record_call_back(
                    ballot.id, seq, Answer.CONFIRMED, actor=caller, now=AFTER
                )
            )
    assert found.finding.confirmed == 0
