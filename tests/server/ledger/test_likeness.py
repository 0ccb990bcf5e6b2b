"""Merging and splitting owners: decided by a person, taken back by the opposite, and one head in the rolls frozen after."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries
from server.ledger.actions import likeness
from server.ledger.actions.likeness import Told
from server.ledger.models import Owner
from server.ledger.models.people import name_hash
from server.ledger.queries import likeness as asked
from server.ledger.rules.likeness import VerdictKind
from server.ledger.rules.words import OwnerKind
from tests.factories.ledger import BEFORE, make_community, make_flat, make_owner

pytestmark = pytest.mark.usefixtures("app")
TODAY = china_day(BEFORE) + timedelta(days=1)
_keys = iter(range(10**6))


def told(reason: str = "打电话问过本人", client_key: str = "") -> Told:
    return Told(reason, client_key or f"verdict-key-{next(_keys):06}", COMMAND, BEFORE)


def decide(act, *arguments, reason: str = "打电话问过本人", client_key: str = ""):
    with unit_of_work():
        return act(*arguments, told(reason, client_key))


def heads(community) -> list[tuple[int, ...]]:
    return [row.owners for row in queries.owner_rows(community.id, on=TODAY)]


@pytest.fixture
def twice():
    """One name on two flats of a building, in two records with two telephones."""
    community = make_community()
    flats = [make_flat(community, room=room) for room in ("101", "102")]
    people = [make_owner(flat, name="张三", phone=f"1390000000{n}") for n, flat in enumerate(flats)]
    return community, flats, [one.id for one in people]


def test_a_merge_makes_one_head_of_two_records_and_apart_makes_two_again(twice) -> None:
    community, _, (one, other) = twice
    assert queries.undecided_count(community.id) == 1
    (proposal,) = asked.queue(community.id).alike
    assert (proposal.one.id, proposal.other.id, proposal.one.name) == (one, other, "张*")
    decide(likeness.merge_owners, community.id, other, one)
    assert heads(community) == [(one,), (one,)]
    assert [row.aliases for row in queries.owner_rows(community.id, on=TODAY)] == [{}, {other: one}]
    assert (queries.undecided_count(community.id), asked.queue(community.id).decided[0].row.kind) == (
        0,
        VerdictKind.MERGE,
    )
    decide(likeness.keep_apart, community.id, one, other)
    assert heads(community) == [(one,), (other,)]
    assert queries.undecided_count(community.id) == 0
    verbs = db.session.scalars(
        sa.select(AuditEntry.verb).where(AuditEntry.verb.startswith("ledger.owners_")).order_by(AuditEntry.id)
    )
    assert list(verbs) == ["ledger.owners_merge", "ledger.owners_apart"]


def test_a_proposal_turned_down_stays_down(twice) -> None:
    community, _, (one, other) = twice
    decide(likeness.keep_apart, community.id, one, other)
    assert queries.undecided_count(community.id) == 0
    with pytest.raises(Conflict):
        decide(likeness.keep_apart, community.id, one, other)
    decide(likeness.merge_owners, community.id, one, other)
    assert heads(community) == [(one,), (one,)]


def test_a_decision_sent_twice_is_one_and_needs_a_reason(twice) -> None:
    community, _, (one, other) = twice
    with pytest.raises(Invalid):
        decide(likeness.merge_owners, community.id, one, other, reason=" ")
    rows = {
        decide(likeness.merge_owners, community.id, one, other, client_key="the-same-key-twice").id
        for _ in range(2)
    }
    assert len(rows) == 1


def test_a_third_record_does_not_join_what_was_kept_apart(twice) -> None:
    community, _, (one, other) = twice
    third = make_owner(make_flat(community, room="103"), name="张三", phone="13900000009").id
    decide(likeness.merge_owners, community.id, one, third)
    decide(likeness.keep_apart, community.id, one, other)
    with pytest.raises(Refused) as refused:
        decide(likeness.merge_owners, community.id, other, third)
    assert refused.value.code == "linked"
    decide(likeness.merge_owners, community.id, one, other)
    decide(likeness.merge_owners, community.id, other, third)
    with pytest.raises(Refused):
        decide(likeness.keep_apart, community.id, one, third)
    assert heads(community) == [(one,)] * 3


def test_two_different_numbers_do_not_become_one_owner_through_a_third_record() -> None:
    community = make_community()
    numbers = ("11010519491231002X", "", "440524188001010014")
    one, between, other = (
        make_owner(make_flat(community, room=f"{n}01"), name="张三", id_number=number).id
        for n, number in enumerate(numbers, 1)
    )
    decide(likeness.merge_owners, community.id, one, between)
    with pytest.raises(Invalid, match="证件号码不同"):
        decide(likeness.merge_owners, community.id, between, other)
    assert heads(community) == [(one,), (one,), (other,)]


def test_owners_of_another_community_and_the_same_twice_are_not_merged(twice) -> None:
    community, _, (one, other) = twice
    away = make_owner(make_flat(make_community()), name="张三").id
    for pair in ((one, away), (away, other), (one, one)):
        with pytest.raises(NotFound):
            decide(likeness.merge_owners, community.id, *pair)
    firm = make_owner(make_flat(community, room="103"), name="某公司", kind=OwnerKind.ORGANISATION).id
    with pytest.raises(Refused):
        decide(likeness.merge_owners, community.id, one, firm)


def test_two_names_in_one_field_become_two_co_owners_and_one_again() -> None:
    community = make_community()
    flats = [make_flat(community, room=room) for room in ("101", "102")]
    owner_id = make_owner(*flats, name="张三").id
    with unit_of_work():
        # As an old sheet brought it, before names were looked at.
        row = db.session.get_one(Owner, owner_id)
        row.name, row.name_hash = "张三和李四", name_hash("张三和李四")
    (double,) = asked.queue(community.id).doubles
    assert (double.one.id, double.names) == (owner_id, ("张*", "李*"))
    split = decide(likeness.split_owner, community.id, owner_id, "张三", "李四")
    assert heads(community) == [(owner_id, split.other_id)] * 2
    assert asked.queue(community.id).doubles == []
    names = {card.name for card in queries.owners_of_flat(flats[0].id, TODAY)}
    assert names == {"张三", "李四"}
    decide(likeness.rejoin_owner, community.id, owner_id, split.other_id)
    assert heads(community) == [(owner_id,)] * 2
    assert (queries.undecided_count(community.id), db.session.get_one(Owner, owner_id).name) == (
        0,
        "张三和李四",
    )
    with pytest.raises(NotFound):
        decide(likeness.rejoin_owner, community.id, owner_id, split.other_id)


def test_a_record_found_to_be_one_owner_is_left_alone() -> None:
    community = make_community()
    owner_id = make_owner(make_flat(community), name="张三和李四").id
    assert queries.undecided_count(community.id) == 1
    decide(likeness.keep_one, community.id, owner_id)
    assert queries.undecided_count(community.id) == 0


@pytest.mark.parametrize(("first", "second"), [("张三", ""), ("张三", "李四、王五"), ("张三", "张三")])
def test_a_split_names_two_people(first, second) -> None:
    community = make_community()
    owner_id = make_owner(make_flat(community), name="张三").id
    with pytest.raises((Invalid, Refused)):
        decide(likeness.split_owner, community.id, owner_id, first, second)
