"""Opening, moving the closing, closing early."""

from datetime import datetime

from server.audit.actions import record
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Invalid, Refused
from server.surveys import queries
from server.surveys.actions.drafting import check_is_draft, check_sound, fix_costs
from server.surveys.models import Survey
from server.surveys.rules.stages import Stage, check_closing


def open_survey(of: Survey, *, closes_at: datetime, actor: Actor, now: datetime) -> None:
    """From now on answers are taken. Raises Refused while a question is not sound or nobody would be asked."""
    lock_row(Survey, of.id)
    check_is_draft(of, now)
    check_closing(closes_at, now)
    check_sound(queries.version(of.id, of.version_number).definition)
    if not queries.household_total(of):
        raise Refused("台账里还没有住户，没有人可问。请先导入台账。", code="nobody_asked")
    fix_costs(of)
    of.opened_at, of.closes_at = now, closes_at
    record(
        actor, "surveys.open", "survey", of.id, now=now, community_id=of.community_id,
        closes_at=closes_at, version=of.version_number, fingerprint=queries.version(of.id, of.version_number).fingerprint,
    )  # fmt: skip


def move_closing(of: Survey, closes_at: datetime, *, actor: Actor, now: datetime) -> None:
    """Later or earlier, but never into the past: who was in time stays in time."""
    _lock_open(of, now)
    check_closing(closes_at, now)
    before, of.closes_at = of.closes_at, closes_at
    record(
        actor, "surveys.move_closing", "survey", of.id, now=now, community_id=of.community_id, before=before, after=closes_at
    )  # fmt: skip


def close_survey(of: Survey, *, reason: str, actor: Actor, now: datetime) -> None:
    """Close it now, before its time."""
    if not reason.strip():
        raise Invalid("请写为什么提前截止。", fields={"reason": ["写一句原因。"]})
    _lock_open(of, now)
    before, of.closes_at = of.closes_at, now
    record(
        actor, "surveys.close", "survey", of.id, now=now, community_id=of.community_id, before=before, reason=reason.strip()
    )  # fmt: skip


def _lock_open(of: Survey, now: datetime) -> None:
    lock_row(Survey, of.id)
    db.session.refresh(of)
    if queries.stage(of, now) is not Stage.OPEN:
        raise Refused("问卷现在不在填写中，截止时间不能动。", code="not_open")
