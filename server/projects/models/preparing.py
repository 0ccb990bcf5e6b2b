"""The steps of preparation that are done by hand, and the planned starts. The newest row of a kind holds."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.projects.rules.preparation import StepFact, StepKind, StepState
from server.projects.rules.starts import PlannedStart


class PrepStep(Keyed, Base):
    """Where one of the six steps stands from now on. Append-only; the survey and its notice are never rows here."""

    __tablename__ = "prep_steps"
    __table_args__ = (
        sa.CheckConstraint("kind NOT IN ('survey', 'result_notice')", name="not_derived"),
        sa.CheckConstraint("(state IN ('done', 'waived')) = (done_on IS NOT NULL)", name="closed_has_day"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    kind: Mapped[StepKind] = mapped_column(Word(StepKind))
    state: Mapped[StepState] = mapped_column(Word(StepState))
    done_on: Mapped[date | None]
    #: The document it rests on, or why it is waived or opened again.
    words: Mapped[str] = mapped_column(sa.String(200), default="")
    recorded_by: Mapped[str] = mapped_column(sa.String(40))
    recorded_name: Mapped[str] = mapped_column(sa.String(100))
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def fact(self) -> StepFact:
        return StepFact(self.kind, self.state, self.done_on, self.words, self.recorded_name, self.id)


class StartPlan(Keyed, Base):
    """When the start is planned, from now on. Append-only, so that a plan that was moved stays readable."""

    __tablename__ = "start_plans"
    __table_args__ = (sa.Index("ix_start_plans_month", "month"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    #: Its first day.
    month: Mapped[date]
    planned_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    planned_by: Mapped[str] = mapped_column(sa.String(40))
    planned_name: Mapped[str] = mapped_column(sa.String(100))
    planned_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def planned(self) -> PlannedStart:
        return PlannedStart(self.month, self.planned_on)
