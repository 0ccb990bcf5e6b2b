"""Staff: who has an account, who is what where; opened, given roles, closed by whoever is in charge above them."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Enum
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.divisions import queries as divisions
from server.identity import actions, queries
from server.identity.models import Staff
from server.identity.rules import ALLOWED, GRANTABLE, Grant, Permission, Role
from server.identity.rules.codes import new_code
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger

people = Blueprint("people", __name__)

Page = str | Response | tuple[str, int]
MOST_PLACES = 20


class GrantForm(Schema):
    role = Enum(
        Role, by_value=True, required=True, error_messages={"required": "请选岗位。", "unknown": "请选岗位。"}
    )
    place_text = Line(60, required=True, error_messages={"required": "请填小区或地区的名字。"})
    place = Line(20, load_default="")
    valid_to = Date(load_default=None, error_messages={"invalid": "日期不对。"})
    client_key = Line(80, required=True)


class StaffForm(GrantForm):
    username = Line(60, shortest=3, required=True, error_messages={"required": "请填登录名。"})
    name = Line(60, required=True, error_messages={"required": "请填姓名。"})


class ReasonForm(Schema):
    reason = Line(200, required=True, error_messages={"required": "请写原因，会记在操作记录里。"})


@dataclass(frozen=True)
class PlaceChoice:
    value: str
    label: str
    division_id: int | None
    community_id: int | None


@people.get("/staff")
@needs(Permission.SEE_STAFF)
def list_staff() -> Page:
    found = queries.staff_under(_reach(Permission.SEE_STAFF), china_day(now()), page_asked())
    named = {line.staff.id: queries.grants_named(row.grant for row in line.grants) for line in found.items}
    return render_template("office/people/list.html", page=found, named=named)


@people.get("/staff/new")
@needs(Permission.MANAGE_STAFF)
def new_staff() -> Page:
    return _new_page({"client_key": secrets.token_urlsafe(16)}, {}, [])


@people.post("/staff")
@needs(Permission.MANAGE_STAFF)
def create_staff() -> Page:
    choices: list[PlaceChoice] = []
    password = f"{new_code()[:4]}-{new_code()[:4]}-{new_code()[:4]}".lower()
    try:
        form = load_form(StaffForm)
        choices = _places(form)
        with unit_of_work():
            staff = _open_account(form, _chosen(choices, form), password)
    except Invalid as error:
        return _new_page(request.form, error.fields, choices), 422
    return render_template("office/people/created.html", staff=staff, password=password)


@people.get("/staff/<int:staff_id>")
@needs(Permission.SEE_STAFF)
def show_staff(staff_id: int) -> Page:
    return _staff_page(_seen(staff_id), {"client_key": secrets.token_urlsafe(16)}, {}, [])


@people.post("/staff/<int:staff_id>/grants")
@needs(Permission.MANAGE_STAFF)
def grant_role(staff_id: int) -> Page:
    staff, choices = _seen(staff_id), list[PlaceChoice]()
    try:
        form = load_form(GrantForm)
        choices = _places(form)
        with unit_of_work():
            _grant(staff_id, form, _chosen(choices, form))
    except Invalid as error:
        return _staff_page(staff, request.form, error.fields, choices), 422
    flash("岗位加好了。", "go")
    return redirect(url_for("admin.people.show_staff", staff_id=staff_id))


@people.post("/staff/<int:staff_id>/grants/<int:grant_id>/revoke")
@needs(Permission.MANAGE_STAFF)
def revoke_role(staff_id: int, grant_id: int) -> Page:
    row = queries.role_grant(grant_id)
    if row is None or row.staff_id != _seen(staff_id).id:
        raise NotFound
    with unit_of_work():
        actions.revoke_role(
            grant_id, reason=load_form(ReasonForm)["reason"], granter=me().grants, actor=me().actor, now=now()
        )
    flash("岗位撤了，马上生效。", "go")
    return redirect(url_for("admin.people.show_staff", staff_id=staff_id))


@people.post("/staff/<int:staff_id>/disable")
@needs(Permission.MANAGE_STAFF)
def disable_staff(staff_id: int) -> Page:
    _seen(staff_id)
    with unit_of_work():
        actions.disable_staff(
            staff_id, reason=load_form(ReasonForm)["reason"], granter=me().grants, actor=me().actor, now=now()
        )
    flash("账号停用了，已经登录的也退出了。", "go")
    return redirect(url_for("admin.people.show_staff", staff_id=staff_id))


@people.post("/staff/<int:staff_id>/enable")
@needs(Permission.MANAGE_STAFF)
def enable_staff(staff_id: int) -> Page:
    _seen(staff_id)
    with unit_of_work():
        actions.enable_staff(staff_id, granter=me().grants, actor=me().actor, now=now())
    flash("账号恢复了。", "go")
    return redirect(url_for("admin.people.show_staff", staff_id=staff_id))


@people.post("/staff/<int:staff_id>/reset-password")
@needs(Permission.MANAGE_STAFF)
def reset_password(staff_id: int) -> Page:
    _seen(staff_id)
    password = f"{new_code()[:4]}-{new_code()[:4]}-{new_code()[:4]}".lower()
    with unit_of_work():
        staff = actions.reset_password(
            staff_id, password=password, granter=me().grants, actor=me().actor, now=now()
        )
    return render_template("office/people/created.html", staff=staff, password=password)


def _reach(permission: Permission) -> list[Grant]:
    return [grant for grant in me().grants if grant.role in ALLOWED[permission]]


def _seen(staff_id: int) -> Staff:
    """Someone inside my reach; anyone else is as one that does not exist."""
    staff = queries.staff(staff_id)
    if staff is None or not queries.is_under(staff_id, _reach(Permission.SEE_STAFF)):
        raise NotFound
    return staff


def _roles() -> list[tuple[str, str]]:
    mine = {role for grant in me().grants for role in GRANTABLE.get(grant.role, ())}
    return [(role.value, role.name_zh) for role in Role if role in mine]


def _places(form: dict[str, Any]) -> list[PlaceChoice]:
    """Communities and divisions inside my reach that the typed words may mean."""
    reach = _reach(Permission.MANAGE_STAFF)
    paths = [grant.division_path for grant in reach if grant.community_id is None]
    own = [grant.community_id for grant in reach if grant.community_id is not None]
    text = form["place_text"]
    communities = ledger.communities_under(*paths, community_ids=own, text=text, size=MOST_PLACES).items
    found = [PlaceChoice(f"c{one.id}", f"{one.name}({one.division})", None, one.id) for one in communities]
    places = [one for path in paths for one in divisions.search(text, under=path, limit=MOST_PLACES)]
    names = divisions.full_names(one.path for one in places)
    found += [PlaceChoice(f"d{one.id}", f"{names[one.path]}及以下", one.id, None) for one in places]
    return list({one.value: one for one in found}.values())


def _chosen(choices: list[PlaceChoice], form: dict[str, Any]) -> PlaceChoice:
    exact = [one for one in choices if one.value == form["place"]]
    if len(exact or choices) == 1:
        return (exact or choices)[0]
    sentence = (
        "有几个地方都叫这个，请选一个。" if choices else "你管的范围里没有这个地方。换个名字，或填区划代码。"
    )
    raise Invalid(sentence, fields={"place" if choices else "place_text": [sentence]})


def _open_account(form: dict[str, Any], place: PlaceChoice, password: str) -> Staff:
    staff = actions.create_staff(
        username=form["username"],
        name=form["name"],
        password=password,
        actor=me().actor,
        now=now(),
        client_key=form["client_key"],
    )
    if queries.grants_ahead(staff.id, china_day(now())):
        raise Conflict("这个账号刚才已经开好了。初始密码只显示一次；没有记下，就到账号页里重置。")
    _grant(staff.id, form, place)
    return staff


def _grant(staff_id: int, form: dict[str, Any], place: PlaceChoice) -> None:
    try:
        actions.grant_role(
            staff_id=staff_id,
            role=form["role"],
            division_id=place.division_id,
            community_id=place.community_id,
            valid_to=form["valid_to"],
            granter=me().grants,
            actor=me().actor,
            now=now(),
            client_key=form["client_key"],
        )
    except Refused as error:
        raise Invalid(error.message, fields={"role": [error.message]}) from error


def _new_page(typed: Any, fields: dict[str, list[str]], choices: list[PlaceChoice]) -> str:
    return render_template(
        "office/people/new.html", typed=typed, fields=fields, choices=choices, roles=_roles()
    )


def _staff_page(staff: Staff, typed: Any, fields: dict[str, list[str]], choices: list[PlaceChoice]) -> str:
    rows = queries.grants_ahead(staff.id, china_day(now()))
    named = queries.grants_named(row.grant for row in rows)
    return render_template(
        "office/people/show.html",
        staff=staff,
        grants=list(zip(rows, named, strict=True)),
        roles=_roles(),
        typed=typed,
        fields=fields,
        choices=choices,
        may_manage=bool(_reach(Permission.MANAGE_STAFF)) and staff.id != me().id,
    )
