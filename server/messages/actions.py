"""Telling, and reading what was told."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from server.identity import queries as identity
from server.identity.rules import WeChatApp
from server.infra import replay
from server.infra.db import db
from server.infra.queue import wake_afterwards
from server.infra.statements import chunks, insert_for_ids, insert_rows
from server.kernel.actor import Actor
from server.kernel.errors import NotFound
from server.messages import queries
from server.messages.models import Message, MessageDelivery, MessagePermission, MessageReading
from server.messages.queries import Letter, letter, reader_of
from server.messages.rules import TOPIC_OF, Bringing, Recipient, RecipientKind, Topic, wording

#: More than anyone needs ahead: a client gone wild fills no table.
MOST_PERMISSIONS = 50


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
    topic = TOPIC_OF.get(kind)
    known: set[int] = set()
    for some in chunks(rows):
        if topic is None:
            insert_rows(Message, some)
        else:
            _put_on_the_way(some, topic, known, now)
    return len(rows)


def _put_on_the_way(rows: Sequence[dict[str, Any]], topic: Topic, known: set[int], now: datetime) -> None:
    """Write these messages, and a delivery to each resident who lets us bring them one on this topic.

    In the transaction of what it tells of: the worker only has to be woken, and a lost waking loses nothing. Someone of
    several homes (`known`) is brought one message, and finds the others in the inbox.
    """
    told = list(zip(rows, insert_for_ids(Message, rows), strict=True))
    people = {
        row["recipient_id"]: id_ for row, id_ in told if row["recipient_kind"] == RecipientKind.RESIDENT
    }
    flats = {row["recipient_id"]: id_ for row, id_ in told if row["recipient_kind"] == RecipientKind.FLAT}
    for resident_id, flat_id in identity.people_of_flats(list(flats)):
        people.setdefault(resident_id, flats[flat_id])
    allowed = queries.who_allows(topic, [one for one in people if one not in known])
    known |= allowed
    if allowed:
        waiting = {
            "topic": topic,
            "state": Bringing.WAITING,
            "attempts": 0,
            "next_at": now,
            "is_unsure": False,
        }
        deliveries = [
            {"message_id": people[resident_id], "resident_id": resident_id, **waiting}
            for resident_id in sorted(allowed)
        ]
        insert_rows(MessageDelivery, deliveries)
        wake_afterwards("messages")


def allow(
    resident_id: int,
    topic: Topic,
    *,
    is_lasting: bool,
    actor: Actor,
    now: datetime,
    client_key: str,
    app: WeChatApp = WeChatApp.MINI,
    beside: Iterable[Topic] = (),
) -> int:
    """The resident let us bring one message on this topic, or all. Returns how many they allow now.

    A lasting permission counts one. `beside`: all the topics of the same question.
    """
    # One question at the telephone allows several topics: each makes a row of its own, with a key of its own.
    key = hashlib.sha256(f"{client_key}\0{topic.value}".encode()).hexdigest()
    digest = replay.digest(
        actor, "allow", app.value, topic.value, is_lasting, sorted(one.value for one in beside)
    )
    replay.check_key(client_key)
    if replay.earlier(MessagePermission, key, digest) is None:
        left = queries.permissions_left(resident_id, app)
        if left.get(topic, 0) < MOST_PERMISSIONS and not (
            is_lasting and queries.has_lasting(resident_id, topic, app)
        ):
            db.session.add(
                MessagePermission(
                    resident_id=resident_id, topic=topic, app=app, is_lasting=is_lasting, given_at=now,
                    client_key=key, client_digest=digest,
                )
            )  # fmt: skip
            db.session.flush()
    return queries.permissions_left(resident_id, app).get(topic, 0)


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
