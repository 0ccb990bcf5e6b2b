"""Bringing messages to telephones: put on the way when they are told, claimed by one worker at a time, settled.

A row is in one hand at a time; a hand that fell silent loses it after a while, and the row is tried again. So nothing is
lost, and twice comes only what WeChat took from a worker that died before it could write that down, or what WeChat took
and never answered.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.audit.actions import record
from server.identity import queries as identity
from server.identity.rules import WeChatApp
from server.infra.db import db
from server.infra.queue import wake_afterwards
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Refused
from server.messages import queries
from server.messages.models import Message, MessageDelivery, MessagePermission
from server.messages.rules import Bringing, Template, Topic, is_quiet, next_try, shown, template_of
from server.policies import queries as policies

#: What each of our apps may bring, by topic.
Ways = Mapping[WeChatApp, Mapping[Topic, Template]]

AT_ONCE = 20
#: Twenty calls that each wait for the longest answer fit in it.
IN_HAND_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class Parcel:
    """One message in this worker's hand, and all that is sent of it."""

    delivery_id: int
    #: What it opens: the house knows where that leads, and notes that it was read.
    message_id: int
    claim: str
    app: WeChatApp
    openid: str
    template_id: str
    data: Mapping[str, str]


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
    """What the operator applied for at WeChat for the mini program, by topic; a topic without is not brought.

    The stand-in asks for none.
    """
    if is_stand_in:
        return {topic: Template(f"sandbox-{topic.value}", "thing1", "date2") for topic in Topic}
    found = {topic: _set(key_of(topic), now) for topic in Topic}
    return {topic: template for topic, template in found.items() if template is not None}


def official_templates(now: datetime, *, is_stand_in: bool = False) -> dict[Topic, Template]:
    """The same for the official account, which has one template for whatever there is to tell."""
    one = Template("sandbox-official", "thing1", "time2") if is_stand_in else _set(OFFICIAL_KEY, now)
    return dict.fromkeys(Topic, one) if one is not None else {}


def _set(key: str, now: datetime) -> Template | None:
    return template_of(str(policies.setting(key, "/", china_day(now)).value))


def key_of(topic: Topic) -> str:
    return f"wechat.template_{topic.value}"


OFFICIAL_KEY = "wechat.template_official"

# ------------------------------------------------------------------ in hand


def claim(now: datetime, ways: Ways) -> list[Parcel]:
    """Take up to twenty that are due; none in the quiet hours. Others skip what is in a hand."""
    topics = {topic for way in ways.values() for topic in way}
    if is_quiet(now) or not topics:
        return []
    rows = _due(now, topics)
    ids = [row.resident_id for row in rows]
    openids = {app: identity.openids_of(ids, app) for app in ways}
    taken, granted = _taken(rows), _permissions(rows)
    parcels, name = [], secrets.token_hex(16)
    for row in rows:
        reaching = [app for app in ways if row.resident_id in openids[app] and row.topic in ways[app]]
        app = taken.get(row.permission_id) if row.permission_id is not None else None
        if app is None:
            app = _take(row, granted.get((row.resident_id, row.topic), []), reaching, now)
        if app is None or app not in reaching:
            _end(row, Bringing.REFUSED, "no_permission" if reaching else "no_account")
            continue
        row.state, row.claim, row.next_at = Bringing.CLAIMED, name, now + IN_HAND_FOR
        row.attempts += 1
        parcels.append((row, app))
    letters = queries.by_ids([row.message_id for row, _ in parcels])
    db.session.flush()
    return [
        _parcel(row, app, openids[app][row.resident_id], letters[row.message_id], ways[app][row.topic])
        for row, app in parcels
    ]


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


def _taken(rows: Sequence[MessageDelivery]) -> dict[int, WeChatApp]:
    """In which app the permissions were given that earlier tries took."""
    wanted = [row.permission_id for row in rows if row.permission_id is not None]
    found = sa.select(MessagePermission.id, MessagePermission.app).where(MessagePermission.id.in_(wanted))
    return {row.id: row.app for row in db.session.execute(found)} if wanted else {}


def _permissions(rows: Sequence[MessageDelivery]) -> dict[tuple[int, Topic], list[MessagePermission]]:
    """Those that can be taken: the mini program's before the official account's, lasting ones before single ones.

    Locked, so that two workers never take one for two messages.
    """
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
    in_order = sorted(
        db.session.scalars(found), key=lambda one: (list(WeChatApp).index(one.app), not one.is_lasting)
    )
    for one in in_order:
        by_topic.setdefault((one.resident_id, one.topic), []).append(one)
    return by_topic


def _take(
    row: MessageDelivery, granted: list[MessagePermission], reaching: Sequence[WeChatApp], now: datetime
) -> WeChatApp | None:
    """The first permission of an app that reaches the person, taken for this message."""
    one = next((one for one in granted if one.app in reaching), None)
    if one is None:
        return None
    if not one.is_lasting:
        one.used_at = now
        granted.remove(one)
    row.permission_id = one.id
    return one.app


def _parcel(
    row: MessageDelivery, app: WeChatApp, openid: str, message: Message, template: Template
) -> Parcel:
    data = shown(template, row.topic, message.subject, china_day(message.created_at))
    return Parcel(row.id, message.id, row.claim or "", app, openid, template.id, data)


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
        row.app, row.reason = parcel.app, None
    elif outcome.is_refused:
        _refused(row, parcel.app, now)
    else:
        row.is_unsure = row.is_unsure or outcome.is_unsure
        _try_later(row, now, is_passing=outcome.is_passing)


def _refused(row: MessageDelivery, app: WeChatApp, now: datetime) -> None:
    end_permissions(row.resident_id, row.topic, app=app, now=now)
    if row.is_unsure:
        # The only permission there was went with the try that was not answered.
        row.state, row.sent_at, row.app, row.reason = Bringing.SENT, now, app, "unanswered"
    elif queries.who_allows(row.topic, [row.resident_id]):
        # Not here, but in our other app: the next hand takes that way.
        row.state, row.permission_id, row.next_at = Bringing.WAITING, None, now
    else:
        _end(row, Bringing.REFUSED, "refused")


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


def note_report(number: str, *, app: WeChatApp, is_success: bool, code: int, now: datetime) -> bool:
    """WeChat tells how a message that it took went. Returns whether it is one of ours that waits for that."""
    mine = MessageDelivery.wechat_number == number, MessageDelivery.app == app
    row = db.session.scalar(
        sa.select(MessageDelivery).where(*mine, MessageDelivery.state == Bringing.SENT).with_for_update()
    )
    if row is None:
        return False
    if is_success:
        row.state, row.delivered_at = Bringing.DELIVERED, now
    else:
        row.code = code
        _end(row, Bringing.REFUSED, "refused")
    return True


def end_permissions(resident_id: int, topic: Topic | None = None, *, app: WeChatApp, now: datetime) -> None:
    """None of these of one app holds any more, on one topic or on all."""
    mine = [MessagePermission.resident_id == resident_id, MessagePermission.app == app, *queries.IS_OPEN]
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
    wake_afterwards("messages")
    record(
        actor, "messages.resend", "message_delivery", row.id, now=now,
        community_id=community_id, message_id=row.message_id,
    )  # fmt: skip
