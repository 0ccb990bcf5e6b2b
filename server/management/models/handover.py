"""The steps of handing a finished community over, and the pictures that show what a row of management says."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.management.rules.handover import HandoverStep, StepState


class HandoverRecord(Keyed, Base):
    """Where a step stands from now on. Append-only; the newest row of a step holds."""

    __tablename__ = "handover_records"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    step: Mapped[HandoverStep] = mapped_column(Word(HandoverStep))
    state: Mapped[StepState] = mapped_column(Word(StepState))
    done_on: Mapped[date]
    #: The document it rests on, or why it is opened again.
    words: Mapped[str] = mapped_column(sa.String(200))
    recorded_by: Mapped[str] = mapped_column(sa.String(40))
    recorded_name: Mapped[str] = mapped_column(sa.String(100))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class About(StrEnum):
    """What a picture shows: a row of which table."""

    CONTRACT = "contract"
    ENTRY = "entry"
    HANDOVER = "handover"


class ManagementEvidence(Base):
    """A picture of a paper or a place. Append-only."""

    __tablename__ = "management_evidence"
    __table_args__ = (sa.Index("ix_management_evidence_about", "about", "about_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    about: Mapped[About] = mapped_column(Word(About))
    about_id: Mapped[int] = mapped_column(BigId)
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
