"""Bringing messages to telephones: put on the way when they are told, claimed by one worker at a time, settled.

A row is in one hand at a time; a hand that fell silent loses it after a while, and the row is tried again. So nothing is
lost, and twice comes only what WeChat took from a worker that died before it could write that down, or what WeChat took
and never answered.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from server.audit.actions import record
from server.identity import queries as identity
from server.identity.rules import WeChatApp
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Refused
from server.messages import queries
from server.messages.models import Message, MessageDelivery, MessagePermission
from server.messages.rules import Bringing, Template, Topic, is_quiet, next_try, shown, template_of
from server.policies import queries as policies

AT_ONCE = 20
#: Twenty calls that each wait for the longest answer fit in it.
IN_HAND_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class Parcel:
    """One message in this worker's hand, and all that is sent of it."""

    delivery_id: int
    claim: str
    openid: str
    template_id: str
    data: Mapping[str, str]
    link: str


@dataclass(frozen=True)
class Outcome:
    """How a try went. `number` is WeChat's of a message that it took."""

    is_sent: bool
    number: str = ""
    code: int = 0
    #: Trying again may help.
    is_passing: bool = False
    #: WeChat says that the person takes none.
    is_refused: bool = False
    #: It may have had its effect though we were not told.
    is_unsure: bool = False


def templates(now: datetime, *, is_stand_in: bool = False) -> dict[Topic, Template]:
    """What the operator applied for at WeChat, by topic; a topic without is not brought. The stand-in asks for none."""
    if is_stand_in:
        return {topic: Template(f"sandbox-{topic.value}", "thing1", "date2") for topic in Topic}
    day = china_day(now)
    found = {topic: template_of(str(policies.setting(key_of(topic), "/", day).value)) for topic in Topic}
    return {topic: template for topic, template in found.items() if template is not None}


def key_of(topic: Topic) -> str:
    return f"wechat.template_{topic.value}"


# ------------------------------------------------------------------ in hand


def claim(now: datetime, by_topic: Mapping[Topic, Template]) -> list[Parcel]:
    """Take up to twenty that are due; none in the quiet hours. Others skip what is in a hand."""
    if is_quiet(now) or not by_topic:
        return []
    rows = _due(now, by_topic)
    openids = identity.openids_of([row.resident_id for row in rows], WeChatApp.MINI)
    granted = _permissions(rows)
    parcels, name = [], secrets.token_hex(16)
    for row in rows:
        openid = openids.get(row.resident_id)
        if row.permission_id is None:
            row.permission_id = _take(granted.get((row.resident_id, row.topic), []), now)
        if openid is None or row.permission_id is None:
            _end(row, Bringing.REFUSED, "no_account" if openid is None else "no_permission")
            continue
        row.state, row.claim, row.next_at = Bringing.CLAIMED, name, now + IN_HAND_FOR
        row.attempts += 1
        parcels.append((row, openid))
    letters = queries.by_ids([row.message_id for row, _ in parcels])
    db.session.flush()
    return [_parcel(row, openid, letters[row.message_id], by_topic[row.topic]) for row, openid in parcels]


