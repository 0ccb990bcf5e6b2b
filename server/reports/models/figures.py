"""Figures of each community, kept so that no page counts answers; `flask reports recompute` makes them anew."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Area, Base, BigId, Instant, Word
from server.reports.rules.facts import Eligible, Facts

#: Compared byte by byte on every database, so that all below a path are one range of the index.
PathText = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")


class CommunityFigures(Base):
    """One row a community, with the columns of `rules.facts.Facts`."""

    __tablename__ = "community_figures"
    community_id: Mapped[int] = mapped_column(
        sa.ForeignKey("communities.id"), primary_key=True, autoincrement=False
    )
    path: Mapped[str] = mapped_column(PathText, index=True)
    households: Mapped[int]
    buildings: Mapped[int]
    eligible: Mapped[Eligible] = mapped_column(Word(Eligible))
    problems: Mapped[int]
    is_managed: Mapped[bool | None]
    survey_id: Mapped[int | None] = mapped_column(BigId)
    surveyed_on: Mapped[date | None]
    asked: Mapped[int | None]
    answered: Mapped[int | None]
    consent_answered: Mapped[int | None]
    agreed: Mapped[int | None]
    need_title: Mapped[str] = mapped_column(sa.String(200))
    need_wanted: Mapped[int | None]
    need_answered: Mapped[int | None]
    ballot_id: Mapped[int | None] = mapped_column(BigId)
    voted_on: Mapped[date | None]
    first_voted_on: Mapped[date | None]
    roll_heads: Mapped[int | None]
    heads: Mapped[int | None]
    roll_area: Mapped[Decimal | None] = mapped_column(Area)
    area: Mapped[Decimal | None] = mapped_column(Area)
    motions: Mapped[int | None]
    passed: Mapped[int | None]
    undecided: Mapped[int | None]
    decision_id: Mapped[int | None] = mapped_column(BigId)
    decided_on: Mapped[date | None]
    first_decided_on: Mapped[date | None]
    is_subsidised: Mapped[bool | None]
    objections: Mapped[int | None]
    objections_open: Mapped[int | None]
    plan_year: Mapped[int | None]
    plan_households: Mapped[int | None]
    claimed_base: Mapped[int | None]
    claimed_consenting: Mapped[int | None]
    claim_differs: Mapped[bool | None]
    project_id: Mapped[int | None] = mapped_column(BigId)
    steps: Mapped[int | None]
    steps_done: Mapped[int | None]
    ready_on: Mapped[date | None]
    start_planned_on: Mapped[date | None]
    started_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    handed_over_on: Mapped[date | None]
    #: Money in fen.
    cost: Mapped[int | None] = mapped_column(sa.BigInteger)
    funds_planned: Mapped[int | None] = mapped_column(sa.BigInteger)
    funds_received: Mapped[int | None] = mapped_column(sa.BigInteger)
    funds_spent: Mapped[int | None] = mapped_column(sa.BigInteger)
    funds_by_source: Mapped[str] = mapped_column(sa.Text)
    pledged: Mapped[int | None] = mapped_column(sa.BigInteger)
    given: Mapped[int | None] = mapped_column(sa.BigInteger)
    given_used: Mapped[int | None] = mapped_column(sa.BigInteger)
    hours_pledged: Mapped[int | None]
    hours_given: Mapped[int | None]
    is_covered: Mapped[bool | None]
    tickets_ended: Mapped[int | None]
    tickets_on_time: Mapped[int | None]
    tickets_confirmed: Mapped[int | None]
    tickets_unconfirmed: Mapped[int | None]
    tickets_reopened: Mapped[int | None]
    tickets_open: Mapped[int | None]
    tickets_overdue: Mapped[int | None]
    judged_on: Mapped[date | None]
    judged_households: Mapped[int | None]
    judged_answered: Mapped[int | None]
    judged_marked: Mapped[int | None]
    judged_satisfied: Mapped[int | None]
    told_marked: Mapped[int | None]
    told_satisfied: Mapped[int | None]
    turns_at: Mapped[datetime | None] = mapped_column(Instant)
    computed_at: Mapped[datetime] = mapped_column(Instant, index=True)


class FiguresMark(Base):
    """How far the clock has looked: the last number seen in a table that only grows, now and at the look before."""

    __tablename__ = "figures_marks"
    source: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    seen: Mapped[int] = mapped_column(BigId)
    seen_before: Mapped[int] = mapped_column(BigId)


#: The columns of `Facts`, in its order.
FACT_COLUMNS = tuple(CommunityFigures.__table__.c[name] for name in Facts.__dataclass_fields__)
