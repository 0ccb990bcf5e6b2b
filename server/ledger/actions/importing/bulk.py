"""Many rows in one go, inside the open unit of work: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.infra.db import db
from server.infra.engines import begin
from server.infra.statements import draw_ids


def reserve_ids(counts: Mapping[str, int]) -> dict[str, Sequence[int]]:
    """Ids for so many new rows of each table. PostgreSQL hands them out before any lock is taken; SQLite has none to
    hand out, and `new_ids` counts on from the last row once we are the only writer."""
    if db.engine.dialect.name == "sqlite":
        return {}
    with db.engine.connect() as connection:
        begin(connection)
        return {table: draw_ids(connection, table, count) for table, count in counts.items()}


def insert_many(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Values as the table stores them."""
    connection = db.session.connection()
    driver: Any = connection.connection.driver_connection
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 - names are ours
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def update_many(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Each row holds the id first, then a value for each column; a column keeps what it holds where the value is None."""
    connection = db.session.connection()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        sets = ", ".join(f'"{name}" = coalesce(?, "{name}")' for name in columns)
        driver.executemany(
            f"UPDATE {table} SET {sets} WHERE id = ?",  # noqa: S608 - names are ours
            ((*row[1:], row[0]) for row in rows),
        )
        return
    shadow = f"incoming_{table}"
    names = ", ".join(f'"{name}"' for name in ("id", *columns))
    sets = ", ".join(f'"{name}" = coalesce(s."{name}", t."{name}")' for name in columns)
    shape = f"SELECT {names} FROM {table} WITH NO DATA"  # noqa: S608 - names are ours
    with driver.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {shadow} ON COMMIT DROP AS {shape}")
        with cursor.copy(f"COPY {shadow} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"UPDATE {table} t SET {sets} FROM {shadow} s WHERE s.id = t.id")  # noqa: S608 - as above
        cursor.execute(f"DROP TABLE {shadow}")
