"""Monthly returns, what was done with them, and the bulletins written from them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.reports.rules.returns import State


class MonthlyReport(Base):
    """What one place hands up for one month. Once accepted the database itself refuses to change it."""

    __tablename__ = "monthly_reports"
    __table_args__ = (
        sa.UniqueConstraint("division_id", "month"),
        sa.CheckConstraint("(state = 'draft') = (figures IS NULL)", name="handed_in_has_figures"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    #: The first day of the month.
    month: Mapped[date] = mapped_column(sa.Date, index=True)
    state: Mapped[State] = mapped_column(Word(State))
    #: {line: number or null} as the records (or the returns below) had it when it was handed in.
    figures: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: {line: {"value", "reason", "by"}}.
    overrides: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    #: Of a return made from others: [{"division_id", "name", "state", "is_in"}] as it was when it was handed in.
    parts: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    #: Keys of everyone who changed or handed in figures: none of them reviews it.
    editors: Mapped[list[str]] = mapped_column(sa.JSON)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Why it was returned, the last time.
    returned_reason: Mapped[str] = mapped_column(sa.String(300), default="")


class ReportAct(Keyed, Base):
    """Handing in, returning, accepting: each with what was handed in. Append-only."""

    __tablename__ = "monthly_report_acts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(sa.ForeignKey("monthly_reports.id"), index=True)
    #: What it became.
    state: Mapped[State] = mapped_column(Word(State))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    overrides: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    actor: Mapped[str] = mapped_column(sa.String(40))
    actor_label: Mapped[str] = mapped_column(sa.String(100))
    at: Mapped[datetime] = mapped_column(Instant)


class Bulletin(Keyed, Base):
    """通报: written from the figures of a month, edited by a person, sent to the offices below. Then it stays as it is."""

    __tablename__ = "report_bulletins"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: The office that sends it.
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    month: Mapped[date] = mapped_column(sa.Date)
    title: Mapped[str] = mapped_column(sa.String(80))
    text: Mapped[str] = mapped_column(sa.Text)
    drafted_by: Mapped[str] = mapped_column(sa.String(100))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    edited_by: Mapped[str] = mapped_column(sa.String(100))
    edited_at: Mapped[datetime] = mapped_column(Instant)
    sent_by: Mapped[str] = mapped_column(sa.String(100), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: How many people it was told to.
    told: Mapped[int] = mapped_column(default=0)
