"""What happened to the roll after the opening: corrections and sales, each by two people. All of it only grows."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from server.infra.db import Base, BigId, Instant, Keyed
from server.kernel.actor import Actor


class SecondWord:
    """The columns of another person's word on what one person put down."""

    is_confirmed: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    #: How many events the log had then: a correction's own come after it, and whatever a seller cast before.
    seq: Mapped[int] = mapped_column(sa.Integer)
    answered_by: Mapped[str] = mapped_column(sa.String(40))
    answered_at: Mapped[datetime] = mapped_column(Instant)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[sa.CheckConstraint]:  # noqa: N805 - SQLAlchemy gives the class
        return (sa.CheckConstraint("is_confirmed OR reason <> ''", name="returned_with_a_reason"),)


def second_word(actor: Actor, now: datetime, *, is_confirmed: bool, reason: str, seq: int) -> dict[str, Any]:
    """The columns of `SecondWord`."""
    return {
        "is_confirmed": is_confirmed,
        "reason": reason.strip(),
        "seq": seq,
        "answered_by": actor.key,
        "answered_at": now,
    }


class RollCorrection(Keyed, Base):
    """An error of the roll, put right on paper by one person. In force once another confirmed it."""

    __tablename__ = "ballot_roll_corrections"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), index=True)
    #: Heads with their flats before and after: `rules.corrections` reads and writes them.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    #: Stands in the log, for everyone who gets the bundle.
    reason: Mapped[str] = mapped_column(sa.String(300))
    proposed_by: Mapped[str] = mapped_column(sa.String(40))
    proposed_at: Mapped[datetime] = mapped_column(Instant)

    answer: Mapped["RollAnswer | None"] = relationship(viewonly=True, lazy="joined")


class RollAnswer(SecondWord, Base):
    """The second person's word on a correction."""

    __tablename__ = "ballot_roll_answers"
    correction_id: Mapped[int] = mapped_column(
        sa.ForeignKey("ballot_roll_corrections.id"), primary_key=True, autoincrement=False
    )


class RollState(Base):
    """A head as a `roll` event of the log left it, with what the log does not hold: whose it is. No flats: it is off the roll."""

    __tablename__ = "ballot_roll_states"
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    head: Mapped[str] = mapped_column(sa.String(20))
    holder: Mapped[str] = mapped_column(sa.String(20))
    owner_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    aliases: Mapped[dict[str, int]] = mapped_column(sa.JSON)
    representative_id: Mapped[int | None] = mapped_column(BigId)
    flats: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    correction_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot_roll_corrections.id"))


class Takeover(Keyed, Base):
    """A flat was sold while the vote ran: who casts for the seller's head from now on, with the paper that proves it."""

    __tablename__ = "ballot_takeovers"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), index=True)
    head: Mapped[str] = mapped_column(sa.String(20))
    owner_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    aliases: Mapped[dict[str, int]] = mapped_column(sa.JSON)
    representative_id: Mapped[int | None] = mapped_column(BigId)
    sold_on: Mapped[date] = mapped_column(sa.Date)
    note: Mapped[str] = mapped_column(sa.String(300))
    photo_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
    #: Of all the above; stands in the log beside each vote that the buyer casts.
    digest: Mapped[str] = mapped_column(sa.String(64))
    proposed_by: Mapped[str] = mapped_column(sa.String(40))
    proposed_at: Mapped[datetime] = mapped_column(Instant)

    answer: Mapped["TakeoverAnswer | None"] = relationship(viewonly=True, lazy="joined")


class TakeoverAnswer(SecondWord, Base):
    """The second person's word on a sale."""

    __tablename__ = "ballot_takeover_answers"
    takeover_id: Mapped[int] = mapped_column(
        sa.ForeignKey("ballot_takeovers.id"), primary_key=True, autoincrement=False
    )
