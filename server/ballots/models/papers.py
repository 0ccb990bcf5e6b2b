"""Papers: the numbered ballots that were printed, and what reviewers read off their pictures."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.ballots.rules.keying import Choice
from server.infra.db import Base, BigId, Instant, Keyed, Word


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


class PaperReturn(Keyed, Base):
    """A paper came back: when it was received, and its picture. Append-only; after a void it may be pictured again."""

    __tablename__ = "ballot_paper_returns"
    __table_args__ = (sa.UniqueConstraint("paper_id", "round", name="uq_ballot_paper_returns_round"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), index=True)
    paper_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot_papers.id"))
    #: For which round of keying it was pictured; see Keying.
    round: Mapped[int] = mapped_column(sa.Integer)
    received_at: Mapped[datetime] = mapped_column(Instant)
    photo_id: Mapped[int] = mapped_column(sa.ForeignKey("attachments.id"))
    taken_by: Mapped[str] = mapped_column(sa.String(40))
    taken_at: Mapped[datetime] = mapped_column(Instant)


class Keying(Keyed, Base):
    """What one person read from a paper, without seeing what another read. Append-only.

    A round ends with a vote in the log, or with the third person sending the paper back.
    """

    __tablename__ = "ballot_keyings"
    __table_args__ = (
        sa.UniqueConstraint("paper_id", "round", "place", name="uq_ballot_keyings_place"),
        sa.UniqueConstraint("paper_id", "round", "keyed_by", name="uq_ballot_keyings_keyer"),
        sa.CheckConstraint("place IN (1, 2)", name="two_places"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), index=True)
    paper_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot_papers.id"))
    round: Mapped[int] = mapped_column(sa.Integer)
    place: Mapped[int] = mapped_column(sa.Integer)
    choices: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    marks: Mapped[dict[str, str]] = mapped_column(sa.JSON)
    is_signed: Mapped[bool] = mapped_column(sa.Boolean)
    by_representative: Mapped[bool] = mapped_column(sa.Boolean)
    keyed_by: Mapped[str] = mapped_column(sa.String(40))
    keyed_at: Mapped[datetime] = mapped_column(Instant)
    #: Of the second keying that agreed: the vote it became.
    seq: Mapped[int | None] = mapped_column(sa.Integer)


class Settlement(Keyed, Base):
    """What a third person decided of two keyings that differ. Append-only."""

    __tablename__ = "ballot_settlements"
    __table_args__ = (sa.UniqueConstraint("paper_id", "round", name="uq_ballot_settlements_round"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), index=True)
    paper_id: Mapped[int] = mapped_column(sa.ForeignKey("ballot_papers.id"))
    round: Mapped[int] = mapped_column(sa.Integer)
    choice: Mapped[Choice] = mapped_column(Word(Choice))
    settled_by: Mapped[str] = mapped_column(sa.String(40))
    settled_at: Mapped[datetime] = mapped_column(Instant)
    #: The vote it became; None where both key again.
    seq: Mapped[int | None] = mapped_column(sa.Integer)


class PaperStatement(Keyed, Base):
    """Where the papers are that did not come back: written by one person, confirmed by another. Append-only."""

    __tablename__ = "ballot_paper_statements"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ballot_id: Mapped[int] = mapped_column(sa.ForeignKey("ballots.id"), index=True)
    #: The numbers it explains; it explains no others.
    issued: Mapped[int] = mapped_column(sa.Integer)
    spoiled: Mapped[int] = mapped_column(sa.Integer)
    returned: Mapped[int] = mapped_column(sa.Integer)
    text: Mapped[str] = mapped_column(sa.String(500))
    #: The statement that this row confirms.
    confirms_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ballot_paper_statements.id"), unique=True)
    stated_by: Mapped[str] = mapped_column(sa.String(40))
    stated_at: Mapped[datetime] = mapped_column(Instant)


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
