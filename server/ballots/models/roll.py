"""The opening and the roll it froze. Append-only, all three."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Area, Base, BigId, Instant


class Opening(Base):
    """The act that froze the roll: with what it froze, exactly as hashed."""

    __tablename__ = "ballot_openings"
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(sa.String(40))
    #: The canonical JSON of the bundle's `ballot`.
    document: Mapped[str] = mapped_column(sa.Text)
    #: SHA-256 over {"ballot", "roll"}: the `prev` of the log's first event.
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    heads: Mapped[int] = mapped_column(sa.Integer)
    area: Mapped[Decimal] = mapped_column(Area)


class Head(Base):
    """One head of the frozen roll. `head` is an opaque name that tells nothing of the owner."""

    __tablename__ = "ballot_heads"
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    head: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    #: The order of the roll in the bundle.
    position: Mapped[int] = mapped_column(sa.Integer)
    holder: Mapped[str] = mapped_column(sa.String(20))
    #: The set of owners as frozen; ids of the ledger.
    owner_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    #: Records of the ledger that a person had found to be one of these owners: id -> the id above. None where there is none.
    aliases: Mapped[dict[str, int] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: The co-owner who is registered to vote for all of them.
    representative_id: Mapped[int | None] = mapped_column(BigId)
    flats: Mapped[int] = mapped_column(sa.Integer)
    area: Mapped[Decimal] = mapped_column(Area)


class RollFlat(Base):
    """One flat of the frozen roll, with the area that counts."""

    __tablename__ = "ballot_roll_flats"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["ballot_id", "head"],
            ["ballot_heads.ballot_id", "ballot_heads.head"],
            name="fk_ballot_roll_flats_head",
        ),
        sa.Index("ix_ballot_roll_flats_head", "ballot_id", "head"),
        sa.CheckConstraint("area > 0", name="area_above_zero"),
    )
    ballot_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"), primary_key=True)
    head: Mapped[str] = mapped_column(sa.String(20))
    building: Mapped[str] = mapped_column(sa.String(40))
    entrance: Mapped[str] = mapped_column(sa.String(40))
    #: "3 栋 2 单元 501" as it was at the opening: for the desk, not for the bundle.
    label: Mapped[str] = mapped_column(sa.String(120))
    area: Mapped[Decimal] = mapped_column(Area)
