"""Recording a step of preparation, and planning the start by month."""

from datetime import date
from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Date, Enum
from marshmallow.validate import Regexp

from admin.guard import needs
from admin.projects.desk import Desk, Page, back_to, drawn_photos, form_page, found, kept, projects
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.projects import actions, queries
from server.projects.models.works import About
from server.projects.rules.preparation import DERIVED, StepKind, StepState, checklist

STATE: dict[str, Any] = {"required": "选办到哪里了。", "unknown": "选办到哪里了。"}
DAY: dict[str, Any] = {"invalid": "填日期。"}
MONTH = "选哪个月开工。"


class StepIn(Schema):
    state = Enum(StepState, by_value=True, required=True, error_messages=STATE)
    done_on = Date(load_default=None, error_messages=DAY)
    words = Line(200, load_default="")
    client_key = Line(80, required=True)


class PlanIn(Schema):
    month = Line(
        7,
        required=True,
        validate=Regexp(r"[0-9]{4}-(0[1-9]|1[0-2])\Z", error=MONTH),
        error_messages={"required": MONTH},
    )
    planned_on = Date(load_default=None, error_messages=DAY)
    reason = Line(200, load_default="")
    client_key = Line(80, required=True)


@projects.get("/projects/<int:project_id>/steps/<kind>")
@needs(Permission.RECORD_PROJECTS)
def step_page(project_id: int, kind: str) -> Page:
    return _step_page(found(project_id, Permission.RECORD_PROJECTS), _kind(kind), {}, None)


@projects.post("/projects/<int:project_id>/steps/<kind>")
@needs(Permission.RECORD_PROJECTS)
def record_step(project_id: int, kind: str) -> Page:
    desk, step = found(project_id, Permission.RECORD_PROJECTS), _kind(kind)
    try:
        form, photos = load_form(StepIn), drawn_photos()
        with unit_of_work():
            actions.record_step(
                project_id, kind=step, photos=kept(photos), actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _step_page(desk, step, dict(request.form), error)
    flash(f"{step.number}{step.name_zh}：{form['state'].name_zh}。")
    return back_to(project_id, "steps")


@projects.get("/projects/<int:project_id>/start-plan")
@needs(Permission.PLAN_PROJECTS)
def plan_page(project_id: int) -> Page:
    return _plan_page(found(project_id, Permission.PLAN_PROJECTS), {}, None)


@projects.post("/projects/<int:project_id>/start-plan")
@needs(Permission.PLAN_PROJECTS)
def plan_start(project_id: int) -> Page:
    desk = found(project_id, Permission.PLAN_PROJECTS)
    try:
        form = load_form(PlanIn)
        month = date.fromisoformat(f"{form.pop('month')}-01")
        with unit_of_work():
            actions.plan_start(project_id, month=month, actor=me().actor, now=now(), **form)
    except Problem as error:
        return _plan_page(desk, dict(request.form), error)
    flash(f"已排在 {month.year} 年 {month.month} 月开工。")
    return back_to(project_id, "starts")


def _kind(word: str) -> StepKind:
    """A step that is done by hand; the survey and its notice have no form."""
    if word not in {kind.value for kind in StepKind if kind not in DERIVED}:
        raise NotFound
    return StepKind(word)


def _step_page(desk: Desk, kind: StepKind, typed: dict[str, Any], error: Problem | None) -> Page:
    steps = checklist(queries.stored_steps([desk.line.id])[desk.line.id], {})
    held = next(fact for fact in steps if fact.kind is kind)
    return form_page(
        "step.html",
        desk,
        typed,
        error,
        step=held,
        states=[(state.value, state.name_zh) for state in StepState],
        history=[row for row in queries.step_rows(desk.line.id) if row.kind is kind],
        evidence=queries.evidence_of(desk.line.id),
        About=About,
    )


def _plan_page(desk: Desk, typed: dict[str, Any], error: Problem | None) -> Page:
    year = desk.line.plan_year
    months = [
        (f"{one}-{month:02d}", f"{one} 年 {month} 月") for one in (year, year + 1) for month in range(1, 13)
    ]
    return form_page("plan.html", desk, typed, error, months=months, plans=queries.start_plans(desk.line.id))
