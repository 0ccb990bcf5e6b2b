"""A WeChat account and a resident: signed in by it, bound to it once. Whoever calls has asked WeChat who it is."""

from datetime import datetime

from server.audit.actions import record
from server.identity import queries
from server.identity.actions.binding import accept_privacy, resident_actor
from server.identity.models import Resident, WeChatAccount
from server.identity.rules import WeChatApp
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, NotFound


def sign_in_by_wechat(
    app: WeChatApp, openid: str, unionid: str, *, privacy_version: str | None, now: datetime
) -> int:
    """The resident of this account. One who is new must have agreed to the privacy notice of `privacy_version`.

    Raises Conflict where they have not been asked yet; nothing of them is kept then.
    """
    known = queries.wechat_account(app, openid)
    if known is not None:
        known.last_seen_at = now
        return known.resident_id
    resident = queries.resident_of_union(unionid)
    if resident is None:
        if privacy_version is None:
            raise Conflict("第一次用微信登录，请先读告知书，同意后再登录一次。", code="privacy_needed")
        resident = Resident(created_at=now, session_version=1)
        db.session.add(resident)
        db.session.flush()
    if privacy_version is not None:
        accept_privacy(resident.id, version=privacy_version, now=now)
    _bind(resident, app, openid, unionid, resident_actor(resident.id), now)
    return resident.id


def bind_wechat(
    resident_id: int, app: WeChatApp, openid: str, unionid: str, *, actor: Actor, now: datetime
) -> None:
    """From now on this account signs this resident in. A second time changes nothing."""
    lock_row(Resident, resident_id)
    resident = queries.resident(resident_id)
    if resident is None:
        raise NotFound
    known = queries.wechat_account(app, openid) or queries.wechat_account_of(resident_id, app)
    if known is None:
        _bind(resident, app, openid, unionid, actor, now)
    elif known.resident_id != resident_id:
        raise Conflict("这个微信已经绑定过别的登录。请先退出，再用微信登录。", code="wechat_bound")
    elif known.openid != openid:
        raise Conflict("你已经绑定过另一个微信。要换，请先解除。", code="wechat_bound")


def _bind(resident: Resident, app: WeChatApp, openid: str, unionid: str, actor: Actor, now: datetime) -> None:
    db.session.add(
        WeChatAccount(
            resident_id=resident.id,
            app=app,
            openid=openid,
            openid_hash=queries.openid_hash(app, openid),
            bound_at=now,
            last_seen_at=now,
        )
    )
    if unionid and resident.unionid_hash is None and queries.resident_of_union(unionid) is None:
        resident.unionid, resident.unionid_hash = unionid, queries.unionid_hash(unionid)
    db.session.flush()
    record(actor, "identity.bind_wechat", "resident", resident.id, now=now, app=app.value)
