"""Buildings, entrances, flats and facilities: places with their labels, never a person."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.infra.db import asked_once, db, note_answer, table_of
from server.infra.statements import run
from server.kernel.pages import Page
from server.ledger.models import Building, Entrance, Facility, Flat
from server.ledger.queries.communities import COMMUNITY_SIGNS, CommunitySigns
from server.ledger.rules.names import building_name, entrance_name, label, room_name
from server.ledger.rules.words import AreaSource, FlatUse

FLATS_A_PAGE = 50


@dataclass(frozen=True)
class EntranceCard:
    id: int
    building_id: int
    building: str
    name: str

    @property
    def label(self) -> str:
        return label(self.building, self.name)


@dataclass(frozen=True)
class BuildingCard:
    id: int
    community_id: int
    name: str
    floors: int | None
    entrances: tuple[EntranceCard, ...]

    @property
    def label(self) -> str:
        return label(self.name, "")


@dataclass(frozen=True)
class BuildingLine:
    id: int
    name: str
    entrances: int

    @property
    def label(self) -> str:
        return label(self.name, "")


@dataclass(frozen=True)
class FlatCard:
    id: int
    community_id: int
    building_id: int
    entrance_id: int
    building: str
    entrance: str
    room: str
    floor: int | None
    area: Decimal | None
    area_source: AreaSource | None
    use: FlatUse

    @property
    def label(self) -> str:
        """ "3 栋 2 单元 501"."""
        return label(self.building, self.entrance, self.room)


FLAT_COLUMNS = (
    Flat.id,
    Flat.community_id,
    Flat.building_id,
    Flat.entrance_id,
    Building.name.label("building"),
    Entrance.name.label("entrance"),
    Flat.room,
    Flat.floor,
    Flat.area,
    Flat.area_source,
    Flat.use,
)
FLAT_ORDER = (Flat.sort_key, Flat.id)
_ENTRANCE_NAME = Entrance.name.label("entrance_name")


_BUILDINGS = (
    sa.select(Building.id, Building.name, Building.floors, Entrance.id.label("entrance_id"), _ENTRANCE_NAME)
    .outerjoin(Entrance, Entrance.building_id == Building.id)
    .where(Building.community_id == sa.bindparam("community_id"))
    .order_by(Building.sort_key, Building.id, Entrance.sort_key, Entrance.id)
)


def buildings(community_id: int) -> list[BuildingCard]:
    """With their entrances, in the order people expect."""
    return asked_once(("buildings", community_id), lambda: _cards_of(community_id))


def _cards_of(community_id: int) -> list[BuildingCard]:
    rows = db.session.execute(_BUILDINGS, {"community_id": community_id})
    found: dict[tuple[int, str, int | None], list[EntranceCard]] = {}
    for row in rows:
        inside = found.setdefault((row.id, row.name, row.floors), [])
        if row.entrance_id is not None:
            inside.append(EntranceCard(row.entrance_id, row.id, row.name, row.entrance_name))
    return [
        BuildingCard(id_, community_id, name, floors, tuple(inside))
        for (id_, name, floors), inside in found.items()
    ]


def building_lines(community_id: int) -> list[BuildingLine]:
    """The same with the entrances only counted: for lists."""
    rows = db.session.execute(
        sa.select(Building.id, Building.name, sa.func.count(Entrance.id))
        .outerjoin(Entrance, Entrance.building_id == Building.id)
        .where(Building.community_id == community_id)
        .group_by(Building.id, Building.name, Building.sort_key)
        .order_by(Building.sort_key, Building.id)
    )
    return [BuildingLine(*row) for row in rows]


def entrances(community_id: int) -> list[EntranceCard]:
    return [entrance for building in buildings(community_id) for entrance in building.entrances]


_buildings, _entrances, _flat_rows = table_of(Building), table_of(Entrance), table_of(Flat)
#: Over the plain tables, because every report of a ticket asks.
_CARDS = (
    sa.select(
        *(_flat_rows.c[name] for name in ("id", "community_id", "building_id", "entrance_id")),
        _buildings.c.name.label("building"),
        _entrances.c.name.label("entrance"),
        *(_flat_rows.c[name] for name in ("room", "floor", "area", "area_source", "use")),
    )
    .join(_buildings, _buildings.c.id == _flat_rows.c.building_id)
    .join(_entrances, _entrances.c.id == _flat_rows.c.entrance_id)
)
_HOMES = _CARDS.add_columns(COMMUNITY_SIGNS.c.name.label("community"), COMMUNITY_SIGNS.c.contact_phone).join(
    COMMUNITY_SIGNS, COMMUNITY_SIGNS.c.id == _flat_rows.c.community_id
)
_IS_IT = _flat_rows.c.id == sa.bindparam("flat_id")
_FLAT, _HOME = _CARDS.where(_IS_IT), _HOMES.where(_IS_IT)
#: Of each flat what `home` tells, to be joined by `home_id` and handed to `note_home`; its columns have names of their own.
HOMES = _HOMES.with_only_columns(
    *(column.label(f"home_{column.name}") for column in _HOMES.selected_columns)
).subquery("homes")
_CARD = tuple(one.name for one in fields(FlatCard))


def home(flat_id: int) -> tuple[FlatCard, CommunitySigns] | None:
    """A flat, with what its pages show of the community."""
    return asked_once(("home", flat_id), lambda: _home(flat_id))


def _home(flat_id: int) -> tuple[FlatCard, CommunitySigns] | None:
    row = run(_HOME, {"flat_id": flat_id}).first()
    return (FlatCard(*row[: len(_CARD)]), CommunitySigns(row.community, row.contact_phone)) if row else None


def note_home(row: Any) -> None:
    """Take a row of HOMES that was read along with something else: it is not asked for again."""
    card = FlatCard(*(getattr(row, f"home_{name}") for name in _CARD))
    note_answer(("home", card.id), (card, CommunitySigns(row.home_community, row.home_contact_phone)))


def flat(flat_id: int, community_id: int | None = None) -> FlatCard | None:
    """With a community given, only one of that community."""
    row = run(_FLAT, {"flat_id": flat_id}).first()
    return FlatCard(*row[: len(_CARD)]) if row and community_id in {None, row.community_id} else None


def flats_by_ids(flat_ids: Collection[int]) -> dict[int, FlatCard]:
    rows = db.session.execute(_flats().where(Flat.id.in_(flat_ids)))
    return {row.id: FlatCard(*row) for row in rows}


def flat_by_address(community_id: int, building: str, entrance: str, room: str) -> FlatCard | None:
    """By what people write: "3栋", "二单元", "501室"; an empty entrance finds it where the building has only one."""
    where = [
        Flat.community_id == community_id,
        Building.name == building_name(building),
        Flat.room == room_name(room),
    ]
    if entrance.strip():
        where.append(Entrance.name == entrance_name(entrance))
    rows = db.session.execute(_flats().where(*where).limit(2)).all()
    return FlatCard(*rows[0]) if len(rows) == 1 else None


def flats(
    community_id: int,
    *,
    building_id: int | None = None,
    entrance_id: int | None = None,
    text: str = "",
    lacking: bool = False,
    page: int = 1,
    size: int = FLATS_A_PAGE,
) -> Page[FlatCard]:
    """In the order of buildings, entrances and rooms. `lacking`: only those whose area does not serve a vote."""
    where: list[sa.ColumnElement[bool]] = [Flat.community_id == community_id]
    if building_id is not None:
        where.append(Flat.building_id == building_id)
    if entrance_id is not None:
        where.append(Flat.entrance_id == entrance_id)
    if text.strip():
        where.append(Flat.room.startswith(room_name(text), autoescape=True))
    if lacking:
        is_unfit = sa.or_(Flat.area.is_(None), Flat.area_source == AreaSource.ESTIMATE)
        where.append(sa.and_(is_unfit, Flat.use != FlatUse.PARKING))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Flat).where(*where)) or 0
    # First the page, then what belongs to it: the join never sees the whole community.
    chosen = sa.select(Flat.id).where(*where).order_by(*FLAT_ORDER).limit(size).offset((page - 1) * size)
    here = chosen.subquery()
    rows = db.session.execute(_flats().join(here, here.c.id == Flat.id).order_by(*FLAT_ORDER))
    return Page([FlatCard(*row) for row in rows], page, size, total)


def flat_ids(
    community_id: int, *, building_ids: Collection[int] = (), entrance_ids: Collection[int] = ()
) -> list[int]:
    """All flats of the scope in order, for printing slips."""
    rows = db.session.execute(
        sa.select(Flat.id).where(*scope(community_id, building_ids, entrance_ids)).order_by(*FLAT_ORDER)
    )
    return list(rows.scalars())


def facility(facility_id: int, community_id: int | None = None) -> Facility | None:
    found = db.session.get(Facility, facility_id)
    if found is None or (community_id is not None and found.community_id != community_id):
        return None
    return found


def facilities(community_id: int) -> list[Facility]:
    found = sa.select(Facility).where(Facility.community_id == community_id)
    return list(db.session.scalars(found.order_by(Facility.kind, Facility.code)))


def scope(
    community_id: int, building_ids: Collection[int], entrance_ids: Collection[int]
) -> list[sa.ColumnElement[bool]]:
    """The flats of a community, or of these buildings of it, or of these entrances of it."""
    where: list[sa.ColumnElement[bool]] = [Flat.community_id == community_id]
    if building_ids:
        where.append(Flat.building_id.in_(building_ids))
    if entrance_ids:
        where.append(Flat.entrance_id.in_(entrance_ids))
    return where


def _flats() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*FLAT_COLUMNS)
        .join(Building, Building.id == Flat.building_id)
        .join(Entrance, Entrance.id == Flat.entrance_id)
    )
