"""Whether a connection that lay in the pool is still there, without asking the database each time.

A server that stops closes its ends, and a look at our own end shows it. So a connection that rested for moments and has
nothing to say is taken as it is; one that has, or that rested longer (a firewall may have dropped it unseen), is asked.
"""

import select
import time
from typing import Any

from sqlalchemy import event, exc
from sqlalchemy.engine import Engine

#: So many seconds of rest need no question; far below what any firewall forgets a connection after.
ASK_AFTER = 30.0
_RESTED = "rested_at"


def watch(engine: Engine) -> None:
    """What SQLAlchemy's `pool_pre_ping` is for, without its round trip before every request."""
    dialect = engine.dialect

    @event.listens_for(engine, "checkin")
    def _rest(connection: Any, record: Any) -> None:
        if connection is not None:
            record.info[_RESTED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _wake(connection: Any, record: Any, _fairy: Any) -> None:
        rested_at = record.info.get(_RESTED)
        if rested_at is None or (time.monotonic() - rested_at < ASK_AFTER and not _has_news(connection)):
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error:
            # The others were left at the same moment; the pool connects anew.
            raise exc.InvalidatePoolError from None


def _has_news(connection: Any) -> bool:
    """Whether anything came in while nobody had asked: the end, or the word that announces it."""
    if connection.closed:
        return True
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    return bool(looking.poll(0))
