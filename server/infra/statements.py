"""Statements over plain tables, made once: run cheaply, and several as one where a round trip costs."""

from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from server.infra.db import Base, db, table_of


def run(statement: sa.Executable, values: dict[str, Any]) -> sa.CursorResult[Any]:
    """Execute a statement over plain tables past the session's care for objects: a fifth cheaper, for what every vote asks."""
    return db.session.connection().execute(statement, values)


#: A statement over plain tables, made once, with the values of its parameters.
Write = tuple[sa.Insert | sa.Update | sa.Delete, dict[str, Any]]


def write_together(*writes: Write) -> list[Any]:
    """Run writes to different tables; of each the first value that it returns, or None.

    PostgreSQL takes them as one statement, so that whoever holds a lock waits for it once. Their parameters have names of
    their own, for there they share one space.
    """
    if db.engine.dialect.name == "postgresql":
        together = _as_one(tuple(statement for statement, _ in writes))
        shared = {name: value for _, values in writes for name, value in values.items()}
        return list(run(together, shared).one())
    return [run(statement, values).scalar() for statement, values in writes]


@lru_cache
def _as_one(statements: tuple[sa.Insert | sa.Update | sa.Delete, ...]) -> sa.Select[Any]:
    parts = [statement.cte(f"write_{number}") for number, statement in enumerate(statements)]
    return sa.select(*(sa.select(next(iter(part.c))).scalar_subquery() for part in parts))


def write_all(*writes: Write) -> None:
    """The same for writes that have nothing to tell, of however many rows; one may name rows that another makes."""
    if db.engine.dialect.name == "postgresql":
        shared = {name: value for _, values in writes for name, value in values.items()}
        run(_all_of(tuple(statement for statement, _ in writes)), shared)
        return
    for statement, values in writes:
        run(statement, values)


@lru_cache
def _all_of(statements: tuple[sa.Insert | sa.Update | sa.Delete, ...]) -> sa.Select[Any]:
    parts = [statement.cte(f"write_{number}") for number, statement in enumerate(statements)]
    return sa.select(sa.literal_column("1")).add_cte(*parts)


def refresh_statistics(*models: type[Base]) -> None:
    """After many rows came at once. PostgreSQL would plan by what the tables were, and keep to those plans, until its own
    upkeep comes round; SQLite takes a whole primary key where it can.
    """
    if db.engine.dialect.name == "postgresql":
        for model in models:
            db.session.execute(sa.text(f"ANALYZE {table_of(model).name}"))
