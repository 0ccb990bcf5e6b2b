"""What is asked: the survey, its versions, and the campaign that several communities share."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed


class Campaign(Keyed, Base):
    """The same questions in many communities of one division. Each community has a survey of its own."""

    __tablename__ = "survey_campaigns"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    intro: Mapped[str] = mapped_column(sa.Text)
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    started_by: Mapped[str] = mapped_column(sa.String(40))
    started_at: Mapped[datetime] = mapped_column(Instant)


class Survey(Keyed, Base):
    """One survey of one community. Its stage follows from the acts and dates below; no column says it."""

    __tablename__ = "surveys"
    __table_args__ = (
        sa.CheckConstraint(
            "closes_at IS NULL OR opened_at IS NULL OR closes_at >= opened_at", name="closes_after_opening"
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_campaigns.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    #: What it is for, in plain words, before the questions.
    intro: Mapped[str] = mapped_column(sa.Text, default="")
    #: Only households of these buildings (entrances) are asked; empty means all of the community.
    building_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    entrance_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    #: The version in force.
    version_number: Mapped[int] = mapped_column(sa.Integer)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    #: From this instant on no answer is taken; may be moved while it is open.
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    discarded_at: Mapped[datetime | None] = mapped_column(Instant)
    drafted_by: Mapped[str] = mapped_column(sa.String(40))
    drafted_at: Mapped[datetime] = mapped_column(Instant)


class SurveyVersion(Base):
    """The questions. They change in place until the first answer; after that a correction is a new version."""

    __tablename__ = "survey_versions"
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    #: SHA-256 of the canonical definition: who edits says which state they saw.
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    #: Why a version after the first was made.
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    made_by: Mapped[str] = mapped_column(sa.String(40))
    made_at: Mapped[datetime] = mapped_column(Instant)


class SurveyCorrection(Base):
    """Questions being corrected, until they become a version of their own: one a survey, shared by all who correct it."""

    __tablename__ = "survey_corrections"
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True)
    definition: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    #: Fingerprint of the version that it corrects.
    based_on: Mapped[str] = mapped_column(sa.String(64))
    changed_by: Mapped[str] = mapped_column(sa.String(40))
    changed_at: Mapped[datetime] = mapped_column(Instant)
