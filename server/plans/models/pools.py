"""Moves between the pools, and the master plan by year."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.ledger.rules.words import Pool


class PoolMove(Keyed, Base):
    """One move of a community; its newest one says where it stands. Only grows."""

    __tablename__ = "pool_moves"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "number"),
        sa.CheckConstraint("(number = 1) = (from_pool IS NULL)", name="first_from_nowhere"),
        sa.CheckConstraint("from_pool IS NULL OR from_pool <> to_pool", name="really_moves"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    #: Counted from 1 in each community, so that two moves at once cannot both stand.
    number: Mapped[int]
    from_pool: Mapped[Pool | None] = mapped_column(Word(Pool))
    to_pool: Mapped[Pool] = mapped_column(Word(Pool))
    moved_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(300))
    moved_by: Mapped[str] = mapped_column(sa.String(100))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class MasterPlan(Base):
    """The master plan of one division for a span of years."""

    __tablename__ = "master_plans"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "first_year", "last_year"),
        sa.CheckConstraint("first_year <= last_year", name="years_in_order"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    first_year: Mapped[int]
    last_year: Mapped[int]
    begun_by: Mapped[str] = mapped_column(sa.String(100))
    begun_at: Mapped[datetime] = mapped_column(Instant)


class PlanEntry(Keyed, Base):
    """A community in a year of the master plan. A community stands once in a span of years, whoever plans it."""

    __tablename__ = "master_plan_entries"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "span"),
        sa.Index("ix_master_plan_entries_master_plan_id_year", "master_plan_id", "year", "position"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    master_plan_id: Mapped[int] = mapped_column(sa.ForeignKey("master_plans.id"))
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    #: "2020-2025": the years of its master plan.
    span: Mapped[str] = mapped_column(sa.String(9))
    year: Mapped[int]
    #: In its year; the order of doing.
    position: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(300))
    entered_by: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)