def _due(now: datetime, topics: Iterable[Topic]) -> Sequence[MessageDelivery]:
    due = (
        sa.select(MessageDelivery)
        .where(
            MessageDelivery.state.in_((Bringing.WAITING, Bringing.CLAIMED)),
            MessageDelivery.next_at <= now,
            MessageDelivery.topic.in_(list(topics)),
        )
        .order_by(MessageDelivery.next_at, MessageDelivery.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows = db.session.scalars(due).all()
    for row in rows:
        # The hand that had it fell silent: what it did of it, nobody knows.
        row.is_unsure = row.is_unsure or row.state is Bringing.CLAIMED
    return rows


def _permissions(rows: Sequence[MessageDelivery]) -> dict[tuple[int, Topic], list[MessagePermission]]:
    """Those that can be taken, lasting ones first; locked, so that two workers never take one for two messages."""
    wanted = {row.resident_id for row in rows if row.permission_id is None}
    if not wanted:
        return {}
    found = (
        sa.select(MessagePermission)
        .where(MessagePermission.resident_id.in_(wanted), *queries.IS_OPEN)
        .order_by(MessagePermission.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    by_topic: dict[tuple[int, Topic], list[MessagePermission]] = {}
    for one in sorted(db.session.scalars(found), key=lambda one: not one.is_lasting):
        by_topic.setdefault((one.resident_id, one.topic), []).append(one)
    return by_topic


def _take(granted: list[MessagePermission], now: datetime) -> int | None:
    if not granted:
        return None
    one = granted[0]
    if not one.is_lasting:
        one.used_at = now
        granted.pop(0)
    return one.id


def _parcel(row: MessageDelivery, openid: str, message: Message, template: Template) -> Parcel:
    day: date = china_day(message.created_at)
    return Parcel(
        row.id, row.claim or "", openid, template.id, shown(template, message.subject, day), message.link
    )


# ------------------------------------------------------------------ how it went


def settle(parcel: Parcel, outcome: Outcome, *, now: datetime) -> None:
    """Write down how the try went. Another hand that has taken it up meanwhile is not disturbed."""
    mine = MessageDelivery.id == parcel.delivery_id, MessageDelivery.claim == parcel.claim
    row = db.session.scalar(
        sa.select(MessageDelivery).where(*mine).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        return
    row.claim, row.code = None, outcome.code or None
    if outcome.is_sent:
        row.state, row.sent_at, row.wechat_number = Bringing.SENT, now, outcome.number or None
        row.reason = None
    elif outcome.is_refused:
        _refused(row, now)
    else:
        row.is_unsure = row.is_unsure or outcome.is_unsure
        _try_later(row, now, is_passing=outcome.is_passing)


def _refused(row: MessageDelivery, now: datetime) -> None:
    if row.is_unsure:
        # The only permission there was went with the try that was not answered.
        row.state, row.sent_at, row.reason = Bringing.SENT, now, "unanswered"
    else:
        _end(row, Bringing.REFUSED, "refused")
    end_permissions(row.resident_id, row.topic, now=now)


def _try_later(row: MessageDelivery, now: datetime, *, is_passing: bool) -> None:
    later = next_try(row.attempts, now) if is_passing else None
    if later is None:
        _end(row, Bringing.GIVEN_UP, "away" if is_passing else "rejected")
    else:
        row.state, row.next_at = Bringing.WAITING, later


def _end(row: MessageDelivery, state: Bringing, reason: str) -> None:
    row.state, row.claim, row.reason = state, None, reason


def put_back(parcels: Sequence[Parcel], *, now: datetime) -> None:
    """Hand back what was not tried; it counts as no try."""
    for parcel in parcels:
        mine = MessageDelivery.id == parcel.delivery_id, MessageDelivery.claim == parcel.claim
        back = {"state": Bringing.WAITING, "claim": None, "next_at": now}
        attempts = MessageDelivery.attempts - 1
        db.session.execute(sa.update(MessageDelivery).where(*mine).values(**back, attempts=attempts))


def note_report(number: str, *, is_success: bool, code: int, now: datetime) -> bool:
    """WeChat tells how a message that it took went. Returns whether it is one of ours that waits for that."""
    row = db.session.scalar(
        sa.select(MessageDelivery)
        .where(MessageDelivery.wechat_number == number, MessageDelivery.state == Bringing.SENT)
        .with_for_update()
    )
    if row is None:
        return False
    if is_success:
        row.state, row.delivered_at = Bringing.DELIVERED, now
    else:
        row.code = code
        _end(row, Bringing.REFUSED, "refused")
    return True


def end_permissions(resident_id: int, topic: Topic | None = None, *, now: datetime) -> None:
    """None of these holds any more, on one topic or on all."""
    mine = [MessagePermission.resident_id == resident_id, *queries.IS_OPEN]
    if topic is not None:
        mine.append(MessagePermission.topic == topic)
    db.session.execute(sa.update(MessagePermission).where(*mine).values(ended_at=now))


def resend(delivery_id: int, community_id: int, *, actor: Actor, now: datetime) -> None:
    """Someone has mended what was in the way: try again from the beginning."""
    row = queries.delivery(delivery_id, community_id)
    if row is None:
        raise NotFound
    if row.state is not Bringing.GIVEN_UP:
        raise Refused("这一条不用重发。", code="not_given_up")
    row.state, row.attempts, row.next_at, row.reason = Bringing.WAITING, 0, now, None
    record(
        actor, "messages.resend", "message_delivery", row.id, now=now,
        community_id=community_id, message_id=row.message_id,
    )  # fmt: skip
