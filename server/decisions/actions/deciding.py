"""The course of a community: a person signs it on the facts as they stand, another one confirms or returns it."""

import hashlib
import json
from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.decisions import queries
from server.decisions.models import Verdict, VerdictAnswer
from server.decisions.queries import Whereabouts
from server.decisions.rules.deciding import check_answer, check_course, may_answer
from server.decisions.rules.proposal import Course, Proposal
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Refused
from server.ledger.actions import places as ledger


def seen(proposal: Proposal) -> str:
    """What a form carries, so that nobody signs on figures that have changed since they were read."""
    text = json.dumps(proposal.as_document(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sign_course(
    at: Whereabouts,
    course: Course,
    *,
    reason: str,
    seen_facts: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Verdict:
    """Sign what is to be done with the community. What differs from the proposal needs its reason."""
    digest = replay.digest(actor, "sign_course", at.community_id, course, reason, seen_facts)
    earlier = replay.earlier(Verdict, client_key, digest)
    if earlier is not None:
        return earlier
    ledger.lock_community(at.community_id)
    if seen(at.proposal) != seen_facts:
        raise Conflict("你看过以后，数字变了。请刷新页面，看过再签。", code="facts_changed")
    check_course(course, at.proposal, reason)
    number = db.session.scalar(
        sa.select(sa.func.max(Verdict.number)).where(Verdict.community_id == at.community_id)
    )
    row = Verdict(
        community_id=at.community_id,
        number=(number or 0) + 1,
        proposed=at.proposal.course,
        course=course,
        reason=reason.strip(),
        facts=at.proposal.as_document(),
        signed_by=actor.key,
        signed_label=actor.label,
        signed_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "decisions.sign_course", "community_verdict", row.id, now=now, community_id=at.community_id,
        number=row.number, proposed=row.proposed, course=row.course, reason=row.reason,
    )  # fmt: skip
    return row


def answer_course(
    verdict_id: int,
    *,
    community_id: int,
    is_confirmed: bool,
    reason: str,
    actor: Actor,
    now: datetime,
) -> VerdictAnswer:
    """The second person's word, once. Whoever signed does not answer, and only the newest is answered."""
    ledger.lock_community(community_id)
    row = queries.verdict(verdict_id, community_id)
    db.session.refresh(row)
    if row.answer is not None and (row.answer.answered_by, row.answer.is_confirmed) == (
        actor.key,
        is_confirmed,
    ):
        return row.answer
    newest = queries.verdicts_of(community_id)[0]
    reasons = may_answer(
        signed_by=row.signed_by,
        by=actor.key,
        is_newest=row.id == newest.id,
        is_answered=row.answer is not None,
    )
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
    check_answer(reason, is_confirmed=is_confirmed)
    answer = VerdictAnswer(
        verdict_id=row.id,
        is_confirmed=is_confirmed,
        reason=reason.strip(),
        answered_by=actor.key,
        answered_label=actor.label,
        answered_at=now,
    )
    db.session.add(answer)
    db.session.flush()
    db.session.expire(row, ["answer"])
    record(
        actor, "decisions.answer_course", "community_verdict", row.id, now=now, community_id=community_id,
        number=row.number, is_confirmed=is_confirmed, reason=answer.reason,
    )  # fmt: skip
    return answer
