"""What was answered: answers only grow, a later one of the residents' takes an earlier one's place in the count."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.evaluations.rules.answering import Said
from server.evaluations.rules.words import FURTHER, Fee, ItemMark, Mark
from server.infra.db import Base, BigId, Instant, Keyed, Word


class EvaluationAnswer(Keyed, Base):
    """One household's answer in one round. The database refuses to change it, whoever asks. Append-only."""

    __tablename__ = "evaluation_answers"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["panel_id", "household_id"],
            ["evaluation_panel_households.panel_id", "evaluation_panel_households.household_id"],
            name="fk_evaluation_answers_panel_household",
        ),
        sa.Index("ix_evaluation_answers_household", "round_id", "household_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(sa.ForeignKey("evaluation_rounds.id"))
    panel_id: Mapped[int] = mapped_column(BigId)
    household_id: Mapped[int] = mapped_column(BigId)
    #: By a resident of the household; else by the staff, from a paper of the household.
    is_own: Mapped[bool]
    overall: Mapped[Mark] = mapped_column(Word(Mark))
    quality: Mapped[Mark | None] = mapped_column(Word(Mark))
    disturbance: Mapped[Mark | None] = mapped_column(Word(Mark))
    duration: Mapped[Mark | None] = mapped_column(Word(Mark))
    information: Mapped[Mark | None] = mapped_column(Word(Mark))
    uptake: Mapped[Mark | None] = mapped_column(Word(Mark))
    service: Mapped[Mark | None] = mapped_column(Word(Mark))
    #: Marks by the code of the item.
    items: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    fee: Mapped[Fee | None] = mapped_column(Word(Fee))
    words: Mapped[str] = mapped_column(sa.Text)
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    #: The staff member's name; empty for a resident.
    entered_name: Mapped[str] = mapped_column(sa.String(100), default="")
    answered_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def said(self) -> Said:
        aspects = {aspect: getattr(self, aspect.value) for aspect in FURTHER}
        return Said(
            self.overall,
            {aspect: mark for aspect, mark in aspects.items() if mark is not None},
            {code: ItemMark(mark) for code, mark in self.items.items()},
            self.fee,
            self.words,
        )


class EvaluationReview(Base):
    """What another person said of a paper that the staff keyed in. One for each. Append-only."""

    __tablename__ = "evaluation_reviews"
    answer_id: Mapped[int] = mapped_column(
        sa.ForeignKey("evaluation_answers.id"), primary_key=True, autoincrement=False
    )
    is_accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    reviewed_by: Mapped[str] = mapped_column(sa.String(40))
    reviewed_name: Mapped[str] = mapped_column(sa.String(100))
    reviewed_at: Mapped[datetime] = mapped_column(Instant)
