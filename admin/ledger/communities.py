"""One community: its facts, its eligibility with reasons, its figures, and mending them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema, fields
from marshmallow.validate import Range
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.divisions import queries as divisions
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound
from server.ledger import queries
from server.ledger.actions import places
from server.ledger.models import Community
from server.ledger.rules.words import (
    CommunityKind,
    Exclusion,
    LocationType,
    OwnershipKind,
    PropertyMode,
)
from server.management import queries as management

communities = Blueprint("communities", __name__)

Page = str | Response | tuple[str, int]
#: As the table has it.
FIRST_YEAR, LAST_YEAR = 1840, 2200
YES_NO = [("yes", "是"), ("no", "否")]


def words(enum: Any) -> list[tuple[str, str]]:
    """(value, Chinese) of an enumeration, for a select."""
    return [(one.value, one.name_zh) for one in enum]


class Choice(fields.Enum[Any]):
    """One word of an enumeration; blank is None where it is not required."""

    def __init__(self, enum: Any, **kwargs: Any) -> None:
        sentence = "请从列表里选一个。"
        super().__init__(
            enum, by_value=True, error_messages={"required": sentence, "unknown": sentence}, **kwargs
        )


def flag() -> fields.Boolean:
    """A question that may stay open."""
    return fields.Boolean(load_default=None, truthy={"yes"}, falsy={"no"})


class CommunityIn(Schema):
    name = Line(60, required=True)
    code = Line(40, load_default="")
    address = Line(200, load_default="")
    location_type = Choice(LocationType, required=True)
    kind = Choice(CommunityKind, required=True)
    built_on = fields.Date(load_default=None, error_messages={"invalid": "请写成 1996-09-30 这样。"})
    built_year = fields.Integer(
        load_default=None,
        validate=Range(FIRST_YEAR, LAST_YEAR, error="请写四位年份。"),
        error_messages={"invalid": "请写四位年份。"},
    )
    year_evidence = Line(200, load_default="")
    floor_area = fields.Decimal(
        load_default=None, error_messages={"invalid": "请只写数字，例如 12500.00；不知道就留空。"}
    )
    problems = fields.List(fields.String(), load_default=list)
    is_rebuild_suitable = fields.Boolean(load_default=False, truthy={"yes"}, falsy={"no"})
    exclusion = Choice(Exclusion, required=True)
    ownership_kind = Choice(OwnershipKind, load_default=None)
    has_owners_assembly = flag()
    has_owners_committee = flag()
    has_maintenance_fund = flag()
    property_mode = Choice(PropertyMode, load_default=None)
    contact_name = Line(60, load_default="")
    contact_phone = Line(40, load_default="")
    contact_place = Line(120, load_default="")


#: The four conditions of the plan, as boxes of one question.
PROBLEMS = {
    "has_poor_environment": "环境条件差",
    "has_lacking_facilities": "配套设施不全或破损严重",
    "lacks_accessibility": "缺无障碍设施",
    "lacks_management": "管理服务机制不健全",
}
CHOICES = {
    "location_type": words(LocationType),
    "kind": words(CommunityKind),
    "exclusion": words(Exclusion),
    "ownership_kind": words(OwnershipKind),
    "property_mode": words(PropertyMode),
    "yes_no": YES_NO,
    "problems": list(PROBLEMS.items()),
}


@communities.get("/communities/<int:community_id>/ledger")
@needs(Permission.SEE_LEDGER)
def show(community_id: int) -> Page:
    one = _community(community_id)
    on = china_day(now())
    buildings = queries.building_lines(community_id)
    return render_template(
        "office/ledger/community.html",
        one=one,
        division=_where(one),
        eligibility=queries.eligibility(community_id, on),
        figures=queries.figures(community_id),
        by_building=queries.figures_by_building(community_id),
        buildings=buildings,
        managed=management.managers([community_id], on).get(community_id),
        was_managed=bool(management.contracts_of(community_id)),
        problems=[word for name, word in PROBLEMS.items() if getattr(one, name)],
    )


@communities.get("/communities/<int:community_id>/ledger/edit")
@needs(Permission.EDIT_LEDGER)
def edit_form(community_id: int) -> Page:
    one = _community(community_id)
    typed = {name: _typed(getattr(one, name, None)) for name in CommunityIn().fields}
    typed["problems"] = [name for name in PROBLEMS if getattr(one, name)]
    return _form(one, typed, {})


@communities.post("/communities/<int:community_id>/ledger/edit")
@needs(Permission.EDIT_LEDGER)
def change(community_id: int) -> Page:
    one = _community(community_id)
    try:
        facts = facts_of(load_form(CommunityIn))
        with unit_of_work():
            places.change_community(community_id, actor=me().actor, now=now(), **facts)
    except (Invalid, Conflict) as error:
        return _form(one, typed_facts(), wrong_facts(error)), error.status
    flash("小区资料改好了。", "go")
    return redirect(url_for("admin.ledger.communities.show", community_id=community_id))


def facts_of(form: dict[str, Any]) -> dict[str, Any]:
    """What was typed, as columns: each box of the one question is a column of its own."""
    ticked = set(form.pop("problems"))
    return form | {name: name in ticked for name in PROBLEMS} | {"code": form["code"] or None}


def typed_facts() -> dict[str, Any]:
    """What was sent, to stand in the form again."""
    return {**request.form, "problems": request.form.getlist("problems")}


def wrong_facts(error: Invalid | Conflict) -> dict[str, list[str]]:
    """The sentences by field; a name or number that is taken stands beside it."""
    if isinstance(error, Invalid):
        return error.fields
    return {"code" if error.code == "code_taken" else "name": [error.message]}


def _community(community_id: int) -> Community:
    found = queries.community(community_id)
    if found is None:
        raise NotFound
    return found


def _form(one: Community, typed: dict[str, Any], errors: dict[str, list[str]]) -> str:
    return render_template("office/ledger/edit.html", one=one, typed=typed, fields=errors, choices=CHOICES)


def _typed(value: Any) -> Any:
    """A stored value as the form would have sent it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else getattr(value, "value", value)


def _where(one: Community) -> str:
    division = divisions.division(one.division_id)
    return divisions.full_name(division.path) if division else ""
