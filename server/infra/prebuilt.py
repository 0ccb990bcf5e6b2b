"""Statements made once, asked of PostgreSQL's driver without translating them again, which halves what asking costs.

SQLAlchemy writes each statement, and its types carry values there and back, once for all askings. Its listeners hear of every one,
and errors are its own.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from psycopg import RawCursor
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Connection, IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData

#: What a type does with a value on its way; None where it leaves it as it is.
Carry = Callable[[Any], Any] | None
#: The places of a row whose values are carried, and how.
Carries = list[tuple[int, Callable[[Any], Any]]]
ROWS_AT_ONCE = 500
#: Writes places for values as PostgreSQL itself counts them.
_DIALECT: Any = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class Prebuilt:
    """One statement as PostgreSQL reads it: `$1`, `$2` … for values whose order is known."""

    def __init__(self, statement: Any) -> None:
        written = statement.compile(dialect=_DIALECT)
        #: False where it is written anew each time: with a list of any length, or with defaults that the model makes.
        self.is_fixed = not (
            written.post_compile_params
            or written.literal_execute_params
            or getattr(written, "insert_prefetch", ())
            or getattr(written, "update_prefetch", ())
        )
        self.text: str = written.string
        binds = written.binds
        self._values: list[tuple[str, Carry]] = [
            (name, binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT))
            for name in written.positiontup
        ]
        #: What the statement itself says, unless whoever asks says otherwise.
        self._said = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        self._types = [
            column.type.dialect_impl(_DIALECT) for column in getattr(statement, "exported_columns", ())
        ]
        self._told: tuple[SimpleResultMetaData, Carries] | None = None

    def values(self, given: dict[str, Any]) -> list[Any]:
        """In their order. Raises KeyError where one is missing."""
        known = {**self._said, **given} if self._said else given
        return [carry(known[name]) if carry else known[name] for name, carry in self._values]

    def result(self, cursor: RawCursor[Any]) -> Result[Any]:
        """What came back, each value carried by the type of its column."""
        if not self._types or cursor.pgresult is None:
            return IteratorResult(SimpleResultMetaData([]), iter(()))
        if self._told is None:
            self._told = self._what_it_tells(cursor.pgresult)
        metadata, carries = self._told
        rows = _rows(cursor)
        return IteratorResult(metadata, _carried(rows, carries) if carries else rows)

    def _what_it_tells(self, answer: Any) -> tuple[SimpleResultMetaData, Carries]:
        """The names of the columns, and how each is carried, which depends on its type in the database."""
        names = [answer.fname(place).decode() for place in range(answer.nfields)]
        made = [
            (place, type_.result_processor(_DIALECT, answer.ftype(place)))
            for place, type_ in enumerate(self._types)
        ]
        return SimpleResultMetaData(names), [(place, carry) for place, carry in made if carry is not None]


def _carried(rows: Iterator[tuple[Any, ...]], carries: Carries) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        values = list(row)
        for place, carry in carries:
            values[place] = carry(values[place])
        yield tuple(values)


def _rows(cursor: RawCursor[Any]) -> Iterator[tuple[Any, ...]]:
    """Made so many at a time, of however many came."""
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield from rows


def ask(connection: Connection, statement: sa.Executable, given: dict[str, Any]) -> Result[Any]:
    """Execute on a connection to PostgreSQL. Raises what SQLAlchemy raises, of the same kinds."""
    prebuilt = _prebuilt(statement)
    if not prebuilt.is_fixed:
        return connection.execute(statement, given)
    return prebuilt.result(tell(connection, prebuilt.text, prebuilt.values(given)))


def tell(connection: Connection, text: str, values: Sequence[Any] = ()) -> RawCursor[Any]:
    """The same of a statement as PostgreSQL reads it."""
    cursor: RawCursor[Any] = RawCursor(connection.connection.driver_connection)  # type: ignore[arg-type]
    listeners = connection.dispatch
    for heard in listeners.before_cursor_execute:
        heard(connection, cursor, text, values, None, False)
    try:
        cursor.execute(text, values)
    except BaseException as problem:
        # No public way makes an error SQLAlchemy's own: its kind, what it may show, and whether the connection is lost.
        connection._handle_dbapi_exception(problem, text, values, cursor, None)  # type: ignore[arg-type]  # noqa: SLF001
    for heard in listeners.after_cursor_execute:
        heard(connection, cursor, text, values, None, False)
    return cursor


@lru_cache(maxsize=1024)
def _prebuilt(statement: sa.Executable) -> Prebuilt:
    return Prebuilt(statement)
