"""Objections to a notice on the desk: entering what came on paper, reading, answering."""

from typing import Any

from flask import flash, redirect, render_template, request
from marshmallow import Schema
from marshmallow.fields import Boolean, Enum, NaiveDateTime

from admin.guard import needs
from admin.notices.desk import Page, author_of, error_fields, found_notice, notices, page_of, show
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import from_china
from server.kernel.errors import Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.messages.actions import tell
from server.messages.rules import Recipient
from server.notices import actions, queries
from server.notices.models import Notice, Objection
from server.notices.rules import Channel


class EnterIn(Schema):
    text = Words(actions.LONGEST_OBJECTION, required=True)
    channel = Enum(
        Channel,
        by_value=True,
        required=True,
        error_messages={"required": "选怎么收到的。", "unknown": "选怎么收到的。"},
    )
    received_at = NaiveDateTime(
        required=True, error_messages={"required": "填收到的时间。", "invalid": "填收到的时间。"}
    )
    author_name = Line(60, load_default="")
    building = Line(20, load_default="")
    entrance = Line(20, load_default="")
    room = Line(20, load_default="")
    client_key = Line(80, required=True)


class AnswerIn(Schema):
    answer = Words(2000, required=True, error_messages={"required": "写上答复。提的人会看到。"})
    is_upheld = Boolean(
        required=True, error_messages={"required": "选成立还是不成立。", "invalid": "选成立还是不成立。"}
    )


@notices.post("/<int:notice_id>/objections")
@needs(Permission.ANSWER_OBJECTION)
def enter_objection(community_id: int, notice_id: int) -> Page:
    row = found_notice(notice_id, community_id)
    try:
        form = load_form(EnterIn)
        flat_id = _flat_id(community_id, form)
        with unit_of_work():
            actions.enter_objection(
                notice_id,
                community_id=community_id,
                text=form["text"],
                channel=form["channel"],
                received_at=from_china(form["received_at"]),
                author_name=form["author_name"],
                flat_id=flat_id,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused) as error:
        return show(row, dict(request.form), error_fields(error, "received_at")), 422
    flash("已记下。请在公示期满以前答复。")
    return redirect(page_of(row))


@notices.get("/<int:notice_id>/objections/<int:objection_id>")
@needs(Permission.SEE_NOTICES)
def objection_page(community_id: int, notice_id: int, objection_id: int) -> Page:
    row, objection = _objection(community_id, notice_id, objection_id)
    return _answer_page(row, objection, {}, {})


@notices.post("/<int:notice_id>/objections/<int:objection_id>/answer")
@needs(Permission.ANSWER_OBJECTION)
def answer_objection(community_id: int, notice_id: int, objection_id: int) -> Page:
    row, objection = _objection(community_id, notice_id, objection_id)
    try:
        form = load_form(AnswerIn)
    except Invalid as error:
        return _answer_page(row, objection, dict(request.form), error.fields), 422
    with unit_of_work():
        answered = actions.answer_objection(
            objection_id, community_id=community_id, actor=me().actor, now=now(), **form
        )
        _tell_answered(row, answered)
    flash("已答复，提的人能看到。")
    return redirect(page_of(row))


def _objection(community_id: int, notice_id: int, objection_id: int) -> tuple[Notice, Objection]:
    row, objection = found_notice(notice_id, community_id), queries.objection(objection_id, community_id)
    if objection is None or objection.notice_id != row.id:
        raise NotFound
    return row, objection


def _flat_id(community_id: int, form: dict[str, Any]) -> int | None:
    if not form["building"] and not form["room"]:
        return None
    found = ledger.flat_by_address(community_id, form["building"], form["entrance"], form["room"])
    if found is None:
        raise Invalid("没有这套房。", fields={"room": ["没有找到这套房。核对楼栋、单元和房号，或者都不填。"]})
    return found.id


def _tell_answered(row: Notice, objection: Objection) -> None:
    to = [Recipient.resident(objection.resident_id)] if objection.resident_id else []
    to += [Recipient.flat(objection.flat_id)] if objection.flat_id and not to else []
    tell(
        to,
        kind="notices.answered",
        subject="你提的异议有答复了",
        body=f"关于“{row.title}”：{'成立' if objection.is_upheld else '不成立'}。点开看答复。",
        link=f"/notices/{row.id}",
        community_id=row.community_id,
        now=now(),
    )


def _answer_page(row: Notice, objection: Objection, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    flat = ledger.flat(objection.flat_id, row.community_id) if objection.flat_id else None
    return render_template(
        "office/notices/answer.html",
        notice=row,
        objection=objection,
        author=author_of(objection),
        flat=flat,
        typed=typed,
        fields=fields,
    )
