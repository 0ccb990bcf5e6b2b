"""A meeting with its agenda and minutes, and what was resolved there."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.matters.rules.meetings import Group
from server.matters.rules.resolutions import Outcome


class Meeting(Keyed, Base):
    """One meeting. Its agenda is frozen by its announcement."""

    __tablename__ = "matter_meetings"
    __table_args__ = (
        sa.CheckConstraint(
            "(called_off_at IS NULL) = (called_off_reason = '')", name="called_off_for_a_reason"
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    place: Mapped[str] = mapped_column(sa.String(120))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    prepared_by: Mapped[str] = mapped_column(sa.String(40))
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    announced_by: Mapped[str | None] = mapped_column(sa.String(40))
    announced_at: Mapped[datetime | None] = mapped_column(Instant)
    called_off_by: Mapped[str | None] = mapped_column(sa.String(40))
    called_off_at: Mapped[datetime | None] = mapped_column(Instant)
    called_off_reason: Mapped[str] = mapped_column(sa.String(200), default="")


class AgendaPoint(Base):
    """One point of an agenda, in the order of entry: a matter that was raised, or words of its own."""

    __tablename__ = "matter_agenda_points"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "matter_id"),
        sa.CheckConstraint("(matter_id IS NULL) = (words <> '')", name="matter_or_words"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("matter_meetings.id"))
    matter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("matters.id"), index=True)
    words: Mapped[str] = mapped_column(sa.String(120))


class Minutes(Keyed, Base):
    """What was said, and who came. Append-only; the newest of a meeting holds."""

    __tablename__ = "matter_minutes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("matter_meetings.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    #: Heads by `Group`.
    came: Mapped[dict[str, int]] = mapped_column(sa.JSON)
    #: The sheet that was signed, for the staff alone: names stand on it.
    sheet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    written_by: Mapped[str] = mapped_column(sa.String(40))
    written_name: Mapped[str] = mapped_column(sa.String(100))
    written_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def heads(self) -> dict[Group, int]:
        return {Group(name): heads for name, heads in self.came.items()}


class Resolution(Keyed, Base):
    """Who does what by when. Append-only."""

    __tablename__ = "matter_resolutions"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("matter_agenda_points.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(200))
    #: An office or a post, no name.
    who: Mapped[str] = mapped_column(sa.String(80))
    due_on: Mapped[date]
    resolved_by: Mapped[str] = mapped_column(sa.String(40))
    resolved_at: Mapped[datetime] = mapped_column(Instant)


class ResolutionAct(Keyed, Base):
    """That it was done, dropped, or taken up again. Append-only; the newest holds."""

    __tablename__ = "matter_resolution_acts"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    resolution_id: Mapped[int] = mapped_column(sa.ForeignKey("matter_resolutions.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(Word(Outcome))
    done_on: Mapped[date]
    words: Mapped[str] = mapped_column(sa.String(200))
    recorded_by: Mapped[str] = mapped_column(sa.String(40))
    recorded_name: Mapped[str] = mapped_column(sa.String(100))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
