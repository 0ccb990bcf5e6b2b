"""Tokens and tickets of WeChat, shared by all processes: one row each, sealed, and one who fetches at a time.

Whoever finds a token missing, nearly over or refused takes the row's lease by an update that only one can win, fetches
outside any transaction, and puts the new one there. The others wait for it and fetch nothing.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
    """The token in force. `refused` is one that WeChat did not take: another is brought, by force, at most so often.

    Raises WeChatError, as the fetch did.
    """
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        row = _row(name)
        if row is not None and _is_good(row, refused):
            return str(row.value)
        lease = _take_lease(name, row, refused)
        if lease is not None:
            return _fetch(name, lease, fetch, is_forced=bool(refused))
        time.sleep(LOOK_EVERY_SECONDS)
    raise Unreachable


def _row(name: str) -> WeChatToken | None:
    # Another process writes this row: what this session remembers of it is no answer.
    db.session.rollback()
    return db.session.get(WeChatToken, name, populate_existing=True)


def _is_good(row: WeChatToken, refused: str) -> bool:
    if not row.value or row.expires_at is None or row.value == refused:
        return False
    return row.expires_at - MARGIN > _now()


def _take_lease(name: str, row: WeChatToken | None, refused: str) -> str | None:
    """None where another has it. Raises what keeps anyone from trying now."""
    now = _now()
    if row is not None and row.leased_until > now:
        # A lease without a holder is the pause after a failure.
        if row.failed_code is not None:
            raise _failure(row.failed_code)
        return None
    is_wanting = bool(refused) and row is not None and row.value == refused
    if is_wanting and row is not None and row.forced_at is not None and row.forced_at + FORCED_EVERY > now:
        raise CredentialRefused(40001)
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


def _fetch(name: str, lease: str, fetch: Fetch, *, is_forced: bool) -> str:
    failure: WeChatError | None = None
    try:
        fresh = fetch(is_forced)
    except WeChatError as error:
        failure = error
    now = _now()
    with unit_of_work():
        if failure is not None:
            values = {"leased_until": now + PAUSE, "failed_code": failure.code}
        else:
            values = {
                "value": fresh.value,
                "expires_at": now + timedelta(seconds=fresh.seconds),
                "leased_until": now,
            }
        if is_forced:
            values["forced_at"] = now
        mine = sa.update(WeChatToken).where(WeChatToken.name == name, WeChatToken.lease == lease)
        db.session.execute(mine.values(**values))
    if failure is not None:
        raise failure
    return fresh.value


def _failure(code: int) -> WeChatError:
    return named(code) if code < 0 or code >= 10_000 else Unreachable(code)


def _now() -> datetime:
    # Tokens age in real time, also where the example's clock was moved.
    return datetime.fromtimestamp(time.time(), UTC)
