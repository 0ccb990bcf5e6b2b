"""What is asked: the ballot, its motions, and its text as it was announced."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.ballots.rules.drafting import Kind, Precedence, Unreturned
from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind


class Ballot(Keyed, Base):
    """One vote of one community. Its stage follows from the acts and dates below; no column says it."""

    __tablename__ = "ballots"
    __table_args__ = (
        sa.CheckConstraint(
            "closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at", name="closes_after_opening"
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    #: What it is about, in plain words, before the motions.
    intro: Mapped[str] = mapped_column(sa.Text, default="")
    scope: Mapped[ScopeKind] = mapped_column(Word(ScopeKind))
    #: Only owners of these buildings (entrances) vote; empty means all of the community.
    building_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    entrance_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    #: The announced instants; the closing in force is `closing_at`.
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    precedence: Mapped[Precedence] = mapped_column(Word(Precedence))
    unreturned: Mapped[Unreturned] = mapped_column(Word(Unreturned))
    #: The clause of the owners' rules on which `follow_majority` rests, and the warning it asks for.
    clause: Mapped[str] = mapped_column(sa.String(500), default="")
    may_change: Mapped[bool] = mapped_column(sa.Boolean)
    #: For how many heads one agent may vote; None in what was drafted before anybody could.
    proxy_limit: Mapped[int | None] = mapped_column(sa.Integer)
    #: The announcement in force, by its number; None while the text is a draft.
    announced_number: Mapped[int | None] = mapped_column(sa.Integer)
    #: When the committee was told that it stayed unopened at its announced instant.
    unopened_told_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When those who had not voted were told that it closes tomorrow.
    closing_told_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    #: The last closing in force; moves only together with an `extension` event of the log.
    closing_at: Mapped[datetime | None] = mapped_column(Instant)
    #: When choices could first be seen by anyone (count or bundle): from then on no vote is entered.
    disclosed_at: Mapped[datetime | None] = mapped_column(Instant)
    discarded_at: Mapped[datetime | None] = mapped_column(Instant)
    drafted_by: Mapped[str] = mapped_column(sa.String(40))
    drafted_at: Mapped[datetime] = mapped_column(Instant)

    motions: Mapped[list["Motion"]] = relationship(order_by="Motion.position", cascade="all, delete-orphan")


class Motion(Base):
    """One thing voted on: a catalogue item or a free motion."""

    __tablename__ = "ballot_motions"
    __table_args__ = (sa.UniqueConstraint("ballot_id", "position", name="uq_ballot_motions_position"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), index=True)
    #: From 1; "m1" in the bundle.
    position: Mapped[int] = mapped_column(sa.Integer)
    catalogue_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("catalogue_items.id"))
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    #: Exactly one of matter and rule.
    matter: Mapped[Matter | None] = mapped_column(Word(Matter))
    rule: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    options: Mapped[list[str]] = mapped_column(sa.JSON)
    #: What each choice means for the voter: choice -> sentence.
    meanings: Mapped[dict[str, str]] = mapped_column(sa.JSON)

    @property
    def key(self) -> str:
        return f"m{self.position}"


class Announcement(Base):
    """The text as it was announced. Append-only: a change is a withdrawal and a new announcement."""

    __tablename__ = "ballot_announcements"
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    announced_at: Mapped[datetime] = mapped_column(Instant)
    announced_by: Mapped[str] = mapped_column(sa.String(40))
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"))
    #: No vote opens before this instant: the end of the notice's period.
    earliest_at: Mapped[datetime] = mapped_column(Instant)
    #: The canonical JSON of all that was frozen, and its SHA-256.
    text: Mapped[str] = mapped_column(sa.Text)
    text_hash: Mapped[str] = mapped_column(sa.String(64))
