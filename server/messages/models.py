"""What was told to whom, who has read it, and how it was brought to telephones."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.identity.rules import WeChatApp
from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.messages.rules import Bringing, RecipientKind, Topic


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


class MessagePermission(Keyed, Base):
    """A resident lets us bring messages on a topic: one, or all until they say otherwise. Used up, never deleted."""

    __tablename__ = "message_permissions"
    __table_args__ = (sa.Index("ix_message_permissions_resident_id_topic", "resident_id", "topic"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"))
    topic: Mapped[Topic] = mapped_column(Word(Topic))
    #: Where it was given: WeChat lets one of our apps bring nothing that another was allowed.
    app: Mapped[WeChatApp] = mapped_column(Word(WeChatApp), default=WeChatApp.MINI, server_default="mini")
    is_lasting: Mapped[bool] = mapped_column(sa.Boolean)
    given_at: Mapped[datetime] = mapped_column(Instant)
    #: When a message took it; a lasting one is never taken.
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When WeChat or the resident said that it holds no more.
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class MessageDelivery(Base):
    """A message on its way to one resident's telephone."""

    __tablename__ = "message_deliveries"
    __table_args__ = (
        sa.UniqueConstraint("message_id", "resident_id"),
        sa.Index("ix_message_deliveries_state_next_at", "state", "next_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("messages.id"))
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"))
    topic: Mapped[Topic] = mapped_column(Word(Topic))
    state: Mapped[Bringing] = mapped_column(Word(Bringing))
    attempts: Mapped[int] = mapped_column(sa.Integer)
    #: Not before this; of one in hand: until then the worker has to say how it went.
    next_at: Mapped[datetime] = mapped_column(Instant)
    #: The name of the hand that has it: another cannot settle it.
    claim: Mapped[str | None] = mapped_column(sa.String(32))
    #: What was taken for it; a second try takes no second one.
    permission_id: Mapped[int | None] = mapped_column(sa.ForeignKey("message_permissions.id"))
    #: A try went unanswered: it may be on the telephone already.
    is_unsure: Mapped[bool] = mapped_column(sa.Boolean)
    #: Why it stands so, and WeChat's code.
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    code: Mapped[int | None] = mapped_column(sa.Integer)
    #: By which of our apps it was sent; WeChat numbers the messages of each apart.
    app: Mapped[WeChatApp | None] = mapped_column(Word(WeChatApp))
    #: WeChat's number of the message, by which it tells later how it went.
    wechat_number: Mapped[str | None] = mapped_column(sa.String(40), index=True)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
