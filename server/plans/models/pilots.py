"""Pilots: the candidate's score sheet, and what was learnt."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed
from server.plans.rules.pilots import Scale, SheetFacts, Will
from server.plans.rules.words import System


class PilotCandidate(Keyed, Base):
    """A community of a year's plan that might be a pilot, with its sheet as it stood on a day."""

    __tablename__ = "pilot_candidates"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "year"),
        sa.CheckConstraint("0 <= will_agreeing AND will_agreeing <= will_base", name="will_in_order"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    year: Mapped[int] = mapped_column(index=True)
    #: The row of the plan it was chosen from.
    row_id: Mapped[int] = mapped_column(sa.ForeignKey("plan_rows.id"), index=True)
    #: Counted, never typed; 0 of 0 where nobody was asked.
    will_agreeing: Mapped[int]
    will_base: Mapped[int]
    will_source: Mapped[str] = mapped_column(sa.String(120))
    #: How many items of each class: {"B": 4, "W": 1}.
    items: Mapped[dict[str, int]] = mapped_column(sa.JSON)
    #: What each system that will be whole rests on: {"culture": "…"}.
    systems: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    #: Ids of neighbouring communities renovated together.
    merged_with: Mapped[list[int]] = mapped_column(sa.JSON)
    #: The points of each part as they were set on that day.
    scale: Mapped[dict[str, int]] = mapped_column(sa.JSON)
    scored_on: Mapped[date]
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_label: Mapped[str] = mapped_column(sa.String(100))
    #: Who made it a pilot, and when; None while it is a candidate.
    chosen_by: Mapped[str | None] = mapped_column(sa.String(100))
    chosen_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def facts(self) -> SheetFacts:
        will = Will(self.will_agreeing, self.will_base, self.will_source) if self.will_base else None
        systems = {System(name): note for name, note in self.systems.items()}
        return SheetFacts(will, self.items, systems, len(self.merged_with))

    @property
    def scale_of_then(self) -> Scale:
        return Scale(**self.scale)


class PilotLesson(Keyed, Base):
    """What was learnt in a pilot, for others to take over. Only grows."""

    __tablename__ = "pilot_lessons"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pilot_id: Mapped[int] = mapped_column(sa.ForeignKey("pilot_candidates.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    #: What was done, and what came of it.
    text: Mapped[str] = mapped_column(sa.Text)
    #: What others should do likewise, or otherwise.
    advice: Mapped[str] = mapped_column(sa.Text)
    written_by: Mapped[str] = mapped_column(sa.String(100))
    written_at: Mapped[datetime] = mapped_column(Instant)
