"""Pledges, and what was given and used of each, as one person entered it and another confirmed it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.contributions.rules import Entry, Kind, Shown
from server.infra.db import Base, BigId, Instant, Keyed, Personal, Word
from server.infra.second import Entered, Looked


class Pledge(Keyed, Base):
    """What a household promised. It may be taken back while nothing was given."""

    __tablename__ = "pledges"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind IN ('money', 'labour')) = (amount IS NOT NULL)", name="measured_has_amount"
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"), index=True)
    flat_id: Mapped[int] = mapped_column(sa.ForeignKey("flats.id"), index=True)
    kind: Mapped[Kind] = mapped_column(Word(Kind))
    #: Money in fen, labour in hours; space and ideas are not measured.
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    words: Mapped[str] = mapped_column(Personal)
    shown: Mapped[Shown] = mapped_column(Word(Shown))
    #: As the giver wants it written, where they want to be named.
    name: Mapped[str | None] = mapped_column(Personal)
    pledged_by: Mapped[str] = mapped_column(sa.String(40))
    pledged_at: Mapped[datetime] = mapped_column(Instant)
    taken_back_at: Mapped[datetime | None] = mapped_column(Instant)


class ContributionEntry(Entered, Base):
    """That something of a pledge was given, or used. Below nothing where it puts an earlier one right. Append-only."""

    __tablename__ = "contribution_entries"
    __table_args__ = (sa.CheckConstraint("amount <> 0", name="amount_not_nothing"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(sa.ForeignKey("pledges.id"), index=True)
    kind: Mapped[Entry] = mapped_column(Word(Entry))
    #: Money in fen, labour in hours; 1 for space and ideas.
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    happened_on: Mapped[date]
    #: The receipt or the list it rests on; what it was used for.
    document: Mapped[str] = mapped_column(sa.String(120))


class ContributionReview(Looked, Base):
    """What another person said of an entry. One for each. Append-only."""

    __tablename__ = "contribution_reviews"
    entry_id: Mapped[int] = mapped_column(
        sa.ForeignKey("contribution_entries.id"), primary_key=True, autoincrement=False
    )
