"""Counting tries across processes: the `limits` library over one table of our own database.

Memory counts each worker apart, which doubles every limit with two workers; PostgreSQL or SQLite stays the only store.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, Instant, db, table_of
from server.infra.statements import Write, chunks, run, update_rows, write_together
from server.kernel.errors import Throttled

TOO_FAST = "试得太快了。请稍等一会儿再试。"


class ThrottleCount(Base):
    __tablename__ = "throttle_counts"
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    count: Mapped[int] = mapped_column(sa.Integer)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


def _increase(dialect: Any) -> sa.Insert:
    """Count up within the window; where it is over, begin the next one."""
    counts = table_of(ThrottleCount)
    fresh = dialect.insert(counts).values(
        key=sa.bindparam("try_key"), count=sa.bindparam("try_count"), expires_at=sa.bindparam("try_expires")
    )
    is_over = counts.c.expires_at <= sa.bindparam("try_at", type_=Instant())
    grown = {
        "count": sa.case((is_over, fresh.excluded.count), else_=counts.c.count + fresh.excluded.count),
        "expires_at": sa.case((is_over, fresh.excluded.expires_at), else_=counts.c.expires_at),
    }
    statement: sa.Insert = fresh.on_conflict_do_update(index_elements=["key"], set_=grown)
    return statement


_ADD = {"sqlite": _increase(sqlite), "postgresql": _increase(postgresql)}
_INCREASE = {dialect: add.returning(table_of(ThrottleCount).c.count) for dialect, add in _ADD.items()}


_counts = table_of(ThrottleCount)
_ALIVE = sa.select(_counts.c.count).where(
    _counts.c.key == sa.bindparam("key"), _counts.c.expires_at > sa.bindparam("at")
)


class DatabaseStorage(Storage):
    """The seven methods `limits` asks of a store. Counts inside the unit of work that is open."""

    STORAGE_SCHEME = ["database"]  # noqa: RUF012 - the name and shape limits looks for

    def __init__(self) -> None:
        super().__init__()

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        return int(write_together(_counting(key, expiry, amount))[0])

    def get(self, key: str) -> int:
        return int(run(_ALIVE, {"key": key, "at": _instant(time.time())}).scalar() or 0)

    def get_expiry(self, key: str) -> float:
        found = db.session.scalar(sa.select(ThrottleCount.expires_at).where(ThrottleCount.key == key))
        return found.timestamp() if found else time.time()

    def check(self) -> bool:
        return db.session.execute(sa.select(1)).scalar() == 1

    def reset(self) -> int | None:
        return db.session.execute(sa.delete(ThrottleCount)).rowcount  # type: ignore[attr-defined, no-any-return]

    def clear(self, key: str) -> None:
        db.session.execute(sa.delete(ThrottleCount).where(ThrottleCount.key == key))


def _counting(key: str, expiry: float, amount: int) -> Write:
    now = time.time()
    values = {
        "try_key": key,
        "try_count": amount,
        "try_expires": _instant(now + expiry),
        "try_at": _instant(now),
    }
    return _INCREASE[db.engine.dialect.name], values


def _instant(seconds: float) -> datetime:
    # Limits run on real time, also where the example's clock was moved.
    return datetime.fromtimestamp(seconds, UTC)


_limiter = FixedWindowRateLimiter(DatabaseStorage())
_limit = lru_cache(parse)


def hit(limit: str, *names: str) -> None:
    """Count one try, such as `hit("30/minute", "cast", str(resident.id))`; inside a unit of work.

    Raises Throttled when the window is full; the transaction is then rolled back by its door, and the count with it,
    so a full window stays full and no fuller.
    """
    one = Try(limit, names)
    one.check(write_together(one.counting())[0])


def hit_all(limit: str, tries: Sequence[tuple[str, ...]]) -> None:
    """Count many tries at once, each under its own names. Raises Throttled as the first one too many would."""
    item = _limit(limit)
    amounts = Counter(item.key_for(*names) for names in tries)
    update_rows(
        _ADD[db.engine.dialect.name], [_counting(key, item.get_expiry(), n)[1] for key, n in amounts.items()]
    )
    for some in chunks(sorted(amounts)):
        counts = sa.select(ThrottleCount.key, ThrottleCount.count).where(ThrottleCount.key.in_(some))
        for key, count in db.session.execute(counts):
            if count > item.amount:
                names = next(names for names in tries if item.key_for(*names) == key)
                raise Throttled(TOO_FAST, retry_after=_seconds_left(item, names))


@dataclass(frozen=True)
class Try:
    """One try, for a writer who counts it together with what is tried."""

    limit: str
    names: tuple[str, ...]

    def counting(self) -> Write:
        item = _limit(self.limit)
        return _counting(item.key_for(*self.names), item.get_expiry(), 1)

    def check(self, count: int) -> None:
        """Raises Throttled where so many are too many."""
        item = _limit(self.limit)
        if count > item.amount:
            raise Throttled(TOO_FAST, retry_after=_seconds_left(item, self.names))


def remaining(limit: str, *names: str) -> int:
    """How many tries the window still allows; reads only."""
    return int(_limiter.get_window_stats(_limit(limit), *names).remaining)


def is_full(limit: str, *names: str) -> bool:
    """Whether the window allows no more; reads only, and once."""
    item = _limit(limit)
    return DatabaseStorage().get(item.key_for(*names)) >= item.amount


def forget(limit: str, *names: str) -> None:
    """Open the window again; inside a unit of work."""
    _limiter.clear(_limit(limit), *names)


def sweep() -> int:
    """Delete windows that are over; a job calls it. Returns how many."""
    over = sa.delete(ThrottleCount).where(ThrottleCount.expires_at <= _instant(time.time()))
    return int(db.session.execute(over).rowcount)  # type: ignore[attr-defined]


def _seconds_left(item: RateLimitItem, names: tuple[str, ...]) -> int:
    return max(1, int(_limiter.get_window_stats(item, *names).reset_time - time.time()))
