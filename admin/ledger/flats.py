"""The flats of a community by page and building, one flat with all that is known of it, entering and mending."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.communities import Choice, words
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import asked_number, page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Problem
from server.ledger import queries
from server.ledger.actions import places
from server.ledger.queries import FlatCard, OwnerCard
from server.ledger.rules.words import AreaSource, FlatUse, HouseholdState

flats = Blueprint("flats", __name__, url_prefix="/communities/<int:community_id>")

Page = str | Response | tuple[str, int]


class FlatIn(Schema):
    area = fields.Decimal(
        load_default=None, error_messages={"invalid": "请只写数字，例如 67.70；不知道就留空。"}
    )
    area_source = Choice(AreaSource, load_default=None)
    use = Choice(FlatUse, required=True)
    floor = fields.Integer(load_default=None, error_messages={"invalid": "请写楼层的数字。"})


class NewFlatIn(FlatIn):
    entrance_id = fields.Integer(
        required=True, error_messages={"required": "请选单元。", "invalid": "请选单元。"}
    )
    room = Line(20, required=True)
    client_key = Line(80, required=True)


class BuildingIn(Schema):
    name = Line(20, required=True)
    entrances = Line(200, load_default="")
    floors = fields.Integer(load_default=None, error_messages={"invalid": "请写楼层的数字。"})


CHOICES = {
    "use": words(FlatUse),
    "area_source": words(AreaSource),
}


@flats.get("/flats")
@needs(Permission.SEE_LEDGER)
def list_flats(community_id: int) -> Page:
    """A page of flats, masked owners beside them; by building, by room, or only those that lack an area for a vote."""
    building_id, text = asked_number("building"), request.args.get("text", "")
    lacking = request.args.get("lacking") == "yes"
    found = queries.flats(
        community_id,
        building_id=building_id,
        text=text,
        lacking=lacking,
        page=page_asked(),
    )
    shown = [flat.id for flat in found.items]
    return render_template(
        "office/ledger/flats.html",
        community_id=community_id,
        found=found,
        building_options=[(one.id, one.label) for one in queries.building_lines(community_id)],
        flats_at=url_for("admin.ledger.flats.list_flats", community_id=community_id),
        building_id=building_id,
        text=text,
        lacking=lacking,
        owners=queries.names_of(shown, china_day(now())),
        states=queries.states_of(shown),
    )


@flats.get("/flats/<int:flat_id>")
@needs(Permission.SEE_LEDGER)
def show(community_id: int, flat_id: int) -> Page:
    return flat_page(community_id, flat_id)


@flats.get("/flats/<int:flat_id>/edit")
@needs(Permission.EDIT_LEDGER)
def edit_form(community_id: int, flat_id: int) -> Page:
    return _edit_page(the_flat(community_id, flat_id), {}, {})


@flats.post("/flats/<int:flat_id>/edit")
@needs(Permission.EDIT_LEDGER)
def change(community_id: int, flat_id: int) -> Page:
    flat = the_flat(community_id, flat_id)
    try:
        form = load_form(FlatIn)
        with unit_of_work():
            places.change_flat(flat_id, community_id, actor=me().actor, now=now(), **form)
    except Invalid as error:
        return _edit_page(flat, dict(request.form), error.fields), 422
    flash("房屋资料改好了。正在进行的投票不受影响。", "go")
    return back_to_flat(community_id, flat_id)


@flats.post("/flats/<int:flat_id>/remove")
@needs(Permission.EDIT_LEDGER)
def remove(community_id: int, flat_id: int) -> Page:
    with unit_of_work():
        places.remove_flat(flat_id, community_id, actor=me().actor, now=now())
    flash("已经删除这套录错的房。", "go")
    return redirect(url_for("admin.ledger.flats.list_flats", community_id=community_id))


@flats.get("/flats/new")
@needs(Permission.EDIT_LEDGER)
def new_form(community_id: int) -> Page:
    return _new_page(community_id, {}, {})


@flats.post("/flats")
@needs(Permission.EDIT_LEDGER)
def add(community_id: int) -> Page:
    try:
        form = load_form(NewFlatIn)
        with unit_of_work():
            flat = places.add_flat(community_id, actor=me().actor, now=now(), **form)
    except (Invalid, Conflict) as error:
        return _new_page(community_id, dict(request.form), said(error, "room")), 422
    flash("房屋加好了。接着填业主。", "go")
    return back_to_flat(community_id, flat.id)


@flats.post("/buildings")
@needs(Permission.EDIT_LEDGER)
def add_building(community_id: int) -> Page:
    try:
        form = load_form(BuildingIn)
        entrances = form["entrances"].replace("，", "、").replace(",", "、").split("、")
        form["entrances"] = [one for one in entrances if one.strip()]
        with unit_of_work():
            places.add_building(community_id, actor=me().actor, now=now(), **form)
    except Invalid as error:
        return _new_page(community_id, dict(request.form), error.fields), 422
    flash("楼栋加好了。", "go")
    return redirect(url_for("admin.ledger.flats.new_form", community_id=community_id))


def said(error: Problem, field: str) -> dict[str, list[str]]:
    """The sentences of an error by field; of one that names none, under `field`."""
    found = error.fields if isinstance(error, Invalid) else {}
    return found or {field: [error.message]}


def back_to_flat(community_id: int, flat_id: int) -> Response:
    return redirect(url_for("admin.ledger.flats.show", community_id=community_id, flat_id=flat_id))


def the_flat(community_id: int, flat_id: int) -> FlatCard:
    flat = queries.flat(flat_id, community_id)
    if flat is None:
        raise NotFound
    return flat


def flat_page(
    community_id: int,
    flat_id: int,
    *,
    purpose: str = "",
    errors: dict[str, list[str]] | None = None,
    full: list[OwnerCard] | None = None,
) -> str:
    """One flat. `full` are the owners to show unmasked, this once."""
    flat = the_flat(community_id, flat_id)
    today = china_day(now())
    history = queries.ownership_history(flat_id)
    owners = [one for one in history if _is_present(one, today)][::-1]
    return render_template(
        "office/ledger/flat.html",
        community_id=community_id,
        flat=flat,
        purpose=purpose,
        fields=errors or {},
        owners=owners,
        representative_options=[(one.id, one.masked_name) for one in owners],
        representative_id=next((one.id for one in owners if one.is_representative), ""),
        earlier=[one for one in history if not _is_present(one, today)],
        full={one.ownership_id: one for one in full or []},
        households=queries.households_of_flat(flat_id),
        states=list(HouseholdState),
        key=secrets.token_urlsafe(16),
    )


def _is_present(one: OwnerCard, today: Any) -> bool:
    return (one.from_on is None or one.from_on <= today) and (one.to_on is None or one.to_on > today)


def _edit_page(flat: FlatCard, typed: dict[str, Any], errors: dict[str, list[str]]) -> str:
    stands = {
        "area": flat.area,
        "area_source": flat.area_source.value if flat.area_source else "",
        "use": flat.use.value,
        "floor": flat.floor,
    }
    return render_template(
        "office/ledger/flat_edit.html", flat=flat, typed=typed or stands, fields=errors, choices=CHOICES
    )


def _new_page(community_id: int, typed: dict[str, Any], errors: dict[str, list[str]]) -> str:
    return render_template(
        "office/ledger/new_flat.html",
        community_id=community_id,
        entrances=[(one.id, one.label) for one in queries.entrances(community_id)],
        typed=typed,
        fields=errors,
        choices=CHOICES,
        key=secrets.token_urlsafe(16),
    )
