"""Communities with buildings, flats and owners for tests; one by one through the ledger's own actions, many at once as its import
writes them."""

import itertools
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.ledger.actions import households, owners, places
from server.ledger.actions.counting import count_entrance
from server.ledger.models import Building, Community, Entrance, Facility, Flat, Household, Owner, Ownership
from server.ledger.models.people import name_hash, phone_hash
from server.ledger.rules.names import building_name, entrance_name, flat_sort_key, room_name
from server.ledger.rules.words import AreaSource, FacilityKind, FlatUse, LocationType, OwnerKind
from tests.factories.divisions import get_division
from tests.kept import kept

JIUZHOUXIANG = "520102028004"  # 九洲巷社区居民委员会, 中曹司街道, 南明区
BEFORE = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_count = itertools.count(1)


def _key() -> str:
    return secrets.token_urlsafe(12)


@kept
def make_community(name: str | None = None, *, code: str = JIUZHOUXIANG, **facts: Any) -> Community:
    """An eligible community of the residents' committee with this code."""
    facts = {
        "location_type": LocationType.CITY,
        "built_year": 1996,
        "has_lacking_facilities": True,
        "contact_name": "居委会值班室",
        "contact_phone": "0851-85551234",
        "contact_place": "居委会一楼",
        **facts,
    }
    with unit_of_work():
        return places.create_community(
            division_id=get_division(code).id,
            name=name or f"示例小区{next(_count)}",
            client_key=_key(),
            actor=COMMAND,
            now=BEFORE,
            **facts,
        )


@kept
def make_building(community: Community, name: str = "1", entrances: tuple[str, ...] = ("1",)) -> Building:
    with unit_of_work():
        return places.add_building(community.id, name=name, entrances=entrances, actor=COMMAND, now=BEFORE)


@kept
def make_flat(
    community: Community,
    building: str = "1",
    entrance: str = "1",
    room: str | None = None,
    *,
    area: str | Decimal | None = "67.70",
    area_source: AreaSource | None = AreaSource.REGISTER,
    use: FlatUse = FlatUse.DWELLING,
    floor: int | None = None,
) -> Flat:
    """The building and entrance are made where they do not stand yet."""
    entrance_id = _entrance_id(community, building, entrance)
    with unit_of_work():
        return places.add_flat(
            community.id,
            entrance_id=entrance_id,
            room=room or str(100 + next(_count)),
            area=None if area is None else Decimal(area),
            area_source=None if area is None else area_source,
            use=use,
            floor=floor,
            client_key=_key(),
            actor=COMMAND,
            now=BEFORE,
        )


def _entrance_id(community: Community, building: str, entrance: str) -> int:
    standing = (
        sa.select(Entrance.id)
        .join(Building, Building.id == Entrance.building_id)
        .where(
            Building.community_id == community.id,
            Building.name == building_name(building),
            Entrance.name == entrance_name(entrance),
        )
    )
    found = db.session.scalar(standing)
    if found is None:
        make_building(community, building, (entrance,))
        found = db.session.scalars(standing).one()
    return found


@kept
def make_homes(
    community: Community, areas: Mapping[str, str], *, building: str = "1", entrance: str = "1"
) -> list[Flat]:
    """Dwellings of one entrance, area by room, each with a household and an owner of its own: all at once, like an import,
    so that the audit has no entry for each."""
    entrance_id = _entrance_id(community, building, entrance)
    with unit_of_work() as session:
        behind = session.get_one(Entrance, entrance_id)
        flats = [
            Flat(
                community_id=community.id,
                building_id=behind.building_id,
                entrance_id=entrance_id,
                room=room_name(room),
                sort_key=flat_sort_key(building_name(building), entrance_name(entrance), room_name(room)),
                use=FlatUse.DWELLING,
                area=Decimal(area),
                area_source=AreaSource.REGISTER,
            )
            for room, area in areas.items()
        ]
        found = [_an_owner(community) for _ in flats]
        session.add_all([*flats, *found])
        session.flush()
        session.add_all(Household(flat_id=flat.id, number=1) for flat in flats)
        session.add_all(
            Ownership(flat_id=flat.id, owner_id=owner.id, is_representative=False, share="")
            for flat, owner in zip(flats, found, strict=True)
        )
        count_entrance(entrance_id)
    return flats


def _an_owner(community: Community) -> Owner:
    number = next(_count)
    name, phone = _name(number), _phone(number)
    return Owner(
        community_id=community.id,
        kind=OwnerKind.PERSON,
        name=name,
        name_hash=name_hash(name),
        phone=phone,
        phone_hash=phone_hash(phone),
    )


def _name(number: int) -> str:
    return f"业主{'甲乙丙丁戊己庚辛壬癸'[number % 10]}{number}"


def _phone(number: int) -> str:
    return f"138{number:08d}"


@kept
def make_ownership(
    flat: Flat,
    name: str = "张三丰",
    *,
    phone: str = "",
    id_number: str = "",
    kind: OwnerKind = OwnerKind.PERSON,
    share: str = "",
    is_representative: bool = False,
    from_on: date | None = None,
) -> Ownership:
    """A further owner of the flat. The same phone and name, or the same number, is the same owner in the community."""
    with unit_of_work():
        return owners.add_owner(
            flat.community_id,
            flat.id,
            owners.NewOwner(name, kind, phone, id_number, share, is_representative),
            from_on=from_on,
            client_key=_key(),
            actor=COMMAND,
            now=BEFORE,
        )


@kept
def make_owner(*flats: Flat, name: str | None = None, phone: str | None = None, **facts: Any) -> Owner:
    """One owner of all these flats; found again by name and phone."""
    number = next(_count)
    phone = phone if phone is not None else _phone(number)
    name = name or _name(number)
    made = [make_ownership(flat, name, phone=phone, **facts) for flat in flats]
    assert len({one.owner_id for one in made}) == 1, (
        "without phone or number each flat has an owner of its own"
    )
    owner = db.session.get(Owner, made[0].owner_id)
    assert owner is not None
    return owner


def household_of(flat: Flat, number: int = 1) -> Household:
    return db.session.scalars(
        sa.select(Household).where(Household.flat_id == flat.id, Household.number == number)
    ).one()


@kept
def make_household(flat: Flat) -> Household:
    """One more household in the flat."""
    with unit_of_work():
        return households.split_household(
            flat.community_id, flat.id, client_key=_key(), actor=COMMAND, now=BEFORE
        )


@kept
def make_facility(community: Community, code: str = "DT-1", **facts: Any) -> Facility:
    facts = {"kind": FacilityKind.LIFT, "name": "1 号电梯", "place": "1 栋大厅", **facts}
    with unit_of_work():
        return places.save_facility(
            community.id, code=code, client_key=_key(), actor=COMMAND, now=BEFORE, **facts
        )


@kept
def make_small_community(flats: int = 6, **facts: Any) -> tuple[Community, list[Flat]]:
    """A community of one building and one entrance, each flat with an owner of its own."""
    community = make_community(**facts)
    return community, make_homes(community, {f"{1 + i // 2}0{1 + i % 2}": "67.70" for i in range(flats)})
