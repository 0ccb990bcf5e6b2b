"""What WeChat's servers told us: each kept once, sealed, whether the house knows the event or not."""

import json
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, Instant, Personal, db, table_of
from server.infra.wechat.callbacks import Event

#: Long enough to find out what an event was that the house did not know.
KEPT_FOR = timedelta(days=30)


class WeChatEvent(Base):
    __tablename__ = "wechat_events"
    #: The same for an event that is sent again: it is taken once.
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    body: Mapped[str] = mapped_column(Personal)
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)


def keep(event: Event, now: datetime) -> bool:
    """Whether it is new; inside a unit of work."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    table = table_of(WeChatEvent)
    values = {
        "key": event.key,
        "name": event.name,
        "body": json.dumps(event.facts, ensure_ascii=False),
        "received_at": now,
    }
    kept = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(table.c.key)
    return db.session.scalar(kept) is not None


def sweep(now: datetime) -> int:
    """Delete what is older. Returns how many."""
    over = sa.delete(WeChatEvent).where(WeChatEvent.received_at <= now - KEPT_FOR)
    return int(db.session.execute(over).rowcount)  # type: ignore[attr-defined]
