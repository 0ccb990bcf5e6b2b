"""Tokens and tickets of WeChat, shared by all processes: one row each, sealed, and one who fetches at a time.

Whoever finds a token missing, nearly over or refused takes the row's lease by an update that only one can win, fetches
outside any transaction, and puts the new one there. The others wait for it and fetch nothing.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, Instant, Personal, db, table_of, unit_of_work
from server.infra.wechat.errors import CredentialRefused, Unreachable, WeChatError, named

#: A token that ends within this time is fetched anew: the call it is for must still find it good.
MARGIN = timedelta(seconds=120)
#: How long one fetch may take before another process may try: longer than the transport allows.
LEASE = timedelta(seconds=20)
WAIT_SECONDS = 10.0
LOOK_EVERY_SECONDS = 0.05
#: After a failed fetch nobody asks again for so long: a house of many workers must not hammer WeChat.
PAUSE = timedelta(seconds=5)
#: WeChat takes twenty forced refreshes a day.
FORCED_EVERY = timedelta(minutes=75)


class WeChatToken(Base):
    """`name` is "appid:what". A row without a value is one that somebody is fetching, or could not fetch."""

    __tablename__ = "wechat_tokens"
    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    value: Mapped[str | None] = mapped_column(Personal)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Until when whoever holds `lease` has to bring a new one.
    leased_until: Mapped[datetime] = mapped_column(Instant)
    lease: Mapped[str] = mapped_column(sa.String(32))
    #: When a refused token was last replaced by force.
    forced_at: Mapped[datetime | None] = mapped_column(Instant)
    #: WeChat's code of the last fetch that failed; None where it went well.
    failed_code: Mapped[int | None] = mapped_column(sa.Integer)


@dataclass(frozen=True)
class Fresh:
    value: str
    seconds: int


#: Told whether to force; returns what it fetched or raises a WeChatError.
Fetch = Callable[[bool], Fresh]


def token(name: str, fetch: Fetch, *, refused: str = "") -> str:
    """The token in force. `refused` is one that WeChat did not take: another is brought, by force at most so often, and
    between that as WeChat has it: somebody else may have forced one.

    Raises WeChatError, as the fetch did.
    """
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        row = _row(name)
        if row is not None and _is_good(row, refused):
            return str(row.value)
        lease = _take_lease(name, row)
        if lease is not None:
            found = _fetch(name, lease, fetch, refused, is_forced=bool(refused) and _may_force(row))
            if found:
                return found
        time.sleep(LOOK_EVERY_SECONDS)
    raise Unreachable


@dataclass(frozen=True)
class Seen:
    """The row as it was at one moment. The row itself is read anew when a unit of work begins: whoever compared with that
    would take the lease from its holder, and the token that the holder brings would be ended by the next.
    """

    value: str | None
    expires_at: datetime | None
    leased_until: datetime
    lease: str
    forced_at: datetime | None
    failed_code: int | None


def _row(name: str) -> Seen | None:
    # Another process writes this row: what this session remembers of it is no answer.
    db.session.rollback()
    row = db.session.get(WeChatToken, name, populate_existing=True)
    if row is None:
        return None
    return Seen(row.value, row.expires_at, row.leased_until, row.lease, row.forced_at, row.failed_code)


def _is_good(row: Seen, refused: str) -> bool:
    if not row.value or row.expires_at is None or row.value == refused:
        return False
    return row.expires_at - MARGIN > _now()


def _may_force(row: Seen | None) -> bool:
    return row is None or row.forced_at is None or row.forced_at + FORCED_EVERY <= _now()


def _take_lease(name: str, row: Seen | None) -> str | None:
    """None where another has it. Raises what keeps anyone from trying now."""
    now = _now()
    if row is not None and row.leased_until > now:
        # A lease without a holder is the pause after a failure.
        if row.failed_code is not None:
            raise _failure(row.failed_code)
        return None
    lease = secrets.token_hex(16)
    with unit_of_work():
        return lease if _won(name, row.lease if row else None, lease, now + LEASE) else None


def _won(name: str, seen: str | None, lease: str, until: datetime) -> bool:
    table = table_of(WeChatToken)
    taken = {"lease": lease, "leased_until": until, "failed_code": None}
    if seen is None:
        dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
        made: sa.Executable = (
            dialect.insert(table).values(name=name, **taken).on_conflict_do_nothing().returning(table.c.name)
        )
    else:
        mine = table.c.name == name, table.c.lease == seen
        made = sa.update(table).where(*mine).values(**taken).returning(table.c.name)
    return db.session.scalar(made) is not None


def _fetch(name: str, lease: str, fetch: Fetch, refused: str, *, is_forced: bool) -> str | None:
    """None where somebody took the lease meanwhile: what they bring is in force, and may have ended this one."""
    failure: WeChatError | None = None
    try:
        fresh = fetch(is_forced)
        if fresh.value == refused:
            # A new one was had lately and WeChat takes neither: an operator must look.
            failure = CredentialRefused(40001)
    except WeChatError as error:
        failure = error
    now = _now()
    values: dict[str, Any] = {"forced_at": now} if is_forced else {}
    if failure is not None:
        values |= {"leased_until": now + PAUSE, "failed_code": failure.code}
    else:
        ends = now + timedelta(seconds=fresh.seconds)
        values |= {"value": fresh.value, "expires_at": ends, "leased_until": now}
    if not _is_kept(name, lease, values):
        return None
    if failure is not None:
        raise failure
    return fresh.value


def _is_kept(name: str, lease: str, values: dict[str, Any]) -> bool:
    table = table_of(WeChatToken)
    mine = sa.update(table).where(table.c.name == name, table.c.lease == lease)
    with unit_of_work():
        return db.session.scalar(mine.values(**values).returning(table.c.name)) is not None


def _failure(code: int) -> WeChatError:
    return named(code) if code < 0 or code >= 10_000 else Unreachable(code)


def _now() -> datetime:
    # Tokens age in real time, also where the example's clock was moved.
    return datetime.fromtimestamp(time.time(), UTC)
