"""Households of a scope, for surveys only: vacant and unreachable ones are in, for they are in every base."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from server.infra.db import asked_once, db, table_of
from server.ledger.models import Building, Entrance, Flat, Household
from server.ledger.queries.flats import FLAT_ORDER, scope
from server.ledger.rules.names import label
from server.ledger.rules.words import HouseholdState


@dataclass(frozen=True)
class HouseholdCard:
    id: int
    flat_id: int
    building: str
    entrance: str
    room: str
    number: int
    state: HouseholdState
    note: str
    community_id: int
    building_id: int
    entrance_id: int
    floor: int | None
    #: How many households share the flat.
    beside: int

    @property
    def label(self) -> str:
        """ "3 栋 2 单元 501", and "第 2 户" where the flat is split."""
        where = label(self.building, self.entrance, self.room)
        return f"{where} 第 {self.number} 户" if self.beside > 1 else where


def households(
    community_id: int, *, building_ids: Collection[int] = (), entrance_ids: Collection[int] = ()
) -> list[HouseholdCard]:
    """Every household of the scope, in the order of its flats."""
    return _cards(*scope(community_id, building_ids, entrance_ids))


def households_of_flat(flat_id: int) -> list[HouseholdCard]:
    return _cards(Household.flat_id == flat_id)


def household(household_id: int) -> HouseholdCard | None:
    """The living household with this id."""
    row = db.session.execute(_BY_ID, {"household_id": household_id}).first()
    return HouseholdCard(**row._asdict()) if row else None


_same_flat = table_of(Household).alias("same_flat")
_CARD = (
    sa.select(
        Household.id,
        Household.flat_id,
        Building.name.label("building"),
        Entrance.name.label("entrance"),
        Flat.room,
        Household.number,
        Household.state,
        Household.note,
        Flat.community_id,
        Flat.building_id,
        Flat.entrance_id,
        Flat.floor,
        sa.select(sa.func.count())
        .where(_same_flat.c.flat_id == Household.flat_id, _same_flat.c.closed_at.is_(None))
        .scalar_subquery()
        .label("beside"),
    )
    .join(Flat, Flat.id == Household.flat_id)
    .join(Building, Building.id == Flat.building_id)
    .join(Entrance, Entrance.id == Flat.entrance_id)
    .where(Household.closed_at.is_(None))
)
_BY_ID = _CARD.where(Household.id == sa.bindparam("household_id"))
#: The living households as HouseholdCard has them, to be joined by id.
HOUSEHOLD_CARDS = _CARD.subquery("household_cards")

#: Where each household lives, to be joined by id: id, building, entrance, room, number, sort_key.
HOUSEHOLD_PLACES = (
    sa.select(
        Household.id,
        Building.name.label("building"),
        Entrance.name.label("entrance"),
        Flat.room,
        Household.number,
        Flat.sort_key,
    )
    .join(Flat, Flat.id == Household.flat_id)
    .join(Building, Building.id == Flat.building_id)
    .join(Entrance, Entrance.id == Flat.entrance_id)
).subquery("household_places")

#: How many living households each community has, to be joined by it: community_id, households.
COMMUNITY_HOUSEHOLDS = (
    sa.select(Flat.community_id, sa.func.count().label("households"))
    .join(Household, Household.flat_id == Flat.id)
    .where(Household.closed_at.is_(None))
    .group_by(Flat.community_id)
    .subquery("community_households")
)


def household_count(
    community_id: int, *, building_ids: Collection[int] = (), entrance_ids: Collection[int] = ()
) -> int:
    """How many households the scope has: the base of every coverage. Read from the counts kept beside the entrances."""
    found = (
        sa.select(sa.func.coalesce(sa.func.sum(Entrance.households), 0))
        .join(Building, Building.id == Entrance.building_id)
        .where(Building.community_id == community_id)
    )
    if building_ids:
        found = found.where(Building.id.in_(building_ids))
    if entrance_ids:
        found = found.where(Entrance.id.in_(entrance_ids))
    return db.session.scalar(found) or 0


_OF_COMMUNITIES = (
    sa.select(Building.community_id, sa.func.sum(Entrance.households))
    .join(Entrance, Entrance.building_id == Building.id)
    .where(Building.community_id.in_(sa.bindparam("community_ids", expanding=True)))
    .group_by(Building.community_id)
)


def household_counts(community_ids: Collection[int]) -> dict[int, int]:
    """The same for whole communities, many at once; those without buildings are left out."""
    ids = frozenset(community_ids)
    return asked_once(("household_counts", ids), lambda: _household_counts(ids))


def _household_counts(community_ids: frozenset[int]) -> dict[int, int]:
    found = db.session.execute(_OF_COMMUNITIES, {"community_ids": list(community_ids)})
    return {row[0]: row[1] for row in found}


def states_of(flat_ids: Collection[int]) -> dict[int, list[HouseholdState]]:
    """The states of the households of each of these flats."""
    found: dict[int, list[HouseholdState]] = {}
    for flat_id, state in db.session.execute(
        sa.select(Household.flat_id, Household.state)
        .where(Household.flat_id.in_(flat_ids), Household.closed_at.is_(None))
        .order_by(Household.number)
    ):
        found.setdefault(flat_id, []).append(state)
    return found


def _cards(*where: sa.ColumnElement[bool]) -> list[HouseholdCard]:
    rows = db.session.execute(_CARD.where(*where).order_by(*FLAT_ORDER, Household.number))
    return [HouseholdCard(**row._asdict()) for row in rows]
