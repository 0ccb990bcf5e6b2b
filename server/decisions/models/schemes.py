"""The tables of schemes and drawings: the node, its draft, and everything that was handed in, which only grows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.decisions.rules.schemes import Node, Take
from server.infra.db import Area, Base, BigId, Instant, Keyed, Word
from server.kernel.places import ScopeKind


class Scheme(Base):
    """A node of a community's tree that has a scheme of its own."""

    __tablename__ = "schemes"
    __table_args__ = (sa.UniqueConstraint("community_id", "node"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    #: Its key in the tree: "community", "b7", "e12".
    node: Mapped[str] = mapped_column(sa.String(24))
    scope: Mapped[ScopeKind] = mapped_column(Word(ScopeKind))
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))
    entrance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entrances.id"))
    begun_by: Mapped[str] = mapped_column(sa.String(40))
    begun_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def place(self) -> Node:
        return Node(self.scope, self.building_id, self.entrance_id)


class SchemeDraft(Base):
    """The next version while it is written. Handed in, it becomes a version and is gone."""

    __tablename__ = "scheme_drafts"
    scheme_id: Mapped[int] = mapped_column(sa.ForeignKey("schemes.id"), primary_key=True, autoincrement=False)
    #: [{"catalogue_item_id", "take", "quantity", "unit", "cost_fen"}], quantities as text.
    lines: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    #: Everyone who wrote on it: none of them confirms.
    drafters: Mapped[list[str]] = mapped_column(sa.JSON)
    edited_at: Mapped[datetime] = mapped_column(Instant)


class SchemeVersion(Keyed, Base):
    """A version as it was handed in. Append-only: a change is a further version."""

    __tablename__ = "scheme_versions"
    __table_args__ = (sa.UniqueConstraint("scheme_id", "number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scheme_id: Mapped[int] = mapped_column(sa.ForeignKey("schemes.id"))
    number: Mapped[int] = mapped_column(sa.Integer)
    #: Who drew it up: an office, never a resident.
    drawn_by: Mapped[str] = mapped_column(sa.String(120))
    drawn_on: Mapped[date] = mapped_column(sa.Date)
    #: What changed against the version before, and why.
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    drafters: Mapped[list[str]] = mapped_column(sa.JSON)
    submitted_by: Mapped[str] = mapped_column(sa.String(40))
    submitted_at: Mapped[datetime] = mapped_column(Instant)


class SchemeItem(Base):
    """One item of a version, and the vote it rested on when it was handed in. Append-only."""

    __tablename__ = "scheme_items"
    __table_args__ = (
        sa.CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
        sa.CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        sa.CheckConstraint("(ballot_id IS NULL) = (motion IS NULL)", name="vote_whole"),
    )
    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("scheme_versions.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    catalogue_item_id: Mapped[int] = mapped_column(sa.ForeignKey("catalogue_items.id"))
    take: Mapped[Take] = mapped_column(Word(Take))
    #: Kept in hundredths, so that it stays exact.
    quantity: Mapped[Decimal] = mapped_column(Area)
    unit: Mapped[str] = mapped_column(sa.String(10))
    cost_fen: Mapped[int] = mapped_column(sa.BigInteger)
    ballot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ballots.id"))
    motion: Mapped[str | None] = mapped_column(sa.String(20))


class Consultation(Keyed, Base):
    """The vote or survey a version names, with the cost people were told then. Append-only; the last one counts."""

    __tablename__ = "scheme_consultations"
    __table_args__ = (
        sa.CheckConstraint("(ballot_id IS NULL) <> (survey_id IS NULL)", name="vote_or_survey"),
        sa.CheckConstraint("told_cost_fen >= 0", name="told_cost_not_negative"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("scheme_versions.id"), index=True)
    ballot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ballots.id"))
    survey_id: Mapped[int | None] = mapped_column(sa.ForeignKey("surveys.id"))
    told_cost_fen: Mapped[int] = mapped_column(sa.BigInteger)
    named_by: Mapped[str] = mapped_column(sa.String(40))
    named_at: Mapped[datetime] = mapped_column(Instant)


class SchemeAct(Base):
    """What ended a version's waiting: a reviewer confirmed it, or it was withdrawn. Append-only."""

    __tablename__ = "scheme_acts"
    __table_args__ = (sa.CheckConstraint("kind IN ('confirmed', 'withdrawn')", name="kind_known"),)
    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("scheme_versions.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    #: Of a confirmation: how far it departed, and the shares that were set on that day.
    guard: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    acted_by: Mapped[str] = mapped_column(sa.String(40))
    acted_by_label: Mapped[str] = mapped_column(sa.String(80))
    acted_at: Mapped[datetime] = mapped_column(Instant)


class Drawing(Keyed, Base):
    """A version of the community's one drawing set. Append-only."""

    __tablename__ = "drawings"
    __table_args__ = (sa.UniqueConstraint("community_id", "number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    number: Mapped[int] = mapped_column(sa.Integer)
    title: Mapped[str] = mapped_column(sa.String(120))
    #: Who drew it: an office.
    drawn_by: Mapped[str] = mapped_column(sa.String(120))
    drawn_on: Mapped[date] = mapped_column(sa.Date)
    #: What was before, what is now, why, and who agreed (offices and bodies); empty on the first.
    before: Mapped[str] = mapped_column(sa.Text, default="")
    after: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    agreed_by: Mapped[str] = mapped_column(sa.String(200), default="")
    agreed_on: Mapped[date | None] = mapped_column(sa.Date)
    attachment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class DrawingAct(Base):
    """A reviewer confirmed the version, or it was withdrawn. Append-only."""

    __tablename__ = "drawing_acts"
    __table_args__ = (sa.CheckConstraint("kind IN ('confirmed', 'withdrawn')", name="kind_known"),)
    drawing_id: Mapped[int] = mapped_column(
        sa.ForeignKey("drawings.id"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    acted_by: Mapped[str] = mapped_column(sa.String(40))
    acted_by_label: Mapped[str] = mapped_column(sa.String(80))
    acted_at: Mapped[datetime] = mapped_column(Instant)
