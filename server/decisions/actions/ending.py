"""The act after which nothing changes: the signature, or the declaration that the vote is void."""

from datetime import datetime

from server.audit.actions import record
from server.ballots.rules import receipts
from server.decisions import queries
from server.decisions.actions.drafting import locked
from server.decisions.actions.preliminary import take_down_preliminary
from server.decisions.actions.telling import tell_final, tell_void
from server.decisions.models import Decision, Ending
from server.decisions.rules import Fault, may_void
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, Refused
from server.notices import actions as notices


def sign_decision(
    decision_id: int, version: int, *, community_id: int, actor: Actor, now: datetime
) -> Ending:
    """Make the newest version final. Raises Refused with all that stands in the way, whoever asks."""
    row = locked(decision_id, community_id)
    earlier = queries.ending(row.id)
    if (
        earlier is not None
        and not earlier.is_void
        and (earlier.ended_by, earlier.version) == (actor.key, version)
    ):
        return earlier
    hanging = queries.version(row.id, version)
    if hanging is not None:
        # An objection that is being raised is waited for, and then seen.
        notices.lock_notice(hanging.notice_id)
    for posted in queries.preliminary_notices(row.ballot_id):
        notices.lock_notice(posted.notice_id)
    standing = queries.standing(row)
    reasons = queries.stands_in_the_way(row, now, actor.key)
    if reasons:
        raise Refused("还不能签发，先处理下面几条。", code="obstacles", reasons=tuple(reasons))
    if standing.version != version:
        raise Refused("你看的不是最新一版。请刷新页面，看过最新一版再签。", code="old_version")
    act = _end(row, Ending(version=version, code=receipts.new_code(), reason=""), actor, now)
    record(
        actor, "decisions.sign", "decision", row.id, now=now, community_id=community_id,
        version=version, decided_on=act.decided_on,
    )  # fmt: skip
    tell_final(row, now)
    return act


def declare_void(
    decision_id: int, *, community_id: int, fault: Fault, reason: str, actor: Actor, now: datetime
) -> Ending:
    """Say that the whole vote is void, for a named fault. Nothing was decided; it may be asked again."""
    row = locked(decision_id, community_id)
    reasons = may_void(queries.standing(row), actor.key)
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
    if not reason.strip():
        raise Invalid("写清楚错在哪里，居民会看到。", fields={"reason": ["写清楚错在哪里，居民会看到。"]})
    published = queries.versions(row.id)
    newest = published[-1] if published else None
    if newest is not None and not queries.hung(newest.notice_id).is_withdrawn:
        notices.withdraw_notice(
            newest.notice_id,
            community_id=community_id,
            reason=f"表决作废：{fault.name_zh}。",
            actor=actor,
            now=now,
        )
    why = f"表决作废：{fault.name_zh}。"
    take_down_preliminary(row.ballot_id, community_id=community_id, reason=why, actor=actor, now=now)
    ending = Ending(version=newest.number if newest else None, fault=fault, reason=reason.strip())
    act = _end(row, ending, actor, now)
    record(
        actor, "decisions.declare_void", "decision", row.id, now=now, community_id=community_id,
        fault=fault, reason=act.reason,
    )  # fmt: skip
    tell_void(row, fault, act.reason, now)
    return act


def _end(row: Decision, act: Ending, actor: Actor, now: datetime) -> Ending:
    act.decision_id = row.id
    act.ended_at, act.ended_by, act.decided_on = now, actor.key, china_day(now)
    db.session.add(act)
    db.session.flush()
    return act
