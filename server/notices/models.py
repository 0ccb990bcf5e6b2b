"""Notices, what was objected to them, and where the paper was posted."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word
from server.kernel.chinatime import Period
from server.notices.rules import Channel, Contact, Hanging, NoticeKind, drawn_blocks, number_text


class Notice(Keyed, Base):
    """One sheet as it hangs. Only withdrawing changes it."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "year", "number"),
        sa.CheckConstraint("last_on >= opens_on", name="period_in_order"),
        sa.Index("ix_notices_about_kind_about_id", "about_kind", "about_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    kind: Mapped[NoticeKind] = mapped_column(Word(NoticeKind))
    year: Mapped[int]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(80))
    #: Blocks of `rules.BLOCKS`.
    body: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    #: What it is about: ("ballot", 7), ("decision", 3); empty for a general one.
    about_kind: Mapped[str] = mapped_column(sa.String(40))
    about_id: Mapped[int | None] = mapped_column(BigId)
    opens_on: Mapped[date]
    period_length: Mapped[int]
    in_workdays: Mapped[bool]
    #: Where the length came from, as it is printed.
    period_origin: Mapped[str] = mapped_column(sa.String(300))
    last_on: Mapped[date]
    ends_at: Mapped[datetime] = mapped_column(Instant)
    is_provisional: Mapped[bool]
    contact_name: Mapped[str] = mapped_column(sa.String(60))
    contact_phone: Mapped[str] = mapped_column(sa.String(40))
    contact_place: Mapped[str] = mapped_column(sa.String(120))
    issuer: Mapped[str] = mapped_column(sa.String(80))
    posted_by: Mapped[str] = mapped_column(sa.String(100))
    posted_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[str] = mapped_column(sa.String(100), default="")
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(300), default="")

    @property
    def number_text(self) -> str:
        return number_text(self.kind, self.year, self.number)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The body as it is drawn."""
        return drawn_blocks(self.body)

    @property
    def period(self) -> Period:
        return Period(self.period_length, self.in_workdays)

    @property
    def contact(self) -> Contact:
        return Contact(self.contact_name, self.contact_phone, self.contact_place)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def hanging(self) -> Hanging:
        return Hanging(self.kind, self.opens_on, self.ends_at, self.withdrawn_at, self.contact)


class Objection(Keyed, Base):
    """What someone objected to a notice, and what was answered."""

    __tablename__ = "objections"
    __table_args__ = (
        sa.CheckConstraint("(answered_at IS NULL) = (is_upheld IS NULL)", name="answered_or_not"),
        sa.CheckConstraint("resident_id IS NOT NULL OR entered_by <> ''", name="from_someone"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    resident_id: Mapped[int | None] = mapped_column(sa.ForeignKey("residents.id"))
    flat_id: Mapped[int | None] = mapped_column(sa.ForeignKey("flats.id"))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    #: Who it came from where it did not come by phone page; may be empty, people may object without a name.
    author_name: Mapped[str | None] = mapped_column(Personal)
    text: Mapped[str] = mapped_column(sa.Text)
    #: When it was raised; for paper, when it was received.
    raised_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    #: The clerk who entered it, or empty.
    entered_by: Mapped[str] = mapped_column(sa.String(100), default="")
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    is_upheld: Mapped[bool | None]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str] = mapped_column(sa.String(100), default="")

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class NoticePosting(Keyed, Base):
    """That the paper was put up: where, when, by whom, with a photo where there is one."""

    __tablename__ = "notice_postings"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), index=True)
    place: Mapped[str] = mapped_column(sa.String(120))
    posted_at: Mapped[datetime] = mapped_column(Instant)

    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    posted_by: Mapped[str] = mapped_column(sa.String(100))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
