"""Adding an entry to the money of a project, and recording its budget."""

from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Date, Enum

from admin.guard import needs
from admin.projects.desk import Desk, Page, back_to, drawn_photos, form_page, found, kept, projects
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.formats import yuan
from server.infra.web.forms import load_form
from server.kernel.errors import Problem
from server.kernel.money import fen_of
from server.projects import actions, queries
from server.projects.rules.money import Entry, Source

SOURCE: dict[str, Any] = {"required": "选钱从哪里来。", "unknown": "选钱从哪里来。"}
ENTRY: dict[str, Any] = {"required": "选计划、到账还是支出。", "unknown": "选计划、到账还是支出。"}
DAY: dict[str, Any] = {"required": "填是哪一天的事。", "invalid": "填是哪一天的事。"}
AMOUNT: dict[str, Any] = {"required": "填金额，单位是元。"}
DOCUMENT: dict[str, Any] = {"required": "写上依据：文件名和文号，或者凭证号。"}


class CostIn(Schema):
    amount = Line(30, required=True, error_messages=AMOUNT)
    entered_on = Date(required=True, error_messages=DAY)
    document = Line(120, required=True, error_messages=DOCUMENT)
    client_key = Line(80, required=True)


class FundingIn(CostIn):
    source = Enum(Source, by_value=True, required=True, error_messages=SOURCE)
    entry = Enum(Entry, by_value=True, required=True, error_messages=ENTRY)


@projects.get("/projects/<int:project_id>/funding/new")
@needs(Permission.RECORD_PROJECTS)
def new_funding(project_id: int) -> Page:
    desk = found(project_id, Permission.RECORD_PROJECTS)
    return _funding_page(desk, {"source": request.args.get("source", "")}, None)


@projects.post("/projects/<int:project_id>/funding")
@needs(Permission.RECORD_PROJECTS)
def add_funding(project_id: int) -> Page:
    desk = found(project_id, Permission.RECORD_PROJECTS)
    try:
        form, photos = load_form(FundingIn), drawn_photos()
        fen = fen_of(form.pop("amount"))
        with unit_of_work():
            actions.add_funding(
                project_id, amount_fen=fen, photos=kept(photos), actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _funding_page(desk, dict(request.form), error)
    flash(f"已记下：{form['source'].name_zh}，{form['entry'].name_zh} {yuan(fen)}。")
    _warn(project_id, form["source"])
    return back_to(project_id, "money")


@projects.get("/projects/<int:project_id>/cost")
@needs(Permission.RECORD_PROJECTS)
def cost_page(project_id: int) -> Page:
    return _cost_page(found(project_id, Permission.RECORD_PROJECTS), {}, None)


@projects.post("/projects/<int:project_id>/cost")
@needs(Permission.RECORD_PROJECTS)
def set_cost(project_id: int) -> Page:
    desk = found(project_id, Permission.RECORD_PROJECTS)
    try:
        form, photos = load_form(CostIn), drawn_photos()
        fen = fen_of(form.pop("amount"))
        with unit_of_work():
            actions.set_cost(
                project_id, amount_fen=fen, photos=kept(photos), actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _cost_page(desk, dict(request.form), error)
    flash(f"工程预算已记为 {yuan(fen)}。")
    return back_to(project_id, "money")


def _warn(project_id: int, source: Source) -> None:
    line = next((one for one in queries.money(project_id).overspent if one.source is source), None)
    if line is not None:
        flash(f"{source.name_zh}的支出比到账多 {yuan(line.overspent)}，已经标出来。请核对。", "warning")


def _funding_page(desk: Desk, typed: dict[str, Any], error: Problem | None) -> Page:
    return form_page(
        "funding.html",
        desk,
        typed,
        error,
        sources=[(source.value, source.name_zh) for source in Source],
        kinds=[
            (Entry.PLANNED.value, "计划", "文件里定下要给的"),
            (Entry.RECEIVED.value, "到账", "已经收到的"),
            (Entry.SPENT.value, "支出", "已经付出去的"),
        ],
    )


def _cost_page(desk: Desk, typed: dict[str, Any], error: Problem | None) -> Page:
    return form_page("cost.html", desk, typed, error, costs=queries.costs(desk.line.id))
