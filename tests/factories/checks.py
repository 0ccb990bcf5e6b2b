"""Things put forward by residents whom WeChat knows, how far their checks are, and WeChat's call about a picture."""

import json
import time
from datetime import datetime

from server.identity.actions import resident_actor
from server.infra.clock import now
from server.infra.db import db
from server.infra.wechat.callbacks import seal, signature
from server.moderation.models import ModerationCheck, ModerationItem
from tests.factories.moderation import make_item, make_photo_item
from tests.wechat import AES_KEY, MINI, TOKEN

CLEAN = "希望多装几盏路灯"


def put(community, writer: int, text: str = CLEAN, about_id: int = 1, *, at: datetime | None = None) -> int:
    return make_item(community, text, about_id=about_id, actor=resident_actor(writer), now=at or now()).id


def photo(community, writer: int, **about) -> int:
    return make_photo_item(community, actor=resident_actor(writer), now=now(), **about).id


def check(item_id: int) -> ModerationCheck:
    db.session.rollback()
    row = db.session.get(ModerationCheck, item_id)
    assert row is not None
    return row


def item(item_id: int) -> ModerationItem:
    db.session.rollback()
    row = db.session.get(ModerationItem, item_id)
    assert row is not None
    return row


def call_back(client, trace: str, **facts) -> int:
    body = {
        "Event": "wxa_media_check", "FromUserName": "o1", "appid": MINI, "trace_id": trace, "version": 2,
        "errcode": 0, "errmsg": "ok", "result": {"suggest": "pass", "label": 100},
    } | facts  # fmt: skip
    sealed = seal(json.dumps(body), AES_KEY, MINI)
    stamp = str(int(time.time()))
    query = {"timestamp": stamp, "nonce": "n", "msg_signature": signature(TOKEN, stamp, "n", sealed)}
    answer = client.post("/api/v1/wechat/events", query_string=query, data=json.dumps({"Encrypt": sealed}))
    return answer.status_code
