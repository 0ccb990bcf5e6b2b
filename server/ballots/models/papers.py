"""Papers: the numbered ballots that were printed, and what reviewers read off their pictures."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant


class Paper(Base):
    """One printed ballot, for one head. A spoiled one is replaced by a new row; none is deleted."""

    __tablename__ = "ballot_papers"
    __table_args__ = (
        sa.UniqueConstraint("ballot_id", "number", name="uq_ballot_papers_number"),
        sa.Index("ix_ballot_papers_head", "ballot_id", "head"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"))
    #: From 1 within the ballot, printed beside the serial.
    number: Mapped[int] = mapped_column(sa.Integer)
    #: What its QR carries and the desk scans.
    serial: Mapped[str] = mapped_column(sa.String(20), unique=True)
    head: Mapped[str] = mapped_column(sa.String(20))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[str] = mapped_column(sa.String(40))
    spoiled_at: Mapped[datetime | None] = mapped_column(Instant)
    spoiled_by: Mapped[str | None] = mapped_column(sa.String(40))
    spoiled_reason: Mapped[str] = mapped_column(sa.String(200), default="")


class Reading(Base):
    """What came of a reviewer reading a paper without seeing the entry: agrees or differs. Append-only."""

    __tablename__ = "ballot_readings"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["ballot_id", "seq"], ["ballot_log.ballot_id", "ballot_log.seq"], name="fk_ballot_readings_entry"
        ),
        sa.Index("ix_ballot_readings_entry", "ballot_id", "seq"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(BigId)
    seq: Mapped[int] = mapped_column(sa.Integer)
    read_by: Mapped[str] = mapped_column(sa.String(40))
    read_at: Mapped[datetime] = mapped_column(Instant)
    agrees: Mapped[bool] = mapped_column(sa.Boolean)


class Flag(Base):
    """Someone asks that a vote be looked at: a disputed binding, an objection. Append-only."""

    __tablename__ = "ballot_flags"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["ballot_id", "seq"], ["ballot_log.ballot_id", "ballot_log.seq"], name="fk_ballot_flags_entry"
        ),
        sa.Index("ix_ballot_flags_entry", "ballot_id", "seq"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(BigId)
    seq: Mapped[int] = mapped_column(sa.Integer)
    reason: Mapped[str] = mapped_column(sa.String(300))
    flagged_by: Mapped[str] = mapped_column(sa.String(40))
    flagged_at: Mapped[datetime] = mapped_column(Instant)
