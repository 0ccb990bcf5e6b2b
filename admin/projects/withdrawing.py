"""Asking that a confirmed act should not stand, and another person's word on that."""

from flask import flash
from marshmallow import Schema

from admin.guard import needs
from admin.projects.acting import ReviewIn, event_of, review_page
from admin.projects.desk import Page, back_to, found, projects
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Problem
from server.projects import actions


class WithdrawIn(Schema):
    reason = Line(300, load_default="")
    client_key = Line(80, required=True)


@projects.post("/projects/<int:project_id>/events/<int:event_id>/withdrawals")
@needs(Permission.RECORD_PROJECTS)
def ask_withdrawal(project_id: int, event_id: int) -> Page:
    desk = found(project_id, Permission.RECORD_PROJECTS)
    card = event_of(desk, event_id)
    try:
        form = load_form(WithdrawIn)
        with unit_of_work():
            actions.ask_withdrawal(project_id, event_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return review_page(desk, card, {"withdraw_reason": ""}, error)
    flash("已提出撤回。另一个人确认以前，这一条还算数。")
    return back_to(project_id, "events")


@projects.post("/projects/<int:project_id>/events/<int:event_id>/withdrawals/review")
@needs(Permission.CONFIRM_PROJECTS)
def review_withdrawal(project_id: int, event_id: int) -> Page:
    desk = found(project_id, Permission.CONFIRM_PROJECTS)
    card = event_of(desk, event_id)
    try:
        form = load_form(ReviewIn)
        with unit_of_work():
            actions.review_withdrawal(project_id, event_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return review_page(desk, card, {}, error)
    flash("已撤回，这一条不再算数，记录还在。" if form["is_confirmed"] else "没有撤回，这一条仍然算数。")
    return back_to(project_id, "events")
