"""Posting and withdrawing a notice, printing it, and recording where the paper hangs."""

import io
import secrets
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, send_file
from marshmallow import Schema
from marshmallow.fields import Date, Integer, NaiveDateTime
from marshmallow.validate import Range

from admin.guard import needs
from admin.notices.desk import Page, error_fields, found_notice, notices, page_of, sheet_of, show, state_of
from admin.session import me
from server.attachments import actions as attachments
from server.attachments import queries as photos
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.documents import DOCX
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import Period, china_day, from_china
from server.kernel.errors import Invalid, NotFound, Problem, Refused
from server.ledger import queries as ledger
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.notices import actions, exports, queries
from server.notices.models import Notice
from server.notices.rules import NoticeKind


class NoticeIn(Schema):
    title = Line(80, required=True)
    text = Words(4000, required=True)
    issuer = Line(80, load_default="")
    opens_on = Date(required=True, error_messages={"required": "选哪天贴出来。", "invalid": "选哪天贴出来。"})
    days = Integer(
        load_default=None,
        validate=Range(1, 180, error="填 1 到 180 天。"),
        error_messages={"invalid": "填天数，例如 10。"},
    )
    client_key = Line(80, required=True)


class WithdrawIn(Schema):
    reason = Words(300, required=True, error_messages={"required": "写上为什么撤下，居民会看到。"})


class PostingIn(Schema):
    place = Line(120, required=True, error_messages={"required": "写上贴在哪里，例如“3 栋门厅”。"})
    posted_at = NaiveDateTime(
        required=True, error_messages={"required": "填张贴的时间。", "invalid": "填张贴的时间。"}
    )
    client_key = Line(80, required=True)


@notices.get("")
@needs(Permission.SEE_NOTICES)
def list_notices(community_id: int) -> Page:
    found = queries.notices(community_id, page_asked())
    waiting = queries.open_counts([row.id for row in found.items])
    rows = [(row, state_of(row, now()), waiting.get(row.id, 0)) for row in found.items]
    return render_template("office/notices/list.html", community_id=community_id, page=found, rows=rows)


@notices.get("/new")
@needs(Permission.POST_NOTICE)
def new_notice(community_id: int) -> Page:
    today = china_day(now())
    typed = {
        "opens_on": today,
        "issuer": ledger.contact(community_id)[0],
        "client_key": secrets.token_urlsafe(16),
    }
    return _new_page(community_id, typed, {})


@notices.post("")
@needs(Permission.POST_NOTICE)
def post_notice(community_id: int) -> Page:
    try:
        row = _post(community_id, load_form(NoticeIn))
    except (Invalid, Refused) as error:
        fields = error.fields if isinstance(error, Invalid) else {"days": [error.message]}
        return _new_page(community_id, dict(request.form), fields), 422
    flash(f"已贴出，到 {row.last_on.month} 月 {row.last_on.day} 日 24:00。打印出来，贴到每个单元门口。")
    return redirect(page_of(row))


@notices.get("/<int:notice_id>")
@needs(Permission.SEE_NOTICES)
def notice_page(community_id: int, notice_id: int) -> Page:
    return show(found_notice(notice_id, community_id), {}, {})


@notices.post("/<int:notice_id>/withdraw")
@needs(Permission.POST_NOTICE)
def withdraw_notice(community_id: int, notice_id: int) -> Page:
    row = found_notice(notice_id, community_id)
    if row.about_kind:
        raise Refused("这份公示跟着投票或改造决定走。请到那里撤回，改好后重新公示。", code="withdraw_there")
    try:
        reason = load_form(WithdrawIn)["reason"]
    except Invalid as error:
        return show(row, dict(request.form), error.fields), 422
    with unit_of_work():
        actions.withdraw_notice(
            notice_id, community_id=community_id, reason=reason, actor=me().actor, now=now()
        )
    flash("已撤下。改好以后重新公示，期限重新算。")
    return redirect(page_of(row))


@notices.get("/<int:notice_id>/print")
@needs(Permission.SEE_NOTICES)
def print_notice(community_id: int, notice_id: int) -> Page:
    return _printed("office/notices/print.html", found_notice(notice_id, community_id))


@notices.get("/<int:notice_id>/poster")
@needs(Permission.SEE_NOTICES)
def print_poster(community_id: int, notice_id: int) -> Page:
    return _printed("office/notices/poster.html", found_notice(notice_id, community_id))


@notices.get("/<int:notice_id>/notice.docx")
@needs(Permission.SEE_NOTICES)
def download_notice(community_id: int, notice_id: int) -> Page:
    row = found_notice(notice_id, community_id)
    data = exports.notice_docx(row, f"{current_app.config['PUBLIC_URL']}/notices/{row.id}")
    return send_file(io.BytesIO(data), mimetype=DOCX, as_attachment=True, download_name=f"{row.title}.docx")


@notices.post("/<int:notice_id>/postings")
@needs(Permission.POST_NOTICE)
def record_posting(community_id: int, notice_id: int) -> Page:
    row = found_notice(notice_id, community_id)
    try:
        form = load_form(PostingIn)
        file = request.files.get("photo")
        photo = attachments.draw_anew(file.read()) if file and file.filename else None
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            actions.record_posting(
                notice_id,
                community_id=community_id,
                place=form["place"],
                posted_at=from_china(form["posted_at"]),
                attachment_id=kept.id if kept else None,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return show(row, dict(request.form), error_fields(error, "photo")), 422
    flash("已记下张贴情况。")
    return redirect(page_of(row))


@notices.get("/<int:notice_id>/postings/<int:posting_id>/photo")
@needs(Permission.SEE_NOTICES)
def posting_photo(community_id: int, notice_id: int, posting_id: int) -> Response:
    row = found_notice(notice_id, community_id)
    photo = next(
        (one for one in queries.postings(row.id) if one.id == posting_id and one.attachment_id), None
    )
    if photo is None or photo.attachment_id is None:
        raise NotFound
    return Response(photos.content(photo.attachment_id), content_type="image/jpeg")


def _post(community_id: int, form: dict[str, Any]) -> Notice:
    with unit_of_work():
        is_new = queries.posted_with(form["client_key"]) is None
        row = actions.post_notice(
            community_id,
            NoticeKind.GENERAL,
            title=form["title"],
            body=[{"kind": "text", "text": form["text"]}],
            opens_on=form["opens_on"],
            period=Period(form["days"]) if form["days"] else None,
            issuer=form["issuer"],
            client_key=form["client_key"],
            actor=me().actor,
            now=now(),
        )
        if is_new:
            _tell_posted(row)
    return row


def _tell_posted(row: Notice) -> None:
    tell(
        [Recipient.flat(flat_id) for flat_id in ledger.flat_ids(row.community_id)],
        kind="notices.posted",
        subject=f"新公示：{row.title}",
        body=f"{row.last_on.month} 月 {row.last_on.day} 日 24:00 以前可以提不同意见。",
        link=f"/notices/{row.id}",
        community_id=row.community_id,
        now=now(),
    )


def _new_page(community_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    term = queries.term(community_id, NoticeKind.GENERAL, china_day(now()))
    contact = ledger.contact(community_id)
    return render_template(
        "office/notices/new.html",
        community_id=community_id,
        typed=typed,
        fields=fields,
        term=term,
        contact=contact,
    )


def _printed(template: str, row: Notice) -> str:
    return render_template(template, **sheet_of(row), back_href=page_of(row))
