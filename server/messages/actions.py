"""Telling, and reading what was told."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.errors import NotFound
from server.messages.models import Message, MessageReading
from server.messages.queries import Letter, letter, reader_of
from server.messages.rules import Recipient, wording

#: Parameters of one statement are bounded on every database.
ROWS_AT_ONCE = 500


def tell(
    recipients: Iterable[Recipient],
    *,
    kind: str,
    subject: str,
    body: str,
    link: str = "",
    community_id: int | None,
    now: datetime,
) -> int:
    """Tell each recipient once, in the open transaction. Returns how many were told."""
    words = wording(subject, body, link)
    rows = [
        {
            "recipient_kind": one.kind,
            "recipient_id": one.id,
            "kind": kind,
            "subject": words.subject,
            "body": words.body,
            "link": words.link,
            "community_id": community_id,
            "created_at": now,
        }
        for one in dict.fromkeys(recipients)
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(sa.insert(Message), rows[start : start + ROWS_AT_ONCE])
    return len(rows)


def mark_read(message_id: int, recipients: Sequence[Recipient], *, now: datetime) -> Letter:
    """The person has read this message of their inbox; reading it again changes nothing."""
    found = letter(message_id, recipients)
    if found is None:
        raise NotFound
    if found.read_at is None:
        reader = reader_of(recipients)
        db.session.add(
            MessageReading(message_id=message_id, reader_kind=reader.kind, reader_id=reader.id, read_at=now)
        )
        db.session.flush()
    return found
