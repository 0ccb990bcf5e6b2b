"""Public income and maintenance fund of a community, and up to where each was published."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from server.infra.db import Base, BigId, Instant, Keyed, Word
from server.management.rules.accounts import Book, Direction


class AccountEntry(Keyed, Base):
    """One entry. Below nothing only where it takes an earlier one back, whole. Append-only."""

    __tablename__ = "account_entries"
    __table_args__ = (
        sa.CheckConstraint("(counters_id IS NULL) = (amount_fen > 0)", name="counter_below_nothing"),
        sa.CheckConstraint("amount_fen <> 0", name="amount_not_nothing"),
        sa.Index("ix_account_entries_book", "community_id", "book", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    book: Mapped[Book] = mapped_column(Word(Book))
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    happened_on: Mapped[date]
    #: What for; of a counter entry why.
    words: Mapped[str] = mapped_column(sa.String(120))
    document: Mapped[str] = mapped_column(sa.String(120))
    #: The entry that this one takes back.
    counters_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account_entries.id"), unique=True)
    entered_by: Mapped[str] = mapped_column(sa.String(40))
    entered_name: Mapped[str] = mapped_column(sa.String(100))
    entered_at: Mapped[datetime] = mapped_column(Instant)


class AccountPublication(Keyed, Base):
    """That a book was published up to a day, with all entries up to one of them. Append-only."""

    __tablename__ = "account_publications"
    __table_args__ = (sa.Index("ix_account_publications_book", "community_id", "book", "id"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("communities.id"))
    book: Mapped[Book] = mapped_column(Word(Book))
    through_on: Mapped[date]
    #: The last entry that everyone may read; 0 where the book was empty.
    last_entry_id: Mapped[int] = mapped_column(BigId)
    published_by: Mapped[str] = mapped_column(sa.String(40))
    published_name: Mapped[str] = mapped_column(sa.String(100))
    published_at: Mapped[datetime] = mapped_column(Instant)
