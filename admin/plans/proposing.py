"""What the county proposes: which row is to change, how, why, and to which figures."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema, fields
from marshmallow.validate import Range

from admin.guard import needs
from admin.plans.figures import FiguresIn, figures_of, form_parts, typed_figures, typed_of, wan
from admin.plans.pages import (
    MOST_LISTED,
    Page,
    cannot_come,
    fields_of,
    found_change,
    found_row,
    plans,
    typed_form,
)
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.plans import actions, queries
from server.plans.actions.changes import Proposed
from server.plans.models import PlanRow
from server.plans.queries import Whole
from server.plans.rules import changes as rules
from server.plans.rules.words import ChangeKind


class ChangeIn(Schema):
    kind = fields.Enum(
        ChangeKind,
        by_value=True,
        required=True,
        error_messages={"required": "选怎么改。", "unknown": "选怎么改。"},
    )
    reason = Words(
        rules.LONGEST_REASON, required=True, error_messages={"required": "写上为什么不能按原计划做。"}
    )
    scheme = Words(rules.LONGEST_SCHEME, required=True, error_messages={"required": "写上怎么调整。"})
    new_community_id = fields.Integer(
        load_default=None,
        validate=Range(1, LARGEST_ID, error="选一个小区。"),
        error_messages={"invalid": "选一个小区。"},
    )
    client_key = Line(80, required=True)


@plans.get("/plans/rows/<int:row_id>/changes/new")
@needs(Permission.DRAFT_PLAN)
def new_change(row_id: int) -> Page:
    """First how it is to change (and for which community), by a link; then the rest."""
    row = found_row(row_id, Permission.DRAFT_PLAN)
    return _form(row, None, dict(request.args), {})


@plans.post("/plans/rows/<int:row_id>/changes")
@needs(Permission.DRAFT_PLAN)
def enter_change(row_id: int) -> Page:
    found_row(row_id, Permission.DRAFT_PLAN)
    try:
        form = load_form(ChangeIn)
        proposed = _proposed(form)
        with unit_of_work():
            change = actions.enter_change(
                row_id, proposed, client_key=form["client_key"], actor=me().actor, now=now()
            )
    except (Invalid, Refused, Conflict, NotFound) as error:
        return _form(
            found_row(row_id), None, typed_form(["contents"]), fields_of(error, "kind")
        ), error.status
    flash("调整写好了。附上佐证材料，再请另一位同事核对提交。")
    return redirect(url_for("admin.plans.show_change", change_id=change.id))


@plans.get("/plans/changes/<int:change_id>/edit")
@needs(Permission.DRAFT_PLAN)
def edit_change(change_id: int) -> Page:
    whole = found_change(change_id, Permission.DRAFT_PLAN)
    newest = whole.newest
    typed = {"kind": newest.kind.value, "reason": newest.reason, "scheme": newest.scheme}
    if newest.new_community_id is not None:
        typed["new_community_id"] = str(newest.new_community_id)
    if whole.proposal.figures is not None:
        typed |= typed_figures(whole.proposal.figures)
    return _form(whole.row, whole, {**typed, **request.args}, {})


@plans.post("/plans/changes/<int:change_id>/edit")
@needs(Permission.DRAFT_PLAN)
def revise_change(change_id: int) -> Page:
    whole = found_change(change_id, Permission.DRAFT_PLAN)
    try:
        form = load_form(ChangeIn)
        proposed = _proposed(form)
        with unit_of_work():
            actions.revise_change(
                change_id, proposed, client_key=form["client_key"], actor=me().actor, now=now()
            )
    except (Invalid, Refused, NotFound) as error:
        typed = typed_form(["contents"])
        whole = found_change(change_id)
        return _form(whole.row, whole, typed, fields_of(error, "kind")), error.status
    flash("已保存。以前写的那一版也留着。")
    return redirect(url_for("admin.plans.show_change", change_id=whole.change.id))


def _proposed(form: Mapping[str, Any]) -> Proposed:
    figures = None
    if form["kind"] is not ChangeKind.WITHDRAW:
        figures = figures_of(load_form(FiguresIn))
    new_id = form["new_community_id"] if form["kind"] is ChangeKind.REPLACE else None
    return Proposed(form["kind"], form["reason"], form["scheme"], new_id, figures)


def _form(row: PlanRow, whole: Whole | None, typed: dict[str, Any], fields_: dict[str, Any]) -> str:
    plan = queries.plan(row.plan_id)
    if plan is None:
        raise NotFound
    seat = queries.seat(plan.division_id)
    kind = typed.get("kind") if typed.get("kind") in set(ChangeKind) else None
    new_id = (
        _known_community(typed.get("new_community_id"), seat.path) if kind == ChangeKind.REPLACE else None
    )
    # A form that was sent already says at its fields what is wrong.
    cannot = cannot_come(plan, new_id) if new_id is not None and not fields_ else []
    is_ready = kind is not None and not cannot and (kind != ChangeKind.REPLACE or new_id is not None)
    usual = _usual(row, kind, new_id)
    communities = (
        ledger.communities_under(seat.path, size=MOST_LISTED).items if kind == ChangeKind.REPLACE else []
    )
    names = queries.community_names([row.community_id, *([new_id] if new_id else [])])
    action = (
        url_for("admin.plans.revise_change", change_id=whole.change.id)
        if whole is not None
        else url_for("admin.plans.enter_change", row_id=row.id)
    )
    return render_template(
        "office/plans/change_form.html",
        row=row,
        plan=plan,
        division=seat,
        whole=whole,
        name=names.get(row.community_id, ""),
        new_id=new_id,
        new_name=names.get(new_id, "") if new_id else "",
        kind=kind,
        is_ready=is_ready,
        kinds=[(one.value, one.name_zh, KIND_HINTS[one]) for one in ChangeKind],
        communities=[(one.id, one.name) for one in communities if one.id != row.community_id],
        here=request.path if request.method == "GET" else url_for("admin.plans.new_change", row_id=row.id),
        action=action,
        typed={"client_key": secrets.token_urlsafe(16), **usual, **typed},
        fields={"new_community_id": cannot} if cannot else fields_,
        wan=wan,
        ledger_households=ledger.household_count(new_id or row.community_id),
        **form_parts(new_id or row.community_id),
    )


KIND_HINTS = {
    ChangeKind.WITHDRAW: "今年不做了。",
    ChangeKind.REPLACE: "这个小区退出，同县另一个小区进来。",
    ChangeKind.FIGURES: "还是这个小区，户数、投资或内容要改。",
}


def _usual(row: PlanRow, kind: str | None, new_id: int | None) -> dict[str, Any]:
    """What the figures begin with: those of the row, or what the ledger says of the one that comes."""
    if kind == ChangeKind.FIGURES:
        return typed_of(row)
    return {"households": ledger.household_count(new_id) or ""} if new_id is not None else {}


def _known_community(asked: Any, path: str) -> int | None:
    number = int(asked) if str(asked).isdecimal() else 0
    place = ledger.place(number) if 0 < number <= LARGEST_ID else None
    return number if place is not None and place.is_under(path) else None
