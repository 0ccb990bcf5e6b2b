"""Rounds of the watch for falling back, what each saw, and which ticket came of it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.management.rules.watch import Verdict, WatchItem


class WatchRound(Keyed, Base):
    """One round, so many months after a completion. Append-only."""

    __tablename__ = "watch_rounds"
    __table_args__ = (sa.UniqueConstraint("community_id", "completed_on", "months"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    #: The completion it belongs to: a community may be renovated again.
    completed_on: Mapped[date]
    #: 0 for the round at completion.
    months: Mapped[int]
    held_on: Mapped[date]
    held_by: Mapped[str] = mapped_column(sa.String(40))
    held_name: Mapped[str] = mapped_column(sa.String(100))
    held_at: Mapped[datetime] = mapped_column(Instant)


class WatchFinding(Base):
    """What a round saw of one item. Append-only."""

    __tablename__ = "watch_findings"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "item"),
        sa.CheckConstraint("(verdict = 'absent') = (attachment_id IS NULL)", name="picture_of_what_is_there"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("watch_rounds.id"))
    item: Mapped[WatchItem] = mapped_column(Word(WatchItem))
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    words: Mapped[str] = mapped_column(sa.String(200))
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))


class WatchTicket(Base):
    """The ticket that was opened of what fell back. Append-only."""

    __tablename__ = "watch_tickets"
    finding_id: Mapped[int] = mapped_column(
        sa.ForeignKey("watch_findings.id"), primary_key=True, autoincrement=False
    )
    #: As the door names it; tickets stand above this room.
    ticket_id: Mapped[int] = mapped_column(BigId)
    linked_by: Mapped[str] = mapped_column(sa.String(40))
    linked_at: Mapped[datetime] = mapped_column(Instant)
