"""Each visit to a household's door."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word
from server.visits.rules import Purpose, Result


class Visit(Keyed, Base):
    """One visit. Append-only: a mistake is put right by a further row, as the newest visit stands."""

    __tablename__ = "visits"
    __table_args__ = (
        sa.CheckConstraint(
            "(result = 'come_back') = (come_back_at IS NOT NULL)", name="appointment_has_time"
        ),
        sa.Index("ix_visits_purpose_about_id_household_id", "purpose", "about_id", "household_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: What the visit was for, and which one of it: (survey, 17).
    purpose: Mapped[Purpose] = mapped_column(Word(Purpose))
    about_id: Mapped[int] = mapped_column(BigId)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("households.id"), index=True)
    result: Mapped[Result] = mapped_column(Word(Result))
    come_back_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Sealed: "the daughter has the key" tells of people.
    note: Mapped[str | None] = mapped_column(Personal)
    #: Who went, as an actor's key, and the name that is shown.
    visited_by: Mapped[str] = mapped_column(sa.String(40))
    visitor: Mapped[str] = mapped_column(sa.String(100))
    visited_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
