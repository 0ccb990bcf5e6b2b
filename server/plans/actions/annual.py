"""An annual plan: its rows in draft, submitting and returning it, and the formal document that freezes it."""

from collections.abc import Collection
from datetime import date, datetime

from server.audit.actions import record
from server.catalogue import queries as catalogue
from server.divisions import queries as divisions
from server.divisions.rules import DivisionLevel
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Reason, Refused
from server.ledger import queries as ledger
from server.plans import queries
from server.plans.actions.keeping import keep
from server.plans.models import AnnualPlan, PlanDocument, PlanDraftRow, PlanFreezing, PlanRow
from server.plans.models.annual import columns_of
from server.plans.rules.annual import (
    FormalDocument,
    check_document,
    check_year,
    may_edit,
    may_freeze,
    may_return,
    may_submit,
)
from server.plans.rules.figures import RowFigures, check_figures
from server.plans.rules.pools import check_reason

#: Who makes an annual plan: counties, and what reports figures of its own beside them.
PLANNING = {DivisionLevel.COUNTY, DivisionLevel.REPORTING_UNIT}


def start_plan(division_id: int, year: int, *, client_key: str, actor: Actor, now: datetime) -> AnnualPlan:
    """An empty plan of a county for a year; the one that stands already, where there is one."""
    digest = replay.digest(actor, division_id, year)
    earlier = replay.earlier(AnnualPlan, client_key, digest)
    if earlier is not None:
        return earlier
    check_year(year)
    division = divisions.division(division_id)
    if division is None:
        raise NotFound
    if division.level not in PLANNING:
        raise Refused("年度计划由县（市、区）来编。请选一个县。", code="not_a_county")
    if queries.plan_of(division_id, year) is not None:
        raise Conflict(f"{division.name}{year} 年的计划已经开始编了。")
    row = AnnualPlan(
        division_id=division_id,
        year=year,
        drafted_by=actor.label,
        drafted_at=now,
        submitted_label="",
        returned_reason="",
        client_key=client_key,
        client_digest=digest,
    )
    keep(row)
    record(
        actor, "plans.start", "annual_plan", row.id, now=now, division_id=division_id, year=year,
    )  # fmt: skip
    return row


def put_row(
    plan_id: int,
    community_id: int,
    figures: RowFigures,
    *,
    client_key: str,
    actor: Actor,
    now: datetime,
    is_new: bool = True,
) -> PlanDraftRow:
    """Enter a community with its figures, or (not `is_new`) enter the figures of one anew."""
    digest = replay.digest(actor, plan_id, community_id, figures.as_json(), is_new)
    earlier = replay.earlier(PlanDraftRow, client_key, digest)
    if earlier is not None:
        return earlier
    plan = locked_plan(plan_id)
    refuse(may_edit(queries.drafting(plan)))
    row = next((one for one in queries.draft_rows(plan_id) if one.community_id == community_id), None)
    check_community(plan, community_id, is_there=row is not None, on=china_day(now))
    if is_new and row is not None:
        raise _taken()
    check_figures(figures, known_codes(community_id, china_day(now)))
    if row is None:
        row = PlanDraftRow(plan_id=plan_id, community_id=community_id)
    for name, value in columns_of(figures).items():
        setattr(row, name, value)
    row.entered_by, row.entered_label, row.entered_at = actor.key, actor.label, now
    row.client_key, row.client_digest = client_key, digest
    keep(row)
    record(
        actor, "plans.put_row", "annual_plan", plan_id, now=now, community_id=community_id,
        **figures.as_json(),
    )  # fmt: skip
    return row


def remove_row(plan_id: int, row_id: int, *, actor: Actor, now: datetime) -> None:
    """Out of a plan that is still drafted."""
    plan = locked_plan(plan_id)
    row = queries.draft_row(row_id, plan_id)
    if row is None:
        raise NotFound
    refuse(may_edit(queries.drafting(plan)))
    record(actor, "plans.remove_row", "annual_plan", plan_id, now=now, community_id=row.community_id)
    db.session.delete(row)
    db.session.flush()


def submit_plan(plan_id: int, *, actor: Actor, now: datetime) -> AnnualPlan:
    """The county stands for its rows. Whoever entered one of them does not submit."""
    plan = locked_plan(plan_id)
    refuse(may_submit(queries.drafting(plan), actor.key))
    plan.submitted_by, plan.submitted_label, plan.submitted_at = actor.key, actor.label, now
    plan.returned_reason = ""
    db.session.flush()
    total = queries.line_of(plan).totals
    record(
        actor, "plans.submit", "annual_plan", plan_id, now=now,
        communities=total.communities, households=total.households, cost_fen=total.cost_fen,
    )  # fmt: skip
    return plan


