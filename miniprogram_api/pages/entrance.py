"""Coming in: the slip of a letterbox, a code typed by hand, the poster on a wall."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Blueprint, redirect, render_template, request, session, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from miniprogram_api.binding.entering import check_privacy_version, current_privacy, known_slip
from miniprogram_api.binding.proving import label_of
from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.session import forget, remember, signed_in
from miniprogram_api.surveys.reading import open_at
from server.identity import actions, queries
from server.identity.models import PlaceCode, PlaceKind, Slip
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound
from server.ledger import queries as ledger

entrance = Blueprint("entrance", __name__)

Page = str | Response | tuple[str, int]


class ConsentForm(Schema):
    agree = Line(
        10,
        required=True,
        error_messages={"required": "同意后才能进。不同意也没关系，可以到居委会用纸质表和纸质票。"},
    )
    privacy_version = Line(20, required=True)


class CodeForm(Schema):
    code = Line(60, required=True, error_messages={"required": "请填纸上的码。"})


@entrance.get("/enter")
@open_to_all
def how_to_come_in() -> Page:
    return _how({}, "")


@entrance.post("/enter")
@open_to_all
def type_code() -> Page:
    typed = request.form.get("code", "")
    try:
        code = load_form(CodeForm)["code"]
        known_slip(code)
    except (Invalid, NotFound) as error:
        fields = error.fields if isinstance(error, Invalid) else {"code": [error.message]}
        return _how(fields, typed), 422
    return redirect(url_for("mobile.entrance.slip_page", code=code))


@entrance.get("/s/<code>")
@open_to_all
def slip_page(code: str) -> Page:
    """Reads only: a preview of the link in a chat is no resident."""
    return _slip_page(known_slip(code), code, {})


@entrance.post("/s/<code>")
@open_to_all
def enter(code: str) -> Page:
    slip = known_slip(code)
    try:
        form = load_form(ConsentForm)
    except Invalid as error:
        return _slip_page(slip, code, error.fields), 422
    check_privacy_version(form["privacy_version"], slip.community_id)
    resident = signed_in()
    with unit_of_work():
        row = actions.enter_by_slip(
            slip,
            resident_id=resident.id if resident else None,
            privacy_version=form["privacy_version"],
            now=now(),
        )
    return _come_in(row.resident_id, row.id)


@entrance.post("/sign-out")
@resident_page
def sign_out() -> Page:
    forget()
    return redirect(url_for("mobile.entrance.how_to_come_in"))


@entrance.get("/p/<token>")
@open_to_all
def place(token: str) -> Page:
    """The public page of a place: what it is, whom to call, where to read on. Knows of no person."""
    row = queries.place_code_by_token(token)
    community = ledger.community(row.community_id) if row else None
    found = _place_of(row) if row else None
    if row is None or community is None or found is None:
        raise NotFound(
            "这张海报已经换过，码不能用了。请扫旁边新的一张，或给居委会打电话。", code="poster_unknown"
        )
    return render_template(
        "phone/entrance/place.html", row=row, name=found.name, community=community.name, contact=ledger.contact(community.id),
        help_phone=community.contact_phone, community_id=community.id, door=found.door,
        surveys=open_at(community.id, found.building_id, found.entrance_ids, now()),
    )  # fmt: skip


def _how(fields: dict[str, list[str]], typed: str) -> str:
    return render_template("phone/entrance/how.html", fields=fields, typed=typed)


def _slip_page(slip: Slip, code: str, fields: dict[str, list[str]]) -> str:
    resident, community = signed_in(), ledger.community(slip.community_id)
    known = queries.binding_of(resident.id, slip.flat_id) if resident else None
    return render_template(
        "phone/entrance/slip.html", code=code, label=label_of(slip.flat_id), community=community.name if community else "",
        help_phone=community.contact_phone if community else "", privacy=current_privacy(slip.community_id),
        known=known, fields=fields, community_id=slip.community_id,
    )  # fmt: skip


def _come_in(resident_id: int, binding_id: int) -> Response:
    row = queries.resident(resident_id)
    if row is None:
        raise NotFound
    remember(row)
    back = str(session.pop("back_to", ""))
    return redirect(back or url_for("mobile.binding_pages.my_flat", binding_id=binding_id))


@dataclass(frozen=True)
class _Place:
    """What a poster hangs at. `door`: what of an address is known here and need not be typed."""

    name: str
    door: dict[str, str] = field(default_factory=dict)
    building_id: int | None = None
    entrance_ids: tuple[int, ...] = ()


def _place_of(row: PlaceCode) -> _Place | None:
    """None where the ledger no longer has the place."""
    if row.kind is PlaceKind.COMMUNITY:
        community = ledger.community(row.target_id)
        return _Place(community.name) if community else None
    if row.kind is PlaceKind.FACILITY:
        facility = ledger.facility(row.target_id, row.community_id)
        return _Place(facility.name) if facility else None
    return next((one for one in _stairs(row.community_id, row.kind, row.target_id)), None)


def _stairs(community_id: int, kind: PlaceKind, target_id: int) -> Iterator[_Place]:
    for building in ledger.buildings(community_id):
        if kind is PlaceKind.BUILDING and building.id == target_id:
            inside = tuple(one.id for one in building.entrances)
            yield _Place(building.label, {"building": building.name}, building.id, inside)
        for one in building.entrances:
            if kind is PlaceKind.ENTRANCE and one.id == target_id:
                door = {"building": building.name, "entrance": one.name}
                yield _Place(one.label, door, building.id, (one.id,))
