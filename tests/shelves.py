"""How states of a database under test are written down and brought back; tests/kept.py says which."""

import re
import shutil
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from server.infra.db import Base
from tests.kept import keeper

_WRITES = re.compile(r'\b(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)', re.IGNORECASE)


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


def _watch_copying(driver: Any, _record: Any) -> None:
    driver.cursor_factory = _Cursor


class _Cursor(psycopg.Cursor[Any]):
    """What is copied in goes past SQLAlchemy, and is not written down."""

    def copy(self, *arguments: Any, **named: Any) -> Any:
        keeper.lose_track()
        return super().copy(*arguments, **named)


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
        self._touched: set[str] = set()
        with engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                self._look_at(connection, table)
        # One script for all tables, sent at once: a hundred statements a test would cost more than the test.
        # As superuser: triggers and foreign keys rest while the tables are emptied and filled.
        emptying = [f"DELETE FROM {self._new_rows(name)}" for name in self.keys if name not in self.fixed]  # noqa: S608
        self._emptying = "; ".join(["SET LOCAL session_replication_role = replica", *emptying])
        sa.event.listen(engine, "connect", _watch_copying)
        sa.event.listen(engine, "checkout", self._before_use)
        sa.event.listen(engine, "before_cursor_execute", self._note)

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

    def write_down(self, before: list[dict[str, bytes]]) -> dict[str, bytes]:
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
        with psycopg.Cursor(driver) as cursor:
            cursor.execute(self._emptying)
            for table, text in rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(text)
        driver.commit()
        self._touched.clear()

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            return
        for verb, table in _WRITES.findall(statement):
            if table in self.fixed or (table in self.seeded and not verb.upper().startswith("INSERT")):
                keeper.lose_track()
            elif table in self.keys:
                self._touched.add(table)
