"""Sealing what an older key sealed with the newest one, in every table that holds personal values.

Rows of tables that only grow keep their old seal: the database itself refuses to change them, so their key must be kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from server.infra import crypto
from server.infra.db import Base, Personal, db, only_grows

AT_ONCE = 500


@dataclass(frozen=True)
class Batch:
    """`last` is the key of the last row looked at, None at the end of the table; `old` rows bore an older seal, and were
    sealed anew unless the table only grows.
    """

    last: tuple[Any, ...] | None
    old: int


def sealed_tables() -> Iterator[sa.Table]:
    """Every table with a personal value in it."""
    for table in Base.metadata.sorted_tables:
        if _sealed(table):
            yield table


def reseal_batch(table: sa.Table, after: tuple[Any, ...] | None) -> Batch:
    """Look at the next rows. Goes by bytes: only what an older key sealed is opened at all."""
    keys, names = list(table.primary_key.columns), [column.name for column in _sealed(table)]
    raw = [sa.type_coerce(table.c[name], sa.LargeBinary).label(f"sealed_{name}") for name in names]
    rows_after = sa.select(*keys, *raw).order_by(*keys).limit(AT_ONCE)
    if after is not None:
        rows_after = rows_after.where(sa.tuple_(*keys) > sa.tuple_(*map(sa.literal, after)))
    rows = db.session.execute(rows_after).all()
    may_change, old_rows = not only_grows(table.name), 0
    for row in rows:
        key, values = row[: len(keys)], dict(zip(names, row[len(keys) :], strict=True))
        old = {name: bytes(value) for name, value in values.items() if value is not None}
        old = {name: value for name, value in old.items() if not crypto.is_current(value)}
        old_rows += bool(old)
        if old and may_change:
            mine = [column == part for column, part in zip(keys, key, strict=True)]
            anew = {name: crypto.open_sealed(value) for name, value in old.items()}
            db.session.execute(sa.update(table).where(*mine).values(anew))
    return Batch(tuple(rows[-1][: len(keys)]) if len(rows) == AT_ONCE else None, old_rows)


def _sealed(table: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, Personal)]
