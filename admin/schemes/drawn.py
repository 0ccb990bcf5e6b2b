"""The community's one drawing set: its versions, entering the next, confirming, withdrawing."""

import secrets
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Date

from admin.guard import needs
from admin.schemes.desk import Page, drawings, drawn_photo, error_fields
from admin.session import me
from server.attachments import actions as attachments
from server.attachments import queries as photos
from server.decisions.actions import drawings as actions
from server.decisions.actions.drawings import Sheets
from server.decisions.queries import drawings as queries
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Problem

LABELS = {
    "title": "图纸名称",
    "drawn_by": "谁画的",
    "drawn_on": "哪天画的",
    "before": "原来是怎样",
    "after": "改成怎样",
    "reason": "为什么改",
    "agreed_by": "谁同意的",
    "agreed_on": "哪天同意的",
    "photo": "图纸",
}


class DrawingIn(Schema):
    title = Line(120, required=True, error_messages={"required": "写上图纸叫什么。"})
    drawn_by = Line(120, required=True, error_messages={"required": "写上谁画的。"})
    drawn_on = Date(required=True, error_messages={"required": "选哪天画的。", "invalid": "选哪天画的。"})
    before = Words(2000, load_default="")
    after = Words(2000, load_default="")
    reason = Words(2000, load_default="")
    agreed_by = Line(200, load_default="")
    agreed_on = Date(load_default=None, error_messages={"invalid": "选哪天同意的。"})
    client_key = Line(80, required=True)


class WithdrawIn(Schema):
    reason = Words(2000, required=True, error_messages={"required": "写上为什么撤回。"})


@drawings.get("")
@needs(Permission.SEE_SCHEME)
def list_drawings(community_id: int) -> Page:
    return _list(community_id, {}, {})


@drawings.get("/new")
@needs(Permission.DRAFT_SCHEME)
def new_drawing(community_id: int) -> Page:
    return _new(community_id, {"drawn_on": china_day(now()), "title": _title(community_id)}, {})


@drawings.post("")
@needs(Permission.DRAFT_SCHEME)
def enter_drawing(community_id: int) -> Page:
    try:
        form = load_form(DrawingIn)
        photo = drawn_photo()
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            client_key = form.pop("client_key")
            actions.enter_drawing(
                community_id,
                Sheets(**form),
                attachment_id=kept.id if kept else None,
                client_key=client_key,
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return _new(community_id, dict(request.form), error_fields(error, "photo")), 422
    flash("登记了，等复核人确认。", "go")
    return redirect(url_for(".list_drawings", community_id=community_id))


@drawings.get("/<int:drawing_id>/sheet")
@needs(Permission.SEE_SCHEME)
def drawing_sheet(community_id: int, drawing_id: int) -> Response:
    view = queries.drawing(drawing_id, community_id)
    if view.row.attachment_id is None:
        raise NotFound
    return Response(photos.content(view.row.attachment_id), content_type="image/jpeg")


@drawings.post("/<int:drawing_id>/confirm")
@needs(Permission.CONFIRM_SCHEME)
def confirm_drawing(community_id: int, drawing_id: int) -> Page:
    with unit_of_work():
        actions.confirm_drawing(drawing_id, community_id=community_id, actor=me().actor, now=now())
    flash("这一版图纸从现在起管用。前一版留着备查。", "go")
    return redirect(url_for(".list_drawings", community_id=community_id))


@drawings.post("/<int:drawing_id>/withdraw")
@needs(Permission.WITHDRAW_SCHEME)
def withdraw_drawing(community_id: int, drawing_id: int) -> Page:
    queries.drawing(drawing_id, community_id)
    try:
        form = load_form(WithdrawIn)
        with unit_of_work():
            actions.withdraw_drawing(
                drawing_id, community_id=community_id, reason=form["reason"], actor=me().actor, now=now()
            )
    except Problem as error:
        return _list(community_id, dict(request.form), error_fields(error, "reason")), 422
    flash("已撤回。现行的图纸没有变。")
    return redirect(url_for(".list_drawings", community_id=community_id))


def _title(community_id: int) -> str:
    held = queries.drawing_in_force(community_id)
    return held.row.title if held else ""


def _list(community_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    views = queries.drawings(community_id)
    waiting = next((view for view in views if view.act is None), None)
    return render_template(
        "office/drawings/list.html",
        community_id=community_id,
        views=views,
        waiting=waiting,
        obstacles=waiting.why_not_confirm(me().actor.key) if waiting else [],
        typed=typed,
        fields=fields,
    )


def _new(community_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/drawings/new.html",
        community_id=community_id,
        held=queries.drawing_in_force(community_id),
        labels=LABELS,
        typed=typed,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )
