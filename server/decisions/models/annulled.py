"""A signed decision that a court revoked: what one person entered, and another's word on it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.infra.db import Base, BigId, Instant, Keyed


class Annulment(Keyed, Base):
    """What the judgment says, with its paper. In force once a second person confirmed it. Append-only."""

    __tablename__ = "decision_annulments"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), index=True)
    court: Mapped[str] = mapped_column(sa.String(80))
    case_number: Mapped[str] = mapped_column(sa.String(80))
    #: The day from which the judgment is in force.
    effective_on: Mapped[date] = mapped_column(sa.Date)
    #: Why, in words that everyone reads.
    reason: Mapped[str] = mapped_column(sa.Text)
    #: The judgment's picture: it names people, so only the office sees it.
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    answer: Mapped["AnnulmentAnswer | None"] = relationship(viewonly=True, lazy="joined")

    @property
    def is_in_force(self) -> bool:
        return self.answer is not None and self.answer.is_confirmed


class AnnulmentAnswer(Base):
    """The second person's word: confirmed, or returned with a reason. Append-only."""

    __tablename__ = "decision_annulment_answers"
    __table_args__ = (sa.CheckConstraint("is_confirmed OR reason <> ''", name="returned_with_a_reason"),)
    annulment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("decision_annulments.id"), primary_key=True, autoincrement=False
    )
    is_confirmed: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    answered_by: Mapped[str] = mapped_column(sa.String(40))
    answered_at: Mapped[datetime] = mapped_column(Instant)
