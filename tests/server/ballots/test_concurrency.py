"""Many at once, with real commits: no vote lost, none doubled, every chain whole, one opening."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from server.ballots import actions, queries
from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, Problem
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    OPENS,
    VOTING,
    cast,
    key,
    log_of,
    make_announced,
    make_electorate,
    make_vote,
    make_voter,
    make_voters,
)
from tests.factories.crowds import at_once

VOTERS = 16


def test_sixteen_voters_at_once_lose_no_vote_and_keep_the_chain_whole(app: Flask) -> None:
    ballot, flats = make_vote(("50.00",) * VOTERS)
    voters = make_voters(flats)
    receipts = at_once(app, [lambda voter=voter: cast(ballot, voter) for voter in voters])
    assert len({receipt.code for receipt in receipts}) == VOTERS
    assert sorted(receipt.seq for receipt in receipts) == list(range(1, VOTERS + 1))
    (row,) = queries.turnout(ballot)
    assert (row.heads, str(row.area)) == (VOTERS, "800.00")
    assert list(queries.faults_in(ballot.id)) == []


def test_one_key_sent_sixteen_times_at_once_is_one_vote(app: Flask) -> None:
    ballot, flats = make_vote()
    voter, one_key = make_voter(flats[0]), key()
    receipts = at_once(app, [lambda: cast(ballot, voter, client_key=one_key)] * VOTERS)
    assert {receipt.code for receipt in receipts} == {receipts[0].code}
    assert len(log_of(ballot)) == 1


def test_one_key_with_two_choices_at_once_is_one_vote_and_conflicts(app: Flask) -> None:
    ballot, flats = make_vote()
    voter, one_key = make_voter(flats[0]), key()
    choices = ["for", "against"] * 4
    outcomes = at_once(
        app, [lambda choice=choice: cast(ballot, voter, choice, client_key=one_key) for choice in choices]
    )
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 4
    assert len(log_of(ballot)) == 1


def test_one_key_for_two_ballots_at_once_never_breaks_the_house(app: Flask) -> None:
    community, flats = make_electorate()
    from tests.factories.ballots import make_opened  # noqa: PLC0415

    ballots = [make_opened(community), make_opened(community)]
    voter, one_key = make_voter(flats[0]), key()
    outcomes = at_once(
        app, [lambda ballot=ballot: cast(ballot, voter, client_key=one_key) for ballot in ballots]
    )
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    assert sum(len(log_of(ballot)) for ballot in ballots) == 1


def test_two_people_and_the_job_opening_at_once_are_one_opening(app: Flask) -> None:
    community, _ = make_electorate()
    ballot_id = make_announced(community).id

    def by_hand() -> str:
        with unit_of_work():
            return actions.open_ballot(queries.known(ballot_id), actor=CLERK, now=OPENS).fingerprint

    def by_job() -> str:
        with unit_of_work():
            actions.open_due(OPENS)
        return queries.opening(ballot_id).fingerprint

    prints = at_once(app, [by_hand, by_job, by_hand, by_job])
    assert len(set(prints)) == 1, prints
    assert len(queries.heads_of(ballot_id)) == 6


def test_votes_and_an_extension_and_counts_at_once_keep_the_chain_whole(app: Flask) -> None:
    ballot, flats = make_vote(("50.00",) * 8)
    voters = make_voters(flats)
    late = CLOSES - timedelta(seconds=1)

    def extend() -> Any:
        with unit_of_work():
            return actions.extend_closing(
                ballot.id, CLOSES + timedelta(days=2), reason="延期", client_key=key(), actor=CLERK, now=late
            )

    def count() -> Any:
        with unit_of_work():
            return actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)

    outcomes = at_once(
        app, [*(lambda voter=voter: cast(ballot, voter, now=late) for voter in voters), extend, count]
    )
    assert not [one for one in outcomes if isinstance(one, Exception) and not isinstance(one, Problem)]
    assert list(queries.faults_in(ballot.id)) == []


def test_two_counts_at_once_are_one_count(app: Flask) -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))

    def count() -> int:
        with unit_of_work():
            return actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES).number

    assert at_once(app, [count] * 6) == [1] * 6


@pytest.mark.parametrize(
    "now", [VOTING, CLOSES - timedelta(microseconds=1)], ids=["midway", "last-microsecond"]
)
def test_the_same_head_from_two_telephones_at_once_is_two_events_and_one_in_the_turnout(
    app: Flask, now
) -> None:
    ballot, flats = make_vote()
    phones = [make_voter(flats[0]), make_voter(flats[0])]
    at_once(app, [lambda phone=phone: cast(ballot, phone, now=now) for phone in phones])
    assert len(log_of(ballot)) == 2
    assert queries.turnout(ballot)[0].heads == 1
    assert list(queries.faults_in(ballot.id)) == []
