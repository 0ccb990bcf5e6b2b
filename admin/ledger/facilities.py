"""Facilities of a community: the list, and entering or mending one by its number."""

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
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid
from server.ledger import queries
from server.ledger.actions import places
from server.ledger.rules.words import FacilityKind

facilities = Blueprint("facilities", __name__, url_prefix="/communities/<int:community_id>/facilities")

Page = str | Response | tuple[str, int]


class FacilityIn(Schema):
    code = Line(40, required=True)
    kind = Choice(FacilityKind, required=True)
    name = Line(60, required=True)
    place = Line(120, load_default="")
    building_id = fields.Integer(load_default=None, error_messages={"invalid": "请从列表里选一个。"})
    client_key = Line(80, required=True)


@facilities.get("")
@needs(Permission.SEE_LEDGER)
def list_facilities(community_id: int) -> Page:
    return _page(community_id, {}, {})


@facilities.post("")
@needs(Permission.EDIT_LEDGER)
def save(community_id: int) -> Page:
    try:
        form = load_form(FacilityIn)
        with unit_of_work():
            places.save_facility(community_id, actor=me().actor, now=now(), **form)
    except Invalid as error:
        return _page(community_id, dict(request.form), error.fields), 422
    flash("设施记下了。", "go")
    return redirect(url_for("admin.ledger.facilities.list_facilities", community_id=community_id))


def _page(community_id: int, typed: dict[str, Any], errors: dict[str, list[str]]) -> str:
    buildings = queries.buildings(community_id)
    return render_template(
        "office/ledger/facilities.html",
        community_id=community_id,
        found=queries.facilities(community_id),
        names={one.id: one.label for one in buildings},
        buildings=[(one.id, one.label) for one in buildings],
        kinds=words(FacilityKind),
        typed=typed,
        fields=errors,
        key=secrets.token_urlsafe(16),
    )
