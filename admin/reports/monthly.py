"""The monthly return of an office: what the records say, what was corrected and why, handing it up."""

import secrets
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.offices import tell_office
from admin.reports import words
from admin.reports.door import (
    about,
    acts_for,
    month_named,
    months_to_report,
    own_division,
    reports,
    seen_division,
)
from admin.session import me
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.divisions.rules import DivisionLevel
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, Refused
from server.reports import actions, queries
from server.reports.rules.returns import ENTRIES, State, read_value
from server.reports.rules.rounds import may_not_review
from server.reports.rules.trends import month_before, month_of

Page = str | Response | tuple[str, int]


class OverrideIn(Schema):
    key = Line(40, required=True, error_messages={"required": "选要改的那一项。"})
    value = Line(30, required=True, error_messages={"required": "填一个数。"})
    reason = Line(200, required=True, error_messages={"required": "写清楚为什么改。"})


class SeenIn(Schema):
    seen = Line(40, required=True)
    client_key = Line(80, required=True)


@reports.get("/<int:division_id>/monthly")
@needs(Permission.SEE_REPORTS)
def last_month(division_id: int) -> Page:
    of = seen_division(division_id)
    month = month_before(month_of(china_day(now())))
    return redirect(url_for("admin.reports.show_month", division_id=of.id, month=f"{month:%Y-%m}"))


@reports.get("/<int:division_id>/monthly/<month>")
@needs(Permission.SEE_REPORTS)
def show_month(division_id: int, month: str) -> Page:
    return draw_month(seen_division(division_id), month_named(month))


@reports.post("/<int:division_id>/monthly/<month>/override")
@needs(Permission.FILE_REPORT)
def override(division_id: int, month: str) -> Page:
    of, when = own_division(division_id, Permission.FILE_REPORT), month_named(month)
    try:
        form = load_form(OverrideIn)
        with unit_of_work():
            value = read_value(form["key"], form.pop("value"))
            actions.override_figure(of, when, **form, value=value, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return draw_month(of, when, error), error.status
    flash("改好了。改前改后的数和理由，审核的人都会看到。")
    return _back(of, when)


@reports.post("/<int:division_id>/monthly/<month>/drop-override")
@needs(Permission.FILE_REPORT)
def drop_override(division_id: int, month: str) -> Page:
    of, when = own_division(division_id, Permission.FILE_REPORT), month_named(month)
    try:
        with unit_of_work():
            actions.drop_override(of, when, request.form.get("key", ""), actor=me().actor, now=now())
    except (Conflict, Refused) as error:
        return draw_month(of, when, error), error.status
    flash("恢复成按记录算的数了。")
    return _back(of, when)


@reports.post("/<int:division_id>/monthly/<month>/submit")
@needs(Permission.FILE_REPORT)
def submit(division_id: int, month: str) -> Page:
    of, when = own_division(division_id, Permission.FILE_REPORT), month_named(month)
    try:
        form = load_form(SeenIn)
        # A form that is sent again finds it handed in, and tells nobody twice.
        is_new = not _is_in(of, when)
        with unit_of_work():
            actions.submit_report(of, when, **form, actor=me().actor, now=now())
            if is_new:
                _tell_above(of, when)
    except (Invalid, Refused, Conflict) as error:
        return draw_month(of, when, error), error.status
    flash("报上去了，等上级审核。退回以前不能改。")
    return _back(of, when)


def _is_in(of: Division, month: date) -> bool:
    row = queries.report(of.id, month)
    return row is not None and row.state.is_in


def _tell_above(of: Division, month: date) -> None:
    above = queries.office_above(of)
    if above is not None:
        subject = f"{of.name}报来了 {month.year} 年 {month.month} 月的月报"
        tell_office(
            above.path,
            Permission.REVIEW_REPORT,
            "reports.submitted",
            subject,
            "看一遍，通过或者退回。",
            _there(of, month),
        )


def draw_month(of: Division, month: date, error: Invalid | Refused | Conflict | None = None) -> str:
    """The return with whatever this person may do with it."""
    sheet = queries.sheet(of, month, now())
    above = queries.office_above(of) if of.level in queries.REPORTERS else None
    is_open = sheet.state in {State.DRAFT, State.RETURNED}
    editors = frozenset(sheet.report.editors) if sheet.report is not None else frozenset[str]()
    return render_template(
        "office/reports/month.html",
        **about(of),
        sheet=sheet,
        month=month,
        months=months_to_report(china_day(now())),
        is_over=month < month_of(china_day(now())),
        entries=ENTRIES,
        office_above=above,
        **_late(of, month),
        acts=queries.acts(sheet.report.id) if sheet.report is not None else [],
        may_file=above is not None and is_open and acts_for(of, Permission.FILE_REPORT),
        may_review=above is not None
        and sheet.state is State.SUBMITTED
        and acts_for(above, Permission.REVIEW_REPORT),
        cannot_review=may_not_review(me().actor.key, editors),
        may_send=acts_for(of, Permission.SEND_BULLETIN) and of.level in queries.REVIEWERS,
        **_typed(error),
        words=words,
        client_key=secrets.token_urlsafe(16),
    )


def _late(of: Division, month: date) -> dict[str, Any]:
    """The late ones of every level below, the highest first, with the full name of each. Where offices stand one level
    deep, the table of those below tells them."""
    found = queries.late_below(of, month, now()) if of.level is DivisionLevel.PROVINCE else []
    levels: dict[str, list[queries.Below]] = {}
    for one in found:
        levels.setdefault(one.division.level.name_zh, []).append(one)
    names = divisions.full_names(one.division.path for one in found)
    return {"late": list(levels.items()), "full_names": names}


def _typed(error: Invalid | Refused | Conflict | None) -> dict[str, Any]:
    fields = error.fields if isinstance(error, Invalid) else {}
    return {
        "fields": fields,
        "problem": error.message if error is not None and not fields else "",
        "typed": request.form if request.method == "POST" else {},
    }


def _there(of: Division, month: date) -> str:
    return url_for("admin.reports.show_month", division_id=of.id, month=f"{month:%Y-%m}")


def _back(of: Division, month: date) -> Response:
    return redirect(_there(of, month))
