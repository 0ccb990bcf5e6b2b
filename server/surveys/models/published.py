"""What was published of a survey's results. Later answers do not move it; a correction is a further row."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant


class SurveyPublication(Base):
    """The counts of one result notice as they were when it was posted. Append-only."""

    __tablename__ = "survey_publications"
    __table_args__ = (sa.UniqueConstraint("survey_id", "number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"))
    #: From 1.
    number: Mapped[int]
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notices.id"), unique=True)
    households: Mapped[int]
    answered: Mapped[int]
    #: Of the question that stands for consent; None where none was asked.
    consent_answered: Mapped[int | None]
    agreed: Mapped[int | None]
    #: Why the one before no longer stands; empty for the first.
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    published_at: Mapped[datetime] = mapped_column(Instant)
