"""Entering and mending by hand: places, owners, households."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries
from server.ledger.actions import households, owners, personal, places
from server.ledger.actions.owners import NewOwner
from server.ledger.rules.words import AreaSource, FlatUse, HouseholdState, OwnerKind
from tests.conftest import START
from tests.factories.ledger import (
    household_of,
    make_community,
    make_facility,
    make_flat,
    make_household,
    make_owner,
    make_ownership,
)

TODAY = date(2026, 3, 2)
ZHANG_ID = "11010519491231002X"


def test_a_flat_is_found_by_what_people_write(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community, "3号楼", "二单元", "501室")
    found = queries.flat_by_address(community.id, "3栋", "二单元", "５０１")
    assert found is not None and found.id == flat.id
    assert found.label == "3 栋 二 单元 501"


def test_the_same_room_twice_is_refused(app: APIFlask) -> None:
    community = make_community()
    make_flat(community, room="501")
    with pytest.raises(Conflict):
        make_flat(community, room="501室")


def test_an_area_without_a_source_is_refused(app: APIFlask) -> None:
    with pytest.raises(Invalid) as refused:
        make_flat(make_community(), area="60", area_source=None)
    assert "area_source" in refused.value.fields


def test_the_same_client_key_makes_one_community(app: APIFlask) -> None:
    community = make_community("甲")
    asked = {
        "division_id": community.division_id,
        "name": "乙",
        "location_type": community.location_type,
        "client_key": "k-1",
        "actor": COMMAND,
        "now": START,
    }
    with unit_of_work():
        first = places.create_community(**asked)
    with unit_of_work():
        assert places.create_community(**asked).id == first.id
    with unit_of_work(), pytest.raises(Conflict):
        places.create_community(**{**asked, "name": "丙"})


def test_one_owner_of_two_flats_is_one_owner(app: APIFlask) -> None:
    community = make_community()
    flats = [make_flat(community), make_flat(community)]
    owner = make_owner(*flats, name="欧阳·买买提", phone="13800001111")
    rows = queries.owner_rows(community.id, on=TODAY)
    assert [row.owners for row in rows] == [(owner.id,), (owner.id,)]


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        pytest.param(
            {"phone": "13800001234"},
            {"phone": "13800001234", "id_number": ZHANG_ID},
            ("13800001234", ZHANG_ID),
            id="the-number-comes-later",
        ),
        pytest.param(
            {"id_number": ZHANG_ID},
            {"phone": "13800001234", "id_number": ZHANG_ID},
            ("13800001234", ZHANG_ID),
            id="the-telephone-comes-later",
        ),
        pytest.param(
            {"phone": "13800001234", "id_number": ZHANG_ID},
            {"phone": "13900005678", "id_number": ZHANG_ID},
            ("13800001234", ZHANG_ID),
            id="what-is-known-is-not-written-over",
        ),
    ],
)
def test_what_is_told_of_an_owner_with_a_further_flat_is_kept(
    app: APIFlask, first: dict[str, str], then: dict[str, str], kept: tuple[str, str]
) -> None:
    community = make_community()
    one, other = (make_flat(community, room=room) for room in ("501", "502"))
    make_ownership(one, "张三", **first)
    make_ownership(other, "张三", **then)
    (known,) = queries.owners_of_flat(one.id, TODAY)
    assert (known.phone, known.id_number) == kept
    assert [card.id for card in queries.owners_of_flat(other.id, TODAY)] == [known.id]


def test_two_people_of_one_name_without_phone_are_two_owners(app: APIFlask) -> None:
    community = make_community()
    first = make_ownership(make_flat(community), "张伟")
    second = make_ownership(make_flat(community), "张伟")
    assert first.owner_id != second.owner_id


def test_a_work_units_flats_have_one_owner_by_its_name(app: APIFlask) -> None:
    community = make_community()
    made = [make_ownership(make_flat(community), "凯里棉纺厂", kind=OwnerKind.WORK_UNIT) for _ in range(2)]
    assert made[0].owner_id == made[1].owner_id
    assert {row.holder for row in queries.owner_rows(community.id, on=TODAY)} == {OwnerKind.WORK_UNIT}


def test_a_sale_ends_one_ownership_and_begins_another_on_the_same_day(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community)
    before = make_ownership(flat, "张三丰")
    with unit_of_work():
        after = owners.change_owners(
            community.id, flat.id, [NewOwner("李四")], on=TODAY, client_key="sale", actor=COMMAND, now=START
        )
    assert queries.owner_rows(community.id, on=date(2026, 3, 1))[0].owners == (before.owner_id,)
    assert queries.owner_rows(community.id, on=TODAY)[0].owners == (after[0].owner_id,)
    assert len(queries.ownership_history(flat.id)) == 2
    with unit_of_work():
        again = owners.change_owners(
            community.id, flat.id, [NewOwner("李四")], on=TODAY, client_key="sale", actor=COMMAND, now=START
        )
    assert again[0].id == after[0].id


def test_a_sale_before_the_owner_had_it_is_refused(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community)
    make_ownership(flat, from_on=TODAY)
    with unit_of_work(), pytest.raises(Invalid):
        owners.change_owners(
            community.id,
            flat.id,
            [NewOwner("李四")],
            on=date(2026, 3, 1),
            client_key="early",
            actor=COMMAND,
            now=START,
        )


def test_only_one_co_owner_is_the_representative(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community)
    first, second = make_ownership(flat, "张三丰", is_representative=True), make_ownership(flat, "李四")
    with unit_of_work():
        owners.set_representative(community.id, flat.id, second.owner_id, actor=COMMAND, now=START)
    row = queries.owner_rows(community.id, on=TODAY)[0]
    assert row.representative_id == second.owner_id
    assert row.owners == tuple(sorted((first.owner_id, second.owner_id)))
    with unit_of_work(), pytest.raises(NotFound):
        owners.set_representative(community.id, flat.id, 10**9, actor=COMMAND, now=START)


def test_a_wrong_number_is_told_at_its_field(app: APIFlask) -> None:
    with pytest.raises(Invalid) as refused:
        make_ownership(make_flat(make_community()), "张三丰", id_number="110105194912310021", phone="123")
    assert set(refused.value.fields) == {"id_number", "phone"}


def test_mending_an_owner_changes_no_ownership(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community)
    ownership = make_ownership(flat, "张三")
    with unit_of_work():
        owners.mend_owner(
            community.id,
            ownership.owner_id,
            name="张叁",
            phone="13800001111",
            id_number=ZHANG_ID,
            actor=COMMAND,
            now=START,
        )
    card = queries.owners_of_flat(flat.id, TODAY)[0]
    assert (card.name, card.phone, card.id_number) == ("张叁", "13800001111", ZHANG_ID)
    assert card.ownership_id == ownership.id


def test_two_owners_cannot_share_one_identity_number(app: APIFlask) -> None:
    community = make_community()
    make_ownership(make_flat(community), "张三", id_number=ZHANG_ID)
    other = make_ownership(make_flat(community), "李四")
    with unit_of_work(), pytest.raises(Conflict):
        owners.mend_owner(
            community.id, other.owner_id, name="李四", phone="", id_number=ZHANG_ID, actor=COMMAND, now=START
        )


def test_a_dwelling_has_one_household_until_it_is_split(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community, room="501")
    make_flat(community, room="S1", use=FlatUse.SHOP)
    assert [one.label for one in queries.households(community.id)] == ["1 栋 1 单元 501"]
    second = make_household(flat)
    assert [one.label for one in queries.households(community.id)] == [
        "1 栋 1 单元 501 第 1 户",
        "1 栋 1 单元 501 第 2 户",
    ]
    with unit_of_work():
        households.close_household(community.id, second.id, actor=COMMAND, now=START)
    assert len(queries.households(community.id)) == 1


def test_a_shop_is_not_split_and_the_first_household_stays(app: APIFlask) -> None:
    community = make_community()
    shop, flat = make_flat(community, use=FlatUse.SHOP), make_flat(community)
    with pytest.raises(Refused):
        make_household(shop)
    with unit_of_work(), pytest.raises(Refused):
        households.close_household(community.id, household_of(flat).id, actor=COMMAND, now=START)


def test_a_vacant_household_stays_in_the_base(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community)
    with unit_of_work():
        households.mark_household(
            community.id,
            household_of(flat).id,
            HouseholdState.VACANT,
            note="外出务工",
            actor=COMMAND,
            now=START,
        )
    counted = queries.figures(community.id)
    assert (counted.households, counted.vacant) == (1, 1)


def test_parking_is_counted_in_neither_flats_nor_area(app: APIFlask) -> None:
    community = make_community()
    make_flat(community, area="67.70")
    make_flat(community, area="12.50", use=FlatUse.PARKING)
    counted = queries.figures(community.id)
    assert (counted.flats, counted.parking, counted.area) == (1, 1, Decimal("67.70"))
    assert sorted(row.is_counted for row in queries.owner_rows(community.id, on=TODAY)) == [False, True]


def test_a_dwelling_that_becomes_a_shop_loses_its_household(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community)
    with unit_of_work():
        places.change_flat(
            flat.id,
            community.id,
            area=Decimal("60.00"),
            area_source=AreaSource.SURVEY,
            use=FlatUse.SHOP,
            floor=1,
            actor=COMMAND,
            now=START,
        )
    assert queries.households(community.id) == []


def test_another_communitys_flat_is_as_if_it_were_not(app: APIFlask) -> None:
    flat, other = make_flat(make_community()), make_community()
    assert queries.flat(flat.id, other.id) is None
    with unit_of_work(), pytest.raises(NotFound):
        households.split_household(other.id, flat.id, client_key="x", actor=COMMAND, now=START)
    with unit_of_work(), pytest.raises(NotFound):
        personal.show_owners(other.id, flat.id, purpose="电话通知", actor=COMMAND, now=START)


def test_showing_owners_in_full_is_told_in_the_audit_without_a_name(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community)
    make_ownership(flat, "张三丰", phone="13800001111")
    with unit_of_work(), pytest.raises(Invalid):
        personal.show_owners(community.id, flat.id, purpose=" 看 ", actor=COMMAND, now=START)
    with unit_of_work():
        cards = personal.show_owners(community.id, flat.id, purpose="电话通知开会", actor=COMMAND, now=START)
    assert cards[0].name == "张三丰" and cards[0].masked_name == "张**"
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "ledger.show_owners")).one()
    assert entry.facts["purpose"] == "电话通知开会"
    assert "张三丰" not in str(entry.facts) and "13800001111" not in str(entry.facts)


def test_no_name_or_number_stands_in_the_database_in_plain(app: APIFlask) -> None:
    community = make_community()
    make_ownership(make_flat(community), "张三丰", phone="13800001111", id_number=ZHANG_ID)
    with db.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT name, phone, id_number FROM owners")).one()
    stored = b"".join(bytes(value) for value in row)
    assert "张三丰".encode() not in stored and b"1380000" not in stored and b"1101051949" not in stored


def test_a_facility_is_entered_once_and_mended_after(app: APIFlask) -> None:
    community = make_community()
    first = make_facility(community, "DT-1", name="电梯")
    second = make_facility(community, "DT-1", name="东侧电梯")
    assert first.id == second.id and queries.facilities(community.id)[0].name == "东侧电梯"
