"""Setting a project up, and putting its name, its body or its communities right."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request
from marshmallow import Schema
from marshmallow.fields import Integer, List
from marshmallow.validate import Range

from admin.guard import check, needs
from admin.ledger.reach import reach_of
from admin.projects.desk import Page, back_to, form_page, found, page_of, projects
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Problem
from server.ledger import queries as ledger
from server.plans import queries as plans
from server.projects import actions, queries

#: As many as one county has; more would not be found in a list anyway.
MOST_COMMUNITIES = 500
#: A community beyond reach answers as one that does not exist, not as a field to mend.
NOT_THERE = 404
FROM_LIST = "从列表里选一行。"
YEAR: dict[str, Any] = {"required": "填计划年度。", "invalid": "填年份，例如 2026。"}


class ChangeIn(Schema):
    name = Line(80, required=True, error_messages={"required": "写项目名称。"})
    body_name = Line(
        80, required=True, error_messages={"required": "写实施主体的单位全称。还没定的，写“待定”。"}
    )
    community_ids = List(Integer(), load_default=list)
    plan_row_id = Integer(
        load_default=None,
        validate=Range(1, LARGEST_ID, error=FROM_LIST),
        error_messages={"invalid": FROM_LIST},
    )


class ProjectIn(ChangeIn):
    plan_year = Integer(required=True, error_messages=YEAR)
    code = Line(40, load_default="")
    client_key = Line(80, required=True)


@projects.get("/projects/new")
@needs(Permission.PLAN_PROJECTS)
def new_project() -> Page:
    return _new_page({"plan_year": request.args.get("year", china_day(now()).year, int)}, None)


@projects.post("/projects")
@needs(Permission.PLAN_PROJECTS)
def create_project() -> Page:
    try:
        form = load_form(ProjectIn)
        for one in form["community_ids"]:
            check(Permission.PLAN_PROJECTS, one)
        with unit_of_work():
            row = actions.create_project(actor=me().actor, now=now(), **form)
    except Problem as error:
        if error.status == NOT_THERE:
            raise
        return _new_page(_typed(), error)
    flash(f"已新建，编号 {row.code}。接着记前期准备，排开工月份。")
    return redirect(page_of(row.id))


@projects.get("/projects/<int:project_id>/edit")
@needs(Permission.PLAN_PROJECTS)
def edit_project(project_id: int) -> Page:
    desk = found(project_id, Permission.PLAN_PROJECTS)
    typed = {
        "name": desk.line.name,
        "body_name": desk.line.body_name,
        "community_ids": [one.id for one in desk.members],
        "plan_row_id": queries.known(project_id).plan_row_id,
    }
    return form_page("edit.html", desk, typed, **_choices(desk.line.plan_year, project_id))


@projects.post("/projects/<int:project_id>/edit")
@needs(Permission.PLAN_PROJECTS)
def change_project(project_id: int) -> Page:
    desk = found(project_id, Permission.PLAN_PROJECTS)
    try:
        form = load_form(ChangeIn)
        for one in form["community_ids"]:
            check(Permission.PLAN_PROJECTS, one)
        with unit_of_work():
            actions.change_project(project_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        if error.status == NOT_THERE:
            raise
        return form_page("edit.html", desk, _typed(), error, **_choices(desk.line.plan_year, project_id))
    flash("已改好。")
    return back_to(project_id, "")


def _typed() -> dict[str, Any]:
    return {**request.form.to_dict(), "community_ids": request.form.getlist("community_ids", int)}


def _new_page(typed: dict[str, Any], error: Problem | None) -> Page:
    year = str(typed.get("plan_year", ""))
    shown = render_template(
        "office/projects/new.html",
        typed={**_fresh(), **typed},
        fields=getattr(error, "fields", {}),
        refusal="" if error is None or getattr(error, "fields", {}) else error.message,
        **_choices(int(year) if year.isdecimal() else china_day(now()).year, None),
    )
    return shown if error is None else (shown, error.status)


def _fresh() -> dict[str, Any]:
    return {"client_key": secrets.token_urlsafe(16), "community_ids": []}


def _choices(plan_year: int, project_id: int | None) -> dict[str, Any]:
    """The communities that may be chosen, each with where it is, last those that are in another project of that year; and the
    rows of that year's plans that they stand in."""
    paths, ids = reach_of(Permission.PLAN_PROJECTS)
    there = ledger.communities_under(*paths, community_ids=ids, size=MOST_COMMUNITIES).items
    names = {one.id: one.name for one in there}
    taken = queries.taken(list(names), plan_year, besides=project_id)
    return {
        "cards": [
            (
                one.id,
                one.name,
                f"{plan_year} 年已经在“{taken[one.id]}”里" if one.id in taken else one.division,
            )
            for one in sorted(there, key=lambda one: one.id in taken)
        ],
        "plan_rows": [
            (row.id, f"{row.year} 年计划：{names[row.community_id]}，{row.households:,} 户")
            for row in plans.rows_of_year(list(names), plan_year)
        ],
    }
