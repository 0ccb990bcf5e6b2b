"""The rows of a plan that is still drafted; submitting it, and giving it back."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema

from admin.guard import needs
from admin.plans.annual import draw_plan
from admin.plans.figures import NewRowIn, RowIn, figures_of, form_parts, typed_of
from admin.plans.pages import (
    MOST_LISTED,
    Page,
    cannot_come,
    fields_of,
    found_plan,
    plans,
    typed_form,
)
from admin.plans.telling import tell_of_return, tell_of_submission
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.plans import actions, queries
from server.plans.models import AnnualPlan
from server.plans.models.annual import PlanDraftRow


class ReasonIn(Schema):
    reason = Words(300, required=True, error_messages={"required": "写上为什么。"})


@plans.get("/plans/annual/<int:plan_id>/rows/new")
@needs(Permission.DRAFT_PLAN)
def new_row(plan_id: int) -> Page:
    """First which community, by a link; then its figures."""
    plan = found_plan(plan_id, Permission.DRAFT_PLAN)
    return _new(plan, request.args.get("community", 0, int), {}, {})


@plans.post("/plans/annual/<int:plan_id>/rows")
@needs(Permission.DRAFT_PLAN)
def add_row(plan_id: int) -> Page:
    plan = found_plan(plan_id, Permission.DRAFT_PLAN)
    try:
        form = load_form(NewRowIn)
        with unit_of_work():
            actions.put_row(
                plan_id,
                form["community_id"],
                figures_of(form),
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused) as error:
        typed = typed_form(["contents"])
        chosen = request.form.get("community_id", 0, int)
        return _new(plan, chosen, typed, fields_of(error, "community_id")), error.status
    flash("已加进计划。")
    return _back(plan)


@plans.get("/plans/annual/<int:plan_id>/rows/<int:row_id>")
@needs(Permission.DRAFT_PLAN)
def edit_row(plan_id: int, row_id: int) -> Page:
    plan = found_plan(plan_id, Permission.DRAFT_PLAN)
    row = _row(plan, row_id)
    return _edit(plan, row, typed_of(row), {})


@plans.post("/plans/annual/<int:plan_id>/rows/<int:row_id>")
@needs(Permission.DRAFT_PLAN)
def save_row(plan_id: int, row_id: int) -> Page:
    plan = found_plan(plan_id, Permission.DRAFT_PLAN)
    row = _row(plan, row_id)
    community_id = row.community_id
    try:
        form = load_form(RowIn)
        with unit_of_work():
            actions.put_row(
                plan_id,
                community_id,
                figures_of(form),
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
                is_new=False,
            )
    except Invalid as error:
        return _edit(plan, _row(plan, row_id), typed_form(["contents"]), error.fields), 422
    flash("已保存。")
    return _back(plan)


@plans.post("/plans/annual/<int:plan_id>/rows/<int:row_id>/remove")
@needs(Permission.DRAFT_PLAN)
def remove_row(plan_id: int, row_id: int) -> Page:
    plan = found_plan(plan_id, Permission.DRAFT_PLAN)
    with unit_of_work():
        actions.remove_row(plan_id, row_id, actor=me().actor, now=now())
    flash("已从草稿里删去。")
    return _back(plan)


@plans.post("/plans/annual/<int:plan_id>/submit")
@needs(Permission.DRAFT_PLAN)
def submit_plan(plan_id: int) -> Page:
    plan = found_plan(plan_id, Permission.DRAFT_PLAN)
    with unit_of_work():
        actions.submit_plan(plan_id, actor=me().actor, now=now())
        seat = queries.seat(plan.division_id)
        tell_of_submission(plan, seat.path, seat.name)
    flash("已提交。发文的单位登记文件以后，计划就定了。", "go")
    return _back(plan)


@plans.post("/plans/annual/<int:plan_id>/return")
@needs(Permission.FREEZE_PLAN)
def return_plan(plan_id: int) -> Page:
    plan = found_plan(plan_id, Permission.FREEZE_PLAN)
    try:
        form = load_form(ReasonIn)
    except Invalid as error:
        return draw_plan(plan, dict(request.form), error.fields), 422
    with unit_of_work():
        returned = actions.return_plan(plan_id, actor=me().actor, now=now(), **form)
        tell_of_return(returned, queries.seat(plan.division_id).path)
    flash("已退回，县里能再改。")
    return _back(plan)


def _back(plan: AnnualPlan) -> Page:
    return redirect(url_for("admin.plans.show_plan", plan_id=plan.id))


def _row(plan: AnnualPlan, row_id: int) -> PlanDraftRow:
    row = queries.draft_row(row_id, plan.id)
    if row is None:
        raise NotFound
    return row


def _new(plan: AnnualPlan, community_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    seat = queries.seat(plan.division_id)
    place = ledger.place(community_id) if 0 < community_id <= LARGEST_ID else None
    if place is not None and not place.is_under(seat.path):
        raise NotFound
    # A form that was sent already says at its fields what is wrong.
    cannot = cannot_come(plan, community_id) if place is not None and not typed else []
    if place is None or cannot:
        taken = {one.community_id for one in queries.draft_rows(plan.id)}
        found = ledger.communities_under(seat.path, size=MOST_LISTED).items
        free = [(one.id, one.name) for one in found if one.id not in taken]
        return render_template(
            "office/plans/choose.html",
            plan=plan,
            division=seat,
            communities=free,
            chosen=community_id,
            fields={**fields, "community": cannot} if cannot else fields,
        )
    households = ledger.household_count(community_id)
    return render_template(
        "office/plans/row.html",
        plan=plan,
        division=seat,
        name=queries.community_names([community_id])[community_id],
        community_id=community_id,
        ledger_households=households,
        row=None,
        other_year=_other_year(plan, community_id),
        action=url_for("admin.plans.add_row", plan_id=plan.id),
        typed={"households": households or "", "client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        **form_parts(community_id),
    )


def _other_year(plan: AnnualPlan, community_id: int) -> int | None:
    """The year of the newest formal plan it stands in, where that is not this one's."""
    found = queries.newest_in_force([community_id]).get(community_id)
    return found.year if found is not None and found.year != plan.year else None


def _edit(plan: AnnualPlan, row: PlanDraftRow, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/plans/row.html",
        plan=plan,
        division=queries.seat(plan.division_id),
        name=queries.community_names([row.community_id])[row.community_id],
        community_id=None,
        ledger_households=ledger.household_count(row.community_id),
        row=row,
        action=url_for("admin.plans.save_row", plan_id=plan.id, row_id=row.id),
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        **form_parts(row.community_id),
    )
