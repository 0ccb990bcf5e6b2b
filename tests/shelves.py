"""How states of a database under test are written down and brought back; tests/kept.py says which."""

import re
import shutil
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from server.infra.db import Base
from server.infra.postgres import BEGIN, TerseCursor
from tests.kept import keeper

_WRITES = re.compile(r'\b(INSERT INTO|UPDATE|DELETE FROM|COPY) "?(\w+)', re.IGNORECASE)
_BEFORE = ("SET LOCAL session_replication_role = replica", "SET LOCAL lock_timeout = '60s'")


class SqliteShelf:
    """SQLite appends each commit to a log beside the file (WAL). A state is the file that the migrations left, and a log."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self.engine = engine
        self.path = path
        self.log = Path(f"{path}-wal")
        self.template = path.with_name("template.sqlite")
        engine.dispose()
        shutil.copy(path, self.template)
        self._untouched = path.stat().st_mtime_ns
        sa.event.listen(engine, "do_connect", self._before_connecting)
        sa.event.listen(engine, "connect", _keep_the_log)

    def leave(self) -> None:
        self.engine.dispose()

    def write_down(self, before: list[bytes]) -> bytes | None:
        if self.path.stat().st_mtime_ns != self._untouched:
            return None  # the log was worked into the file
        with self.log.open("rb") as log:
            log.seek(sum(map(len, before)))
            return log.read()

    def _before_connecting(self, *_: Any) -> None:
        keeper.bring_it(self._bring)

    def _bring(self, written: list[bytes]) -> None:
        self.log.unlink(missing_ok=True)
        Path(f"{self.path}-shm").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)
        if written:
            self.log.write_bytes(b"".join(written))
        self._untouched = self.path.stat().st_mtime_ns


def _keep_the_log(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA wal_autocheckpoint=20000")


class _Cursor(TerseCursor):
    """Whatever is written goes through one of these, SQLAlchemy's statements as well."""

    def execute(self, query: Any, *arguments: Any, **named: Any) -> Any:
        _note(query)
        return super().execute(query, *arguments, **named)

    def executemany(self, query: Any, *arguments: Any, **named: Any) -> None:
        _note(query)
        super().executemany(query, *arguments, **named)

    def copy(self, statement: Any, *arguments: Any, **named: Any) -> Any:
        _note(statement)
        return super().copy(statement, *arguments, **named)


def _note(statement: Any) -> None:
    if isinstance(keeper.shelf, PostgresShelf) and not str(statement).startswith("SELECT"):
        keeper.shelf.note(str(statement))


class PostgresShelf:
    """A state is the rows that the migrations did not leave, as text, table by table."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.keys = {
            table.name: next(iter(table.primary_key.columns)).name for table in Base.metadata.sorted_tables
        }
        #: The highest id that the migrations left.
        self.seeded: dict[str, int] = {}
        #: Filled by the migrations and without a number to tell their rows by.
        self.fixed: set[str] = set()
        #: Tables written to since the last state was written down, and since the database was brought to one.
        self._touched: set[str] = set()
        self._filled: set[str] = set()
        with engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                self._look_at(connection, table)
        engine.dispose()
        sa.event.listen(engine, "connect", _watch)
        sa.event.listen(engine, "checkout", self._before_use)
        sa.event.listen(engine, "before_cursor_execute", self._hear)

    def _look_at(self, connection: sa.Connection, table: sa.Table) -> None:
        key = next(iter(table.primary_key.columns))
        if not connection.scalar(sa.select(sa.func.count()).select_from(table)):
            return
        if isinstance(key.type, sa.Integer):
            self.seeded[table.name] = connection.scalar(sa.select(sa.func.max(key))) or 0
        else:
            self.fixed.add(table.name)

    def leave(self) -> None:
        """A connection is asked where the database should be when it is next taken from the pool."""

    def write_down(self, _before: list[dict[str, bytes]]) -> dict[str, bytes]:
        found = {}
        with (
            self.engine.connect() as connection,
            psycopg.Cursor(connection.connection.driver_connection) as cursor,
        ):
            for name in self._touched:
                with cursor.copy(f"COPY (SELECT * FROM {self._new_rows(name)}) TO STDOUT") as rows:  # noqa: S608 - names are ours
                    found[name] = b"".join(bytes(one) for one in rows)
        self._touched.clear()
        return found

    def note(self, statement: str) -> None:
        for verb, table in _WRITES.findall(statement):
            if table in self.fixed or (
                table in self.seeded and verb.upper().startswith(("UPDATE", "DELETE"))
            ):
                keeper.lose_track()
            elif table in self.keys:
                self._touched.add(table)
                self._filled.add(table)

    def _hear(self, _connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        """Of statements made once, which have a cursor of their own."""
        if isinstance(cursor, psycopg.RawCursor):
            self.note(statement)

    def _new_rows(self, table: str) -> str:
        return (
            f'"{table}" WHERE "{self.keys[table]}" > {self.seeded[table]}'
            if table in self.seeded
            else f'"{table}"'
        )

    def _before_use(self, driver: Any, *_: Any) -> None:
        keeper.bring_it(lambda written: self._bring(driver, written))

    def _bring(self, driver: Any, written: list[dict[str, bytes]]) -> None:
        rows = {table: text for step in written for table, text in step.items()}
        # As superuser: triggers and foreign keys rest while tables are emptied and filled. All are emptied by one script.
        # Other threads wait at the guard meanwhile: should one have left rows locked, this says so and does not wait for ever.
        emptying = [f"DELETE FROM {self._new_rows(name)}" for name in sorted(self._filled)]  # noqa: S608
        with psycopg.Cursor(driver) as cursor:
            cursor.execute("; ".join([BEGIN, *_BEFORE, *emptying]))
            for table, text in rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(text)
        driver.commit()
        self._touched.clear()
        self._filled = set(rows)


def _watch(driver: Any, _record: Any) -> None:
    driver.cursor_factory = _Cursor
