"""Kept figures: turnout while the vote runs, and every count made after its closing."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Area, Base, BigId, Instant


class Turnout(Base):
    """How many heads and how much area took part, by scope. Kept beside the log, from which it can be recomputed."""

    __tablename__ = "ballot_turnouts"
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    #: "community", "building 1", "building 1 entrance 2", as the bundle names scopes.
    scope: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    #: The order in which scopes are shown.
    position: Mapped[int] = mapped_column(sa.Integer)
    roll_heads: Mapped[int] = mapped_column(sa.Integer)
    roll_area: Mapped[Decimal] = mapped_column(Area)
    heads: Mapped[int] = mapped_column(sa.Integer)
    area: Mapped[Decimal] = mapped_column(Area)


class Count(Base):
    """One count. Append-only: a later one supersedes it, and it stays."""

    __tablename__ = "ballot_counts"
    __table_args__ = (sa.UniqueConstraint("ballot_id", "number", name="uq_ballot_counts_number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"))
    number: Mapped[int] = mapped_column(sa.Integer)
    counted_at: Mapped[datetime] = mapped_column(Instant)
    counted_by: Mapped[str] = mapped_column(sa.String(40))
    closes_at: Mapped[datetime] = mapped_column(Instant)
    #: The log that was counted, by its last hash.
    head_hash: Mapped[str] = mapped_column(sa.String(64))
    events: Mapped[int] = mapped_column(sa.Integer)
    #: `results` (and `results_at_closing` where there is one), as the recount prints them.
    outcome: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
