"""Another person looks at a paper form that was keyed after the closing."""

from datetime import datetime

from server.audit.actions import record
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Forbidden, Invalid
from server.surveys import queries
from server.surveys.actions.counting import count_household, lock_household
from server.surveys.models import Survey, SurveyReview


def review_late_form(
    of: Survey, response_id: int, *, is_accepted: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """Accepted it counts; refused it stays on record with the reason. Whoever keyed it may not review it."""
    response = queries.response(response_id, of.id)
    lock_household(of.id, response.household_id, response.proof)
    held = db.session.get(SurveyReview, response_id)
    if held is not None:
        if held.is_accepted == is_accepted and held.reviewed_by == actor.key:
            return
        raise Conflict("这张表已经有人复核过了。请刷新页面看看。", code="reviewed")
    if response.entered_by == actor.key:
        raise Forbidden("录表的人不能复核自己录的表。请换一个人来。", code="entered_by_you")
    if not is_accepted and not reason.strip():
        raise Invalid("不收这张表，要写清原因。", fields={"reason": ["写一句原因。"]})
    db.session.add(
        SurveyReview(
            response_id=response_id,
            is_accepted=is_accepted,
            reason=reason.strip(),
            reviewed_by=actor.key,
            reviewed_at=now,
        )
    )
    db.session.flush()
    count_household(of.id, response.household_id)
    record(
        actor, "surveys.review_late_form", "survey", of.id, now=now, community_id=of.community_id,
        response=response_id, is_accepted=is_accepted, reason=reason.strip(),
    )  # fmt: skip
