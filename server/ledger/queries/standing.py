"""What each entrance counts, and where one household stands in the order of the ledger: for sharing out costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.places import ScopeKind
from server.ledger.models import Building, Entrance, Flat, Household
from server.ledger.rules.words import FlatUse


@dataclass(frozen=True)
class EntranceFigures:
    """Parking is in none of them."""

    id: int
    building_id: int
    households: int
    #: Of flats with an area.
    area: Decimal
    without_area: int


@dataclass(frozen=True)
class Standing:
    """One household in the order of flats and, in a split flat, of households."""

    community_id: int
    building_id: int
    entrance_id: int
    #: Of its flat; None where it is not on record.
    area: Decimal | None
    #: How many households share the flat, and how many of them come before this one.
    beside: int
    place: int
    #: Of the flats before its own in community, building and entrance: how many households, how much area.
    before: Mapping[ScopeKind, tuple[int, Decimal]]


def entrance_figures(community_id: int) -> list[EntranceFigures]:
    return [EntranceFigures(*row) for row in db.session.execute(_ENTRANCES, {"community_id": community_id})]


def _area() -> sa.ColumnElement[Decimal]:
    return sa.type_coerce(sa.func.coalesce(sa.func.sum(Flat.area), 0), Flat.area.type)


def _entrances() -> sa.Select[*tuple[Any, ...]]:
    here: sa.BindParameter[int] = sa.bindparam("community_id")
    households = (
        sa.select(Flat.entrance_id, sa.func.count(Household.id).label("households"))
        .join(Flat, Flat.id == Household.flat_id)
        .where(Flat.community_id == here, Flat.use != FlatUse.PARKING, Household.closed_at.is_(None))
        .group_by(Flat.entrance_id)
        .subquery()
    )
    counted = sa.and_(Flat.entrance_id == Entrance.id, Flat.use != FlatUse.PARKING)
    return (
        sa.select(
            Entrance.id,
            Entrance.building_id,
            sa.func.coalesce(households.c.households, 0).label("households"),
            _area().label("area"),
            sa.func.count(Flat.id).filter(Flat.area.is_(None)).label("without_area"),
        )
        .join(Building, Building.id == Entrance.building_id)
        .outerjoin(Flat, counted)
        .outerjoin(households, households.c.entrance_id == Entrance.id)
        .where(Building.community_id == here)
        .group_by(
            Entrance.id, Entrance.building_id, Building.sort_key, Entrance.sort_key, households.c.households
        )
        .order_by(Building.sort_key, Entrance.sort_key, Entrance.id)
    )


#: Made once: to build it takes as long as to run it.
_ENTRANCES = _entrances()


def standing(household_id: int) -> Standing | None:
    """Where a living household stands."""
    own = db.session.execute(
        sa.select(Household.number, Household.flat_id, *_OWN_FLAT)
        .join(Flat, Flat.id == Household.flat_id)
        .where(Household.id == household_id, Household.closed_at.is_(None))
    ).first()
    if own is None:
        return None
    beside = db.session.execute(
        sa.select(
            sa.func.count().label("beside"),
            sa.func.count().filter(Household.number < own.number).label("place"),
        ).where(Household.flat_id == own.flat_id, Household.closed_at.is_(None))
    ).one()
    return Standing(
        own.community_id,
        own.building_id,
        own.entrance_id,
        own.area,
        beside.beside,
        beside.place,
        {scope: _before(own, scope) for scope in ScopeKind},
    )


_OWN_FLAT = (Flat.community_id, Flat.building_id, Flat.entrance_id, Flat.area, Flat.sort_key)


def _before(own: Any, scope: ScopeKind) -> tuple[int, Decimal]:
    same = {
        ScopeKind.COMMUNITY: Flat.community_id == own.community_id,
        ScopeKind.BUILDING: Flat.building_id == own.building_id,
        ScopeKind.ENTRANCE: Flat.entrance_id == own.entrance_id,
    }[scope]
    is_earlier = sa.or_(
        Flat.sort_key < own.sort_key, sa.and_(Flat.sort_key == own.sort_key, Flat.id < own.flat_id)
    )
    where = (same, is_earlier, Flat.use != FlatUse.PARKING)
    households = (
        sa.select(sa.func.count(Household.id))
        .join(Flat, Flat.id == Household.flat_id)
        .where(*where, Household.closed_at.is_(None))
    )
    area = db.session.scalar(sa.select(_area()).where(*where)) or Decimal(0)
    return db.session.scalar(households) or 0, area
