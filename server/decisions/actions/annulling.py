"""Entering that a court revoked a signed decision, and confirming it. The decision stays readable, and decides nothing."""

from datetime import date, datetime

from server.audit.actions import record
from server.decisions import queries
from server.decisions.actions.drafting import locked
from server.decisions.actions.telling import tell_annulled
from server.decisions.models import Annulment, AnnulmentAnswer
from server.decisions.rules.annulling import check_judgment, may_annul, may_answer
from server.decisions.rules.deciding import check_answer
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Refused


def enter_annulment(
    decision_id: int,
    *,
    community_id: int,
    court: str,
    case_number: str,
    effective_on: date,
    reason: str,
    attachment_id: int,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Annulment:
    """Enter the judgment with its paper. Nothing changes before another person confirmed it."""
    # The photo is left out of the digest: sent again it is another attachment of the same picture.
    digest = replay.digest(actor, "enter_annulment", decision_id, court, case_number, effective_on, reason)
    row = replay.earlier(Annulment, client_key, digest)
    if row is not None:
        return row
    of = locked(decision_id, community_id)
    waits = any(one.answer is None for one in queries.annulments(of.id))
    reasons = may_annul(ended=queries.standing(of).ended, is_waiting=waits)
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
    check_judgment(court, case_number, reason, effective_on, china_day(now))
    row = Annulment(
        decision_id=of.id,
        court=court.strip(),
        case_number=case_number.strip(),
        effective_on=effective_on,
        reason=reason.strip(),
        attachment_id=attachment_id,
        entered_by=actor.key,
        entered_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "decisions.enter_annulment", "decision", of.id, now=now, community_id=community_id,
        court=row.court, case_number=row.case_number, effective_on=effective_on, reason=row.reason,
    )  # fmt: skip
    return row


def answer_annulment(
    annulment_id: int, *, community_id: int, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> AnnulmentAnswer:
    """The second person's word, once. Confirmed, the decision stands no more."""
    row = queries.known_annulment(annulment_id, community_id)
    of = locked(row.decision_id, community_id)
    db.session.refresh(row)
    if row.answer is not None and (row.answer.answered_by, row.answer.is_confirmed) == (
        actor.key,
        is_confirmed,
    ):
        return row.answer
    reasons = may_answer(entered_by=row.entered_by, by=actor.key, is_answered=row.answer is not None)
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
    check_answer(reason, is_confirmed=is_confirmed)
    answer = AnnulmentAnswer(
        annulment_id=row.id,
        is_confirmed=is_confirmed,
        reason=reason.strip(),
        answered_by=actor.key,
        answered_at=now,
    )
    db.session.add(answer)
    db.session.flush()
    db.session.expire(row, ["answer"])
    record(
        actor, "decisions.answer_annulment", "decision", of.id, now=now, community_id=community_id,
        is_confirmed=is_confirmed, reason=answer.reason,
    )  # fmt: skip
    if is_confirmed:
        tell_annulled(of, row.court, row.reason, now)
    return answer
