"""What was told to whom, and who has read it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Word
from server.messages.rules import RecipientKind


class Message(Base):
    """One thing told to one person or home. Not changed after it is written."""

    __tablename__ = "messages"
    __table_args__ = (
        sa.Index("ix_messages_recipient_kind_recipient_id_id", "recipient_kind", "recipient_id", "id"),
        sa.Index("ix_messages_community_id_created_at", "community_id", "created_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    recipient_kind: Mapped[RecipientKind] = mapped_column(Word(RecipientKind))
    recipient_id: Mapped[int] = mapped_column(BigId)
    #: room.event, such as "ballots.announced".
    kind: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(80))
    body: Mapped[str] = mapped_column(sa.Text)
    #: A path on this platform, or empty.
    link: Mapped[str] = mapped_column(sa.String(200))
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("communities.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class MessageReading(Base):
    """Who read it: a message to a home is read by each person of it apart."""

    __tablename__ = "message_readings"
    __table_args__ = (sa.UniqueConstraint("message_id", "reader_kind", "reader_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"))
    reader_kind: Mapped[RecipientKind] = mapped_column(Word(RecipientKind))
    reader_id: Mapped[int] = mapped_column(BigId)
    read_at: Mapped[datetime] = mapped_column(Instant)
