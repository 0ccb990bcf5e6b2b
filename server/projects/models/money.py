"""What was planned, came in and was spent, in whole fen, and what the works cost. Rows are only added."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Word
from server.infra.second import Entered
from server.plans.rules.words import FundSource
from server.projects.rules.money import Entry


class FundingLine(Entered, Base):
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


class ProjectCost(Entered, Base):
    """What the works cost by the budget (工程预算书). The newest row holds. Append-only."""

    __tablename__ = "project_costs"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="amount_positive"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    entered_on: Mapped[date]
    document: Mapped[str] = mapped_column(sa.String(120))
