"""Residents whom WeChat knows and who allow messages; made through the rooms' own actions."""

import itertools

import sqlalchemy as sa

from server.identity import actions as identity
from server.identity.rules import WeChatApp
from server.infra.db import db, unit_of_work
from server.infra.wechat.sandbox import openid_of
from server.ledger.models import Community
from server.messages import actions
from server.messages.models import MessageDelivery
from server.messages.rules import Bringing, Recipient, Topic
from tests.factories.identity import BEFORE, make_resident
from tests.factories.ledger import make_community, make_flat
from tests.kept import kept
from tests.wechat import MINI, OFFICIAL

_count = itertools.count(1)


@kept
def make_reachable(flat=None, *topics: Topic, is_lasting: bool = False, person: str | None = None) -> int:
    """A resident bound to WeChat who allows one message on each of these topics. Returns the id."""
    person = person or f"person{next(_count)}"
    resident_id = make_resident(flat or make_flat(make_community())).id
    actor = identity.resident_actor(resident_id)
    with unit_of_work():
        identity.bind_wechat(
            resident_id, WeChatApp.MINI, openid_of(MINI, person), "", actor=actor, now=BEFORE
        )
    for topic in topics:
        allow(resident_id, topic, is_lasting=is_lasting)
    return resident_id


@kept
def make_following(flat, resident_id: int | None = None, *, person: str | None = None) -> int:
    """A resident, or this one, whom the official account may bring whatever there is to tell. Returns the id."""
    person = person or f"person{next(_count)}"
    resident_id = resident_id or make_resident(flat).id
    actor = identity.resident_actor(resident_id)
    with unit_of_work():
        identity.bind_wechat(
            resident_id, WeChatApp.OFFICIAL, openid_of(OFFICIAL, person), "", actor=actor, now=BEFORE
        )
    for topic in Topic:
        allow(resident_id, topic, is_lasting=True, app=WeChatApp.OFFICIAL)
    return resident_id


@kept
def allow(
    resident_id: int,
    topic: Topic,
    *,
    is_lasting: bool = False,
    key: str | None = None,
    app: WeChatApp = WeChatApp.MINI,
) -> int:
    actor = identity.resident_actor(resident_id)
    with unit_of_work():
        return actions.allow(
            resident_id, topic, is_lasting=is_lasting, actor=actor, now=BEFORE, app=app,
            client_key=key or f"allow-{next(_count)}",
        )  # fmt: skip


@kept
def make_delivery(community: Community, state: Bringing = Bringing.GIVEN_UP) -> MessageDelivery:
    """A message of this community on its way to someone, so far as that."""
    flat = make_flat(community)
    make_reachable(flat, Topic.VOTE_OPENS)
    with unit_of_work():
        actions.tell(
            [Recipient.flat(flat.id)], kind="ballots.opened", subject="开始投票了", body="", link="/ballots/7",
            community_id=community.id, now=BEFORE,
        )  # fmt: skip
        row = db.session.scalars(sa.select(MessageDelivery).order_by(MessageDelivery.id.desc())).first()
        assert row is not None
        row.state, row.reason = state, "away" if state is Bringing.GIVEN_UP else None
    return row
