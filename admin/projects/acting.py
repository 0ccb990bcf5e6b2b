"""Entering an act of the works, and confirming or turning down what another person entered."""

from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Boolean, Date, Enum

from admin.guard import needs
from admin.projects.desk import Desk, Page, back_to, drawn_photos, form_page, found, kept, projects
from admin.session import me
from server.decisions.queries.preparation import preparation
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.projects import actions, queries
from server.projects.models.works import About
from server.projects.queries import EventCard
from server.projects.rules.acts import NEEDS_PICTURE, EventKind, next_events
from server.projects.rules.preparation import open_at, open_steps

KIND: dict[str, Any] = {"required": "选做完了哪一步。", "unknown": "选做完了哪一步。"}
DAY: dict[str, Any] = {"required": "填是哪一天的事。", "invalid": "填是哪一天的事。"}
VERDICT: dict[str, Any] = {"required": "选确认还是退回。", "invalid": "选确认还是退回。"}


class EventIn(Schema):
    kind = Enum(EventKind, by_value=True, required=True, error_messages=KIND)
    happened_on = Date(required=True, error_messages=DAY)
    document = Line(120, load_default="")
    client_key = Line(80, required=True)


class ReviewIn(Schema):
    is_confirmed = Boolean(required=True, error_messages=VERDICT)
    reason = Line(300, load_default="")


@projects.get("/projects/<int:project_id>/events/new")
@needs(Permission.RECORD_PROJECTS)
def new_event(project_id: int) -> Page:
    desk = found(project_id, Permission.RECORD_PROJECTS)
    return _event_page(desk, {"kind": request.args.get("kind", "")}, None)


@projects.post("/projects/<int:project_id>/events")
@needs(Permission.RECORD_PROJECTS)
def enter_event(project_id: int) -> Page:
    desk = found(project_id, Permission.RECORD_PROJECTS)
    try:
        form, photos = load_form(EventIn), drawn_photos()
        with unit_of_work():
            actions.enter_event(project_id, photos=kept(photos), actor=me().actor, now=now(), **form)
    except Problem as error:
        return _event_page(desk, dict(request.form), error)
    flash("已记下。另一个人确认以后才算数。")
    return back_to(project_id, "events")


@projects.get("/projects/<int:project_id>/events/<int:event_id>")
@needs(Permission.SEE_PROJECTS)
def event_page(project_id: int, event_id: int) -> Page:
    desk = found(project_id)
    return review_page(desk, event_of(desk, event_id), {}, None)


@projects.post("/projects/<int:project_id>/events/<int:event_id>/review")
@needs(Permission.CONFIRM_PROJECTS)
def review_event(project_id: int, event_id: int) -> Page:
    desk = found(project_id, Permission.CONFIRM_PROJECTS)
    card = event_of(desk, event_id)
    try:
        form = load_form(ReviewIn)
        with unit_of_work():
            actions.review_event(project_id, event_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return review_page(desk, card, dict(request.form), error)
    flash("已确认，进度算数了。" if form["is_confirmed"] else "已退回，填的人可以改好重填。")
    return back_to(project_id, "events")


def event_of(desk: Desk, event_id: int) -> EventCard:
    card = queries.event(event_id, desk.line.id)
    if card is None:
        raise NotFound
    return card


def _event_page(desk: Desk, typed: dict[str, Any], error: Problem | None) -> Page:
    kinds = next_events(desk.line.dates, queries.waiting([desk.line.id])[desk.line.id])
    cards = [
        (kind.value, kind.name_zh, "要有照片" if kind in NEEDS_PICTURE else "照片或文件，有一样就行")
        for kind in kinds
    ]
    steps = [] if EventKind.STARTED in desk.line.dates else open_steps(preparation(desk.line.id, now()))
    # While clearing or moving in may still be entered, nobody expects the items to be complete.
    unfinished = _unfinished(desk) if kinds[:1] == [EventKind.FINISHED] else []
    return form_page("event.html", desk, typed, error, cards=cards, open_steps=steps, unfinished=unfinished)


def _unfinished(desk: Desk) -> list[str]:
    """The items of the works of which nobody confirmed that they are complete: no bar to the finish, and not to be missed."""
    return [card.label for card in queries.items_of_project(desk.line.id) if not card.is_done]


def review_page(desk: Desk, card: EventCard, typed: dict[str, Any], error: Problem | None) -> Page:
    is_start = card.event.kind is EventKind.STARTED
    is_finish = card.event.kind is EventKind.FINISHED and card.review is None
    return form_page(
        "review.html",
        desk,
        typed,
        error,
        card=card,
        photos=queries.evidence_of(desk.line.id).get((About.EVENT, card.event.id), []),
        flagged=open_at(preparation(desk.line.id, now()), card.event.happened_on) if is_start else [],
        unfinished=_unfinished(desk) if is_finish else [],
        is_mine=card.event.entered_by == me().actor.key,
        may_confirm=desk.may(Permission.CONFIRM_PROJECTS),
        may_record=desk.may(Permission.RECORD_PROJECTS),
        me_key=me().actor.key,
    )
