"""A community entered by hand: where it is, step by step down the tree of divisions, then what it is."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow.fields import Integer
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.communities import CHOICES, CommunityIn, facts_of, typed_facts, wrong_facts
from admin.ledger.reach import division_within, reach_of
from admin.session import me
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.divisions.rules import DivisionLevel, is_valid_on
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger.actions import places
from server.plans.actions import log_first_moves
from server.plans.rules.pools import BY_HAND

creating = Blueprint("creating", __name__)

Page = str | Response | tuple[str, int]
#: What a community stands in; above them one only chooses further.
PLACES = {DivisionLevel.TOWNSHIP, DivisionLevel.COMMITTEE}
#: What the form begins with: what most are.
USUAL = {"location_type": "city", "kind": "community", "exclusion": "none"}


class NewCommunityIn(CommunityIn):
    division = Integer(required=True, error_messages={"required": "选街道或居委会。"})
    client_key = Line(80, required=True)


@creating.get("/communities/new")
@needs(Permission.IMPORT_LEDGER)
def new_form() -> Page:
    return _form(request.args.get("division", type=int), USUAL, {}, secrets.token_urlsafe(16))


@creating.post("/communities")
@needs(Permission.IMPORT_LEDGER)
def create() -> Page:
    try:
        form = load_form(NewCommunityIn)
        division = _chosen(form.pop("division"))
        with unit_of_work():
            row = places.create_community(
                division_id=division.id, actor=me().actor, now=now(), **facts_of(form)
            )
            log_first_moves([row.id], reason=BY_HAND, actor=me().actor, now=now())
    except (Invalid, Conflict) as error:
        sent = request.form.get("division", type=int)
        page = _form(sent, typed_facts(), wrong_facts(error), request.form.get("client_key", ""))
        return page, error.status
    flash(f"{row.name}建好了。接着加楼栋和房屋，或者导入。", "go")
    return redirect(url_for("admin.ledger.communities.show", community_id=row.id))


def _form(division_id: int | None, typed: dict[str, Any], fields: dict[str, list[str]], key: str) -> str:
    below = _within_reach(division_id) if division_id is not None else None
    tops = [divisions.ancestors(path)[-1] for path in _paths()]
    if below is None and len(tops) == 1:
        below = tops[0]
    found = divisions.children(below.id, china_day(now())) if below else tops
    return render_template(
        "office/ledger/new_community.html",
        below=below,
        may_anywhere=bool(_paths()),
        where=divisions.full_name(below.path) if below else "",
        is_place=below is not None and _is_place(below),
        places=found,
        places_named=[(one.id, one.name) for one in found],
        typed=typed,
        fields=fields,
        choices=CHOICES,
        key=key,
    )


def _chosen(division_id: int) -> Division:
    found = _within_reach(division_id)
    if not _is_place(found):
        raise Invalid("小区要建在街道或居委会下面。", fields={"division": ["小区要建在街道或居委会下面。"]})
    return found


def _is_place(division: Division) -> bool:
    return division.level in PLACES


def _within_reach(division_id: int) -> Division:
    """The division, where this person may enter communities and it is there today. Raises NotFound."""
    found = division_within(_paths(), division_id)
    if not is_valid_on(found.valid_from, found.valid_to, china_day(now())):
        raise NotFound
    return found


def _paths() -> list[str]:
    """Where this person may enter communities; empty for whoever has single communities only."""
    return reach_of(Permission.IMPORT_LEDGER)[0]
