"""The entries, and the chain that seals them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant


class AuditEntry(Base):
    """One act. Append-only: the database refuses to change or delete it."""

    __tablename__ = "audit_entries"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    #: "staff:3", "resident:17", "system:0".
    actor: Mapped[str] = mapped_column(sa.String(40), index=True)
    #: The name of the staff member as it was then; never a resident's.
    actor_label: Mapped[str] = mapped_column(sa.String(100))
    #: room.verb, such as "ledger.import" or "ballots.open".
    verb: Mapped[str] = mapped_column(sa.String(60), index=True)
    object_kind: Mapped[str] = mapped_column(sa.String(40))
    object_id: Mapped[int | None] = mapped_column(BigId)
    community_id: Mapped[int | None] = mapped_column(BigId, index=True)
    #: Facts before and after; never a personal value, never a choice.
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class AuditLink(Base):
    """One link of the chain: seals one entry. Append-only."""

    __tablename__ = "audit_links"
    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigId, unique=True)
    prev: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
    sealed_at: Mapped[datetime] = mapped_column(Instant)
