"""A matter with who supports it, how it was answered, what it was merged into, and what it became."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word
from server.matters.rules.links import LinkKind
from server.matters.rules.raised import Kind, Voice


class Matter(Keyed, Base):
    """What somebody raised. Its words never change; whether others may read them stands in moderation."""

    __tablename__ = "matters"
    __table_args__ = (
        sa.CheckConstraint("(voice = 'resident') = (resident_id IS NOT NULL)", name="resident_has_number"),
        sa.CheckConstraint("(voice = 'resident') = (flat_id IS NOT NULL)", name="resident_has_home"),
        sa.Index("ix_matters_listed", "community_id", "id"),
        sa.Index("ix_matters_due", "community_id", "due_at"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    voice: Mapped[Voice] = mapped_column(Word(Voice))
    #: Sealed: nothing personal is meant to stand here, but people write it.
    title: Mapped[str] = mapped_column(Personal)
    text: Mapped[str] = mapped_column(Personal)
    resident_id: Mapped[int | None] = mapped_column(sa.ForeignKey("residents.id"), index=True)
    #: The home it is raised for, which counts among its supporters.
    flat_id: Mapped[int | None] = mapped_column(sa.ForeignKey("flats.id"))
    raised_by: Mapped[str] = mapped_column(sa.String(40))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    #: Promised when it was raised: the last day of the answer, and the instant that day is over.
    due_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(Instant)


class MatterPhoto(Base):
    """A picture that came with a matter; whether others may see it stands in moderation. Append-only."""

    __tablename__ = "matter_photos"
    __table_args__ = (sa.UniqueConstraint("matter_id", "attachment_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("matters.id"))
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
    added_at: Mapped[datetime] = mapped_column(Instant)


class Support(Base):
    """That a home supports a matter; one row for each home, taken back and given again in place."""

    __tablename__ = "matter_supports"
    __table_args__ = (sa.UniqueConstraint("matter_id", "flat_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("matters.id"))
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"))
    supported_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class Answer(Keyed, Base):
    """What was answered. There may be several. Append-only."""

    __tablename__ = "matter_answers"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("matters.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    answered_by: Mapped[str] = mapped_column(sa.String(40))
    answered_name: Mapped[str] = mapped_column(sa.String(100))
    #: What the answerer is, as everyone may read it: "居委会经办人".
    answered_as: Mapped[str] = mapped_column(sa.String(40))
    answered_at: Mapped[datetime] = mapped_column(Instant)


class Merge(Base):
    """That a matter is the same as another one. Append-only."""

    __tablename__ = "matter_merges"
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("matters.id"), primary_key=True, autoincrement=False)
    into_id: Mapped[int] = mapped_column(sa.ForeignKey("matters.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(200))
    merged_by: Mapped[str] = mapped_column(sa.String(40))
    merged_at: Mapped[datetime] = mapped_column(Instant)


class MatterLink(Base):
    """What a matter became, as the door names it: the target stands above this room. Append-only."""

    __tablename__ = "matter_links"
    __table_args__ = (sa.UniqueConstraint("matter_id", "kind", "target_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    matter_id: Mapped[int] = mapped_column(sa.ForeignKey("matters.id"))
    kind: Mapped[LinkKind] = mapped_column(Word(LinkKind))
    target_id: Mapped[int] = mapped_column(BigId)
    linked_by: Mapped[str] = mapped_column(sa.String(40))
    linked_at: Mapped[datetime] = mapped_column(Instant)
