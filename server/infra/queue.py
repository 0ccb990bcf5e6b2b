"""The queue only wakes: what is to be done stands in tables, so a lost task loses nothing.

SqliteHuey in a file of its own by default, PostgresHuey beside PostgreSQL: the same code, chosen by the settings.
"""

from typing import Any, cast

from flask import Flask, current_app
from huey import SqliteHuey
from huey.api import Huey

from server.infra.db import once_committed
from server.infra.settings import Settings


def init_queue(app: Flask, settings: Settings) -> None:
    app.extensions["queue"] = _make(settings)


def _make(settings: Settings) -> Huey:
    if settings.env == "test":
        from huey import MemoryHuey  # noqa: PLC0415 - tests only

        return MemoryHuey("xiangyi", immediate=False)
    url = settings.queue_url or (settings.database_url if not settings.is_sqlite else "")
    if url.startswith("postgresql"):
        from huey import PostgresHuey  # noqa: PLC0415 - needs psycopg, which an SQLite house may leave out

        return PostgresHuey("xiangyi", dsn=url.replace("postgresql+psycopg://", "postgresql://"))
    settings.instance.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("xiangyi", filename=str(settings.instance / "queue.sqlite"), fsync=False)


def queue() -> Huey:
    return cast(Huey, current_app.extensions["queue"])


def wake(what: str) -> None:
    """Ask the jobs process to look at `what` now instead of at the next full minute.

    Call it after the unit of work, so that the worker finds what was written. A queue that does not answer is no
    failure: the timetable looks anyway.
    """
    tasks: dict[str, Any] = current_app.extensions.get("queue_tasks", {})
    task = tasks.get(what)
    if task is None:
        return
    try:
        task()
    except Exception:
        current_app.logger.warning("the queue did not take %s; the timetable will", what, exc_info=True)


def wake_afterwards(what: str) -> None:
    """For actions: wake as soon as the unit of work that is open stands."""
    once_committed(f"wake-{what}", lambda: wake(what))
