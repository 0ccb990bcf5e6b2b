"""What was put forward to be read by others, and what was decided of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Personal, Word
from server.moderation.rules.checking import Checking, Found, Why, told
from server.moderation.rules.flags import Flag, Piece, pieces, read_flags
from server.moderation.rules.states import State, Verdict


class ModerationItem(Base):
    """One text or photo of one subject, once however often it is put forward. Its content never changes."""

    __tablename__ = "moderation_items"
    __table_args__ = (
        sa.UniqueConstraint("about_kind", "about_id", "part", "digest"),
        sa.CheckConstraint("(text IS NULL) <> (attachment_id IS NULL)", name="text_or_photo"),
        # What a subject says now is one item; what it said before stays, and waits no longer.
        sa.Index(
            "ix_moderation_items_current", "about_kind", "about_id", "part",
            unique=True, postgresql_where=sa.text("is_current"), sqlite_where=sa.text("is_current"),
        ),
        sa.Index("ix_moderation_items_queue", "community_id", "state", "id"),
        # What came lately, of all communities, is what WeChat may be asked about.
        sa.Index("ix_moderation_items_submitted_at", "submitted_at"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: What it belongs to, in the words of the room that put it forward: ("survey_text", 17, "").
    about_kind: Mapped[str] = mapped_column(sa.String(40))
    about_id: Mapped[int] = mapped_column(BigId)
    part: Mapped[str] = mapped_column(sa.String(60))
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    #: What whoever decides is told of it: "入户调查：其他建议".
    caption: Mapped[str] = mapped_column(sa.String(120))
    #: Sealed: nothing personal is meant to be public, but people write it.
    text: Mapped[str | None] = mapped_column(Personal)
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    #: Keyed hash of the content.
    digest: Mapped[str] = mapped_column(sa.String(64))
    #: Where the marks are, as `rules.flags.kept_flags` gives them; by the word list of the day it came.
    flags: Mapped[list[list[str | int]]] = mapped_column(sa.JSON)
    #: Follows from flags and acts (`rules.states.state_after`); kept so that the queue is found by an index.
    state: Mapped[State] = mapped_column(Word(State))
    is_current: Mapped[bool]
    submitted_by: Mapped[str] = mapped_column(sa.String(40))
    submitted_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def marks(self) -> list[Flag]:
        return read_flags(self.flags)

    @property
    def pieces(self) -> list[Piece]:
        """The text to be drawn with its marks; nothing for a photo."""
        return pieces(self.text or "", self.marks)


class ModerationAct(Base):
    """What was decided of an item. Append-only; the last one stands."""

    __tablename__ = "moderation_acts"
    __table_args__ = (
        sa.CheckConstraint("verdict = 'allow' OR text IS NULL", name="words_of_the_passed"),
        sa.CheckConstraint("verdict = 'allow' OR reason <> ''", name="reason_of_the_refused"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("moderation_items.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(Word(Verdict))
    #: What may be shown, where words were struck out; none: as it was put forward.
    text: Mapped[str | None] = mapped_column(Personal)
    reason: Mapped[str] = mapped_column(sa.String(300))
    #: Who decided, as an actor's key, and the name that is shown.
    judged_by: Mapped[str] = mapped_column(sa.String(40))
    judge: Mapped[str] = mapped_column(sa.String(100))
    judged_at: Mapped[datetime] = mapped_column(Instant)


class ModerationCheck(Base):
    """The asking of WeChat about one item: held until there is an answer, or none can be had any more."""

    __tablename__ = "moderation_checks"
    __table_args__ = (sa.Index("ix_moderation_checks_due", "state", "next_at"),)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("moderation_items.id"), primary_key=True)
    state: Mapped[Checking] = mapped_column(Word(Checking))
    attempts: Mapped[int] = mapped_column(sa.Integer)
    #: When to try again; until when a hand has it; until when WeChat is waited for.
    next_at: Mapped[datetime] = mapped_column(Instant)
    claim: Mapped[str | None] = mapped_column(sa.String(32))
    #: WeChat's number of the asking about a picture, by which it calls back.
    trace_id: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    found: Mapped[Found | None] = mapped_column(Word(Found))
    #: What WeChat thinks it saw.
    label: Mapped[int | None] = mapped_column(sa.Integer)
    why: Mapped[Why | None] = mapped_column(Word(Why))
    #: WeChat's code of the last try that failed.
    code: Mapped[int | None] = mapped_column(sa.Integer)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def sentence(self) -> str:
        return told(self.state, self.attempts, self.found, self.label, self.why)


class LooseVerdict(Base):
    """A verdict about a picture that nobody here asked about, or whose asking is not written down yet."""

    __tablename__ = "moderation_loose_verdicts"
    trace_id: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    #: None: WeChat could not fetch the picture.
    found: Mapped[Found | None] = mapped_column(Word(Found))
    label: Mapped[int | None] = mapped_column(sa.Integer)
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)
