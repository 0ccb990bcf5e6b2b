"""Letting go of the names by which WeChat knows a resident."""

from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.identity import queries
from server.identity.models import WeChatAccount
from server.infra.db import db
from server.kernel.actor import Actor


def let_wechat_go(resident_id: int, *, actor: Actor, now: datetime) -> int:
    """Forget every account of this resident. Returns how many there were."""
    gone = db.session.execute(sa.delete(WeChatAccount).where(WeChatAccount.resident_id == resident_id))
    resident = queries.resident(resident_id)
    if resident is not None:
        resident.unionid = resident.unionid_hash = None
    count = int(gone.rowcount)  # type: ignore[attr-defined]
    if count:
        record(actor, "identity.let_wechat_go", "resident", resident_id, now=now)
    return count
