"""Residents whom WeChat knows and who allow messages; made through the rooms' own actions."""

import itertools

from server.identity import actions as identity
from server.identity.rules import WeChatApp
from server.infra.db import unit_of_work
from server.infra.wechat.sandbox import openid_of
from server.messages import actions
from server.messages.rules import Topic
from tests.factories.identity import BEFORE, make_resident
from tests.factories.ledger import make_community, make_flat
from tests.wechat import MINI

_count = itertools.count(1)


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


def allow(resident_id: int, topic: Topic, *, is_lasting: bool = False, key: str | None = None) -> int:
    actor = identity.resident_actor(resident_id)
    with unit_of_work():
        return actions.allow(
            resident_id, topic, is_lasting=is_lasting, actor=actor, now=BEFORE,
            client_key=key or f"allow-{next(_count)}",
        )  # fmt: skip
