"""What stands already, copied into the staging file, so that a sheet is compared without touching our tables again.

Reads through a connection of its own: the session's transaction ends with every sign of progress. Values are taken as
they are stored (areas in hundredths, personal values not at all), which is also how they will be written.
"""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from server.ledger.actions.importing.stage import Stage

BATCH = 1000
Ords = dict[int, int]


def load_community(stage: Stage, connection: Connection, ord_: int, community_id: int) -> None:
    """Everything of a community that a sheet may speak of."""

    def rows(sql: str) -> Iterator[Any]:
        statement = sa.text(sql).bindparams(community=community_id)
        options = {"yield_per": BATCH, "stream_results": True}
        return iter(connection.execute(statement, execution_options=options))

    buildings = _buildings(stage, rows, ord_)
    entrances = _entrances(stage, rows, buildings)
    _flats(stage, rows, ord_, buildings, entrances)
    _owners(stage, rows, ord_)
    _ownerships(stage, rows, ord_)
    _households(stage, rows, ord_)
    _facilities(stage, rows, ord_, buildings)


def _buildings(stage: Stage, rows: Callable[[str], Iterator[Any]], ord_: int) -> Ords:
    found = rows("SELECT id, name, sort_key, floors FROM buildings WHERE community_id = :community")
    return {
        row.id: stage.run(
            "INSERT INTO buildings (id, community, name, sort_key, floors) VALUES (?, ?, ?, ?, ?)",
            row.id,
            ord_,
            row.name,
            row.sort_key,
            row.floors,
        )
        for row in found
    }


def _entrances(stage: Stage, rows: Callable[[str], Iterator[Any]], buildings: Ords) -> Ords:
    found = rows(
        "SELECT e.id, e.building_id, e.name, e.sort_key FROM entrances e "
        "JOIN buildings b ON b.id = e.building_id WHERE b.community_id = :community"
    )
    return {
        row.id: stage.run(
            "INSERT INTO entrances (id, building, name, sort_key) VALUES (?, ?, ?, ?)",
            row.id,
            buildings[row.building_id],
            row.name,
            row.sort_key,
        )
        for row in found
    }


def _flats(
    stage: Stage, rows: Callable[[str], Iterator[Any]], ord_: int, buildings: Ords, entrances: Ords
) -> None:
    found = rows(
        "SELECT id, building_id, entrance_id, room, sort_key, floor, use, area, area_source "
        "FROM flats WHERE community_id = :community"
    )
    stage.fill(
        "flats",
        (
            "id",
            "community",
            "building",
            "entrance",
            "room",
            "sort_key",
            "floor",
            "use",
            "area",
            "area_source",
        ),
        (
            (row.id, ord_, buildings[row.building_id], entrances[row.entrance_id], *tuple(row)[3:])
            for row in found
        ),
    )


def _owners(stage: Stage, rows: Callable[[str], Iterator[Any]], ord_: int) -> None:
    found = rows(
        "SELECT id, kind, name_hash, phone_hash, id_hash FROM owners WHERE community_id = :community"
    )
    stage.fill(
        "owners",
        ("id", "community", "kind", "name_hash", "phone_hash", "id_hash"),
        (
            (row.id, ord_, row.kind, _bytes(row.name_hash), _bytes(row.phone_hash), _bytes(row.id_hash))
            for row in found
        ),
    )


def _ownerships(stage: Stage, rows: Callable[[str], Iterator[Any]], ord_: int) -> None:
    found = rows(
        "SELECT s.id, s.flat_id, s.owner_id, s.is_representative, s.share, s.from_on, s.to_on FROM ownerships s "
        "JOIN flats f ON f.id = s.flat_id WHERE f.community_id = :community"
    )
    for row in found:
        stage.run(
            "INSERT INTO ownerships (id, flat, owner, is_representative, share, from_on, to_on) "
            "SELECT ?, f.ord, o.ord, ?, ?, ?, ? FROM flats f, owners o "
            "WHERE f.id = ? AND o.id = ? AND f.community = ? AND o.community = f.community",
            row.id,
            int(row.is_representative),
            row.share,
            _day(row.from_on),
            _day(row.to_on),
            row.flat_id,
            row.owner_id,
            ord_,
        )


def _households(stage: Stage, rows: Callable[[str], Iterator[Any]], ord_: int) -> None:
    found = rows(
        "SELECT h.id, h.flat_id, h.number, h.state, h.note, h.closed_at FROM households h "
        "JOIN flats f ON f.id = h.flat_id WHERE f.community_id = :community"
    )
    for row in found:
        stage.run(
            "INSERT INTO households (id, flat, number, state, note, is_closed) "
            "SELECT ?, ord, ?, ?, ?, ? FROM flats WHERE id = ? AND community = ?",
            row.id,
            row.number,
            row.state,
            row.note,
            int(row.closed_at is not None),
            row.flat_id,
            ord_,
        )


def _facilities(stage: Stage, rows: Callable[[str], Iterator[Any]], ord_: int, buildings: Ords) -> None:
    found = rows(
        "SELECT id, code, kind, name, building_id, place FROM facilities WHERE community_id = :community"
    )
    stage.fill(
        "facilities",
        ("id", "community", "code", "kind", "name", "building", "place"),
        (
            (row.id, ord_, row.code, row.kind, row.name, buildings.get(row.building_id), row.place)
            for row in found
        ),
    )


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def _day(value: Any) -> str | None:
    return None if value is None else str(value)
