"""The log of a ballot: everything that happened to it since the opening. Append-only."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, Instant, Keyed


class LogEntry(Keyed, Base):
    """One event. `body` is what counts; the columns beside it are there to be searched by."""

    __tablename__ = "ballot_log"
    __table_args__ = (
        sa.Index("ix_ballot_log_head", "ballot_id", "head"),
        sa.Index("ix_ballot_log_of_seq", "ballot_id", "of_seq"),
        sa.CheckConstraint("seq > 0", name="seq_from_one"),
    )
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    #: vote, review, extension, service, roll.
    kind: Mapped[str] = mapped_column(sa.String(12))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    #: The canonical JSON of the event without its hash: exactly what was hashed.
    body: Mapped[str] = mapped_column(sa.Text)
    hash: Mapped[str] = mapped_column(sa.String(64))
    head: Mapped[str | None] = mapped_column(sa.String(20))
    channel: Mapped[str | None] = mapped_column(sa.String(10))
    #: Of a co-owned head with a registered representative: who cast. Stands in the body too.
    cast_as: Mapped[str | None] = mapped_column(sa.String(20))
    #: The code the voter keeps. A column of the entry, so that no receipt is without its entry.
    receipt: Mapped[str | None] = mapped_column(sa.String(12), unique=True)
    #: What a review is of, and what it says.
    of_seq: Mapped[int | None] = mapped_column(sa.Integer)
    verdict: Mapped[str | None] = mapped_column(sa.String(8))
    #: The named fault of a review that voids.
    fault: Mapped[str | None] = mapped_column(sa.String(20))
    #: Who acted, as an actor's key ("staff:3", "resident:17").
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    #: Of a paper that two people keyed alike, or a third settled: the first who keyed it. Of an agent's vote by telephone: who
    #: gave the code out, having seen the paper. Such a vote waits for no review.
    seconded_by: Mapped[str | None] = mapped_column(sa.String(40))
    #: The paper it was read from, and its picture.
    paper_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ballot_papers.id"), index=True)
    photo_id: Mapped[int | None] = mapped_column(sa.ForeignKey("attachments.id"))
