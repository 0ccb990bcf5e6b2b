"""Tickets, their acts, their pictures, and who else has the same trouble. Acts only grow; a row keeps what they make of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word
from server.tickets.rules.clocks import is_overdue
from server.tickets.rules.folding import Happened
from server.tickets.rules.words import Act, Category, Level, Priority, Source, State


class Ticket(Keyed, Base):
    __tablename__ = "tickets"
    __table_args__ = (
        sa.Index("ix_tickets_community_id_state_due_at", "community_id", "state", "due_at"),
        sa.Index("ix_tickets_community_id_state", "community_id", "state", "id"),
        sa.Index("ix_tickets_community_id_opened_at", "community_id", "opened_at"),
        sa.Index(
            "ix_tickets_community_id_building_id", "community_id", "building_id", "category", "opened_at"
        ),
        sa.Index("ix_tickets_community_id_ended_at", "community_id", "ended_at"),
        sa.Index("ix_tickets_escalate_at", "escalate_at"),
        sa.Index("ix_tickets_wake_at", "wake_at"),
        sa.Index("ix_tickets_assignee_id_state", "assignee_id", "state", "due_at", "community_id"),
        sa.Index("ix_tickets_facility_id_opened_at", "facility_id", "opened_at"),
        sa.Index("ix_tickets_reporter_id", "reporter_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    building_id: Mapped[int | None] = mapped_column(sa.ForeignKey("buildings.id"))
    entrance_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entrances.id"))
    facility_id: Mapped[int | None] = mapped_column(sa.ForeignKey("facilities.id"))
    #: Of a trouble inside a home. Neighbours never see it.
    flat_id: Mapped[int | None] = mapped_column(sa.ForeignKey("flats.id"))
    #: Where, as everybody may read it: "3 栋 2 单元", "南门"; never a room.
    place: Mapped[str] = mapped_column(sa.String(120))
    category: Mapped[Category] = mapped_column(Word(Category))
    source: Mapped[Source] = mapped_column(Word(Source))
    #: What whoever reported wrote; sealed, for people write names and numbers. Neighbours read it only once it was looked at.
    words: Mapped[str] = mapped_column(Personal, default="")
    #: A link to a picture elsewhere, as another platform sent it; never fetched.
    media_url: Mapped[str] = mapped_column(sa.String(500), default="")
    reporter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("residents.id"))
    #: For whom it was reported, and how to reach them, where they have no account here.
    contact_name: Mapped[str | None] = mapped_column(Personal)
    contact_phone: Mapped[str | None] = mapped_column(Personal)
    #: Who entered it: "staff:3", "resident:17".
    reported_by: Mapped[str] = mapped_column(sa.String(40))
    #: Within the warranty of the works: who built it, and the row of the works that shows it.
    contractor: Mapped[str] = mapped_column(sa.String(80), default="")
    works_id: Mapped[int | None] = mapped_column(BigId)
    #: The ticket it was merged into.
    same_as_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))

    # What the acts make of it; written by `actions/acting.py` and nowhere else.
    state: Mapped[State] = mapped_column(Word(State))
    priority: Mapped[Priority] = mapped_column(Word(Priority))
    level: Mapped[Level] = mapped_column(Word(Level))
    version: Mapped[int]
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    worker: Mapped[str] = mapped_column(sa.String(40))
    reopened: Mapped[int]
    before_suspension: Mapped[State | None] = mapped_column(Word(State))
    suspension_asked_by: Mapped[str | None] = mapped_column(sa.String(40))
    finished_by: Mapped[str | None] = mapped_column(sa.String(40))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_again_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    fixed_by: Mapped[datetime | None] = mapped_column(Instant)
    escalate_at: Mapped[datetime | None] = mapped_column(Instant)
    wake_at: Mapped[datetime | None] = mapped_column(Instant)
    took_seconds: Mapped[int | None] = mapped_column(sa.BigInteger)

    def is_overdue(self, now: datetime) -> bool:
        return is_overdue(self.due_at, now)


class TicketAct(Keyed, Base):
    """Who did what to a ticket, and where it led. Append-only."""

    __tablename__ = "ticket_acts"
    __table_args__ = (sa.UniqueConstraint("ticket_id", "number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"))
    #: 1 for the report. Unique, so that of two people at once only one moves it on.
    number: Mapped[int]
    act: Mapped[Act] = mapped_column(Word(Act))
    from_state: Mapped[State | None] = mapped_column(Word(State))
    to_state: Mapped[State] = mapped_column(Word(State))
    #: Sealed, as what was reported is.
    note: Mapped[str] = mapped_column(Personal, default="")
    priority: Mapped[Priority | None] = mapped_column(Word(Priority))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id"))
    worker: Mapped[str] = mapped_column(sa.String(40), default="")
    level: Mapped[Level | None] = mapped_column(Word(Level))
    actor: Mapped[str] = mapped_column(sa.String(40))
    #: A staff member's name; of a resident only that it is one.
    actor_name: Mapped[str] = mapped_column(sa.String(100))
    at: Mapped[datetime] = mapped_column(Instant)

    @property
    def happened(self) -> Happened:
        return Happened(
            self.act,
            self.at,
            self.to_state,
            self.actor,
            self.priority,
            self.assignee_id,
            self.worker,
            self.level,
        )


class TicketPhoto(Base):
    """A picture that came with an act. Append-only."""

    __tablename__ = "ticket_photos"
    __table_args__ = (sa.UniqueConstraint("act_id", "attachment_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), index=True)
    act_id: Mapped[int] = mapped_column(sa.ForeignKey("ticket_acts.id"))
    attachment_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))


class TicketJoin(Keyed, Base):
    """A neighbour has the same trouble ("me too") and is told of each step. Append-only."""

    __tablename__ = "ticket_joins"
    __table_args__ = (sa.UniqueConstraint("ticket_id", "resident_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"))
    resident_id: Mapped[int] = mapped_column(sa.ForeignKey("residents.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(Instant)
