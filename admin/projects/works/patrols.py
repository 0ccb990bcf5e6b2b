"""Residents who watch the works: naming a household as supervisor, and what their patrols saw."""

from typing import Any

from flask import flash, request
from marshmallow import Schema

from admin.guard import needs
from admin.projects.desk import Page
from admin.projects.works.desk import back_to, draw, flat_at, known_project, works
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Problem
from server.ledger import queries as ledger
from server.projects import actions, queries

BUILDING: dict[str, Any] = {"required": "填楼栋。"}
ROOM: dict[str, Any] = {"required": "填房号。"}


class FlatIn(Schema):
    building = Line(20, required=True, error_messages=BUILDING)
    entrance = Line(20, load_default="")
    room = Line(20, required=True, error_messages=ROOM)
    client_key = Line(80, required=True)


@works.get("/patrols")
@needs(Permission.SEE_PROJECTS)
def list_patrols(community_id: int) -> Page:
    return _page(community_id)


@works.post("/supervisors")
@needs(Permission.CHECK_WORKS)
def name_supervisor(community_id: int) -> Page:
    try:
        form = load_form(FlatIn)
        line, flat = known_project(community_id), flat_at(community_id, form)
        with unit_of_work():
            actions.name_supervisor(
                line.id, community_id=community_id, flat_id=flat.id, client_key=form["client_key"],
                actor=me().actor, now=now(),
            )  # fmt: skip
    except Problem as error:
        return _page(community_id, error)
    flash("定好了。这一户绑定了手机的人，都能巡查。")
    return back_to("list_patrols", community_id)


@works.post("/supervisors/<int:supervisor_id>/end")
@needs(Permission.CHECK_WORKS)
def end_supervisor(community_id: int, supervisor_id: int) -> Page:
    with unit_of_work():
        actions.end_supervisor(supervisor_id, community_id=community_id, actor=me().actor, now=now())
    flash("这一户不再担任监督员。以前的巡查都在。")
    return back_to("list_patrols", community_id)


def _page(community_id: int, error: Problem | None = None) -> Page:
    named = queries.supervisors(community_id)
    page = queries.patrols(community_id, page_asked())
    ids = {one.flat_id for one in named} | {card.patrol.flat_id for card in page.items}
    return draw(
        "patrols.html",
        community_id,
        dict(request.form) if error else None,
        error,
        supervisors=named,
        page=page,
        flats=ledger.flats_by_ids(ids),
        checklist=queries.checklist(community_id, china_day(now())),
    )
