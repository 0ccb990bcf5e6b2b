"""The calendar of a community's works, its quiet days, and what utilities do in the same window."""

from datetime import date
from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Date, Enum

from admin.guard import needs
from admin.projects.desk import Page
from admin.projects.works.desk import back_to, draw, known_project, works
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Problem
from server.projects import actions, queries
from server.projects.rules.calendar import Utility, month_before, next_month

DAY: dict[str, Any] = {"required": "填日期。", "invalid": "填日期。"}


class QuietIn(Schema):
    from_on = Date(required=True, error_messages=DAY)
    to_on = Date(required=True, error_messages=DAY)
    reason = Line(60, required=True, error_messages={"required": "写为什么这几天要安静。"})
    client_key = Line(80, required=True)


class UtilityIn(Schema):
    kind = Enum(Utility, by_value=True, required=True, error_messages={"required": "选是哪一种。"})
    party = Line(80, required=True, error_messages={"required": "写单位全称。"})
    what = Line(120, required=True, error_messages={"required": "写做什么。"})
    starts_on = Date(required=True, error_messages=DAY)
    ends_on = Date(required=True, error_messages=DAY)
    client_key = Line(80, required=True)


@works.get("/calendar")
@needs(Permission.SEE_PROJECTS)
def calendar_page(community_id: int) -> Page:
    return _page(community_id)


@works.post("/quiet-days")
@needs(Permission.CHECK_WORKS)
def set_quiet_days(community_id: int) -> Page:
    try:
        form = load_form(QuietIn)
        with unit_of_work():
            actions.set_quiet_days(community_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return _page(community_id, error, "quiet")
    flash("加好了。这几天不排上门，住户看得到。")
    return back_to("calendar_page", community_id, "quiet")


@works.post("/quiet-days/<int:quiet_id>/lift")
@needs(Permission.CHECK_WORKS)
def lift_quiet_days(community_id: int, quiet_id: int) -> Page:
    with unit_of_work():
        actions.lift_quiet_days(quiet_id, community_id=community_id, actor=me().actor, now=now())
    flash("取消了。")
    return back_to("calendar_page", community_id, "quiet")


@works.post("/utilities")
@needs(Permission.RECORD_PROJECTS)
def announce_utility(community_id: int) -> Page:
    try:
        form = load_form(UtilityIn)
        line = known_project(community_id)
        with unit_of_work():
            actions.announce_utility(line.id, community_id=community_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return _page(community_id, error, "utility")
    flash("登记好了。")
    return back_to("calendar_page", community_id, "utilities")


@works.post("/utilities/<int:utility_id>/withdraw")
@needs(Permission.RECORD_PROJECTS)
def withdraw_utility(community_id: int, utility_id: int) -> Page:
    try:
        with unit_of_work():
            actions.withdraw_utility(utility_id, community_id=community_id, actor=me().actor, now=now())
    except Problem as error:
        if error.code == "not_found":
            raise
        return _page(community_id, error)
    flash("撤掉了。")
    return back_to("calendar_page", community_id, "utilities")


def month_asked() -> date:
    """The first day of the month in the address: "2026-03"; else of this month."""
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return china_day(now()).replace(day=1)


def _page(community_id: int, error: Problem | None = None, which: str = "") -> Page:
    month = month_asked()
    return draw(
        "calendar.html",
        community_id,
        dict(request.form) if error else None,
        error,
        which=which,
        month=month,
        before=month_before(month),
        after=next_month(month),
        runs=queries.runs(queries.calendar(community_id, month)),
        quiet=queries.quiet_days(community_id),
        noise=queries.noise_hours(community_id, china_day(now())),
        utilities=queries.utility_works(community_id),
        kinds=[(kind.value, kind.name_zh) for kind in Utility],
    )
