"""Bulletins: written from the figures of a month, edited, sent to the offices below, and read there."""

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.reach import reach_of
from admin.reports.door import about, acts_for, month_named, own_division, reports, seen_division
from admin.reports.monthly import Page
from admin.session import me
from server.divisions import queries as divisions
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, NotFound
from server.reports import actions, queries
from server.reports.models import Bulletin
from server.reports.rules.bulletins import LONGEST_TEXT, LONGEST_TITLE


class BulletinIn(Schema):
    title = Line(LONGEST_TITLE, required=True, error_messages={"required": "写标题。"})
    text = Words(LONGEST_TEXT, required=True, error_messages={"required": "写正文。"})


class KeyIn(Schema):
    client_key = Line(80, required=True)


@reports.get("/<int:division_id>/bulletins")
@needs(Permission.SEE_REPORTS)
def list_bulletins(division_id: int) -> Page:
    of = seen_division(division_id)
    return render_template(
        "office/reports/bulletins.html",
        **about(of),
        own=queries.bulletins_of(of.id),
        received=queries.sent_to(of.path),
        may_send=acts_for(of, Permission.SEND_BULLETIN),
    )


@reports.post("/<int:division_id>/monthly/<month>/bulletin")
@needs(Permission.SEND_BULLETIN)
def draft(division_id: int, month: str) -> Page:
    of = own_division(division_id, Permission.SEND_BULLETIN)
    form = load_form(KeyIn)
    with unit_of_work():
        row = actions.draft_bulletin(of, month_named(month), **form, actor=me().actor, now=now())
    flash("按这个月的数写好了草稿。看一遍，改好再发。")
    return _to(row)


@reports.get("/bulletins/<int:bulletin_id>")
@needs(Permission.SEE_REPORTS)
def show_bulletin(bulletin_id: int) -> Page:
    row, of = _known(bulletin_id)
    return _draw(row, of)


@reports.post("/bulletins/<int:bulletin_id>")
@needs(Permission.SEND_BULLETIN)
def edit(bulletin_id: int) -> Page:
    row, of = _mine(bulletin_id)
    try:
        form = load_form(BulletinIn)
        with unit_of_work():
            actions.edit_bulletin(row.id, **form, actor=me().actor, now=now())
    except (Invalid, Conflict) as error:
        return _draw(row, of, error), error.status
    flash("存好了，还没有发。")
    return _to(row)


@reports.post("/bulletins/<int:bulletin_id>/send")
@needs(Permission.SEND_BULLETIN)
def send(bulletin_id: int) -> Page:
    """What stands in the form goes out, saved or not; a second click finds it sent and changes nothing."""
    row, of = _mine(bulletin_id)
    link = url_for("admin.reports.show_bulletin", bulletin_id=row.id)
    try:
        form = load_form(BulletinIn)
        with unit_of_work():
            if row.sent_at is None and (row.title, row.text) != (form["title"], form["text"]):
                actions.edit_bulletin(row.id, **form, actor=me().actor, now=now())
            sent = actions.send_bulletin(row.id, of, link=link, actor=me().actor, now=now())
    except (Invalid, Conflict) as error:
        return _draw(row, of, error), error.status
    flash(
        f"发出去了，下面有 {sent.told} 个人会在消息里看到。"
        if sent.told
        else "发出去了。下面还没有人开账号，只能在这里看到。"
    )
    return _to(row)


def _known(bulletin_id: int) -> tuple[Bulletin, Division]:
    """One that this person's office wrote or may look at, or that was sent down to it. Raises NotFound."""
    row = queries.bulletin(bulletin_id)
    of = divisions.division(row.division_id) if row is not None else None
    if row is None or of is None:
        raise NotFound
    paths, _ = reach_of(Permission.SEE_REPORTS)
    is_within = any(of.path.startswith(path) for path in paths)
    is_sent_here = row.sent_at is not None and any(path.startswith(of.path) for path in paths)
    if not is_within and not is_sent_here:
        raise NotFound
    return row, of


def _mine(bulletin_id: int) -> tuple[Bulletin, Division]:
    row, of = _known(bulletin_id)
    return row, own_division(of.id, Permission.SEND_BULLETIN)


def _draw(row: Bulletin, of: Division, error: Invalid | Conflict | None = None) -> str:
    is_mine = acts_for(of, Permission.SEND_BULLETIN)
    return render_template(
        "office/reports/bulletin.html",
        bulletin=row,
        division=of,
        is_within=any(of.path.startswith(path) for path in reach_of(Permission.SEE_REPORTS)[0]),
        may_edit=is_mine and row.sent_at is None,
        typed=request.form if error is not None else {"title": row.title, "text": row.text},
        fields=error.fields if isinstance(error, Invalid) else {},
        problem=error.message if isinstance(error, Conflict) else "",
    )


def _to(row: Bulletin) -> Response:
    return redirect(url_for("admin.reports.show_bulletin", bulletin_id=row.id))
