"""The steps of a change: the county submits, three departments sign, the city decides and reports; then it takes effect."""

from datetime import date, datetime
from typing import Any

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid
from server.plans.actions.annual import refuse
from server.plans.actions.changes import Proposed, check, locked_change
from server.plans.actions.keeping import keep
from server.plans.models import ChangeStep, PlanEffect, PlanRow
from server.plans.models.annual import columns_of
from server.plans.queries import Whole
from server.plans.rules.changes import (
    LONGEST_OPINION,
    check_report,
    may_decide,
    may_edit,
    may_report,
    may_sign,
    may_submit,
)
from server.plans.rules.words import Department, Outcome, StepKind

#: What each step is called on record.
ACTS = {
    StepKind.SUBMIT: "plans.submit_change",
    StepKind.SIGN: "plans.sign_change",
    StepKind.DECIDE: "plans.decide_change",
    StepKind.REPORT: "plans.report_change",
    StepKind.DROP: "plans.drop_change",
}


def submit_change(change_id: int, *, client_key: str, actor: Actor, now: datetime) -> ChangeStep:
    """To the city: with scheme, reason and evidence, and by another person than entered it."""
    digest = replay.digest(actor, change_id, StepKind.SUBMIT)
    earlier = replay.earlier(ChangeStep, client_key, digest)
    if earlier is not None:
        return earlier
    whole = locked_change(change_id)
    refuse(may_submit(whole.standing, whole.proposal, whole.newest.entered_by, actor.key))
    _check_again(whole, now)
    return _take(whole, StepKind.SUBMIT, (client_key, digest), actor, now)


def sign_change(
    change_id: int,
    department: Department,
    *,
    is_agreeing: bool,
    opinion: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> ChangeStep:
    """The opinion of one of the city's three departments."""
    digest = replay.digest(actor, change_id, StepKind.SIGN, department, is_agreeing, opinion)
    earlier = replay.earlier(ChangeStep, client_key, digest)
    if earlier is not None:
        return earlier
    whole = locked_change(change_id)
    refuse(may_sign(whole.standing, department, actor.key, whole.county))
    _check_note("opinion", opinion, "写上这个部门的意见。")
    facts = {"department": department, "is_agreeing": is_agreeing, "note": opinion.strip()}
    return _take(whole, StepKind.SIGN, (client_key, digest), actor, now, **facts)


def decide_change(
    change_id: int, outcome: Outcome, *, reason: str, client_key: str, actor: Actor, now: datetime
) -> ChangeStep:
    """The city agrees, rejects or returns."""
    digest = replay.digest(actor, change_id, StepKind.DECIDE, outcome, reason)
    earlier = replay.earlier(ChangeStep, client_key, digest)
    if earlier is not None:
        return earlier
    whole = locked_change(change_id)
    refuse(may_decide(whole.standing, outcome, actor.key, whole.county))
    _check_note("reason", reason, "写上决定的理由，县里会看到。")
    return _take(
        whole, StepKind.DECIDE, (client_key, digest), actor, now, outcome=outcome, note=reason.strip()
    )


def report_change(
    change_id: int, *, doc_no: str, reported_on: date, client_key: str, actor: Actor, now: datetime
) -> ChangeStep:
    """The written report to the province; with it the change takes effect."""
    digest = replay.digest(actor, change_id, StepKind.REPORT, doc_no, reported_on)
    earlier = replay.earlier(ChangeStep, client_key, digest)
    if earlier is not None:
        return earlier
    whole = locked_change(change_id)
    standing = whole.standing
    refuse(may_report(standing, actor.key, whole.county))
    decided_on = standing.decided.on if standing.decided is not None else reported_on
    check_report(doc_no, reported_on, decided_on=decided_on, today=china_day(now))
    keys = (client_key, digest)
    step = _take(whole, StepKind.REPORT, keys, actor, now, doc_no=doc_no.strip(), on_day=reported_on)
    _take_effect(whole, actor, now)
    return step


def drop_change(change_id: int, *, reason: str, client_key: str, actor: Actor, now: datetime) -> ChangeStep:
    """The county thinks better of it, while it is in its own hands."""
    digest = replay.digest(actor, change_id, StepKind.DROP, reason)
    earlier = replay.earlier(ChangeStep, client_key, digest)
    if earlier is not None:
        return earlier
    whole = locked_change(change_id)
    refuse(may_edit(whole.standing))
    _check_note("drop_reason", reason, "写上为什么撤回。")
    return _take(whole, StepKind.DROP, (client_key, digest), actor, now, note=reason.strip())


def _take(
    whole: Whole, kind: StepKind, keys: tuple[str, str], actor: Actor, now: datetime, **facts: Any
) -> ChangeStep:
    facts = {"note": "", "doc_no": "", "on_day": china_day(now), **facts}
    row = ChangeStep(
        change_id=whole.change.id,
        number=len(whole.steps) + 1,
        kind=kind,
        taken_by=actor.key,
        taken_label=actor.label,
        taken_at=now,
        client_key=keys[0],
        client_digest=keys[1],
        **facts,
    )
    keep(row)
    record(
        actor, ACTS[kind], "plan_change", whole.change.id, now=now,
        community_id=whole.row.community_id, number=row.number, **facts,
    )  # fmt: skip
    return row


def _take_effect(whole: Whole, actor: Actor, now: datetime) -> None:
    proposal, new = whole.proposal, None
    if proposal.figures is not None:
        new = PlanRow(
            plan_id=whole.plan.id,
            community_id=proposal.new_community_id or whole.row.community_id,
            replaces_id=whole.row.id,
            added_at=now,
            **columns_of(proposal.figures),
        )
        db.session.add(new)
        db.session.flush()
    moved = whole.difference
    db.session.add(
        PlanEffect(
            change_id=whole.change.id,
            plan_id=whole.plan.id,
            ended_row_id=whole.row.id,
            new_row_id=new.id if new is not None else None,
            communities=moved.communities,
            households=moved.households,
            cost_fen=moved.cost_fen,
            effective_at=now,
        )
    )
    db.session.flush()
    record(
        actor, "plans.take_effect", "annual_plan", whole.plan.id, now=now,
        community_id=whole.row.community_id, change_id=whole.change.id, ended_row_id=whole.row.id,
        new_row_id=new.id if new is not None else None, communities=moved.communities,
        households=moved.households, cost_fen=moved.cost_fen,
    )  # fmt: skip


def _check_again(whole: Whole, now: datetime) -> None:
    """What was free when it was entered may be taken by now."""
    newest = whole.proposal
    proposed = Proposed(newest.kind, newest.reason, newest.scheme, newest.new_community_id, newest.figures)
    check(whole.row, proposed, now, whole.change.id)


def _check_note(field: str, text: str, sentence: str) -> None:
    if not text.strip():
        raise Invalid(sentence, fields={field: [sentence]})
    if len(text.strip()) > LONGEST_OPINION:
        longest = f"最多 {LONGEST_OPINION} 个字。"
        raise Invalid(longest, fields={field: [longest]})
