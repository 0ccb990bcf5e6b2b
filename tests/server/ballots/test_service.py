"""Service of notice: attempts are kept, and the log holds one service for each head that the rule calls served."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.ballots import actions, queries
from server.ballots.rules.drafting import Unreturned
from server.ballots.rules.service import Way
from server.identity.rules import Level
from server.infra.db import db, unit_of_work
from server.jobs.messages import work_on_deliveries
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.messages import actions as messages
from server.messages import delivery
from server.messages import queries as letters
from server.messages.models import MessageDelivery
from server.messages.rules import Recipient
from tests.factories.ballots import (
    ANNOUNCED,
    CLERK,
    CLOSES,
    LIFT,
    OPENS,
    VOTING,
    bundle_text,
    cast,
    key,
    log_of,
    make_announced,
    make_draft,
    make_electorate,
    make_opened,
    make_photo,
    make_vote,
    make_voter,
)
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.wechat import make_following
from tests.server.ballots.test_export import recount

pytestmark = pytest.mark.usefixtures("app")


def attempt(ballot, flat, way=Way.HANDED, *, now=VOTING, witness="王五", **facts):
    with unit_of_work():
        return actions.record_attempt(
            ballot,
            flat.id,
            way,
            done_at=facts.get("done_at", now),
            witness=witness,
            photo_id=make_photo(now) if way in {Way.LETTERBOX, Way.POSTED} else None,
            client_key=facts.get("client_key") or key(),
            actor=CLERK,
            now=now,
        )


def read_on_phone(flat, voter, now) -> None:
    """Every letter to the flat, opened."""
    to = [Recipient.resident(voter.id), Recipient.flat(flat.id)]
    with unit_of_work():
        for letter in letters.inbox(to).items:
            messages.mark_read(letter.id, to, now=now)


def services(ballot) -> list[tuple[str, str]]:
    return [(event["head"], event["way"]) for event in log_of(ballot) if event["kind"] == "service"]


def test_what_happened_before_the_opening_is_logged_with_it_and_once() -> None:
    community, flats = make_electorate()
    ballot = make_announced(community)
    attempt(ballot, flats[0], now=ANNOUNCED + timedelta(days=1))
    attempt(ballot, flats[0], Way.LETTERBOX, now=ANNOUNCED + timedelta(days=2))
    attempt(ballot, flats[1], Way.TENANT, now=ANNOUNCED + timedelta(days=2))
    with unit_of_work():
        actions.open_ballot(ballot, actor=CLERK, now=OPENS)
    assert services(ballot) == [("h1", "handed over")]
    with unit_of_work():
        assert actions.serve_due(VOTING) == 0
    assert queries.broken_at(ballot.id) is None


def test_what_was_brought_under_an_announcement_that_was_withdrawn_serves_nobody() -> None:
    community, flats = make_electorate()
    ballot = make_announced(community)
    attempt(ballot, flats[0], now=ANNOUNCED + timedelta(hours=1))
    with unit_of_work():
        actions.withdraw_announcement(
            ballot, reason="文字有误", actor=CLERK, now=ANNOUNCED + timedelta(hours=2)
        )
    with unit_of_work():
        actions.announce_ballot(ballot, client_key=key(), actor=CLERK, now=ANNOUNCED + timedelta(hours=3))
    attempt(ballot, flats[1], now=ANNOUNCED + timedelta(hours=4))
    assert queries.doors(ballot, ANNOUNCED + timedelta(hours=5)).total == 5
    with unit_of_work():
        actions.open_ballot(ballot, actor=CLERK, now=OPENS)
    assert services(ballot) == [("h2", "handed over")]


def test_while_the_vote_is_open_a_service_is_logged_as_it_happens_with_its_picture() -> None:
    ballot, flats = make_vote()
    row = attempt(ballot, flats[2], Way.LETTERBOX)
    (event,) = log_of(ballot)
    assert (event["head"], event["way"], event["attempt"], len(event["photo"])) == (
        "h3",
        "letterbox",
        row.id,
        64,
    )
    assert queries.doors(ballot, VOTING).total == 5


def test_an_owner_of_several_flats_is_served_once() -> None:
    community = make_community()
    flats = [make_flat(community, room=str(101 + place)) for place in range(3)]
    make_owner(*flats[:2])
    make_owner(flats[2])
    ballot = make_opened(community)
    attempt(ballot, flats[0])
    attempt(ballot, flats[1])
    assert len(services(ballot)) == 1
    assert [len(one.labels) for one in queries.doors(ballot, VOTING).items] == [1]


def test_only_a_proven_owner_who_read_it_is_served_by_the_phone() -> None:
    ballot, flats = make_vote()
    read_on_phone(flats[0], make_voter(flats[0]), VOTING)
    read_on_phone(flats[1], make_voter(flats[1], level=Level.REACHED), VOTING)
    with unit_of_work():
        assert actions.serve_due(VOTING + timedelta(minutes=1)) == 1
    assert services(ballot) == [("h1", "electronic")]


def test_posting_serves_after_its_days_and_by_the_clock() -> None:
    ballot, flats = make_vote()
    attempt(ballot, flats[0], Way.ABSENT)
    attempt(ballot, flats[0], Way.POSTED, now=VOTING + timedelta(hours=1))
    for days, served in ((6, 0), (9, 1)):
        with unit_of_work():
            assert actions.serve_due(VOTING + timedelta(days=days)) == served


def test_nothing_is_served_after_the_closing_before_the_notice_or_elsewhere() -> None:
    ballot, flats = make_vote()
    other, theirs = make_vote()
    with pytest.raises(Refused):
        attempt(ballot, flats[0], now=CLOSES)
    with pytest.raises(NotFound):
        attempt(ballot, theirs[0])
    with pytest.raises(Invalid):
        attempt(ballot, flats[0], done_at=ANNOUNCED - timedelta(seconds=1))
    attempt(other, theirs[0], Way.ABSENT)
    attempt(other, theirs[0], Way.POSTED, now=CLOSES - timedelta(days=2))
    with unit_of_work():
        assert actions.serve_due(CLOSES + timedelta(days=30)) == 0
    assert log_of(ballot) == log_of(other) == []


def test_a_draft_has_nothing_to_serve() -> None:
    community, flats = make_electorate()
    with pytest.raises(Refused) as refusal:
        attempt(make_draft(community), flats[0])
    assert refusal.value.code == "not_announced"


def test_the_same_attempt_sent_twice_is_one_and_another_under_its_key_a_conflict() -> None:
    ballot, flats = make_vote()
    one_key = key()
    assert (
        attempt(ballot, flats[0], client_key=one_key).id == attempt(ballot, flats[0], client_key=one_key).id
    )
    with pytest.raises(Conflict):
        attempt(ballot, flats[1], client_key=one_key)
    assert len(log_of(ballot)) == 1


def test_doors_tell_who_has_not_voted_and_a_void_vote_is_none() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    attempt(ballot, flats[1])
    unvoted = queries.doors(ballot, VOTING, unvoted=True, size=2)
    assert (unvoted.total, [one.head for one in unvoted.items]) == (5, ["h2", "h3"])
    assert [one.is_served for one in unvoted.items] == [True, False]
    assert [one.head for one in queries.doors(ballot, VOTING, unvoted=True, page=3, size=2).items] == ["h6"]


def test_doors_tell_what_was_on_the_telephone_unopened_and_that_is_no_service(wechat, clock) -> None:
    community, flats = make_electorate()
    ballot = make_announced(community)
    clock.set(OPENS)
    voters = [make_voter(flat) for flat in flats[:2]]
    reached = make_voter(flats[2], level=Level.REACHED)
    for voter in (*voters, reached):
        make_following(None, voter.id)
    with unit_of_work():
        actions.open_ballot(ballot, actor=CLERK, now=OPENS)
    assert work_on_deliveries() == 3
    rows = db.session.scalars(sa.select(MessageDelivery).order_by(MessageDelivery.resident_id)).all()
    with unit_of_work():
        for row in (rows[0], rows[2]):
            delivery.note_report(row.wechat_number, app=row.app, is_success=True, code=0, now=VOTING)
    first, second, third, *_ = queries.doors(ballot).items
    assert [one.on_phone_at for one in (first, second, third)] == [VOTING, None, None]
    assert not first.is_served
    read_on_phone(flats[0], voters[0], VOTING)
    with unit_of_work():
        actions.serve_due(VOTING)
    assert services(ballot) == [("h1", "electronic")]


def test_silence_counts_only_where_the_log_holds_a_service_and_the_result_tells_both(
    app, clock, tmp_path: Path
) -> None:
    clock.set(CLOSES)
    community, flats = make_electorate()
    ballot = make_opened(
        community, motions=(LIFT,), unreturned=Unreturned.FOLLOW_MAJORITY, clause="议事规则第十二条"
    )
    for flat in flats[:2]:
        cast(ballot, make_voter(flat))
    for flat in flats[2:5]:
        attempt(ballot, flat)
    attempt(ballot, flats[5], Way.TENANT)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    found = queries.result(ballot.id)
    assert found.results[0]["motions"][0]["heads"]["participants"] == 5
    assert found.details[0]["motions"][0]["followers"]["heads"] == 3
    assert recount(bundle_text(ballot, now=CLOSES), tmp_path)["results"] == found.results
    (scope,) = queries.public_result(ballot, CLOSES).scopes
    assert (scope.motions[0].verdict, scope.motions[0].without_silence.verdict) == ("passed", "no_quorum")
    page = app.test_client().get(f"/ballots/{ballot.id}/result").text
    assert "不算他们：参与 2 人" in page
