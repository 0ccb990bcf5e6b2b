"""What is on its way to telephones and how it went, and who lets us bring them what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.identity.rules import WeChatApp
from server.infra.db import db
from server.kernel.pages import PAGE_SIZE, Page
from server.messages.models import Message, MessageDelivery, MessagePermission, MessageReading
from server.messages.rules import Bringing, RecipientKind, Topic

#: Permissions that can still be taken.
IS_OPEN = (MessagePermission.used_at.is_(None), MessagePermission.ended_at.is_(None))
#: A message was read by the person to whom it was brought.
_READ = sa.and_(
    MessageReading.message_id == Message.id,
    MessageReading.reader_kind == RecipientKind.RESIDENT,
    MessageReading.reader_id == MessageDelivery.resident_id,
)


def by_ids(message_ids: Sequence[int]) -> dict[int, Message]:
    found = sa.select(Message).where(Message.id.in_(message_ids))
    return {message.id: message for message in db.session.scalars(found)}


def who_allows(topic: Topic, resident_ids: Sequence[int]) -> set[int]:
    """Those of them who let us bring a message on this topic."""
    found = sa.select(MessagePermission.resident_id).where(
        MessagePermission.topic == topic, MessagePermission.resident_id.in_(resident_ids), *IS_OPEN
    )
    return set(db.session.scalars(found.distinct()))


def permissions_left(resident_id: int, app: WeChatApp = WeChatApp.MINI) -> dict[Topic, int]:
    """How many messages a resident allows this app now, by topic; a lasting permission counts one."""
    found = (
        sa.select(MessagePermission.topic, sa.func.count())
        .where(MessagePermission.resident_id == resident_id, MessagePermission.app == app, *IS_OPEN)
        .group_by(MessagePermission.topic)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


def has_lasting(resident_id: int, topic: Topic, app: WeChatApp = WeChatApp.MINI) -> bool:
    found = sa.select(MessagePermission.id).where(
        MessagePermission.resident_id == resident_id,
        MessagePermission.app == app,
        MessagePermission.topic == topic,
        MessagePermission.is_lasting,
        *IS_OPEN,
    )
    return db.session.scalar(found.limit(1)) is not None


@dataclass(frozen=True)
class Brought:
    """One delivery as staff see it: never to whom, only of what and how it went."""

    id: int
    subject: str
    created_at: datetime
    state: Bringing
    attempts: int
    reason: str
    code: int | None


def troubled(community_id: int, page: int = 1, *, size: int = PAGE_SIZE) -> Page[Brought]:
    """What was given up in this community, newest first."""
    there = sa.and_(Message.community_id == community_id, MessageDelivery.state == Bringing.GIVEN_UP)
    joined = sa.select(MessageDelivery, Message).join(Message, Message.id == MessageDelivery.message_id)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(joined.where(there).subquery())) or 0
    found = joined.where(there).order_by(MessageDelivery.id.desc()).limit(size).offset((page - 1) * size)
    return Page([_brought(*row) for row in db.session.execute(found)], page, size, total)


def given_up_count(community_id: int) -> int:
    rows = sa.select(sa.func.count(MessageDelivery.id)).join(
        Message, Message.id == MessageDelivery.message_id
    )
    there = Message.community_id == community_id, MessageDelivery.state == Bringing.GIVEN_UP
    return db.session.scalar(rows.where(*there)) or 0


def counts(community_id: int, since: datetime) -> dict[Bringing, int]:
    """How the deliveries of messages since then went."""
    found = (
        sa.select(MessageDelivery.state, sa.func.count())
        .join(Message, Message.id == MessageDelivery.message_id)
        .where(Message.community_id == community_id, Message.created_at >= since)
        .group_by(MessageDelivery.state)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


def read_count(community_id: int, since: datetime) -> int:
    """How many of them the person who was brought it has read."""
    found = (
        sa.select(sa.func.count())
        .select_from(MessageDelivery)
        .join(Message, Message.id == MessageDelivery.message_id)
        .join(MessageReading, _READ)
        .where(Message.community_id == community_id, Message.created_at >= since)
    )
    return db.session.scalar(found) or 0


def delivery(delivery_id: int, community_id: int) -> MessageDelivery | None:
    """A delivery of a message of this community, locked."""
    found = (
        sa.select(MessageDelivery)
        .join(Message, Message.id == MessageDelivery.message_id)
        .where(MessageDelivery.id == delivery_id, Message.community_id == community_id)
        .with_for_update(of=MessageDelivery)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(found)


@dataclass(frozen=True)
class Service:
    """That one person was told of one thing: when WeChat took it, had it on the telephone, and when they read it."""

    resident_id: int
    state: Bringing
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None


def services(kinds: Sequence[str], link: str, resident_ids: Sequence[int]) -> list[Service]:
    """How the messages of these kinds about what stands at `link` were brought to these residents: evidence of service."""
    found = (
        sa.select(
            MessageDelivery.resident_id,
            MessageDelivery.state,
            MessageDelivery.sent_at,
            MessageDelivery.delivered_at,
            MessageReading.read_at,
        )
        .join(Message, Message.id == MessageDelivery.message_id)
        .outerjoin(MessageReading, _READ)
        .where(
            Message.kind.in_(kinds),
            Message.link == link,
            MessageDelivery.resident_id.in_(resident_ids),
        )
        .order_by(MessageDelivery.id)
    )
    return [Service(*row) for row in db.session.execute(found)]


def _brought(row: MessageDelivery, message: Message) -> Brought:
    return Brought(
        row.id, message.subject, message.created_at, row.state, row.attempts, row.reason or "", row.code
    )
