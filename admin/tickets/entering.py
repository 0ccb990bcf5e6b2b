"""Taking a report by telephone, or writing down what was seen: who called, what, where. What may be the same is shown first."""

import secrets
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Enum
from marshmallow.validate import OneOf

from admin.guard import needs
from admin.matters.becoming import became, carried, photos_along, stand_as_there
from admin.session import me
from admin.tickets.desk import Page, community, drawn_photos, kept_photos, tickets
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Problem
from server.ledger import queries as ledger
from server.matters.queries import MatterCard
from server.matters.rules.links import LinkKind
from server.tickets import actions, queries
from server.tickets.queries import Alike
from server.tickets.rules.reports import LONGEST_NAME, LONGEST_PLACE, NewTicket
from server.tickets.rules.states import LONGEST_WORDS
from server.tickets.rules.words import Category, Source

WHAT: dict[str, Any] = {"required": "选是什么事。", "unknown": "选是什么事。"}
HOW: dict[str, Any] = {"required": "选怎么知道的。", "unknown": "选怎么知道的。"}
SOURCES = (Source.PHONE, Source.ON_BEHALF, Source.PATROL, Source.COMPANY)


class CallIn(Schema):
    category = Enum(Category, by_value=True, required=True, error_messages=WHAT)
    source = Enum(
        Source,
        by_value=True,
        required=True,
        validate=OneOf(SOURCES, error=HOW["unknown"]),
        error_messages=HOW,
    )
    #: "e5": an entrance; "f7": a facility; "b3": a building; empty: somewhere in the community.
    spot = Line(20, load_default="")
    room = Line(20, load_default="")
    place = Line(LONGEST_PLACE, load_default="")
    words = Words(LONGEST_WORDS, load_default="")
    is_danger = Boolean(load_default=False)
    contact_name = Line(LONGEST_NAME, load_default="")
    contact_phone = Line(20, load_default="")
    #: It was looked at whether somebody reported it already.
    is_other = Boolean(load_default=False)
    client_key = Line(80, required=True)


@tickets.get("/communities/<int:community_id>/tickets/new")
@needs(Permission.ENTER_TICKET)
def new_ticket(community_id: int) -> Page:
    return _page(community_id, _typed_of(carried(community_id)), None, [])


@tickets.post("/communities/<int:community_id>/tickets")
@needs(Permission.ENTER_TICKET)
def enter_ticket(community_id: int) -> Page:
    try:
        form, matter = load_form(CallIn), carried(community_id)
        new = _new(community_id, form, matter)
        same, photos = [] if form["is_other"] else _same(new), drawn_photos()
        if same:
            return _page(community_id, dict(request.form), None, same)
        with unit_of_work():
            pictured = replace(new, photos=[*new.photos, *kept_photos(photos)])
            row = actions.report(pictured, actor=me().actor, now=now())
            stand_as_there(matter, row.id)
            became(matter, LinkKind.TICKET, row.id)
    except Problem as error:
        return _page(community_id, dict(request.form), error, [])
    flash(f"登记好了，{row.id} 号。", "go")
    return redirect(url_for("admin.tickets.show_ticket", community_id=community_id, ticket_id=row.id))


def _same(new: NewTicket) -> list[Alike]:
    """Open reports that this one may be about; a trouble inside a home is no neighbour's."""
    if new.flat_id is not None:
        return []
    places = {"facility_id": new.facility_id, "building_id": new.building_id, "entrance_id": new.entrance_id}
    found = queries.similar(new.community_id, new.category, now(), **places)
    # A form that was sent twice is not like itself.
    return [one for one in found if one.client_key != new.client_key]


def _typed_of(matter: MatterCard | None) -> dict[str, Any]:
    """What was raised is told on the committee's word; whoever raised it is told of each step."""
    if matter is None:
        return {}
    words = "\n".join(filter(None, (matter.public_title, matter.public_text)))
    return {"matter": str(matter.matter.id), "source": Source.ON_BEHALF.value, "words": words}


def _new(community_id: int, form: dict[str, Any], matter: MatterCard | None) -> NewTicket:
    place = _place(community_id, form["spot"], form["room"])
    said = {name: form[name] for name in ("place", "words", "is_danger", "contact_name", "contact_phone")}
    # Where a facility or a stair is named, its own name is what everybody reads.
    if place:
        said["place"] = ""
        said["words"] = "\n".join(filter(None, (form["place"], form["words"])))
    said["reporter_id"] = matter.matter.resident_id if matter is not None else None
    said["photos"] = [one.attachment_id for one in photos_along(matter)]
    return NewTicket(community_id, form["category"], form["source"], form["client_key"], **said, **place)


def _place(community_id: int, spot: str, room: str) -> dict[str, Any]:
    """Raises Invalid where there is no such room, or a room without its stair."""
    if spot.startswith("f") and spot[1:].isdecimal():
        facility = ledger.facility(int(spot[1:]), community_id)
        return {"facility_id": facility.id, "building_id": facility.building_id} if facility else {}
    for one in ledger.entrances(community_id):
        if spot == f"e{one.id}":
            flat = ledger.flat_by_address(community_id, one.building, one.name, room) if room else None
            if room and flat is None:
                sentence = f"{one.label}没有 {room}。看看台账上怎么写，或者不填房号，写在说明里。"
                raise Invalid(sentence, fields={"room": [sentence]})
            if flat is not None:
                return {"flat_id": flat.id}
            return {"building_id": one.building_id, "entrance_id": one.id}
    if room:
        sentence = "填了房号，也要选是哪个单元。"
        raise Invalid(sentence, fields={"spot": [sentence]})
    buildings = ledger.buildings(community_id)
    return next(({"building_id": one.id} for one in buildings if spot == f"b{one.id}"), {})


def _spots(community_id: int) -> list[tuple[str, str]]:
    """What can be chosen. A building that is not divided is its one entrance, by the same name."""
    found = [(f"f{one.id}", one.name) for one in ledger.facilities(community_id)]
    for building in ledger.buildings(community_id):
        inside = [(f"e{one.id}", one.label) for one in building.entrances]
        if building.label not in (label for _, label in inside):
            found.append((f"b{building.id}", building.label))
        found += inside
    return found


def _page(community_id: int, typed: dict[str, Any], error: Problem | None, same: list[Alike]) -> Page:
    fields = error.fields if isinstance(error, Invalid) else {}
    drawn = render_template(
        "office/tickets/new.html",
        community=community(community_id),
        typed={"client_key": secrets.token_urlsafe(16), "source": Source.PHONE.value, **typed},
        fields=fields,
        refusal="" if error is None or fields else error.message,
        same=same,
        carried_photos=photos_along(carried(community_id)),
        categories=[(one.value, one.name_zh) for one in Category],
        sources=[(one.value, one.name_zh) for one in SOURCES],
        spots=_spots(community_id),
        had_photos=any(one.filename for one in request.files.getlist("photo")),
    )
    return drawn if error is None else (drawn, error.status)
