"""Keys of programs, and what came along with what they reported."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed


class Open311Key(Keyed, Base):
    """What a program shows when it reports. Only a hash of it is kept."""

    __tablename__ = "open311_keys"
    __table_args__ = (
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by = '')", name="revoked_by_somebody"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Where it may be used: there and below.
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    #: Path of that division when the key was issued.
    division_path: Mapped[str] = mapped_column(sa.String(200), index=True)
    #: Whose program it is: an office or a service, not a person.
    name: Mapped[str] = mapped_column(sa.String(60))
    key_hash: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    #: The last signs of the key, to tell one from another.
    hint: Mapped[str] = mapped_column(sa.String(8))
    issued_by: Mapped[str] = mapped_column(sa.String(40))
    issued_name: Mapped[str] = mapped_column(sa.String(60))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    revoked_by: Mapped[str] = mapped_column(sa.String(40), default="")
    revoked_name: Mapped[str] = mapped_column(sa.String(60), default="")
    revoke_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Open311Report(Base):
    """What a program sent with a report and a ticket has no place for. Never changed."""

    __tablename__ = "open311_reports"
    __table_args__ = (
        sa.UniqueConstraint("key_id", "token"),
        sa.CheckConstraint("(lat IS NULL) = (long IS NULL)", name="both_or_neither"),
    )
    #: One report makes one ticket.
    ticket_id: Mapped[int] = mapped_column(sa.ForeignKey("tickets.id"), primary_key=True, autoincrement=False)
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("open311_keys.id"))
    #: The program's own name for its request; with it the ticket is found where the answer was lost on the way.
    token: Mapped[str] = mapped_column(sa.String(80), index=True)
    #: The place in the program's words.
    address_string: Mapped[str] = mapped_column(sa.String(500), default="")
    #: Degrees of WGS84 in millionths, a hand's breadth: whole numbers stay what they were.
    lat: Mapped[int | None]
    long: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(Instant)
