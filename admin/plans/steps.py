"""The steps of a change: the county submits or drops it; the city's departments sign, the city decides and reports."""

from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Date, Enum

from admin.guard import needs
from admin.plans.changes import draw_change
from admin.plans.pages import Page, fields_of, found_change, plans
from admin.plans.telling import tell_of_step
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Problem, Refused
from server.plans import actions
from server.plans.models import ChangeStep
from server.plans.queries import Whole
from server.plans.rules.changes import LONGEST_OPINION
from server.plans.rules.words import Department, Outcome


class KeyIn(Schema):
    client_key = Line(80, required=True)


class DropIn(KeyIn):
    drop_reason = Words(LONGEST_OPINION, required=True, error_messages={"required": "写上为什么撤回。"})


class SignIn(KeyIn):
    department = Enum(
        Department,
        by_value=True,
        required=True,
        error_messages={"required": "选部门。", "unknown": "选部门。"},
    )
    is_agreeing = Boolean(
        required=True, error_messages={"required": "选同意还是不同意。", "invalid": "选同意还是不同意。"}
    )
    opinion = Words(LONGEST_OPINION, required=True, error_messages={"required": "写上这个部门的意见。"})


class DecideIn(KeyIn):
    outcome = Enum(
        Outcome,
        by_value=True,
        required=True,
        error_messages={"required": "选一个决定。", "unknown": "选一个决定。"},
    )
    reason = Words(
        LONGEST_OPINION, required=True, error_messages={"required": "写上决定的理由，县里会看到。"}
    )


class ReportIn(KeyIn):
    doc_no = Line(60, required=True, error_messages={"required": "写报告的文号。"})
    reported_on = Date(required=True, error_messages={"required": "选报告日期。", "invalid": "选报告日期。"})


@plans.post("/plans/changes/<int:change_id>/submit")
@needs(Permission.DRAFT_PLAN)
def submit_change(change_id: int) -> Page:
    whole = found_change(change_id, Permission.DRAFT_PLAN)
    form = load_form(KeyIn)
    with unit_of_work():
        step = actions.submit_change(change_id, client_key=form["client_key"], actor=me().actor, now=now())
        _tell(step, whole)
    flash("已提交给市里。三个部门签意见，市里再决定。", "go")
    return _back(change_id)


@plans.post("/plans/changes/<int:change_id>/drop")
@needs(Permission.DRAFT_PLAN)
def drop_change(change_id: int) -> Page:
    found_change(change_id, Permission.DRAFT_PLAN)
    try:
        form = load_form(DropIn)
        with unit_of_work():
            actions.drop_change(
                change_id,
                reason=form["drop_reason"],
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused) as error:
        return _again(change_id, error, "drop_reason")
    flash("已撤回。计划不变。")
    return _back(change_id)


@plans.post("/plans/changes/<int:change_id>/sign")
@needs(Permission.DECIDE_PLAN_CHANGE)
def sign_change(change_id: int) -> Page:
    whole = found_change(change_id, Permission.DECIDE_PLAN_CHANGE)
    try:
        form = load_form(SignIn)
        with unit_of_work():
            step = actions.sign_change(change_id, actor=me().actor, now=now(), **form)
            _tell(step, whole)
    except (Invalid, Refused) as error:
        return _again(change_id, error, "department")
    flash("意见签好了。")
    return _back(change_id)


@plans.post("/plans/changes/<int:change_id>/decide")
@needs(Permission.DECIDE_PLAN_CHANGE)
def decide_change(change_id: int) -> Page:
    whole = found_change(change_id, Permission.DECIDE_PLAN_CHANGE)
    try:
        form = load_form(DecideIn)
        with unit_of_work():
            step = actions.decide_change(change_id, actor=me().actor, now=now(), **form)
            _tell(step, whole)
    except (Invalid, Refused) as error:
        return _again(change_id, error, "outcome")
    flash("决定记下了。")
    return _back(change_id)


@plans.post("/plans/changes/<int:change_id>/report")
@needs(Permission.DECIDE_PLAN_CHANGE)
def report_change(change_id: int) -> Page:
    whole = found_change(change_id, Permission.DECIDE_PLAN_CHANGE)
    try:
        form = load_form(ReportIn)
        with unit_of_work():
            step = actions.report_change(change_id, actor=me().actor, now=now(), **form)
            _tell(step, whole)
    except (Invalid, Refused) as error:
        return _again(change_id, error, "doc_no")
    flash("已报告省里，调整生效了。原来那一行还能看到。", "go")
    return _back(change_id)


def _tell(step: ChangeStep, whole: Whole) -> None:
    """A form that is sent again finds the step among those taken before, and tells nobody twice."""
    if step.number > len(whole.steps):
        tell_of_step(step, whole)


def _back(change_id: int) -> Page:
    return redirect(url_for("admin.plans.show_change", change_id=change_id))


def _again(change_id: int, error: Problem, otherwise: str) -> Page:
    typed: dict[str, Any] = dict(request.form)
    return draw_change(found_change(change_id), typed, fields_of(error, otherwise)), error.status
