"""What binds the house to a log as it stood, and what owners said when they were called back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.ballots.rules.sampling import Answer
from server.infra.db import Base, BigId, Instant, Word


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


class CallBack(Base):
    """What the owner of a vote that was drawn said of it. Append-only: the latest of a vote is in force."""

    __tablename__ = "ballot_callbacks"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["ballot_id", "seq"], ["ballot_log.ballot_id", "ballot_log.seq"], name="fk_ballot_callbacks_entry"
        ),
        sa.Index("ix_ballot_callbacks_entry", "ballot_id", "seq"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(BigId)
    seq: Mapped[int] = mapped_column(sa.Integer)
    answer: Mapped[Answer] = mapped_column(Word(Answer))
    asked_by: Mapped[str] = mapped_column(sa.String(40))
    asked_at: Mapped[datetime] = mapped_column(Instant)
