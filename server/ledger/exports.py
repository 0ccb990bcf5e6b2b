"""The ledger as a file of the same six sheets: exported and imported again it changes nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from server.audit.actions import record
from server.divisions import queries as divisions
from server.infra.db import db
from server.infra.sheets import BookWriter
from server.kernel.actor import Actor
from server.kernel.masking import mask_id, mask_name, mask_phone
from server.ledger.models import Building, Community, Entrance, Facility, Flat, Household, Owner, Ownership
from server.ledger.queries.flats import FLAT_ORDER
from server.ledger.rules.names import NO_ENTRANCE
from server.ledger.rules.words import HouseholdState, OwnerKind
from server.ledger.sheet import SHEETS, looks
from server.ledger.sheet.template import write_explanation

BATCH = 1000


def record_export(
    community_ids: Sequence[int], *, is_full: bool, purpose: str, actor: Actor, now: datetime
) -> None:
    """Who took the ledger out, whether with names in full, and what for. Written before the file is."""
    for community_id in community_ids:
        record(
            actor,
            "ledger.export",
            "community",
            community_id,
            now=now,
            community_id=community_id,
            is_full=is_full,
            purpose=purpose,
        )


def write_export(path: Path, community_ids: Sequence[int], *, is_full: bool) -> None:
    """Write the communities in this order. Names, phones and numbers are masked unless `is_full`; a masked file is
    for reading, an import refuses it."""
    makers = (_communities, _buildings, _flats, _owners, _households, _facilities)
    with BookWriter(path) as book:
        for sheet, rows in zip(SHEETS, makers, strict=True):
            book.sheet(sheet.title, looks(sheet))
            for community_id in community_ids:
                for row in rows(community_id, is_full):
                    book.row(_said(row.get(column.name)) for column in sheet.columns)
        write_explanation(book)


def _communities(community_id: int, _is_full: bool) -> Iterator[dict[str, Any]]:
    community = db.session.get(Community, community_id)
    if community is None:
        return
    division = divisions.division(community.division_id)
    row = {column.key: getattr(community, column.key) for column in sa.inspect(Community).columns}
    yield {**row, "division": (division.code or division.name) if division else ""}


def _buildings(community_id: int, _is_full: bool) -> Iterator[dict[str, Any]]:
    name = _name(community_id)
    entrances: dict[int, list[str]] = {}
    for building_id, entrance in db.session.execute(
        sa.select(Entrance.building_id, Entrance.name)
        .join(Building, Building.id == Entrance.building_id)
        .where(Building.community_id == community_id)
        .order_by(Entrance.sort_key, Entrance.id)
    ):
        entrances.setdefault(building_id, []).append(entrance)
    for building in db.session.scalars(
        sa.select(Building)
        .where(Building.community_id == community_id)
        .order_by(Building.sort_key, Building.id)
    ):
        inside = entrances.get(building.id, [])
        named = "" if inside == [NO_ENTRANCE] else "、".join(inside)
        yield {"community": name, "building": building.name, "entrances": named, "floors": building.floors}


def _flats(community_id: int, _is_full: bool) -> Iterator[dict[str, Any]]:
    for where, row in _by_flat(community_id, Flat.use, Flat.area, Flat.area_source, Flat.floor):
        yield {**where, "use": row.use, "area": row.area, "area_source": row.area_source, "floor": row.floor}


def _owners(community_id: int, is_full: bool) -> Iterator[dict[str, Any]]:
    columns = (
        Owner.kind,
        Owner.name,
        Owner.phone,
        Owner.id_number,
        Ownership.share,
        Ownership.is_representative,
        Ownership.from_on,
        Ownership.to_on,
    )
    for where, row in _by_flat(community_id, *columns, people=True):
        found = {column.key: getattr(row, column.key) for column in columns}
        found["is_representative"] = True if row.is_representative else None
        yield {**where, **(found if is_full else _masked(found))}


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    is_person = row["kind"] is OwnerKind.PERSON
    return row | {
        "name": mask_name(row["name"]) if is_person else row["name"],
        "phone": mask_phone(row["phone"]) if row["phone"] else None,
        "id_number": mask_id(row["id_number"]) if row["id_number"] else None,
    }


def _households(community_id: int, _is_full: bool) -> Iterator[dict[str, Any]]:
    """Only those that say more than "one household lives here"."""
    told = sa.or_(Household.number > 1, Household.state != HouseholdState.OCCUPIED, Household.note != "")
    statement = (
        _statement(community_id, Household.number, Household.state, Household.note)
        .join(Household, Household.flat_id == Flat.id)
        .where(Household.closed_at.is_(None), told)
        .order_by(*FLAT_ORDER, Household.number)
    )
    for where, row in _placed(community_id, statement):
        yield {**where, "number": row.number, "state": row.state, "note": row.note}


def _facilities(community_id: int, _is_full: bool) -> Iterator[dict[str, Any]]:
    name = _name(community_id)
    for facility, building in db.session.execute(
        sa.select(Facility, Building.name)
        .outerjoin(Building, Building.id == Facility.building_id)
        .where(Facility.community_id == community_id)
        .order_by(Facility.code)
    ):
        yield {
            "community": name,
            "code": facility.code,
            "kind": facility.kind,
            "name": facility.name,
            "building": building,
            "place": facility.place,
        }


def _by_flat(
    community_id: int, *columns: Any, people: bool = False
) -> Iterator[tuple[dict[str, Any], sa.Row[*tuple[Any, ...]]]]:
    statement = _statement(community_id, *columns)
    if people:
        statement = statement.join(Ownership, Ownership.flat_id == Flat.id).join(
            Owner, Owner.id == Ownership.owner_id
        )
        statement = statement.order_by(*FLAT_ORDER, Ownership.id)
    else:
        statement = statement.order_by(*FLAT_ORDER)
    yield from _placed(community_id, statement)


def _statement(community_id: int, *columns: Any) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Building.name.label("building"), Entrance.name.label("entrance"), Flat.room, *columns)
        .select_from(Flat)
        .join(Building, Building.id == Flat.building_id)
        .join(Entrance, Entrance.id == Flat.entrance_id)
        .where(Flat.community_id == community_id)
    )


def _placed(
    community_id: int, statement: sa.Select[*tuple[Any, ...]]
) -> Iterator[tuple[dict[str, Any], sa.Row[*tuple[Any, ...]]]]:
    """In batches by the result's own cursor, so that memory does not grow with the community."""
    name = _name(community_id)
    result = iter(db.session.execute(statement, execution_options={"yield_per": BATCH}))
    while batch := list(islice(result, BATCH)):
        for row in batch:
            entrance = "" if row.entrance == NO_ENTRANCE else row.entrance
            yield {"community": name, "building": row.building, "entrance": entrance, "room": row.room}, row


def _name(community_id: int) -> str:
    """The name that rows of other sheets use. Where two communities of a file share it, the code does."""
    row = db.session.execute(
        sa.select(Community.name, Community.code).where(Community.id == community_id)
    ).first()
    return (row.code or row.name) if row else ""


def _said(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return getattr(value, "name_zh", value) if isinstance(value, StrEnum) else value
