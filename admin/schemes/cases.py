"""Lift cases: which entrances have one, opening one, and one case with what is missing."""

import secrets
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Integer, List

from admin.guard import needs
from admin.schemes.desk import Page, error_fields, lifts
from admin.session import me
from server.attachments import queries as photos
from server.decisions.actions import lifts as actions
from server.decisions.models import LiftCase
from server.decisions.queries import lifts as queries
from server.decisions.queries.lifts import LiftView
from server.decisions.rules.lift_costs import shares_by_flat
from server.decisions.rules.lifts import why_not_check
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Problem
from server.ledger import queries as ledger
from server.ledger.queries import EntranceCard, FlatCard
from server.ledger.rules.words import FlatUse

#: More flats than any entrance has.
MOST_FLATS = 1000


class OpenIn(Schema):
    taken = List(Integer(), load_default=list)
    on = Date(required=True, error_messages={"required": "选哪天看的。", "invalid": "选哪天看的。"})
    client_key = Line(80, required=True)


class CheckIn(Schema):
    seen = Integer(required=True)


@lifts.get("")
@needs(Permission.SEE_LIFT)
def list_cases(community_id: int) -> Page:
    views = queries.lift_views(community_id)
    begun = {view.row.entrance_id for view in views}
    return render_template(
        "office/lifts/list.html",
        community_id=community_id,
        views=views,
        others=[one for one in ledger.entrances(community_id) if one.id not in begun],
    )


@lifts.get("/new/<int:entrance_id>")
@needs(Permission.ENTER_LIFT)
def new_case(community_id: int, entrance_id: int) -> Page:
    return _new(community_id, _entrance(community_id, entrance_id), {"on": china_day(now())}, {})


@lifts.post("/new/<int:entrance_id>")
@needs(Permission.ENTER_LIFT)
def open_case(community_id: int, entrance_id: int) -> Page:
    entrance = _entrance(community_id, entrance_id)
    try:
        form = load_form(OpenIn)
        with unit_of_work():
            row = actions.open_case(
                community_id,
                entrance_id,
                taken=form["taken"],
                on=form["on"],
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        typed = {**request.form, "taken": request.form.getlist("taken")}
        return _new(community_id, entrance, typed, error_fields(error, "taken")), 422
    flash("档案建好了。接着收同意书、记异议。", "go")
    return redirect(url_for(".case_page", community_id=community_id, case_id=row.id))


@lifts.get("/<int:case_id>")
@needs(Permission.SEE_LIFT)
def case_page(community_id: int, case_id: int) -> Page:
    view = queries.lift_view(queries.known(case_id, community_id))
    return render_template(
        "office/lifts/case.html",
        community_id=community_id,
        view=view,
        case=view.case,
        check_obstacles=why_not_check(view.case, me().actor.key),
        shares=_shares(view),
    )


@lifts.post("/<int:case_id>/check")
@needs(Permission.CHECK_LIFT)
def check_papers(community_id: int, case_id: int) -> Page:
    row = queries.known(case_id, community_id)
    form = load_form(CheckIn)
    with unit_of_work():
        actions.check_papers(
            case_id, community_id=community_id, seen=form["seen"], actor=me().actor, now=now()
        )
    flash("复核过了，这些材料从现在起算数。", "go")
    return redirect(url_for(".case_page", community_id=community_id, case_id=row.id))


@lifts.get("/<int:case_id>/acts/<int:act_id>/paper")
@needs(Permission.SEE_LIFT)
def act_paper(community_id: int, case_id: int, act_id: int) -> Response:
    view = queries.lift_view(queries.known(case_id, community_id))
    found = next((one.attachment_id for one in view.acts if one.id == act_id), None)
    if found is None:
        raise NotFound
    return Response(photos.content(found), content_type="image/jpeg")


def flats_of(row: LiftCase | EntranceCard, community_id: int) -> list[FlatCard]:
    """The flats of the case's entrance; a parking space is nobody's home."""
    entrance_id = row.entrance_id if isinstance(row, LiftCase) else row.id
    found = ledger.flats(community_id, entrance_id=entrance_id, size=MOST_FLATS)
    return [flat for flat in found.items if flat.use is not FlatUse.PARKING]


def _entrance(community_id: int, entrance_id: int) -> EntranceCard:
    found = next((one for one in ledger.entrances(community_id) if one.id == entrance_id), None)
    if found is None:
        raise NotFound
    return found


def _new(community_id: int, entrance: EntranceCard, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/lifts/new.html",
        community_id=community_id,
        entrance=entrance,
        flats=[(str(flat.id), flat.label) for flat in flats_of(entrance, community_id)],
        typed=typed,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )


def _shares(view: LiftView) -> list[tuple[FlatCard, int, int]]:
    """Of each flat with a floor: its parts, and what it pays."""
    plan = view.plan.plan if view.plan else None
    if not plan:
        return []
    flats = {flat.id: flat for flat in flats_of(view.row, view.row.community_id) if flat.floor is not None}
    parts = {int(floor): int(number) for floor, number in plan["parts"].items()}
    floors = {flat.id: flat.floor or 0 for flat in flats.values()}
    paid = shares_by_flat(int(plan["cost_fen"]), floors, parts)
    return [(flat, parts.get(floors[flat.id], 0), paid[flat.id]) for flat in flats.values()]
