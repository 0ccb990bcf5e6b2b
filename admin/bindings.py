"""The committee's desk for residents: who asks to be confirmed as an owner in person, and which bindings are disputed."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Integer
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.identity import actions, queries
from server.identity.models import Binding, BindingDispute, BindingRequest
from server.identity.rules import Permission, words
from server.identity.rules.proof import comparable_name
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound
from server.ledger import queries as ledger
from server.messages.actions import tell
from server.messages.rules import Recipient

bindings = Blueprint("bindings", __name__, url_prefix="/communities/<int:community_id>/bindings")

Page = str | Response | tuple[str, int]


class ConfirmForm(Schema):
    owner_id = Integer(
        required=True, error_messages={"required": "请选是哪一位业主。", "invalid": "请选是哪一位业主。"}
    )
    reason = Words(300, required=True, error_messages={"required": "请写看了什么证件。"})


class RefuseForm(Schema):
    reason = Words(300, required=True, error_messages={"required": "请写原因，对方会看到。"})


class DecideForm(Schema):
    is_upheld = Boolean(required=True, error_messages={"required": "请选结论。", "invalid": "请选结论。"})
    answer = Words(300, required=True, error_messages={"required": "请写核实了什么，对方会看到。"})


@dataclass(frozen=True)
class OwnerChoice:
    id: int
    words: str
    is_same_name: bool


@bindings.get("")
@needs(Permission.CONFIRM_BINDING)
def desk(community_id: int) -> Page:
    requests, disputes = queries.waiting_requests(community_id), queries.open_disputes(community_id)
    flats = ledger.flats_by_ids({one.flat_id for one in requests} | {one.flat_id for one in disputes})
    issued, opened = queries.slip_counts(community_id)
    return render_template(
        "office/bindings/desk.html", requests=requests, disputes=disputes, flats=flats, issued=issued, opened=opened,
        levels=queries.level_counts(community_id), community_id=community_id,
    )  # fmt: skip


@bindings.get("/requests/<int:request_id>")
@needs(Permission.CONFIRM_BINDING)
def show_request(community_id: int, request_id: int) -> Page:
    return _request_page(_request(request_id, community_id), {})


@bindings.post("/requests/<int:request_id>/confirm")
@needs(Permission.CONFIRM_BINDING)
def confirm_request(community_id: int, request_id: int) -> Page:
    row = _request(request_id, community_id)
    try:
        form = load_form(ConfirmForm)
        with unit_of_work():
            binding = actions.confirm_request(request_id, community_id, actor=me().actor, now=now(), **form)
            _tell_confirmed(binding)
    except Invalid as error:
        return _request_page(row, error.fields), 422
    flash("确认好了。已经告诉这套房的其他人。", "go")
    return redirect(url_for("admin.bindings.desk", community_id=community_id))


@bindings.post("/requests/<int:request_id>/refuse")
@needs(Permission.CONFIRM_BINDING)
def refuse_request(community_id: int, request_id: int) -> Page:
    row = _request(request_id, community_id)
    try:
        form = load_form(RefuseForm)
        with unit_of_work():
            binding = actions.refuse_request(request_id, community_id, actor=me().actor, now=now(), **form)
            _tell(binding, *words.request_decided(_label(binding), is_confirmed=False, reason=form["reason"]))
    except Invalid as error:
        return _request_page(row, error.fields), 422
    flash("没有通过，原因已经告诉对方。", "go")
    return redirect(url_for("admin.bindings.desk", community_id=community_id))


@bindings.get("/disputes/<int:dispute_id>")
@needs(Permission.CONFIRM_BINDING)
def show_dispute(community_id: int, dispute_id: int) -> Page:
    return _dispute_page(_dispute(dispute_id, community_id), {})


@bindings.post("/disputes/<int:dispute_id>/decide")
@needs(Permission.CONFIRM_BINDING)
def decide_dispute(community_id: int, dispute_id: int) -> Page:
    row = _dispute(dispute_id, community_id)
    try:
        form = load_form(DecideForm)
        with unit_of_work():
            binding = actions.decide_dispute(dispute_id, community_id, actor=me().actor, now=now(), **form)
            _tell_decided(binding, row.raised_by, form["is_upheld"], form["answer"])
    except Invalid as error:
        return _dispute_page(row, error.fields), 422
    flash("结论记下了，已经告诉两边。", "go")
    return redirect(url_for("admin.bindings.desk", community_id=community_id))


def _request(request_id: int, community_id: int) -> BindingRequest:
    row = queries.request(request_id, community_id)
    if row is None:
        raise NotFound
    return row


def _dispute(dispute_id: int, community_id: int) -> BindingDispute:
    row = queries.dispute(dispute_id, community_id)
    if row is None:
        raise NotFound
    return row


def _request_page(row: BindingRequest, fields: dict[str, list[str]]) -> str:
    claimed = comparable_name(row.claimed_name)
    owners = [
        OwnerChoice(
            one.id,
            f"{one.masked_name} {one.masked_phone or '没有电话'}",
            comparable_name(one.name) == claimed,
        )
        for one in ledger.owners_of_flat(row.flat_id, china_day(now()))
    ]
    return render_template(
        "office/bindings/request.html", row=row, owners=owners, flat=ledger.flat(row.flat_id), fields=fields
    )


def _dispute_page(row: BindingDispute, fields: dict[str, list[str]]) -> str:
    binding = queries.bindings_by_id([row.binding_id])[row.binding_id]
    return render_template(
        "office/bindings/dispute.html", row=row, binding=binding, flat=ledger.flat(row.flat_id), fields=fields
    )


def _label(binding: Binding) -> str:
    flat = ledger.flat(binding.flat_id)
    return flat.label if flat else ""


def _tell(binding: Binding, subject: str, body: str, *also: Recipient) -> None:
    tell(
        [Recipient.resident(binding.resident_id), *also],
        kind="binding",
        subject=subject,
        body=body,
        link="/me/flats",
        community_id=binding.community_id,
        now=now(),
    )


def _tell_confirmed(binding: Binding) -> None:
    _tell(binding, *words.request_decided(_label(binding), is_confirmed=True, reason=""))
    subject, body = words.owner_proven(_label(binding), binding.means.name_zh, now())
    tell(
        [Recipient.flat(binding.flat_id)], kind="binding", subject=subject, body=body, link="/me/flats",
        community_id=binding.community_id, now=now(),
    )  # fmt: skip


def _tell_decided(binding: Binding, raised_by: int, is_upheld: bool, answer: str) -> None:
    subject, body = words.dispute_decided(_label(binding), is_upheld=is_upheld, answer=answer)
    _tell(binding, subject, body, Recipient.resident(raised_by))
