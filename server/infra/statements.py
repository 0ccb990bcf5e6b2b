"""Statements over plain tables, made once: run cheaply, and several as one where a round trip costs."""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from server.infra.db import Base, connection_in_use, db, table_of
from server.infra.prebuilt import ask

Part = TypeVar("Part")


def run(statement: sa.Executable, values: dict[str, Any]) -> sa.Result[Any]:
    """Execute a statement over plain tables past the session's care for objects: for what every vote asks.

    It has to be made once, for it is kept as PostgreSQL reads it.
    """
    connection = connection_in_use()
    if connection.dialect.name == "postgresql":
        return ask(connection, statement, values)
    return connection.execute(statement, values)


_CONSTANT = re.compile(r"[a-z0-9_.]+")


def among(column: sa.ColumnElement[Any], words: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether it is one of these words of ours, which are part of the statement: nothing is sent for them each time.

    Raises ValueError for what may be no word of ours.
    """
    known = [str(word) for word in words]
    for word in known:
        if not _CONSTANT.fullmatch(word):
            raise ValueError(word)
    return column.in_([sa.literal_column(f"'{word}'", column.type) for word in known])


def among_given(dialect: str, column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether it is one of the values given under this name, however many: on PostgreSQL one list, so that the statement stays
    the same.
    """
    if dialect == "postgresql":
        return column == sa.any_(sa.bindparam(name, type_=ARRAY(column.type)))
    return column.in_(sa.bindparam(name, expanding=True))


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


#: A row to be made: of which table, and what its columns hold. What is None is left to the database; defaults of
#: the model are not asked.
NewRow = tuple[type[Base], dict[str, Any]]


def insert_together(rows: Sequence[NewRow]) -> None:
    """Make rows of several tables together; one may name an earlier one by an id that was drawn for it (`fresh_ids`)."""
    writes: list[Write] = []
    for number, (model, row) in enumerate(rows):
        known = {name: value for name, value in row.items() if value is not None}
        values = {f"row_{number}_{name}": value for name, value in known.items()}
        writes.append((_insert_of(model, tuple(known), number), values))
    write_all(*writes)


@lru_cache(maxsize=512)
def _insert_of(model: type[Base], names: tuple[str, ...], number: int) -> sa.Insert:
    """One of several rows. Each is a statement of its own, for one of many rows is compiled every time."""
    table = table_of(model)
    return sa.insert(table).values(
        {name: sa.bindparam(f"row_{number}_{name}", type_=table.c[name].type) for name in names}
    )


def fresh_ids(*models: type[Base]) -> list[int]:
    """An id for each row that is to be made of these tables in this unit of work, before it is written."""
    return list(run(_drawn(fresh_columns(*models)), {}).one())


@lru_cache
def _drawn(columns: tuple[sa.ColumnElement[int], ...]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*columns)


def fresh_columns(*models: type[Base]) -> tuple[sa.ColumnElement[int], ...]:
    """The same to be drawn along with what is read of one row."""
    return _fresh_columns(db.engine.dialect.name, models)


@lru_cache
def _fresh_columns(dialect: str, models: tuple[type[Base], ...]) -> tuple[sa.ColumnElement[int], ...]:
    return tuple(
        _fresh_id(dialect, table_of(model), models[:number].count(model)).label(f"fresh_{number}")
        for number, model in enumerate(models)
    )


def _fresh_id(dialect: str, table: sa.Table, drawn: int) -> sa.ColumnElement[int]:
    if dialect == "postgresql":
        return sa.func.nextval(sa.func.pg_get_serial_sequence(table.name, "id"))
    # SQLite has one writer, and would give the row this id itself.
    last = sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0)).scalar_subquery()
    return last + (drawn + 1)


#: The share of a table that has to be new before its statistics are taken again; PostgreSQL's own upkeep waits for as much.
MUCH = 0.1


