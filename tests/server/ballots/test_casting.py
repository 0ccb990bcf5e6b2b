"""Casting: whose vote it is, what it may say, when, and that the log is the whole story."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.ballots import queries
from server.ballots.actions import chain
from server.ballots.models import LogEntry
from server.ballots.rules.receipts import is_valid
from server.ballots.rules.standing import Standing
from server.identity.rules import Level
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Throttled
from server.ledger.actions import owners
from server.messages.models import Message
from tests.factories.ballots import (
    CLERK,
    CLOSES,
    OPENS,
    VOTING,
    cast,
    key,
    log_of,
    make_opened,
    make_vote,
    make_voter,
    owners_of,
)
from tests.factories.ledger import make_community, make_flat, make_owner, make_ownership

pytestmark = pytest.mark.usefixtures("app")


def test_a_vote_is_one_sealed_event_with_a_receipt_and_counts_in_the_turnout() -> None:
    ballot, flats = make_vote()
    receipt = cast(ballot, make_voter(flats[0]), {"m1": "for", "m2": "浅灰"})
    assert is_valid(receipt.code)
    (event,) = log_of(ballot)
    assert event["choices"] == {"m1": "for", "m2": "浅灰"}
    assert (event["channel"], event["prev"]) == ("online", queries.opening(ballot.id).fingerprint)
    assert set(event) == {
        "seq", "kind", "recorded_at", "received_at", "head", "channel", "choices", "nonce", "prev",
    }  # fmt: skip
    (row,) = queries.turnout(ballot)
    assert (row.heads, str(row.area)) == (1, "60.00")
    assert queries.broken_at(ballot.id) is None


def test_the_votes_of_a_head_come_in_their_order_from_its_index_alone() -> None:
    plain = sa.select(chain._OF_HEAD).params(ballot_id=1, head="7")
    found = str(plain.compile(db.engine, compile_kwargs={"literal_binds": True})).replace("%%", "%")
    explain = "EXPLAIN QUERY PLAN"
    if db.engine.dialect.name == "postgresql":
        explain = "EXPLAIN"
        # A table of a page or two would rather be read whole, or sorted, whatever index it has.
        for way in ("seqscan", "bitmapscan", "sort"):
            db.session.execute(sa.text(f"SET LOCAL enable_{way} = off"))
    plan = "\n".join(str(line[-1]) for line in db.session.execute(sa.text(f"{explain} {found}")))
    assert "ix_ballot_log_head" in plan
    assert "Filter" not in plan


def test_the_weight_comes_from_the_roll_whatever_is_sent() -> None:
    ballot, flats = make_vote()
    voter = make_voter(flats[0])
    with pytest.raises(Invalid) as refusal:
        cast(ballot, voter, {"m1": "for", "m2": "abstain", "area": "99999.00", "head": "h2", "heads": "40"})
    assert set(refusal.value.fields) == {"area", "head", "heads"}
    cast(ballot, voter)
    assert str(queries.turnout(ballot)[0].area) == "60.00"


@pytest.mark.parametrize(
    ("choices", "wrong"),
    [
        pytest.param({"m1": "for"}, "m2", id="one-motion-left-out"),
        pytest.param({"m1": "yes", "m2": "浅灰"}, "m1", id="unknown-choice"),
        pytest.param({"m1": "for", "m2": "for"}, "m2", id="choice-of-another-kind"),
        pytest.param({"m1": "for", "m2": "浅灰", "m3": "for"}, "m3", id="unknown-motion"),
    ],
)
def test_every_motion_gets_one_known_answer(choices: dict, wrong: str) -> None:
    ballot, flats = make_vote()
    with pytest.raises(Invalid) as refusal:
        cast(ballot, make_voter(flats[0]), choices)
    assert set(refusal.value.fields) == {wrong}
    assert log_of(ballot) == []


def test_an_owner_with_three_flats_is_one_head_with_all_the_area() -> None:
    community = make_community()
    flats = [make_flat(community, room=str(room), area="50.00") for room in (101, 102, 103)]
    make_owner(*flats)
    make_owner(make_flat(community, room="104", area="50.00"))
    ballot = make_opened(community)
    cast(ballot, make_voter(flats[1]))
    (row,) = queries.turnout(ballot)
    assert (row.heads, row.roll_heads, str(row.area)) == (1, 2, "150.00")


@pytest.mark.parametrize("level", [Level.REACHED])
def test_who_is_not_proven_to_own_does_not_vote(level: Level) -> None:
    ballot, flats = make_vote()
    with pytest.raises(Forbidden) as refusal:
        cast(ballot, make_voter(flats[0], level=level))
    assert "核实你是业主" in refusal.value.message


def test_the_ballot_of_another_community_is_not_there() -> None:
    ballot, _ = make_vote()
    _, others = make_vote()
    with pytest.raises(NotFound):
        cast(ballot, make_voter(others[0]))


def test_staff_never_cast_online() -> None:
    ballot, _ = make_vote()
    with pytest.raises(Forbidden):
        cast(ballot, CLERK)


def test_an_owner_outside_the_scope_is_told_so() -> None:
    community = make_community()
    inside, outside = (make_flat(community, "1", entrance, "101") for entrance in ("1", "2"))
    for flat in (inside, outside):
        make_owner(flat)
    ballot = make_opened(community, entrance_ids=(inside.entrance_id,))
    with pytest.raises(Forbidden) as refusal:
        cast(ballot, make_voter(outside))
    assert "不在这次投票的范围" in refusal.value.message


def test_flats_under_different_sets_of_owners_are_voted_one_by_one() -> None:
    community = make_community()
    own, shared = make_flat(community, room="101"), make_flat(community, room="102")
    owner = make_owner(own, name="张一", phone="13800000001")
    make_ownership(shared, "张一", phone="13800000001")
    make_ownership(shared, "李二", phone="13800000002")
    ballot = make_opened(community)
    voter = make_voter(own, shared, owner_id=owner.id)
    with pytest.raises(Refused) as refusal:
        cast(ballot, voter)
    assert refusal.value.code == "choose_flat"
    cast(ballot, voter, "for", flat=own)
    cast(ballot, voter, "against", flat=shared)
    assert queries.turnout(ballot)[0].heads == 2


def test_a_later_vote_replaces_the_earlier_and_the_household_is_told() -> None:
    ballot, flats = make_vote()
    voter = make_voter(flats[0])
    first, second = (
        cast(ballot, voter, "for"),
        cast(ballot, voter, "against", now=VOTING + timedelta(hours=1)),
    )
    assert (first.is_change, second.is_change) == (False, True)
    assert queries.turnout(ballot)[0].heads == 1
    assert queries.receipt(first.code).standing is Standing.SUPERSEDED
    assert queries.receipt(second.code).standing is Standing.INCLUDED
    (told,) = db.session.scalars(sa.select(Message).where(Message.kind == "ballots.vote_repeated"))
    assert (told.recipient_id, "同意" in told.body, "反对" in told.body) == (flats[0].id, False, False)


def test_where_changing_is_not_allowed_the_first_vote_stands() -> None:
    ballot, flats = make_vote(may_change=False)
    voter = make_voter(flats[0])
    cast(ballot, voter)
    with pytest.raises(Refused) as refusal:
        cast(ballot, voter, "against")
    assert refusal.value.code == "vote_stands"
    assert len(log_of(ballot)) == 1
    assert queries.voter(ballot, voter.id, VOTING).code == "vote_stands"


def test_the_same_request_twice_is_one_vote_even_after_the_closing() -> None:
    ballot, flats = make_vote()
    voter, one_key = make_voter(flats[0]), key()
    first = cast(ballot, voter, client_key=one_key)
    again = cast(ballot, voter, client_key=one_key, now=CLOSES + timedelta(days=1))
    assert (first.code, first.seq) == (again.code, again.seq)
    assert len(log_of(ballot)) == 1


def test_the_same_key_with_another_choice_or_from_another_person_is_a_conflict() -> None:
    ballot, flats = make_vote()
    one_key = key()
    cast(ballot, make_voter(flats[0]), client_key=one_key)
    with pytest.raises(Conflict):
        cast(ballot, make_voter(flats[0]), "against", client_key=one_key)
    with pytest.raises(Conflict):
        cast(ballot, make_voter(flats[1]), client_key=one_key)
    assert len(log_of(ballot)) == 1


@pytest.mark.parametrize(
    ("now", "code"),
    [
        pytest.param(CLOSES - timedelta(microseconds=1), None, id="last-microsecond"),
        pytest.param(CLOSES, "closed", id="at-the-closing"),
        pytest.param(CLOSES + timedelta(days=1), "closed", id="after-it"),
        pytest.param(OPENS, None, id="as-it-opens"),
    ],
)
def test_a_vote_counts_from_the_opening_up_to_the_closing(now, code) -> None:
    ballot, flats = make_vote()
    voter = make_voter(flats[0])
    if code is None:
        cast(ballot, voter, now=now)
        assert queries.broken_at(ballot.id) is None
        return
    with pytest.raises(Refused) as refusal:
        cast(ballot, voter, now=now)
    assert refusal.value.code == code


def test_nobody_votes_before_the_opening() -> None:
    from tests.factories.ballots import make_announced, make_electorate  # noqa: PLC0415

    community, flats = make_electorate()
    ballot = make_announced(community)
    with pytest.raises(Refused) as refusal:
        cast(ballot, make_voter(flats[0]), now=VOTING)
    assert refusal.value.code == "not_open"


def test_a_clock_set_back_breaks_nothing() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]), now=VOTING)
    cast(ballot, make_voter(flats[1]), now=VOTING - timedelta(days=1))
    cast(ballot, make_voter(flats[2]), now=OPENS - timedelta(days=30))
    first, second, third = log_of(ballot)
    assert first["recorded_at"] == second["recorded_at"] == third["received_at"]
    assert queries.broken_at(ballot.id) is None


def test_a_vote_recorded_near_the_closing_bars_later_ones_even_if_the_clock_runs_back() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]), now=CLOSES - timedelta(microseconds=1))
    cast(ballot, make_voter(flats[1]), now=VOTING)
    assert queries.broken_at(ballot.id) is None


# ------------------------------------------------------------------ co-owners


def shared_flat():
    community = make_community()
    flat = make_flat(community, room="101")
    make_ownership(flat, "张一", phone="13800000001", is_representative=True)
    make_ownership(flat, "李二", phone="13800000002")
    other = make_flat(community, room="102")
    make_owner(other)
    ballot = make_opened(community)
    representative, co_owner = owners_of(flat)
    return ballot, make_voter(flat, owner_id=representative), make_voter(flat, owner_id=co_owner)


def test_a_representatives_vote_voids_the_co_owners_before_it() -> None:
    ballot, representative, co_owner = shared_flat()
    theirs = cast(ballot, co_owner, "against")
    cast(ballot, representative, "for")
    vote, replaced, review = log_of(ballot)
    assert (vote["as"], replaced["as"]) == ("co_owner", "representative")
    assert (review["kind"], review["of"], review["verdict"], review["by"]) == ("review", 1, "void", "system")
    assert queries.receipt(theirs.code).standing is Standing.VOID
    assert queries.turnout(ballot)[0].heads == 1
    assert queries.broken_at(ballot.id) is None


def test_a_co_owners_vote_after_the_representatives_is_refused() -> None:
    ballot, representative, co_owner = shared_flat()
    cast(ballot, representative)
    with pytest.raises(Refused) as refusal:
        cast(ballot, co_owner, "against")
    assert refusal.value.code == "representative_voted"
    assert queries.voter(ballot, co_owner.id, VOTING).code == "representative_voted"
    assert queries.voter(ballot, representative.id, VOTING).may_vote


def test_without_a_representative_any_co_owner_casts_for_the_head() -> None:
    community = make_community()
    flat = make_flat(community, room="101")
    make_ownership(flat, "张一", phone="13800000001")
    make_ownership(flat, "李二", phone="13800000002")
    ballot = make_opened(community)
    for owner_id in owners_of(flat):
        cast(ballot, make_voter(flat, owner_id=owner_id))
    assert (queries.turnout(ballot)[0].heads, len(log_of(ballot))) == (1, 2)
    assert all("as" not in event for event in log_of(ballot))


# ------------------------------------------------------------------ a sale during the vote


def sell(flat, buyer: str = "新业主", phone: str = "13700000001") -> int:
    new = owners.NewOwner(buyer, owners.OwnerKind.PERSON, phone, "", "", False)
    with unit_of_work():
        owners.change_owners(
            flat.community_id, flat.id, [new], on=VOTING.date(), client_key=key(), actor=CLERK, now=VOTING
        )
    return owners_of(flat)[-1]


def test_after_a_sale_the_seller_votes_no_more_and_the_buyer_not_before_two_people_noted_it() -> None:
    ballot, flats = make_vote()
    seller = make_voter(flats[0])
    buyer = make_voter(flats[0], owner_id=sell(flats[0]))
    for one in (seller, buyer):
        with pytest.raises(Forbidden):
            cast(ballot, one, now=VOTING + timedelta(days=1))


def test_the_buyer_of_one_of_several_flats_does_not_vote_with_all_of_them() -> None:
    community = make_community()
    flats = [make_flat(community, room=str(room)) for room in (101, 102)]
    make_owner(*flats)
    ballot = make_opened(community)
    buyer = make_voter(flats[1], owner_id=sell(flats[1]))
    later = VOTING + timedelta(days=1)
    with pytest.raises(Forbidden) as refusal:
        cast(ballot, buyer, now=later)
    assert "居委会" in refusal.value.message
    cast(ballot, make_voter(flats[0]), now=later)


# ------------------------------------------------------------------ the log only grows, and is throttled


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ballot_log SET body = '{}'",
        "DELETE FROM ballot_log",
        "UPDATE ballot_roll_flats SET area = 1",
        "DELETE FROM ballot_heads",
        "UPDATE ballot_openings SET fingerprint = 'x'",
        "DELETE FROM ballot_announcements",
    ],
)
def test_the_database_itself_refuses_to_change_what_happened(statement: str) -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    with pytest.raises(sa.exc.DatabaseError), unit_of_work() as session:
        session.execute(sa.text(statement))
    assert queries.broken_at(ballot.id) is None


def test_a_number_in_the_log_is_taken_once() -> None:
    ballot, flats = make_vote()
    cast(ballot, make_voter(flats[0]))
    row = db.session.scalars(sa.select(LogEntry)).one()
    with pytest.raises(sa.exc.IntegrityError), unit_of_work() as session:
        session.execute(
            sa.insert(LogEntry).values(
                ballot_id=row.ballot_id,
                seq=row.seq,
                kind="vote",
                recorded_at=VOTING,
                body="{}",
                hash="0",
                entered_by="x",
            )
        )


def test_thirty_votes_a_minute_are_enough_for_anyone() -> None:
    ballot, flats = make_vote()
    voter = make_voter(flats[0])
    for _ in range(30):
        cast(ballot, voter)
    with pytest.raises(Throttled):
        cast(ballot, voter)
    cast(ballot, make_voter(flats[1]))
    assert len(log_of(ballot)) == 31


def test_nonces_never_repeat_and_receipts_tell_no_choice() -> None:
    ballot, flats = make_vote()
    codes = [cast(ballot, make_voter(flat)).code for flat in flats]
    assert len({event["nonce"] for event in log_of(ballot)}) == len(flats)
    for code in codes:
        status = queries.receipt(code)
        assert "for" not in json.dumps(vars(status), default=str)
    assert queries.receipt("22222222222" + "X") is None
    assert queries.receipt("") is None
