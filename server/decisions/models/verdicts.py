"""What was decided to do with a community: the signed course with the facts as they stood, and the second person's word."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.decisions.rules.proposal import Course
from server.infra.db import Base, BigId, Instant, Keyed, Word


class Verdict(Keyed, Base):
    """One signed course of a community. Append-only: a later one takes its place, this one stays readable."""

    __tablename__ = "community_verdicts"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "number"),
        sa.CheckConstraint("course = proposed OR reason <> ''", name="differs_with_a_reason"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    #: From 1 within the community.
    number: Mapped[int]
    #: What the printed rule proposed, and what the person signed.
    proposed: Mapped[Course] = mapped_column(Word(Course))
    course: Mapped[Course] = mapped_column(Word(Course))
    #: Why it differs from the proposal; else what the person adds, or empty.
    reason: Mapped[str] = mapped_column(sa.Text)
    #: The proposal with every part, its base and the rule, as they stood: `rules.proposal.Proposal`.
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    signed_by: Mapped[str] = mapped_column(sa.String(40))
    signed_label: Mapped[str] = mapped_column(sa.String(100))
    signed_at: Mapped[datetime] = mapped_column(Instant)

    answer: Mapped["VerdictAnswer | None"] = relationship(viewonly=True, lazy="joined")


class VerdictAnswer(Base):
    """The second person's word on a signed course: confirmed, or returned with a reason. Append-only."""

    __tablename__ = "community_verdict_answers"
    __table_args__ = (sa.CheckConstraint("is_confirmed OR reason <> ''", name="returned_with_a_reason"),)
    verdict_id: Mapped[int] = mapped_column(
        sa.ForeignKey("community_verdicts.id"), primary_key=True, autoincrement=False
    )
    is_confirmed: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    answered_by: Mapped[str] = mapped_column(sa.String(40))
    answered_label: Mapped[str] = mapped_column(sa.String(100))
    answered_at: Mapped[datetime] = mapped_column(Instant)