def refresh_statistics(came: Mapping[type[Base], int]) -> None:
    """After so many rows came at once. PostgreSQL would plan by what the tables were, and keep to those plans, until its
    own upkeep comes round; SQLite takes a whole primary key where it can.
    """
    if db.engine.dialect.name == "postgresql":
        for model, rows in came.items():
            name = table_of(model).name
            known = db.session.scalar(_KNOWN_ROWS, {"name": name}) or 0
            if rows > MUCH * known:
                db.session.execute(sa.text(f"ANALYZE {name}"))


_KNOWN_ROWS = sa.text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)")


#: Parameters of one statement are bounded on every database.
ROWS_AT_ONCE = 500


def chunks(rows: Sequence[Part], size: int = ROWS_AT_ONCE) -> Iterator[Sequence[Part]]:
    """For statements that name each row: so many at a time."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


#: From so many rows on their ids are drawn beforehand, and PostgreSQL takes them as a copy: a row for a third of what an
#: insert of it costs, and for a tenth of one that gives its id back.
COPIED_FROM = 8


def insert_rows(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Many rows of one table in few statements, after what the session has written. Each row names the same columns."""
    db.session.flush()
    connection = db.session.connection()
    if len(rows) >= COPIED_FROM and connection.dialect.name == "postgresql":
        _copy(connection, table_of(model), rows)
    elif rows:
        connection.execute(sa.insert(table_of(model)), rows)


def insert_for_ids(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """The same; the new ids, in the order of the rows."""
    db.session.flush()
    table = table_of(model)
    if len(rows) >= COPIED_FROM:
        ids = list(new_ids(table.name, len(rows)))
        insert_rows(model, [{"id": id_, **row} for id_, row in zip(ids, rows, strict=True)])
        return ids
    statement = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.connection().execute(statement, rows).scalars()) if rows else []


def new_ids(table: str, count: int) -> Sequence[int]:
    """Ids for so many rows of this table that are made inside the open unit of work, in the order in which they are drawn."""
    connection = db.session.connection()
    if connection.dialect.name != "sqlite":
        return draw_ids(connection, table, count)
    last = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {table}").scalar_one()  # noqa: S608 - ours
    return range(last + 1, last + 1 + count)


def draw_ids(connection: sa.Connection, table: str, count: int) -> Sequence[int]:
    """The same of PostgreSQL, which hands them out outside of any unit of work too."""
    sequence = f"pg_get_serial_sequence('{table}', 'id')"
    drawn = connection.exec_driver_sql(f"SELECT nextval({sequence}) FROM generate_series(1, {int(count)})")  # noqa: S608
    return array("q", (row[0] for row in drawn))


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """What an insert would make of these rows, the types and the defaults of the columns asked alike.

    Raises what it would raise: IntegrityError for a row that the table refuses.
    """
    unsaid = {
        column.name: column.default.arg
        for column in table.c
        if column.name not in rows[0] and isinstance(column.default, ScalarElementColumnDefault)
    }
    senders = {name: _sender(table.c[name], connection) for name in (*rows[0], *unsaid)}
    names = ", ".join(f'"{name}"' for name in senders)
    text = f'COPY "{table.name}" ({names}) FROM STDIN'
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(text) as copy:
            for row in rows:
                whole = unsaid | row
                copy.write_row([sent(whole[name]) for name, sent in senders.items()])
    except psycopg.Error as error:
        raise DBAPIError.instance(text, None, error, psycopg.Error, hide_parameters=True) from error


def _sender(column: sa.Column[Any], connection: sa.Connection) -> Callable[[Any], Any]:
    """How a value of this column is given to the driver."""
    own = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return own or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def update_rows(statement: sa.Update | sa.Insert | sa.Delete, rows: Sequence[dict[str, Any]]) -> None:
    """One statement with the values of many rows, after what the session has written."""
    db.session.flush()
    if rows:
        db.session.connection().execute(statement, rows)


def refresh_all_statistics() -> None:
    """The same of the whole database, in a transaction of its own: after very many rows of many tables."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
