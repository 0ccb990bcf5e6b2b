"""The example's places and owners: entered through the ledger's own actions."""

import itertools
from datetime import date, datetime
from decimal import Decimal

from server.divisions import queries as divisions
from server.example import story
from server.kernel.actor import COMMAND
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.ledger.actions import households, owners, places
from server.ledger.rules.words import (
    AreaSource,
    FacilityKind,
    HouseholdState,
    LocationType,
    OwnerKind,
    OwnershipKind,
    PropertyMode,
)
from server.plans.actions import log_first_moves

ENTERED = "登记进台账时列入（示例数据）。"
_keys = itertools.count(1)


def key() -> str:
    """A client key of the example's own."""
    return f"example-{next(_keys)}"


def division_id(code: str) -> int:
    found = divisions.by_code(code)
    if found is None:
        raise NotFound(f"没有行政区划 {code}。")
    return found.id


def make_community(now: datetime) -> int:
    """The main community with its sixty flats; its id. `now` is when it was entered, in the past."""
    community = places.create_community(
        division_id=division_id(story.DIVISION_CODE),
        name=story.COMMUNITY,
        location_type=LocationType.CITY,
        client_key=key(),
        actor=COMMAND,
        now=now,
        address="南明区九洲巷 18 号(示例)",
        built_year=1994,
        year_evidence="竣工验收档案",
        ownership_kind=OwnershipKind.HOUSING_REFORM,
        property_mode=PropertyMode.NONE,
        has_lacking_facilities=True,
        **story.CONTACT,
    )
    entrances: dict[tuple[str, str], int] = {}
    for building, names in (("1", ("1", "2")), ("2", ("1", "2")), ("3", ("1",))):
        places.add_building(community.id, name=building, entrances=names, floors=6, actor=COMMAND, now=now)
    for card in ledger.buildings(community.id):
        entrances.update({(card.name, one.name): one.id for one in card.entrances})
    for number, flat in enumerate(story.flats()):
        _make_flat(community.id, entrances[flat.building, flat.entrance], flat, number, now)
    places.save_facility(
        community.id, code="LD-01", kind=FacilityKind.LIGHTING, name="东门路灯", place="东门", client_key=key(),
        actor=COMMAND, now=now,
    )  # fmt: skip
    _mark_vacant(community.id, now)
    return community.id


def stand_first(community_id: int, now: datetime) -> None:
    """In the reserve, as every new community does."""
    log_first_moves([community_id], reason=ENTERED, actor=COMMAND, now=now)


def _make_flat(
    community_id: int, entrance_id: int, facts: story.FlatFacts, number: int, now: datetime
) -> None:
    flat = places.add_flat(
        community_id,
        entrance_id=entrance_id,
        room=facts.room,
        use=facts.use,
        area=facts.area,
        area_source=facts.source,
        floor=facts.floor,
        client_key=key(),
        actor=COMMAND,
        now=now,
    )
    for owner in story.owners_of(facts, number):
        owners.add_owner(
            community_id,
            flat.id,
            owners.NewOwner(
                owner.name,
                owner.kind,
                owner.phone,
                owner.id_number,
                is_representative=owner.is_representative,
            ),
            from_on=date(1998, 6, 1),
            client_key=key(),
            actor=COMMAND,
            now=now,
        )


def flat_id(community_id: int, address: str) -> int:
    """ "1-1-302" -> the flat's id."""
    building, entrance, room = address.split("-")
    found = ledger.flat_by_address(community_id, building, entrance, room)
    if found is None:
        raise NotFound(f"示例里没有 {address}。")
    return found.id


def _mark_vacant(community_id: int, now: datetime) -> None:
    for home in ledger.households_of_flat(flat_id(community_id, story.VACANT_FLAT)):
        households.mark_household(
            community_id, home.id, HouseholdState.VACANT, note="长期在外地", actor=COMMAND, now=now
        )


def make_neighbours(now: datetime) -> list[int]:
    """A handful of smaller communities: other streets, another county, another prefecture. Their ids."""
    made = []
    for number, facts in enumerate(story.NEIGHBOURS):
        community = places.create_community(
            division_id=division_id(facts.division_code),
            name=facts.name,
            location_type=LocationType.CITY,
            client_key=key(),
            actor=COMMAND,
            now=now,
            built_year=facts.built_year,
            has_lacking_facilities=True,
            **story.CONTACT,
        )
        stand_first(community.id, now)
        for building in range(1, facts.buildings + 1):
            make_small_building(community.id, str(building), facts.flats_each, number, now)
        made.append(community.id)
    return made


def make_small_building(community_id: int, name: str, flats: int, salt: int, now: datetime) -> None:
    made = places.add_building(community_id, name=name, entrances=("1",), actor=COMMAND, now=now)
    entrance = next(
        one for card in ledger.buildings(community_id) if card.id == made.id for one in card.entrances
    )
    for number in range(flats):
        flat = places.add_flat(
            community_id,
            entrance_id=entrance.id,
            room=f"{number // 2 + 1}0{number % 2 + 1}",
            area=Decimal(story.AREAS[(number + salt) % len(story.AREAS)]),
            area_source=AreaSource.REGISTER,
            floor=number // 2 + 1,
            client_key=key(),
            actor=COMMAND,
            now=now,
        )
        owners.add_owner(
            community_id,
            flat.id,
            owners.NewOwner(
                story.person_name(number + salt * 11),
                OwnerKind.PERSON,
                f"1390851{salt}{int(name):d}{number:02d}",
            ),
            from_on=date(2001, 1, 1),
            client_key=key(),
            actor=COMMAND,
            now=now,
        )
