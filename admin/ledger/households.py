"""Households of a flat: split, joined, marked vacant or unreachable."""

from flask import Blueprint, flash
from marshmallow import Schema
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.communities import Choice
from admin.ledger.flats import back_to_flat
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.ledger.actions import households as actions
from server.ledger.rules.words import HouseholdState

households = Blueprint(
    "households", __name__, url_prefix="/communities/<int:community_id>/flats/<int:flat_id>/households"
)

Page = str | Response | tuple[str, int]


class SplitIn(Schema):
    note = Line(200, load_default="")
    client_key = Line(80, required=True)


class MarkIn(Schema):
    state = Choice(HouseholdState, required=True)
    note = Line(200, load_default="")


@households.post("")
@needs(Permission.EDIT_LEDGER)
def split(community_id: int, flat_id: int) -> Page:
    form = load_form(SplitIn)
    with unit_of_work():
        actions.split_household(community_id, flat_id, actor=me().actor, now=now(), **form)
    flash("分好户了。问卷按户答，投票不变。", "go")
    return back_to_flat(community_id, flat_id)


@households.post("/<int:household_id>")
@needs(Permission.EDIT_LEDGER)
def mark(community_id: int, flat_id: int, household_id: int) -> Page:
    form = load_form(MarkIn)
    with unit_of_work():
        actions.mark_household(community_id, household_id, actor=me().actor, now=now(), **form)
    flash("住户情况记下了。", "go")
    return back_to_flat(community_id, flat_id)


@households.post("/<int:household_id>/close")
@needs(Permission.EDIT_LEDGER)
def close(community_id: int, flat_id: int, household_id: int) -> Page:
    with unit_of_work():
        actions.close_household(community_id, household_id, actor=me().actor, now=now())
    flash("已经并回一户。", "go")
    return back_to_flat(community_id, flat_id)
