"""Who is asked what, and when: frozen when the first round opens, and never changed."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.evaluations.rules.words import Step
from server.infra.db import Base, BigId, Instant, Word


class EvaluationPanel(Base):
    """One community of one project after its completion. Append-only, with the terms under which it is judged."""

    __tablename__ = "evaluation_panels"
    __table_args__ = (sa.UniqueConstraint("project_id", "community_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"))
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    finished_on: Mapped[date]
    frozen_at: Mapped[datetime] = mapped_column(Instant)
    #: From which share of all households, "3/10", and from how many answers on a rate is shown.
    least_share: Mapped[str] = mapped_column(sa.String(20))
    least_answers: Mapped[int]


class PanelHousehold(Base):
    """A household that is asked in every round. Append-only."""

    __tablename__ = "evaluation_panel_households"
    __table_args__ = (sa.UniqueConstraint("panel_id", "household_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluation_panels.id"))
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), index=True)
    building_id: Mapped[int] = mapped_column(sa.ForeignKey("buildings.id"))


class PanelItem(Base):
    """What had been promised by then: an item that a signed decision adopted. Append-only."""

    __tablename__ = "evaluation_panel_items"
    panel_id: Mapped[int] = mapped_column(
        sa.ForeignKey("evaluation_panels.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.String(40))
    title: Mapped[str] = mapped_column(sa.String(200))


class EvaluationRound(Base):
    """One round by its days; whether it is open follows from them. Append-only."""

    __tablename__ = "evaluation_rounds"
    __table_args__ = (
        sa.UniqueConstraint("panel_id", "number"),
        sa.CheckConstraint("opens_on < closes_on", name="in_order"),
        sa.Index("ix_evaluation_rounds_opens_on", "opens_on"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluation_panels.id"))
    number: Mapped[int]
    months: Mapped[int]
    opens_on: Mapped[date]
    reminds_on: Mapped[date]
    closes_on: Mapped[date]


class EvaluationStep(Base):
    """What was done once when a day of a round came: its households told, the silent ones reminded, its words put forward.
    Append-only."""

    __tablename__ = "evaluation_steps"
    round_id: Mapped[int] = mapped_column(
        sa.ForeignKey("evaluation_rounds.id"), primary_key=True, autoincrement=False
    )
    step: Mapped[Step] = mapped_column(Word(Step), primary_key=True)
    done_at: Mapped[datetime] = mapped_column(Instant)
    #: How many households were told, or how many texts put forward.
    number: Mapped[int]
