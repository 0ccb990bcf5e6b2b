"""A court revoked a signed decision: one person enters the judgment with its paper, another confirms it."""

import secrets
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Date

from admin.decisions.desk import Page, show
from admin.guard import needs
from admin.session import me
from server.attachments import actions as attachments
from server.attachments import queries as photos
from server.decisions import actions, queries
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound

annulments = Blueprint(
    "annulments", __name__, url_prefix="/communities/<int:community_id>/decisions/<int:decision_id>/annulment"
)


class JudgmentIn(Schema):
    court = Line(80, required=True, error_messages={"required": "写上哪个法院判的。"})
    case_number = Line(80, required=True, error_messages={"required": "写上判决书的案号。"})
    effective_on = Date(
        required=True, error_messages={"required": "选判决生效的日子。", "invalid": "选判决生效的日子。"}
    )
    reason = Words(1000, required=True, error_messages={"required": "写清楚为什么撤销，居民会看到。"})
    client_key = Line(80, required=True)


class AnswerIn(Schema):
    is_confirmed = Boolean(
        required=True, error_messages={"required": "选确认还是退回。", "invalid": "选确认还是退回。"}
    )
    reason = Words(1000, load_default="")


@annulments.get("")
@needs(Permission.DRAFT_DECISION)
def form(community_id: int, decision_id: int) -> Page:
    return _form(community_id, decision_id, {}, {})


@annulments.post("")
@needs(Permission.DRAFT_DECISION)
def enter(community_id: int, decision_id: int) -> Page:
    try:
        typed, photo = load_form(JudgmentIn), _photo()
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now())
            actions.enter_annulment(
                decision_id,
                community_id=community_id,
                attachment_id=kept.id,
                actor=me().actor,
                now=now(),
                **typed,
            )
    except Invalid as error:
        return _form(community_id, decision_id, dict(request.form), error.fields), 422
    flash("登记好了。另一位复核人对过判决书，确认以后才算撤销。")
    return _back(community_id, decision_id)


@annulments.post("/<int:annulment_id>")
@needs(Permission.FINALISE_DECISION)
def answer(community_id: int, decision_id: int, annulment_id: int) -> Page:
    row = queries.known_annulment(annulment_id, community_id)
    try:
        typed = load_form(AnswerIn)
        with unit_of_work():
            actions.answer_annulment(
                annulment_id, community_id=community_id, actor=me().actor, now=now(), **typed
            )
    except Invalid as error:
        return show(queries.known(row.decision_id, community_id), dict(request.form), error.fields), 422
    flash("已确认，决定不再算数，业主都收到了消息。" if typed["is_confirmed"] else "退回了。")
    return _back(community_id, decision_id)


@annulments.get("/<int:annulment_id>/judgment.jpg")
@needs(Permission.FINALISE_DECISION)
def judgment(community_id: int, decision_id: int, annulment_id: int) -> Response:
    """The picture names people: for whoever has to compare it."""
    row = queries.known_annulment(annulment_id, community_id)
    if row.decision_id != decision_id:
        raise NotFound
    return Response(
        photos.content(row.attachment_id),
        content_type="image/jpeg",
        headers={"Cache-Control": "no-store"},
    )


def _photo() -> attachments.Photo:
    file = request.files.get("photo")
    if file is None or not file.filename:
        raise Invalid(
            "要有判决书的照片。", fields={"photo": ["拍一张判决书的照片，有结论和生效日期的那一页。"]}
        )
    return attachments.draw_anew(file.read())


def _form(community_id: int, decision_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/decisions/annulment.html",
        decision=queries.known(decision_id, community_id),
        typed=typed,
        fields=fields,
        client_key=typed.get("client_key") or secrets.token_urlsafe(16),
    )


def _back(community_id: int, decision_id: int) -> Page:
    return redirect(
        url_for(
            "admin.decisions.decision_page",
            community_id=community_id,
            decision_id=decision_id,
            _anchor="annulment",
        )
    )
