"""What residents arrange themselves around: quiet days, the works of utilities, and the times offered for work inside a flat."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.infra.second import Entered
from server.projects.rules.calendar import Utility


class QuietDays(Keyed, Base):
    """Days on which no noisy work is done in one community, besides those of its settings."""

    __tablename__ = "quiet_days"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(60))
    set_by: Mapped[str] = mapped_column(sa.String(40))
    set_name: Mapped[str] = mapped_column(sa.String(100))
    set_at: Mapped[datetime] = mapped_column(Instant)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)


class UtilityWork(Entered, Base):
    """What a utility does there itself, and when. Moving it is withdrawing it and announcing it anew."""

    __tablename__ = "utility_works"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("projects.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    kind: Mapped[Utility] = mapped_column(Word(Utility))
    party: Mapped[str] = mapped_column(sa.String(80))
    what: Mapped[str] = mapped_column(sa.String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class VisitOffer(Keyed, Base):
    """One call that offers times for work inside flats. Append-only."""

    __tablename__ = "visit_offers"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("work_items.id"), index=True)
    offered_by: Mapped[str] = mapped_column(sa.String(40))
    offered_name: Mapped[str] = mapped_column(sa.String(100))
    offered_at: Mapped[datetime] = mapped_column(Instant)


class VisitSlot(Base):
    """One time of an offer: as many flats as there are teams. Those of the item's own place may take it."""

    __tablename__ = "visit_slots"
    __table_args__ = (sa.Index("ix_visit_slots_item_day", "item_id", "on_day"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    offer_id: Mapped[int] = mapped_column(sa.ForeignKey("visit_offers.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("work_items.id"))
    on_day: Mapped[date]
    #: Minutes since midnight, China time.
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    seats: Mapped[int]
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_reason: Mapped[str] = mapped_column(sa.String(120), default="")


class Appointment(Keyed, Base):
    """A flat's place in a slot. The database itself lets no seat be taken twice, and no flat twice for one item."""

    __tablename__ = "appointments"
    __table_args__ = (
        sa.Index(
            "uq_appointments_seat",
            "slot_id",
            "seat",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index(
            "uq_appointments_flat",
            "item_id",
            "flat_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slot_id: Mapped[int] = mapped_column(sa.ForeignKey("visit_slots.id"), index=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("work_items.id"))
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"), index=True)
    seat: Mapped[int]
    booked_by: Mapped[str] = mapped_column(sa.String(40))
    booked_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    #: "住户改约", "住户取消", that its time was over, or why the slot was closed.
    ended_reason: Mapped[str] = mapped_column(sa.String(120), default="")
