"""What was planned, came in and was spent, in whole fen, and what the works cost. Rows are only added."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.plans.rules.words import FundSource
from server.projects.rules.money import Entry


class FundingLine(Keyed, Base):
    """One entry of one source. Below nothing where it puts an earlier one right. Append-only."""

    __tablename__ = "funding_lines"
    __table_args__ = (sa.CheckConstraint("amount_fen <> 0", name="amount_not_nothing"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    source: Mapped[FundSource] = mapped_column(Word(FundSource))
    entry: Mapped[Entry] = mapped_column(Word(Entry))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    #: The day of the document, of the receipt, of the payment.
    entered_on: Mapped[date]
    document: Mapped[str] = mapped_column(sa.String(120))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_name: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class ProjectCost(Keyed, Base):
    """What the works cost by the budget (工程预算书). The newest row holds. Append-only."""

    __tablename__ = "project_costs"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="amount_positive"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    entered_on: Mapped[date]
    document: Mapped[str] = mapped_column(sa.String(120))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_name: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)
