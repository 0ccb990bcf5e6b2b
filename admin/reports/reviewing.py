"""What the office above does with a return: accept it, or send it back with a reason."""

from datetime import date

from flask import flash, redirect, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.offices import tell_office
from admin.reports.door import month_named, own_division, reports, seen_division
from admin.reports.monthly import Page, SeenIn, draw_month
from admin.session import me
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.reports import actions, queries
from server.reports.rules.returns import State


class ReturnIn(Schema):
    reason = Line(300, required=True, error_messages={"required": "写清楚为什么退回。"})
    client_key = Line(80, required=True)


@reports.post("/<int:division_id>/monthly/<month>/accept")
@needs(Permission.REVIEW_REPORT)
def accept(division_id: int, month: str) -> Page:
    of, when = _to_review(division_id), month_named(month)
    try:
        form = load_form(SeenIn)
        with unit_of_work():
            actions.accept_report(of, when, **form, actor=me().actor, now=now())
    except (Invalid, Refused, Conflict) as error:
        return draw_month(of, when, error), error.status
    flash(f"{of.name}的报表通过了，从现在起谁也不能改。")
    return _back(of, when)


@reports.post("/<int:division_id>/monthly/<month>/return")
@needs(Permission.REVIEW_REPORT)
def send_back(division_id: int, month: str) -> Page:
    of, when = _to_review(division_id), month_named(month)
    try:
        form = load_form(ReturnIn)
        before = queries.report(of.id, when)
        # A form that is sent again finds it returned, and tells nobody twice.
        is_new = before is not None and before.state is State.SUBMITTED
        with unit_of_work():
            row = actions.return_report(of, when, **form, actor=me().actor, now=now())
            if is_new:
                _tell_below(of, when, row.returned_reason)
    except (Invalid, Refused, Conflict) as error:
        return draw_month(of, when, error), error.status
    flash(f"退回{of.name}了。只有这一份能改，别的不受影响。")
    return _back(of, when)


def _to_review(division_id: int) -> Division:
    """The division, where this person acts for the office right above it. No level is skipped. Raises NotFound."""
    of = seen_division(division_id, Permission.REVIEW_REPORT)
    above = queries.office_above(of)
    if above is None:
        raise NotFound
    own_division(above.id, Permission.REVIEW_REPORT)
    return of


def _tell_below(of: Division, month: date, reason: str) -> None:
    subject = f"{month.year} 年 {month.month} 月的月报退回来了"
    tell_office(of.path, Permission.FILE_REPORT, "reports.returned", subject, reason, _there(of, month))


def _there(of: Division, month: date) -> str:
    return url_for("admin.reports.show_month", division_id=of.id, month=f"{month:%Y-%m}")


def _back(of: Division, month: date) -> Response:
    return redirect(_there(of, month))
