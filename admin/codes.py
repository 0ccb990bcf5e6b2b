"""Codes on paper: the slips for letterboxes and the posters for walls, issued, printed, replaced."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Integer
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.mini_codes import picture_of
from admin.session import me
from server.identity import actions, queries
from server.identity.models import PlaceCode, PlaceKind, Slip
from server.identity.rules import Permission
from server.identity.rules.scenes import Paper
from server.infra import qr
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound
from server.ledger import queries as ledger

codes = Blueprint("codes", __name__, url_prefix="/communities/<int:community_id>/codes")

Page = str | Response | tuple[str, int]

#: What a slip is for, in two plain sentences; one for homes, one for units without a household.
FOR_HOMES = ("扫码看小区要改什么、提意见。", "核实是业主后，可以在手机上投票。")
FOR_UNITS = ("扫码看小区要改什么。", "核实是业主后，可以在手机上投票。")
POSTER_WORDS = {
    PlaceKind.COMMUNITY: (
        "小区改造，大家一起定",
        ["扫码看公示、看投票到哪一步了。", "要投票，请扫你家信箱里的码。"],
    ),
    PlaceKind.BUILDING: (
        "这栋楼的事，一起定",
        ["扫码看公示、看投票到哪一步了。", "要投票，请扫你家信箱里的码。"],
    ),
    PlaceKind.ENTRANCE: (
        "这个单元的事，一起定",
        ["扫码看公示、看投票到哪一步了。", "要投票，请扫你家信箱里的码。"],
    ),
    PlaceKind.FACILITY: (
        "这里坏了？扫码告诉我们",
        ["扫码，点一下什么坏了，发出去就行。", "头一回用，要先扫你家信箱里的码。"],
    ),
}


class PrintForm(Schema):
    building_id = Integer(load_default=None, error_messages={"invalid": "请选楼栋。"})
    is_new_only = Boolean(load_default=False)


class ReplaceForm(Schema):
    ends_bindings = Boolean(load_default=False)


@codes.get("")
@needs(Permission.PRINT_CODES)
def overview(community_id: int) -> Page:
    issued, opened = queries.slip_counts(community_id)
    return render_template(
        "office/codes/overview.html", community_id=community_id, issued=issued, opened=opened,
        lacking=len(queries.places_lacking_slips(community_id)), unprinted=queries.slips_unprinted(community_id),
        buildings=ledger.buildings(community_id), posters=queries.place_codes_of(community_id),
    )  # fmt: skip


@codes.post("/issue")
@needs(Permission.PRINT_CODES)
def issue(community_id: int) -> Page:
    with unit_of_work():
        slips = actions.issue_slips(community_id, actor=me().actor, now=now())
        posters = actions.issue_place_codes(community_id, actor=me().actor, now=now())
    flash(f"新发了 {slips} 张入户码、{posters} 张海报码。现在可以打印。", "go")
    return redirect(url_for("admin.codes.overview", community_id=community_id))


@codes.post("/slips/print")
@needs(Permission.PRINT_CODES)
def print_slips(community_id: int) -> Page:
    form = load_form(PrintForm)
    tickets = _slips(community_id, form["building_id"], is_new_only=form["is_new_only"])
    if not tickets:
        flash("没有要打印的入户码。先点“发码”。", "wait")
        return redirect(url_for("admin.codes.overview", community_id=community_id))
    with unit_of_work():
        ids = [slip.id for slip, _ in tickets]
        actions.note_printing(community_id, ids, actor=me().actor, now=now())
    return render_template(
        "office/codes/slips.html", slips=_tickets(community_id, tickets), community_id=community_id
    )


@codes.get("/slips")
@needs(Permission.PRINT_CODES)
def find_slip(community_id: int) -> Page:
    asked = {name: request.args.get(name, "")[:20] for name in ("building", "entrance", "room")}
    flat = ledger.flat_by_address(community_id, **asked) if asked["room"] else None
    slips = queries.slips_of_flat(flat.id) if flat else []
    return render_template(
        "office/codes/find.html", community_id=community_id, asked=asked, flat=flat, slips=slips
    )


@codes.post("/slips/<int:slip_id>/replace")
@needs(Permission.PRINT_CODES)
def replace_slip(community_id: int, slip_id: int) -> Page:
    form = load_form(ReplaceForm)
    with unit_of_work():
        slip = actions.replace_slip(slip_id, community_id, actor=me().actor, now=now(), **form)
        actions.note_printing(community_id, [slip.id], actor=me().actor, now=now())
    flat = ledger.flat(slip.flat_id)
    tickets = _tickets(community_id, [(slip, flat.label if flat else "")])
    return render_template("office/codes/slips.html", slips=tickets, community_id=community_id)


@codes.get("/posters/print")
@needs(Permission.PRINT_CODES)
def print_posters(community_id: int) -> Page:
    wanted = {kind for kind in PlaceKind if kind.value in request.args.getlist("kind")} or set(PlaceKind)
    rows = [row for row in queries.place_codes_of(community_id) if row.kind in wanted]
    if not rows:
        flash("还没有海报码。先点“发码”。", "wait")
        return redirect(url_for("admin.codes.overview", community_id=community_id))
    return render_template(
        "office/codes/posters.html", posters=_posters(community_id, rows), community_id=community_id
    )


@codes.post("/posters/<int:code_id>/replace")
@needs(Permission.PRINT_CODES)
def replace_poster(community_id: int, code_id: int) -> Page:
    with unit_of_work():
        row = actions.replace_place_code(code_id, community_id, actor=me().actor, now=now())
    return render_template(
        "office/codes/posters.html", posters=_posters(community_id, [row]), community_id=community_id
    )


def _slips(community_id: int, building_id: int | None, *, is_new_only: bool) -> list[tuple[Slip, str]]:
    """Slips with their labels, in the order a person walks: building, entrance, room."""
    ids = [building_id] if building_id is not None else []
    labels = {one.id: one.label for one in ledger.households(community_id, building_ids=ids)}
    order = ledger.flat_ids(community_id, building_ids=ids)
    flats = ledger.flats_by_ids(order)
    by_flat: dict[int, list[Slip]] = {}
    for slip in queries.slips_of(community_id):
        if not (is_new_only and slip.printed_at):
            by_flat.setdefault(slip.flat_id, []).append(slip)
    return [
        (slip, labels.get(slip.household_id or 0, flats[flat_id].label))
        for flat_id in order
        for slip in by_flat.get(flat_id, [])
    ]


def _tickets(community_id: int, slips: Iterable[tuple[Slip, str]]) -> list[dict[str, Any]]:
    community, phone = ledger.community(community_id), ledger.contact(community_id)[1]
    name = community.name if community else ""
    root = f"{current_app.config['PUBLIC_URL']}/s/"
    return [
        {
            "place": label,
            "code": slip.code,
            "qr": qr.svg(root + slip.code, f"{label} 的入户码", is_bulk=True),
            "mini": picture_of(Paper.SLIP, community_id, slip.id),
            "sentences": FOR_HOMES if slip.household_id else FOR_UNITS,
            "phone": phone,
            "community": name,
        }
        for slip, label in slips
    ]


def _posters(community_id: int, rows: list[PlaceCode]) -> list[dict[str, Any]]:
    community, phone = ledger.community(community_id), ledger.contact(community_id)[1]
    if community is None:
        raise NotFound
    names = _names_of_places(community_id, community.name)
    found = []
    for row in rows:
        title, sentences = POSTER_WORDS[row.kind]
        place = names.get((row.kind, row.target_id))
        if place is not None:
            address = f"{current_app.config['PUBLIC_URL']}/p/{row.token}"
            found.append(
                {"place": place, "title": title, "sentences": sentences, "qr": qr.svg(address, f"{place} 的码"),
                 "mini": picture_of(Paper.PLACE, community_id, row.id),
                 "phone": phone, "community": community.name}
            )  # fmt: skip
    return found


def _names_of_places(community_id: int, name: str) -> dict[tuple[PlaceKind, int], str]:
    """What stands on each poster; a place that the ledger no longer has is left out."""
    names = {(PlaceKind.COMMUNITY, community_id): name}
    for building in ledger.buildings(community_id):
        names[PlaceKind.BUILDING, building.id] = building.label
        names |= {(PlaceKind.ENTRANCE, one.id): one.label for one in building.entrances}
    names |= {(PlaceKind.FACILITY, one.id): one.name for one in ledger.facilities(community_id)}
    return names
