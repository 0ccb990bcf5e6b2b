"""What binds the house to a log as it stood: signed checkpoints."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant


class BallotCheckpoint(Base):
    """One checkpoint as it was signed and shown. Append-only: past ones stay, whatever key signs today."""

    __tablename__ = "ballot_checkpoints"
    __table_args__ = (sa.UniqueConstraint("ballot_id", "number", name="uq_ballot_checkpoints_number"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"))
    #: From 1 within the ballot; two that are taken at once cannot both be the next.
    number: Mapped[int] = mapped_column(sa.Integer)
    events: Mapped[int] = mapped_column(sa.Integer)
    head_hash: Mapped[str] = mapped_column(sa.String(64))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    #: The public half of the key that signed, and the signature; both base64.
    key: Mapped[str] = mapped_column(sa.String(44))
    signature: Mapped[str] = mapped_column(sa.String(88))
