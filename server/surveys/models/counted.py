"""What counts, and sums kept beside it: `flask surveys recompute` makes both anew, and a test holds them equal."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, Word
from server.surveys.rules.words import Proof


class Counted(Base):
    """Which response of a household counts; for consent questions it may be another one."""

    __tablename__ = "survey_counted"
    __table_args__ = (sa.Index("ix_survey_counted_unfolded", "survey_id", "is_folded"),)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), primary_key=True)
    proof: Mapped[Proof] = mapped_column(Word(Proof))
    response_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_responses.id"), index=True)
    consent_response_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_responses.id"))
    #: What the sums hold of this household now.
    folded_response_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_responses.id"))
    folded_consent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_responses.id"))
    is_folded: Mapped[bool] = mapped_column(sa.Boolean)


class SurveySum(Base):
    """Sums over the folded households of one group: of all, of a building, of a capacity, of an age band, of a version."""

    __tablename__ = "survey_sums"
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    group: Mapped[str] = mapped_column("group_key", sa.String(60), primary_key=True)
    #: Households in the group.
    households: Mapped[int] = mapped_column(sa.Integer)
    #: Cells by question: {"q1": {"answered": 12, "a": 7}}.
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
