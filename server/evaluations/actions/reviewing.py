"""Another person looks at a paper that was keyed in: it counts, or goes back. Nobody on the staff can change what it says."""

from datetime import datetime

from server.audit.actions import record
from server.evaluations import queries
from server.evaluations.models import EvaluationReview, PanelHousehold
from server.evaluations.rules.answering import check_review
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Conflict


def review_paper(
    round_id: int,
    answer_id: int,
    *,
    community_id: int,
    is_accepted: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> EvaluationReview:
    """Until the round is over; what nobody has looked at by then does not count, and the result says how many those are."""
    of = queries.named(round_id, community_id)
    found = queries.paper(answer_id, of)
    lock_row(PanelHousehold, found.seat.id)
    known = db.session.get(EvaluationReview, answer_id)
    if known is not None:
        if known.is_accepted == is_accepted and known.reviewed_by == actor.key:
            return known
        raise Conflict("这一份已经有人复核过了。刷新页面看结果。", code="reviewed")
    of.check_open(now)
    state = queries.state_in(of.id, found.seat.household_id)
    check_review(found.answer.entered_by, actor.key, state=state, is_accepted=is_accepted, reason=reason)
    review = EvaluationReview(
        answer_id=answer_id,
        is_accepted=is_accepted,
        reason=reason.strip(),
        reviewed_by=actor.key,
        reviewed_name=actor.label,
        reviewed_at=now,
    )
    db.session.add(review)
    db.session.flush()
    record(
        actor, "evaluations.review_paper", "evaluation_round", of.id, now=now, community_id=of.community_id,
        household=found.seat.household_id, answer_id=answer_id, is_accepted=is_accepted, reason=review.reason,
    )  # fmt: skip
    return review
