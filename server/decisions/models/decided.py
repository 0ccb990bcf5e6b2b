"""The tables of a decision: the draft, every version that hung, its items with their numbers, and the act that ended it.

Only the draft's own text changes. What was published or signed stands in tables that only grow.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.decisions.rules import Fault, Outcome
from server.infra.db import Area, Base, BigId, Instant, Keyed, Word
from server.kernel.matters import Matter


class Decision(Keyed, Base):
    """One decision of one community on one ballot. Its stage follows from the rows below."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    #: What was decided and why, in plain words; never a figure that decides.
    note: Mapped[str] = mapped_column(sa.Text, default="")
    #: What happens next, and when.
    next_steps: Mapped[str] = mapped_column(sa.Text, default="")
    drafted_by: Mapped[str] = mapped_column(sa.String(40))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    edited_at: Mapped[datetime] = mapped_column(Instant)
    #: Keys of everyone who wrote this text: none of them signs.
    drafters: Mapped[list[str]] = mapped_column(sa.JSON)

    versions: Mapped[list["Version"]] = relationship(order_by="Version.number", viewonly=True)
    ending: Mapped["Ending | None"] = relationship(viewonly=True)

    @property
    def newest(self) -> "Version | None":
        return self.versions[-1] if self.versions else None


class Version(Base):
    """The decision as it was published: its text, the count it rests on, its notice. Append-only; a recount makes a further one."""

    __tablename__ = "decision_versions"
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    #: The number of the count within its ballot; the counts themselves are kept by the ballot.
    count_number: Mapped[int] = mapped_column(sa.Integer)
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str] = mapped_column(sa.Text)
    next_steps: Mapped[str] = mapped_column(sa.Text)
    #: The record beside the items: law, dates, channels, subsidy, reviewers; see `rules.record`.
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    drafters: Mapped[list[str]] = mapped_column(sa.JSON)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(sa.String(40))

    items: Mapped[list["Item"]] = relationship(order_by="Item.position", viewonly=True)


class Item(Base):
    """What became of one motion in one scope, in one version. Append-only."""

    __tablename__ = "decision_items"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["decision_id", "version"],
            ["decision_versions.decision_id", "decision_versions.number"],
            name="fk_decision_items_version",
        ),
        sa.Index("ix_decision_items_catalogue_item_id", "catalogue_item_id"),
    )
    decision_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    #: In the order of the ballot, scopes in the order of the bundle.
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    motion: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(200))
    scope: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(20))
    matter: Mapped[Matter | None] = mapped_column(Word(Matter))
    catalogue_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("catalogue_items.id"))
    subsidy_key: Mapped[str | None] = mapped_column(sa.String(20))
    law: Mapped[str] = mapped_column(sa.String(40))
    #: The place of the law, or of the motion's own rule, as printed.
    basis: Mapped[str] = mapped_column(sa.String(500))
    #: The count's own word, and what it means here.
    verdict: Mapped[str] = mapped_column(sa.String(20))
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    adopted_option: Mapped[str | None] = mapped_column(sa.String(200))
    roll_heads: Mapped[int] = mapped_column(sa.Integer)
    roll_area: Mapped[Decimal] = mapped_column(Area)
    heads: Mapped[int] = mapped_column(sa.Integer)
    area: Mapped[Decimal] = mapped_column(Area)
    #: Of each choice, abstaining last: [{"choice", "heads", "area"}], areas as text.
    sides: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    #: Each test of the law with its numbers, as counted.
    tests: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    #: Whether exact areas of this scope are public, and else which shares are, in whole per cent of the roll.
    is_exact: Mapped[bool] = mapped_column(sa.Boolean)
    public_shares: Mapped[dict[str, int] | None] = mapped_column(sa.JSON(none_as_null=True))
    missing_consents: Mapped[int] = mapped_column(sa.Integer, default=0)
    #: Objections of neighbours that held a passed lift back; None in versions from before they were recorded.
    open_objections: Mapped[int | None] = mapped_column(sa.Integer)


class Ending(Base):
    """The act after which nothing changes: the signature, or the declaration that the vote is void. Append-only."""

    __tablename__ = "decision_endings"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["decision_id", "version"],
            ["decision_versions.decision_id", "decision_versions.number"],
            name="fk_decision_endings_version",
        ),
        sa.CheckConstraint("(fault IS NULL) = (code IS NOT NULL)", name="signed_or_void"),
        sa.CheckConstraint("code IS NULL OR version IS NOT NULL", name="signs_a_version"),
    )
    decision_id: Mapped[int] = mapped_column(
        sa.ForeignKey("decisions.id"), primary_key=True, autoincrement=False
    )
    #: The version that was signed; None where a vote was declared void before any hung.
    version: Mapped[int | None] = mapped_column(sa.Integer)
    ended_at: Mapped[datetime] = mapped_column(Instant)
    ended_by: Mapped[str] = mapped_column(sa.String(40))
    #: The China day of the act.
    decided_on: Mapped[date] = mapped_column(sa.Date)
    #: What a stranger checks the paper by.
    code: Mapped[str | None] = mapped_column(sa.String(12), unique=True)
    fault: Mapped[Fault | None] = mapped_column(Word(Fault))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    @property
    def is_void(self) -> bool:
        return self.fault is not None
