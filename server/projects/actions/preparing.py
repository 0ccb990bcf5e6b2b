"""Recording where a step of preparation stands, and when the start is planned."""

from collections.abc import Sequence
from datetime import date, datetime

from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.projects.actions.keeping import keep_entry, locked, project_record
from server.projects.models import PrepStep, StartPlan
from server.projects.models.works import About
from server.projects.queries import counted_dates, start_plans, stored_steps
from server.projects.rules.acts import EventKind
from server.projects.rules.preparation import StepKind, StepState, check_step, checklist
from server.projects.rules.starts import check_plan


def record_step(
    project_id: int,
    *,
    kind: StepKind,
    state: StepState,
    done_on: date | None,
    words: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> PrepStep:
    """From now on the step stands so; what was said of it before stays readable."""
    row = locked(project_id)
    digest = replay.digest(actor, "record_step", project_id, kind, state, done_on, words)
    earlier = replay.earlier(PrepStep, client_key, digest)
    if earlier is not None:
        return earlier
    before = {fact.kind: fact.state for fact in checklist(stored_steps([row.id])[row.id], {})}
    check_step(
        kind,
        state,
        done_on,
        before=before[kind],
        words=words,
        has_picture=bool(photos),
        today=china_day(now),
    )
    step = PrepStep(
        project_id=row.id,
        kind=kind,
        state=state,
        done_on=done_on if state.is_closed else None,
        words=words.strip(),
        recorded_by=actor.key,
        recorded_name=actor.label,
        recorded_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    keep_entry(row.id, About.STEP, step, photos)
    project_record(
        actor, "projects.record_step", row.id, now=now,
        kind=kind, before=before[kind], after=state, done_on=step.done_on, words=step.words, photos=len(photos),
    )  # fmt: skip
    return step


def plan_start(
    project_id: int,
    *,
    month: date,
    planned_on: date | None,
    reason: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> StartPlan:
    """From now on the start is planned so; moving it needs a reason, and the earlier plan stays readable."""
    row = locked(project_id)
    digest = replay.digest(actor, "plan_start", project_id, month, planned_on, reason)
    earlier = replay.earlier(StartPlan, client_key, digest)
    if earlier is not None:
        return earlier
    plans = start_plans(row.id)
    before = plans[0].planned if plans else None
    check_plan(
        month,
        planned_on,
        plan_year=row.plan_year,
        before=before,
        is_started=EventKind.STARTED in counted_dates(row.id),
        reason=reason,
    )
    plan = StartPlan(
        project_id=row.id,
        month=month,
        planned_on=planned_on,
        reason=reason.strip(),
        planned_by=actor.key,
        planned_name=actor.label,
        planned_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(plan)
    db.session.flush()
    project_record(
        actor, "projects.plan_start", row.id, now=now,
        before=before.due_on if before else None, after=plan.planned.due_on, month=month, planned_on=planned_on,
        reason=plan.reason,
    )  # fmt: skip
    return plan
