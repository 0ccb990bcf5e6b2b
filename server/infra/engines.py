"""How connections of each database are opened, how a transaction begins on them, and who may write next."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext

from server.infra import liveness
from server.infra.postgres import BEGIN, READ_ONLY, StreamingCursor, TerseCursor
from server.infra.prebuilt import tell


def options(*, is_sqlite: bool) -> dict[str, Any]:
    """What an engine is made with."""
    # An error's text must never carry what was being written: names, phones, choices.
    told: dict[str, Any] = {"hide_parameters": True}
    # The connection used last is taken first: it has prepared the most.
    pool = {"pool_size": 10, "max_overflow": 10, "pool_use_lifo": True}
    return told if is_sqlite else told | pool


def prepare(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        liveness.watch(engine)
        event.listen(engine, "connect", _postgres_connect)
        event.listen(engine, "handle_error", _postgres_error)
        return
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)


def _postgres_connect(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: a unit of work says BEGIN. Whoever only reads needs none, for each
    # statement sees what is committed by then anyway; and the driver forgets what it has prepared with each ROLLBACK.
    connection.autocommit = True
    # At the driver's own hundred the pages would have each other's thrown out; each takes PostgreSQL some 65 kB.
    connection.prepared_max = 200
    connection.cursor_factory, connection.server_cursor_factory = TerseCursor, StreamingCursor
    # At the default of 4 (turning disks) rows of one community were looked for through those of the whole province.
    connection.execute("SET random_page_cost = 1.1")
    connection.execute("SET default_transaction_isolation = 'read committed'")
    connection.execute(READ_ONLY)


def _postgres_error(context: ExceptionContext) -> None:
    """What was prepared over a table that has changed since fails for ever: such connections are given up."""
    error = context.original_exception
    if isinstance(error, psycopg.errors.FeatureNotSupported) and "cached plan" in str(error):
        context.is_disconnect = True


def _sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: we say BEGIN, and which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    is_write = connection.get_execution_options().get("is_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


# ------------------------------------------------------------------ transactions


def begin(connection: Connection) -> None:
    """Say BEGIN on PostgreSQL, whose connections begin nothing by themselves."""
    if connection.dialect.name == "postgresql":
        tell(connection, BEGIN)


def begin_always(connection: Connection) -> None:
    """The same with each transaction of this connection, for who is no unit of work: migrations."""
    event.listen(connection, "begin", begin)


def is_at_rest(connection: Connection) -> bool:
    """Whether it is there, and in no transaction."""
    if connection.invalidated:
        return False
    driver: Any = connection.connection.driver_connection
    return bool(driver.pgconn.transaction_status == TransactionStatus.IDLE)


_gates: dict[str, threading.Lock] = {}
_gates_guard = threading.Lock()


@contextmanager
def gate(engine: Engine) -> Iterator[None]:
    """One writer at a time on SQLite, in the order of asking.

    SQLite's own busy handler starves writers (p99 of half a second under 16 of them); a blocking lock on a
    file beside the database, with a thread lock in front of it, does not.
    """
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if not path or path == ":memory:":
        yield
        return
    with _gates_guard:
        lock = _gates.setdefault(path, threading.Lock())
    with lock, Path(path + ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