def return_plan(plan_id: int, *, reason: str, actor: Actor, now: datetime) -> AnnualPlan:
    """Back to the county, with the reason."""
    plan = locked_plan(plan_id)
    refuse(may_return(queries.drafting(plan)))
    check_reason(reason)
    plan.submitted_by, plan.submitted_label, plan.submitted_at = None, "", None
    plan.returned_reason = reason.strip()
    db.session.flush()
    record(actor, "plans.return", "annual_plan", plan_id, now=now, reason=plan.returned_reason)
    return plan


def freeze_plans(
    division_id: int,
    plan_ids: Collection[int],
    *,
    doc_no: str,
    title: str,
    issued_on: date,
    attachment_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> PlanDocument:
    """One formal document of an office makes these plans final; from here on only a reported change touches them."""
    ids = sorted(set(plan_ids))
    # The file is left out of the digest: sent again it is another attachment of the same paper.
    digest = replay.digest(actor, division_id, ids, doc_no, title, issued_on)
    earlier = replay.earlier(PlanDocument, client_key, digest)
    if earlier is not None:
        return earlier
    division = divisions.division(division_id)
    if division is None:
        raise NotFound
    paper = FormalDocument(doc_no, title, issued_on, attachment_id is not None)
    check_document(paper, plans=len(ids), today=china_day(now))
    plans = [locked_plan(one) for one in ids]
    for plan in plans:
        if not queries.seat(plan.division_id).path.startswith(division.path):
            raise NotFound
        refuse(may_freeze(queries.drafting(plan), actor.key))
    row = PlanDocument(
        division_id=division_id,
        doc_no=doc_no.strip(),
        title=title.strip(),
        issued_on=issued_on,
        attachment_id=attachment_id,
        recorded_by=actor.label,
        recorded_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    keep(row)
    for plan in plans:
        _freeze(plan, row, actor, now)
    return row


def _freeze(plan: AnnualPlan, paper: PlanDocument, actor: Actor, now: datetime) -> None:
    drafted = queries.draft_rows(plan.id)
    total = queries.line_of(plan).totals
    # The rows come first: once the freezing stands, the database takes no row without a reported change.
    db.session.add_all(
        PlanRow(plan_id=plan.id, community_id=one.community_id, added_at=now, **columns_of(one.figures))
        for one in drafted
    )
    db.session.flush()
    for one in drafted:
        db.session.delete(one)
    db.session.flush()
    db.session.add(
        PlanFreezing(
            plan_id=plan.id,
            document_id=paper.id,
            communities=total.communities,
            households=total.households,
            cost_fen=total.cost_fen,
            frozen_at=now,
        )
    )
    db.session.flush()
    record(
        actor, "plans.freeze", "annual_plan", plan.id, now=now, document_id=paper.id, doc_no=paper.doc_no,
        communities=total.communities, households=total.households, cost_fen=total.cost_fen,
    )  # fmt: skip


# ------------------------------------------------------------------ shared with changes


def locked_plan(plan_id: int) -> AnnualPlan:
    """One act on a plan at a time. Raises NotFound."""
    plan = queries.plan(plan_id)
    if plan is None:
        raise NotFound
    lock_row(AnnualPlan, plan.id)
    db.session.refresh(plan)
    return plan


def check_community(plan: AnnualPlan, community_id: int, *, is_there: bool, on: date) -> None:
    """Whether this community may stand in this plan: it lies there, may be renovated, and stands in no plan of the year."""
    place = ledger.place(community_id)
    if place is None or not place.is_under(queries.seat(plan.division_id).path):
        raise NotFound("没有找到这个小区。")
    if queries.is_excluded(community_id, on):
        raise Refused(
            "这个小区不在改造范围内，不能进年度计划。看小区资料里的“能不能改造”。", code="not_eligible"
        )
    if not is_there and queries.in_force_elsewhere(community_id, plan.year):
        raise _taken()


def known_codes(community_id: int, on: date) -> list[str]:
    """The codes of the catalogue's items where the community lies."""
    place = ledger.place(community_id)
    return [one.code for one in catalogue.items(on, place.division_path)] if place is not None else []


def _taken() -> Invalid:
    sentence = "这个小区已经在这一年的计划里。"
    return Invalid(sentence, fields={"community_id": [sentence]})


def refuse(reasons: list[Reason]) -> None:
    """Raises Refused with what stands in the way; the first sentence speaks for all."""
    if reasons:
        raise Refused(reasons[0].message, code=reasons[0].code, reasons=tuple(reasons))
