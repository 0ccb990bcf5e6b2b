"""Illegal structures of a project: entering one, and that it was ordered to be removed or is gone."""

from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Date, Enum, Integer

from admin.guard import check, needs
from admin.projects.desk import (
    Desk,
    Page,
    back_to,
    drawn_photos,
    form_page,
    found,
    found_for_some,
    kept,
    projects,
)
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.projects import actions, queries
from server.projects.models.works import About
from server.projects.queries import StructureCard
from server.projects.rules.structures import ORDER, StructureState

WHERE: dict[str, Any] = {"required": "选在哪个小区。", "invalid": "选在哪个小区。"}
PLACE: dict[str, Any] = {"required": "写在哪里、是什么。"}
STATE: dict[str, Any] = {"required": "选到哪一步了。", "unknown": "选到哪一步了。"}
DAY: dict[str, Any] = {"required": "填是哪一天的事。", "invalid": "填是哪一天的事。"}


class StructureIn(Schema):
    community_id = Integer(required=True, error_messages=WHERE)
    place = Line(200, required=True, error_messages=PLACE)
    happened_on = Date(required=True, error_messages=DAY)
    client_key = Line(80, required=True)


class ActIn(Schema):
    state = Enum(StructureState, by_value=True, required=True, error_messages=STATE)
    happened_on = Date(required=True, error_messages=DAY)
    document = Line(120, load_default="")
    client_key = Line(80, required=True)


@projects.get("/projects/<int:project_id>/structures/new")
@needs(Permission.RECORD_PROJECTS)
def new_structure(project_id: int) -> Page:
    return _new_page(found_for_some(project_id, Permission.RECORD_PROJECTS), {}, None)


@projects.post("/projects/<int:project_id>/structures")
@needs(Permission.RECORD_PROJECTS)
def enter_structure(project_id: int) -> Page:
    desk = found_for_some(project_id, Permission.RECORD_PROJECTS)
    try:
        form, photos = load_form(StructureIn), drawn_photos()
        check(Permission.RECORD_PROJECTS, form["community_id"])
        with unit_of_work():
            actions.enter_structure(project_id, photos=kept(photos), actor=me().actor, now=now(), **form)
    except NotFound:
        raise
    except Problem as error:
        return _new_page(desk, dict(request.form), error)
    flash("已登记。责令拆除、拆掉了，再来记。")
    return back_to(project_id, "structures")


@projects.get("/projects/<int:project_id>/structures/<int:structure_id>")
@needs(Permission.SEE_PROJECTS)
def structure_page(project_id: int, structure_id: int) -> Page:
    desk = found(project_id)
    return _structure_page(desk, _card(desk, structure_id), {}, None)


@projects.post("/projects/<int:project_id>/structures/<int:structure_id>/acts")
@needs(Permission.RECORD_PROJECTS)
def move_structure(project_id: int, structure_id: int) -> Page:
    desk = found_for_some(project_id, Permission.RECORD_PROJECTS)
    card = _card(desk, structure_id)
    check(Permission.RECORD_PROJECTS, card.structure.community_id)
    try:
        form, photos = load_form(ActIn), drawn_photos()
        with unit_of_work():
            actions.move_structure(
                project_id, structure_id, photos=kept(photos), actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _structure_page(desk, card, dict(request.form), error)
    flash(f"已记下：{form['state'].name_zh}。")
    return back_to(project_id, "structures")


def _card(desk: Desk, structure_id: int) -> StructureCard:
    card = queries.structure(structure_id, desk.line.id)
    if card is None:
        raise NotFound
    return card


def _new_page(desk: Desk, typed: dict[str, Any], error: Problem | None) -> Page:
    here = desk.communities_for(Permission.RECORD_PROJECTS)
    return form_page(
        "structure_new.html", desk, typed, error, communities=[(one.id, one.name) for one in here]
    )


def _structure_page(desk: Desk, card: StructureCard, typed: dict[str, Any], error: Problem | None) -> Page:
    states = [state for state in ORDER if ORDER.index(state) > ORDER.index(card.state)]
    mine = {one.id for one in desk.communities_for(Permission.RECORD_PROJECTS)}
    return form_page(
        "structure.html",
        desk,
        typed,
        error,
        card=card,
        community=next(one.name for one in desk.members if one.id == card.structure.community_id),
        states=[(state.value, state.name_zh) for state in states],
        evidence=queries.evidence_of(desk.line.id),
        About=About,
        may_record=card.structure.community_id in mine,
    )
