"""Attempts to bring a ballot to a flat. They only grow: a mistake is put right by a further one."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.ballots.rules.service import Way
from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word


class ServiceAttempt(Keyed, Base):
    __tablename__ = "ballot_service_attempts"
    __table_args__ = (sa.Index("ix_ballot_service_attempts_flat", "ballot_id", "flat_id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"))
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"))
    way: Mapped[Way] = mapped_column(Word(Way))
    done_at: Mapped[datetime] = mapped_column(Instant)
    #: Sealed: a name.
    witness: Mapped[str | None] = mapped_column(Personal)
    photo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
    attempted_by: Mapped[str] = mapped_column(sa.String(40))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
