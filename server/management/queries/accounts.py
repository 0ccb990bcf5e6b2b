"""The two books of a community: their sums, their entries, and what of them is published."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.pages import PAGE_SIZE, Page
from server.management.models import AccountEntry, AccountPublication
from server.management.rules.accounts import Book, Direction, Sums, publication_due, sums_of


@dataclass(frozen=True)
class EntryLine:
    """An entry, and whether a later one takes it back."""

    entry: AccountEntry
    is_countered: bool

    @property
    def is_counter(self) -> bool:
        return self.entry.counters_id is not None


@dataclass(frozen=True)
class BookCard:
    """A book as it was last published, or as it stands."""

    book: Book
    sums: Sums
    last: AccountPublication | None
    #: By which day it is to be published next; None where nobody manages the community.
    due_on: date | None

    def is_late(self, today: date) -> bool:
        return self.due_on is not None and today > self.due_on


def entry(entry_id: int, community_id: int) -> AccountEntry | None:
    """Only one of that community."""
    found = db.session.get(AccountEntry, entry_id)
    return found if found is not None and found.community_id == community_id else None


def entries(
    community_id: int, book: Book, page: int = 1, *, until: int | None = None, size: int = PAGE_SIZE
) -> Page[EntryLine]:
    """Newest first; `until`: the last entry that may be seen."""
    where = _of(community_id, book, until)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(AccountEntry).where(*where)) or 0
    found = sa.select(AccountEntry).where(*where).order_by(AccountEntry.id.desc())
    rows = list(db.session.scalars(found.limit(size).offset((page - 1) * size)))
    taken = sa.select(AccountEntry.counters_id).where(AccountEntry.counters_id.in_([row.id for row in rows]))
    if until is not None:
        taken = taken.where(AccountEntry.id <= until)
    countered = set(db.session.scalars(taken))
    return Page([EntryLine(row, row.id in countered) for row in rows], page, size, total)


def is_countered(entry_id: int) -> bool:
    found = sa.select(sa.exists().where(AccountEntry.counters_id == entry_id))
    return bool(db.session.scalar(found))


def sums(community_id: int, book: Book, until: int | None = None) -> Sums:
    """Summed in whole fen; PostgreSQL would make another kind of number of it."""
    amount = sa.cast(sa.func.sum(AccountEntry.amount_fen), sa.BigInteger).label("fen")
    found = (
        sa.select(AccountEntry.direction, amount)
        .where(*_of(community_id, book, until))
        .group_by(AccountEntry.direction)
    )
    return sums_of([(Direction(row.direction), int(row.fen)) for row in db.session.execute(found)])


def last_entry_id(community_id: int, book: Book) -> int:
    """The newest entry of a book; 0 where there is none."""
    found = sa.select(sa.func.max(AccountEntry.id)).where(*_of(community_id, book, None))
    return db.session.scalar(found) or 0


def newest_day(community_id: int, book: Book) -> date | None:
    """The latest day on which something of a book happened; None where it is empty."""
    found = sa.select(sa.func.max(AccountEntry.happened_on)).where(*_of(community_id, book, None))
    return db.session.scalar(found)


def publications(community_id: int, book: Book) -> list[AccountPublication]:
    """Newest first."""
    found = sa.select(AccountPublication).where(
        AccountPublication.community_id == community_id, AccountPublication.book == book
    )
    return list(db.session.scalars(found.order_by(AccountPublication.id.desc())))


def last_publication(community_id: int, book: Book) -> AccountPublication | None:
    found = sa.select(AccountPublication).where(
        AccountPublication.community_id == community_id, AccountPublication.book == book
    )
    return db.session.scalars(found.order_by(AccountPublication.id.desc()).limit(1)).first()


def book(
    community_id: int, of: Book, *, managed_since: date | None, months: int, only_published: bool
) -> BookCard:
    """`managed_since`: since when the present management has it; `months`: how often it is to be published."""
    last = last_publication(community_id, of)
    until = (last.last_entry_id if last else 0) if only_published else None
    due = (
        None
        if managed_since is None
        else publication_due(max(last.through_on, managed_since) if last else None, managed_since, months)
    )
    return BookCard(of, sums(community_id, of, until), last, due)


def _of(community_id: int, book: Book, until: int | None) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [
        AccountEntry.community_id == community_id,
        AccountEntry.book == book,
    ]
    if until is not None:
        where.append(AccountEntry.id <= until)
    return where
