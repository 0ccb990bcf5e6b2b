"""Inboxes, what is unread in them, and the list that is printed for homes without a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.pages import PAGE_SIZE, Page
from server.ledger.queries import flat_ids, flats_by_ids
from server.messages.models import Message, MessageReading
from server.messages.rules import Recipient, RecipientKind


@dataclass(frozen=True)
class Letter:
    """A message in someone's inbox."""

    id: int
    kind: str
    subject: str
    body: str
    link: str
    community_id: int | None
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class PrintedHome:
    """One home of the printable list, in the order of building, entrance, room."""

    flat_id: int
    label: str
    letters: tuple[Message, ...]


def inbox(recipients: Sequence[Recipient], page: int = 1, *, size: int = PAGE_SIZE) -> Page[Letter]:
    """Newest first. `recipients` is the person, then the flats whose messages the person sees too."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Message).where(_to(recipients))) or 0
    found = _letters(recipients).order_by(Message.id.desc()).limit(size).offset((page - 1) * size)
    return Page(
        [_letter(message, read_at) for message, read_at in db.session.execute(found)], page, size, total
    )


def letter(message_id: int, recipients: Sequence[Recipient]) -> Letter | None:
    """One message of this inbox; None where it is not addressed to any of them."""
    row = db.session.execute(_letters(recipients).where(Message.id == message_id)).first()
    return _letter(*row) if row else None


def unread_count(recipients: Sequence[Recipient]) -> int:
    unread = _letters(recipients).where(MessageReading.id.is_(None))
    return db.session.scalar(sa.select(sa.func.count()).select_from(unread.subquery())) or 0


def printable(community_id: int, since: datetime) -> list[PrintedHome]:
    """What was told to homes of a community since then, by home; for letterboxes."""
    found = sa.select(Message).where(
        Message.community_id == community_id,
        Message.recipient_kind == RecipientKind.FLAT,
        Message.created_at >= since,
    )
    by_flat: dict[int, list[Message]] = {}
    for message in db.session.scalars(found.order_by(Message.id)):
        by_flat.setdefault(message.recipient_id, []).append(message)
    cards = flats_by_ids(list(by_flat))
    in_order = [flat_id for flat_id in flat_ids(community_id) if flat_id in by_flat]
    return [PrintedHome(flat_id, cards[flat_id].label, tuple(by_flat[flat_id])) for flat_id in in_order]


@dataclass(frozen=True)
class FlatReading:
    """A resident opened what was told to a flat."""

    flat_id: int
    resident_id: int
    read_at: datetime


def readings_of_flats(kinds: Sequence[str], link: str) -> list[FlatReading]:
    """Who opened messages of these kinds to flats that lead to this page, first reading first."""
    rows = (
        sa.select(Message.recipient_id, MessageReading.reader_id, MessageReading.read_at)
        .join_from(Message, MessageReading, MessageReading.message_id == Message.id)
        .where(
            Message.recipient_kind == RecipientKind.FLAT,
            Message.kind.in_(kinds),
            Message.link == link,
            MessageReading.reader_kind == RecipientKind.RESIDENT,
        )
    )
    in_order = rows.order_by(MessageReading.read_at, MessageReading.id)
    return [FlatReading(*row) for row in db.session.execute(in_order)]


def reader_of(recipients: Sequence[Recipient]) -> Recipient:
    """The person among the recipients. Raises ValueError where there are only flats: a flat does not read."""
    for one in recipients:
        if one.kind is not RecipientKind.FLAT:
            return one
    raise ValueError("an inbox belongs to a person")


def _letters(recipients: Sequence[Recipient]) -> sa.Select[Message, datetime | None]:
    reader = reader_of(recipients)
    reading = sa.and_(
        MessageReading.message_id == Message.id,
        MessageReading.reader_kind == reader.kind,
        MessageReading.reader_id == reader.id,
    )
    return (
        sa.select(Message, MessageReading.read_at).outerjoin(MessageReading, reading).where(_to(recipients))
    )


def _to(recipients: Sequence[Recipient]) -> sa.ColumnElement[bool]:
    by_kind: dict[RecipientKind, list[int]] = {}
    for one in recipients:
        by_kind.setdefault(one.kind, []).append(one.id)
    return sa.or_(
        *(
            sa.and_(Message.recipient_kind == kind, Message.recipient_id.in_(ids))
            for kind, ids in by_kind.items()
        )
    )


def _letter(message: Message, read_at: datetime | None) -> Letter:
    return Letter(
        id=message.id,
        kind=message.kind,
        subject=message.subject,
        body=message.body,
        link=message.link,
        community_id=message.community_id,
        created_at=message.created_at,
        read_at=read_at,
    )
