"""Settings of a division on a day with where each came from, setting one from a date, and the calendar of working days."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Date, Enum
from marshmallow.validate import OneOf
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import ALLOWED, Permission, may
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Forbidden, Invalid, NotFound
from server.kernel.places import Place
from server.policies import actions, queries
from server.policies.rules import KEYS, Basis, Kind, Spec

policies = Blueprint("policies", __name__)

Page = str | Response | tuple[str, int]
#: The years the calendar can hold.
FIRST_YEAR, LAST_YEAR = 2004, 2100
BASES = (Basis.LAW, Basis.DOCUMENT)


class SettingIn(Schema):
    valid_from = Date(required=True, error_messages={"required": "填哪天起。", "invalid": "填哪天起。"})
    basis = Enum(
        Basis, by_value=True, required=True, error_messages={"required": "选依据。", "unknown": "选依据。"}
    )
    basis_text = Line(200, required=True, error_messages={"required": "写上依据，例如文件名和文号。"})
    value = Line(60, load_default="")
    unit = Line(10, load_default="days", validate=OneOf(["days", "workdays"], error="选日，或工作日。"))


class ListIn(SettingIn):
    value = Words(15_000, load_default="")


class EndIn(Schema):
    valid_from = Date(required=True, error_messages={"required": "填哪天起。", "invalid": "填哪天起。"})
    basis_text = Line(200, required=True, error_messages={"required": "写上依据，例如文件名和文号。"})


class HolidayIn(Schema):
    day = Date(required=True, error_messages={"required": "填日期。", "invalid": "填日期。"})
    #: off: a holiday; worked: a weekend that is worked; plain: takes an entry back.
    what = Line(
        10, required=True, validate=OneOf(["off", "worked", "plain"], error="选放假、调休，或恢复平常。")
    )
    name = Line(40, required=True, error_messages={"required": "写上是什么日子，例如“春节”。"})
    source = Line(200, required=True, error_messages={"required": "写上依据，例如国办发明电的文号。"})


class YearIn(Schema):
    source = Line(200, required=True, error_messages={"required": "写上依据，例如国办发明电的文号。"})
    is_announced = Boolean(load_default=True)


@policies.get("/policies")
@needs(Permission.SEE_POLICIES)
def my_settings() -> Page:
    """To the settings of the place this person works in."""
    own = next(grant for grant in me().grants if grant.role in ALLOWED[Permission.SEE_POLICIES])
    division_id = divisions.ancestors(own.division_path)[-1].id
    return redirect(url_for("admin.policies.list_settings", division_id=division_id))


@policies.get("/divisions/<int:division_id>/policies")
@needs(Permission.SEE_POLICIES)
def list_settings(division_id: int) -> Page:
    one, on = _seen(division_id), _day()
    return render_template(
        "office/policies/list.html",
        one=one,
        above=divisions.ancestors(one.path)[:-1],
        on=on,
        settings=queries.all_settings(one.path, on),
        own=queries.own_settings(one.id),
        specs=KEYS,
    )


@policies.get("/divisions/<int:division_id>/policies/<key>")
@needs(Permission.SEE_POLICIES)
def show_setting(division_id: int, key: str) -> Page:
    return _show(_seen(division_id), _spec(key), {}, {})


@policies.post("/divisions/<int:division_id>/policies/<key>")
@needs(Permission.EDIT_POLICIES)
def set_policy(division_id: int, key: str) -> Page:
    one, spec = _edited(division_id), _spec(key)
    try:
        form = load_form(ListIn if spec.kind is Kind.LIST else SettingIn)
        with unit_of_work():
            actions.set_policy(
                one.id,
                key,
                _typed_value(spec, form),
                valid_from=form["valid_from"],
                basis=form["basis"],
                basis_text=form["basis_text"],
                actor=me().actor,
                now=now(),
            )
    except Invalid as error:
        return _show(one, spec, dict(request.form), error.fields), 422
    flash("已设好。已经公告的投票和公示仍按当时的设置。")
    return redirect(url_for("admin.policies.show_setting", division_id=one.id, key=key))


@policies.post("/divisions/<int:division_id>/policies/<key>/end")
@needs(Permission.EDIT_POLICIES)
def end_policy(division_id: int, key: str) -> Page:
    one, spec = _edited(division_id), _spec(key)
    try:
        form = load_form(EndIn)
        with unit_of_work():
            actions.end_policy(one.id, key, actor=me().actor, now=now(), **form)
    except Invalid as error:
        return _show(one, spec, {}, {f"end_{name}": said for name, said in error.fields.items()}), 422
    flash("已取消这里的设置，改按上一级的算。")
    return redirect(url_for("admin.policies.show_setting", division_id=one.id, key=key))


@policies.get("/holidays")
@needs(Permission.SEE_POLICIES)
def show_holidays() -> Page:
    return _holidays(_year(), {}, {})


@policies.post("/holidays")
@needs(Permission.EDIT_POLICIES)
def set_holiday() -> Page:
    _nationwide()
    try:
        form = load_form(HolidayIn)
        with unit_of_work():
            actions.set_holiday(
                form["day"],
                is_workday={"off": False, "worked": True, "plain": None}[form["what"]],
                name=form["name"],
                source=form["source"],
                actor=me().actor,
                now=now(),
            )
    except Invalid as error:
        return _holidays(_year(), dict(request.form), error.fields), 422
    flash("已记下。已经印出的日期不变。")
    return redirect(url_for("admin.policies.show_holidays", year=form["day"].year))


@policies.post("/holidays/<int:year>/announce")
@needs(Permission.EDIT_POLICIES)
def announce_year(year: int) -> Page:
    _nationwide()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    try:
        form = load_form(YearIn)
        with unit_of_work():
            actions.announce_year(year, actor=me().actor, now=now(), **form)
    except Invalid as error:
        return _holidays(year, {}, {f"year_{name}": said for name, said in error.fields.items()}), 422
    flash(f"{year} 年的安排已定。")
    return redirect(url_for("admin.policies.show_holidays", year=year))


# ------------------------------------------------------------------ what the views stand on


def _seen(division_id: int) -> Division:
    """A division on my own line: inside my reach, or above it. Sideways answers as one that does not exist."""
    one = divisions.division(division_id)
    reach = [grant for grant in me().grants if grant.role in ALLOWED[Permission.SEE_POLICIES]]
    if one is None or not any(_on_one_line(one.path, grant.division_path) for grant in reach):
        raise NotFound
    return one


def _on_one_line(path: str, other: str) -> bool:
    return path.startswith(other) or other.startswith(path)


def _edited(division_id: int) -> Division:
    one = _seen(division_id)
    if not _may_edit(one):
        raise Forbidden("这里的设置由本级或上级来改。你可以看。")
    return one


def _may_edit(one: Division) -> bool:
    return may(me().grants, Permission.EDIT_POLICIES, Place(one.path))


def _nationwide() -> None:
    """The calendar holds for everyone, so only the province enters it."""
    if not _may_edit_calendar():
        raise Forbidden("节假日全省共用，由省里录入。发现有错，请告诉省住房城乡建设厅。")


def _may_edit_calendar() -> bool:
    return any(_may_edit(root) for root in divisions.roots())


def _spec(key: str) -> Spec:
    spec = KEYS.get(key)
    if spec is None:
        raise NotFound
    return spec


def _typed_value(spec: Spec, form: dict[str, Any]) -> Any:
    return {form["unit"]: form["value"]} if spec.kind is Kind.PERIOD else form["value"]


def _day() -> date:
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return china_day(now())


def _year() -> int:
    asked = request.args.get("year", china_day(now()).year, int)
    return min(max(asked, FIRST_YEAR), LAST_YEAR)


def _show(one: Division, spec: Spec, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/policies/show.html",
        one=one,
        spec=spec,
        setting=queries.setting(spec.key, one.path, _day()),
        history=queries.history(one.id, spec.key),
        may_edit=_may_edit(one),
        bases=[(basis.value, basis.name_zh) for basis in BASES],
        typed=typed,
        fields=fields,
        today=china_day(now()),
    )


def _holidays(year: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    announced = {row.year: row for row in queries.announced_years()}
    return render_template(
        "office/policies/holidays.html",
        year=year,
        announced=announced.get(year),
        days=queries.special_days(year),
        may_edit=_may_edit_calendar(),
        typed=typed,
        fields=fields,
        weekdays="一二三四五六日",
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )
