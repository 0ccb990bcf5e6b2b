"""Changes of frozen plans: what is proposed, on what evidence, each step taken, and what it did."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.plans.rules.changes import Proposal, Taken
from server.plans.rules.figures import Totals, figures_from
from server.plans.rules.words import ChangeKind, Department, Outcome, StepKind


class PlanChange(Keyed, Base):
    """A change that a county asked for. Where it stands is told by its steps. Only grows."""

    __tablename__ = "plan_changes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("annual_plans.id"), index=True)
    #: The row in force that is to change.
    row_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_rows.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)


class ChangeProposal(Keyed, Base):
    """What is proposed, as it was entered; a later one stands in its place. Only grows."""

    __tablename__ = "plan_change_proposals"
    __table_args__ = (sa.UniqueConstraint("change_id", "number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    change_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_changes.id"))
    number: Mapped[int]
    kind: Mapped[ChangeKind] = mapped_column(Word(ChangeKind))
    new_community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    #: `RowFigures.as_json`; None where the community leaves.
    figures: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(sa.Text)
    scheme: Mapped[str] = mapped_column(sa.Text)
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_label: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    def proposal(self, evidence: int) -> Proposal:
        figures = figures_from(self.figures) if self.figures is not None else None
        return Proposal(self.kind, self.reason, self.scheme, evidence, self.new_community_id, figures)


class ChangeEvidence(Keyed, Base):
    """A paper that bears a change out. Only grows."""

    __tablename__ = "plan_change_evidence"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    change_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_changes.id"), index=True)
    caption: Mapped[str] = mapped_column(sa.String(120))
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
    added_by: Mapped[str] = mapped_column(sa.String(100))
    added_at: Mapped[datetime] = mapped_column(Instant)


class ChangeStep(Keyed, Base):
    """One step: submitted, signed, decided, reported, dropped. Only grows."""

    __tablename__ = "plan_change_steps"
    __table_args__ = (sa.UniqueConstraint("change_id", "number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    change_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_changes.id"))
    #: Counted from 1 in each change, so that two steps at once cannot both stand.
    number: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(Word(StepKind))
    department: Mapped[Department | None] = mapped_column(Word(Department))
    is_agreeing: Mapped[bool | None]
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    #: The opinion of a department, the reason of a decision or of dropping it.
    note: Mapped[str] = mapped_column(sa.Text)
    #: Of the report to the province.
    doc_no: Mapped[str] = mapped_column(sa.String(60))
    on_day: Mapped[date]
    taken_by: Mapped[str] = mapped_column(sa.String(40))
    taken_label: Mapped[str] = mapped_column(sa.String(100))
    taken_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def taken(self) -> Taken:
        return Taken(self.kind, self.taken_by, self.on_day, self.department, self.is_agreeing, self.outcome)


class PlanEffect(Base):
    """A reported change took effect: which row ended, which came, by how much the totals moved. Only grows."""

    __tablename__ = "plan_effects"
    change_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("plan_changes.id"), primary_key=True, autoincrement=False
    )
    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("annual_plans.id"), index=True)
    ended_row_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_rows.id"), unique=True)
    new_row_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan_rows.id"), unique=True)
    communities: Mapped[int]
    households: Mapped[int]
    cost_fen: Mapped[int] = mapped_column(sa.BigInteger)
    effective_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def difference(self) -> Totals:
        return Totals(self.communities, self.households, self.cost_fen)
