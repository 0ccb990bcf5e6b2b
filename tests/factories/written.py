"""What an act writes to the whole database, to be held against what another way of doing it writes."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from server.infra.db import Base, db, unit_of_work

#: Facts of the audit that are ids, and of which table.
_FACTS = {"response": "survey_responses", "resident_id": "residents"}
_OBJECTS = {"binding": "bindings", "survey_response": "survey_responses"}
#: Rows of one answer that nothing names: PostgreSQL writes them in one statement, in no order that it promises.
_UNNAMED = frozenset({"survey_private", "survey_texts"})


class _UndoneError(Exception):
    pass


def written_by(act: Callable[[], Any]) -> tuple[Any, dict[str, list[dict[str, Any]]]]:
    """What the act returns, and the rows it made or changed by table; afterwards all of it is undone.

    Ids that the database gave are told as the place among the new rows, so that two tries can be compared.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    before = _everything()
    result: Any = None
    with suppress(_UndoneError), unit_of_work() as session:
        result = act()
        session.flush()
        found = _difference(before, _everything())
        _undo()
    return result, found


def _undo() -> None:
    raise _UndoneError


def _everything() -> dict[str, dict[Any, dict[str, Any]]]:
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        rows = db.session.connection().execute(sa.select(table).order_by(*keys)).mappings()
        found[table.name] = {tuple(row[key.name] for key in keys): dict(row) for row in rows}
    return found


def _difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    changed = {
        name: [row for key, row in rows.items() if before[name].get(key) != row]
        for name, rows in after.items()
    }
    places = {
        name: {
            row["id"]: f"new {place}" for place, row in enumerate(rows, 1) if (row["id"],) not in before[name]
        }
        for name, rows in changed.items()
        if "id" in Base.metadata.tables[name].c
    }
    told = {name: [_told(name, row, places) for row in rows] for name, rows in changed.items() if rows}
    return {name: _unnamed(rows) if name in _UNNAMED else rows for name, rows in told.items()}


def _unnamed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(({**row, "id": None} for row in rows), key=repr)


def _told(name: str, row: dict[str, Any], places: dict[str, dict[int, str]]) -> dict[str, Any]:
    table = Base.metadata.tables[name]
    said = dict(row)
    if "id" in said:
        said["id"] = places[name].get(said["id"], said["id"])
    for column in table.c:
        for key in column.foreign_keys:
            of = places.get(key.column.table.name, {})
            if key.column.name == "id":
                said[column.name] = of.get(said[column.name], said[column.name])
    if name == "audit_entries":
        facts = said["facts"]
        said["facts"] = {
            key: places.get(_FACTS.get(key, ""), {}).get(value, value) if isinstance(value, int) else value
            for key, value in facts.items()
        }
        said["object_id"] = places.get(_OBJECTS.get(said["object_kind"], ""), {}).get(
            said["object_id"], said["object_id"]
        )
        kind, _, id_ = said["actor"].partition(":")
        if kind == "resident":
            said["actor"] = f"resident:{places['residents'].get(int(id_), id_)}"
    if name == "throttle_counts":
        said["expires_at"] = None
    return said
