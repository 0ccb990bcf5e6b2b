"""Who a WeChat account is here, and which account a resident has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.identity.models import Resident, WeChatAccount
from server.identity.rules import WeChatApp
from server.infra import crypto
from server.infra.db import db


def openid_hash(app: WeChatApp, openid: str) -> bytes:
    # Case counts in WeChat's names, and the look-up folds it: spelled as hexadecimal digits nothing is lost.
    return crypto.lookup(f"openid-{app.value}", openid.encode().hex())


def unionid_hash(unionid: str) -> bytes:
    return crypto.lookup("unionid", unionid.encode().hex())


def wechat_account(app: WeChatApp, openid: str) -> WeChatAccount | None:
    return db.session.scalar(
        sa.select(WeChatAccount).where(WeChatAccount.openid_hash == openid_hash(app, openid))
    )


def wechat_account_of(resident_id: int, app: WeChatApp) -> WeChatAccount | None:
    found = sa.select(WeChatAccount).where(WeChatAccount.resident_id == resident_id, WeChatAccount.app == app)
    return db.session.scalar(found)


def resident_of_union(unionid: str) -> Resident | None:
    if not unionid:
        return None
    return db.session.scalar(sa.select(Resident).where(Resident.unionid_hash == unionid_hash(unionid)))


def openids_of(resident_ids: Sequence[int], app: WeChatApp) -> dict[int, str]:
    found = sa.select(WeChatAccount.resident_id, WeChatAccount.openid).where(
        WeChatAccount.resident_id.in_(resident_ids), WeChatAccount.app == app
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


@dataclass(frozen=True)
class Seen:
    """An account in one app, and when it was last used to sign in."""

    openid: str
    at: datetime


def seen_in_wechat(resident_ids: Collection[int], app: WeChatApp) -> dict[int, Seen]:
    found = sa.select(WeChatAccount.resident_id, WeChatAccount.openid, WeChatAccount.last_seen_at).where(
        WeChatAccount.resident_id.in_(resident_ids), WeChatAccount.app == app
    )
    return {row[0]: Seen(row[1], row[2]) for row in db.session.execute(found)}
