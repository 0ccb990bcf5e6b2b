"""What was answered: responses only grow; what may be taken back stands beside them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word
from server.surveys.rules.words import Capacity, Channel, Proof


class SurveyResponse(Keyed, Base):
    """One answered form of one household. Append-only: a later one takes its place in the count, not in the table."""

    __tablename__ = "survey_responses"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["survey_id", "version_number"],
            ["survey_versions.survey_id", "survey_versions.number"],
            name="fk_survey_responses_version",
        ),
        sa.Index("ix_survey_responses_household", "survey_id", "household_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    survey_id: Mapped[int] = mapped_column(BigId)
    version_number: Mapped[int] = mapped_column(sa.Integer)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), index=True)
    #: Where the household lives, for results by building.
    building_id: Mapped[int] = mapped_column(sa.ForeignKey("buildings.id"))
    proof: Mapped[Proof] = mapped_column(Word(Proof))
    channel: Mapped[Channel] = mapped_column(Word(Channel))
    capacity: Mapped[Capacity] = mapped_column(Word(Capacity))
    #: By question; without free text of a person's own data, which `SurveyPrivate` keeps.
    answers: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    answered_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    #: Who entered it, as an actor's key ("resident:17", "staff:3", "poster").
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    #: Entered from paper after the closing: counts only once another person accepted it.
    needs_review: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    #: A claimed response whose answers the household took over as its own.
    confirms_id: Mapped[int | None] = mapped_column(sa.ForeignKey("survey_responses.id"))


class SurveyReview(Base):
    """What another person said of a paper form entered late. Append-only, one a response."""

    __tablename__ = "survey_reviews"
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_responses.id"), primary_key=True)
    is_accepted: Mapped[bool] = mapped_column(sa.Boolean)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    reviewed_by: Mapped[str] = mapped_column(sa.String(40))
    reviewed_at: Mapped[datetime] = mapped_column(Instant)


class SurveyPrivate(Base):
    """A sensitive or personal answer, sealed. Deleted when the household takes its consent back (PIPL 15, 47)."""

    __tablename__ = "survey_private"
    __table_args__ = (sa.UniqueConstraint("response_id", "key", name="uq_survey_private_key"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_responses.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    #: JSON of the answer.
    value: Mapped[str] = mapped_column(Personal)


class SurveyText(Base):
    """The words of one answer, to be grouped and searched. Append-only."""

    __tablename__ = "survey_texts"
    __table_args__ = (
        sa.Index("ix_survey_texts_question", "survey_id", "key", "digest"),
        sa.Index("ix_survey_texts_response", "response_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"))
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_responses.id"))
    key: Mapped[str] = mapped_column(sa.String(60))
    text: Mapped[str] = mapped_column(sa.Text)
    #: By rules/texts.py: the same said twice stands together.
    digest: Mapped[str] = mapped_column(sa.String(32))


class SurveyClaim(Base):
    """Which browser answered for which household by the poster: one household a browser, one browser a household."""

    __tablename__ = "survey_claims"
    __table_args__ = (sa.UniqueConstraint("survey_id", "device", name="uq_survey_claims_device"),)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), primary_key=True)
    #: Keyed hash of the browser's random name.
    device: Mapped[str] = mapped_column(sa.String(64))


class SurveyDraft(Base):
    """A form begun and not sent, kept for the household's slip or for one browser."""

    __tablename__ = "survey_drafts"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "household_id", "holder", name="uq_survey_drafts_holder"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"))
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"))
    #: "slip", or the keyed hash of a browser's name.
    holder: Mapped[str] = mapped_column(sa.String(64))
    #: JSON of the answers so far, sealed because they may be sensitive.
    answers: Mapped[str] = mapped_column(Personal)
    capacity: Mapped[Capacity | None] = mapped_column(Word(Capacity))
    saved_at: Mapped[datetime] = mapped_column(Instant)


class SurveyQuote(Base):
    """Words that somebody wants to quote in public: they wait for the check that moderation makes. Append-only."""

    __tablename__ = "survey_quotes"
    text_id: Mapped[int] = mapped_column(sa.ForeignKey("survey_texts.id"), primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("surveys.id"), index=True)
    chosen_by: Mapped[str] = mapped_column(sa.String(40))
    chosen_at: Mapped[datetime] = mapped_column(Instant)
