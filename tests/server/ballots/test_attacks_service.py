"""Ways to cheat at the service of notice, from the organiser's side: each is refused, or an auditor sees it afterwards."""

from datetime import timedelta

import pytest

from server.ballots import actions, queries
from server.ballots.rules.drafting import Unreturned
from server.ballots.rules.service import Way
from server.infra.db import unit_of_work
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    LIFT,
    VOTING,
    cast,
    key,
    log_of,
    make_electorate,
    make_opened,
    make_photo,
    make_vote,
    make_voter,
)
from tests.server.ballots.cheating import audited, refused

pytestmark = pytest.mark.usefixtures("app")


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
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES + timedelta(hours=1))
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
