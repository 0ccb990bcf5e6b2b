"""The master plan: which community in which year, in which order, and why; as a page and as a file."""

import secrets
import tempfile
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Integer
from marshmallow.validate import OneOf, Range
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.downloads import xlsx_response
from admin.ledger.reach import division_within
from admin.plans.pages import (
    MOST_LISTED,
    Page,
    below,
    check_place,
    chosen_division,
    fields_of,
    holds_at,
    paths,
    plans,
)
from admin.session import me
from server.divisions.models import Division
from server.divisions.rules import DivisionLevel
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.plans import actions, exports, queries

#: Who has a master plan: a province only sums up.
PLANNING = {DivisionLevel.PREFECTURE, DivisionLevel.COUNTY, DivisionLevel.REPORTING_UNIT}


class EntryIn(Schema):
    community_id = Integer(
        required=True,
        validate=Range(1, LARGEST_ID, error="选一个小区。"),
        error_messages={"required": "选一个小区。", "invalid": "选一个小区。"},
    )
    year = Integer(required=True, error_messages={"required": "选年份。", "invalid": "选年份。"})
    reason = Words(300, required=True, error_messages={"required": "写上为什么排在这一年。"})
    client_key = Line(80, required=True)


class OrderIn(Schema):
    to = Line(4, required=True, validate=OneOf(["up", "down"]))


class RemoveIn(Schema):
    remove_reason = Words(300, required=True, error_messages={"required": "写上为什么移出。"})


@plans.get("/plans/master")
@needs(Permission.SEE_PLANS)
def master_page() -> Page:
    return _draw(chosen_division(), {}, {})


@plans.post("/plans/master/<int:division_id>/entries")
@needs(Permission.KEEP_POOLS)
def plan_community(division_id: int) -> Page:
    division = _kept(division_id)
    try:
        form = load_form(EntryIn)
        with unit_of_work():
            actions.plan_community(
                division.id,
                form["community_id"],
                form["year"],
                reason=form["reason"],
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused, Conflict) as error:
        return _draw(division, dict(request.form), fields_of(error, "community_id")), error.status
    flash("已排进总体规划。")
    return _back(division_id)


@plans.post("/plans/master/entries/<int:entry_id>/order")
@needs(Permission.KEEP_POOLS)
def order_entry(entry_id: int) -> Page:
    division = _of_entry(entry_id)
    to = load_form(OrderIn)["to"]
    with unit_of_work():
        actions.move_entry(entry_id, to, actor=me().actor, now=now())
    return _back(division.id)


@plans.get("/plans/master/entries/<int:entry_id>")
@needs(Permission.KEEP_POOLS)
def entry_page(entry_id: int) -> Page:
    return _entry(_of_entry(entry_id), entry_id, {}, {})


@plans.post("/plans/master/entries/<int:entry_id>/remove")
@needs(Permission.KEEP_POOLS)
def remove_entry(entry_id: int) -> Page:
    division = _of_entry(entry_id)
    try:
        form = load_form(RemoveIn)
    except Invalid as error:
        return _entry(division, entry_id, dict(request.form), error.fields), 422
    with unit_of_work():
        actions.remove_entry(entry_id, reason=form["remove_reason"], actor=me().actor, now=now())
    flash("已移出总体规划。")
    return _back(division.id)


@plans.get("/plans/master/<int:division_id>/master.xlsx")
@needs(Permission.SEE_PLANS)
def master_table(division_id: int) -> Response:
    division = division_within(paths(), division_id)
    years = queries.years_at(division.path, china_day(now()))
    by_year = queries.entries_under([division.path], years)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "master.xlsx"
        exports.write_master_plan(path, division.name, by_year, china_day(now()))
        return xlsx_response(path, f"{division.name}老旧小区改造总体规划{years[0]}-{years[-1]}.xlsx")


def _kept(division_id: int) -> Division:
    division = division_within(paths(), division_id)
    check_place(division.path, Permission.KEEP_POOLS)
    if division.level not in PLANNING:
        raise Refused("总体规划由市（州）和县（市、区）来编。", code="not_planning")
    return division


def _of_entry(entry_id: int) -> Division:
    division_id = queries.place_of(entry_id)
    if division_id is None:
        raise NotFound
    return _kept(division_id)


def _back(division_id: int) -> Page:
    return redirect(url_for("admin.plans.master_page", division=division_id))


def _draw(division: Division, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    years = queries.years_at(division.path, china_day(now()))
    by_year = queries.entries_under([division.path], years)
    may_keep = holds_at(Permission.KEEP_POOLS, division.path) and division.level in PLANNING
    found = ledger.communities_under(division.path, size=MOST_LISTED).items if may_keep else []
    return render_template(
        "office/plans/master.html",
        division=division,
        choices=below(division),
        years=years,
        by_year=by_year,
        sums={year: (len(lines), sum(one.households for one in lines)) for year, lines in by_year.items()},
        may_keep=may_keep,
        communities=[(one.id, one.name) for one in found],
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
    )


def _entry(division: Division, entry_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    entry = queries.entry(entry_id)
    if entry is None:
        raise NotFound
    return render_template(
        "office/plans/entry.html",
        division=division,
        entry=entry,
        name=queries.community_names([entry.community_id])[entry.community_id],
        years=list(queries.years_at(division.path, china_day(now()))),
        client_key=secrets.token_urlsafe(16),
        typed=typed,
        fields=fields,
    )
