"""Decisions on the desk: from a counted vote to the draft, the notice, the objections and the signature."""

import io
import secrets
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from marshmallow import Schema
from marshmallow.fields import Enum, Integer
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.ballots import queries as ballots
from server.decisions import actions, exports, queries
from server.decisions.models import Decision
from server.decisions.queries import Paper
from server.decisions.queries.counted import is_new_lift, lacking_by_scope
from server.decisions.rules import Fault, Outcome, may_publish, may_void, stands_in_the_way
from server.decisions.rules.papers import PaperKind
from server.identity.rules import Permission
from server.infra import qr
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.documents import DOCX
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid
from server.ledger import queries as ledger
from server.notices.rules import drawn_blocks

decisions = Blueprint("decisions", __name__, url_prefix="/communities/<int:community_id>/decisions")

Page = str | Response | tuple[str, int]


class StartIn(Schema):
    ballot_id = Integer(required=True, error_messages={"required": "选一次已经计票的表决。"})
    client_key = Line(80, required=True)


class TextIn(Schema):
    title = Line(80, required=True, error_messages={"required": "写一个标题。"})
    note = Words(4000, load_default="")
    next_steps = Words(4000, load_default="")


class PublishIn(Schema):
    client_key = Line(80, required=True)


class SignIn(Schema):
    version = Integer(required=True)


class WithdrawIn(Schema):
    reason = Words(300, required=True, error_messages={"required": "写上为什么撤下，居民会看到。"})


class VoidIn(Schema):
    fault = Enum(
        Fault,
        by_value=True,
        required=True,
        error_messages={"required": "选一条程序上的错。", "unknown": "选一条程序上的错。"},
    )
    reason = Words(1000, required=True, error_messages={"required": "写清楚错在哪里，居民会看到。"})


@decisions.get("")
@needs(Permission.SEE_DECISION)
def list_decisions(community_id: int) -> Page:
    lines = queries.lines(community_id, now())
    return render_template(
        "office/decisions/list.html",
        community_id=community_id,
        lines=lines,
        undecided=queries.undecided(ballots.staged_ballots(community_id, now()), lines),
        client_key=secrets.token_urlsafe(16),
    )


@decisions.post("")
@needs(Permission.DRAFT_DECISION)
def start_decision(community_id: int) -> Page:
    form = load_form(StartIn)
    with unit_of_work():
        row = actions.draft_decision(
            form["ballot_id"],
            community_id=community_id,
            client_key=form["client_key"],
            actor=me().actor,
            now=now(),
        )
    flash("草稿写好了，数字都来自计票。看一遍，把要说的话补上。", "go")
    return redirect(_page_of(row))


@decisions.get("/<int:decision_id>")
@needs(Permission.SEE_DECISION)
def decision_page(community_id: int, decision_id: int) -> Page:
    return show(queries.known(decision_id, community_id), {}, {})


@decisions.get("/<int:decision_id>/text")
@needs(Permission.DRAFT_DECISION)
def text_page(community_id: int, decision_id: int) -> Page:
    row = queries.known(decision_id, community_id)
    return _text_page(row, {"title": row.title, "note": row.note, "next_steps": row.next_steps}, {})


@decisions.post("/<int:decision_id>/text")
@needs(Permission.DRAFT_DECISION)
def save_text(community_id: int, decision_id: int) -> Page:
    row = queries.known(decision_id, community_id)
    try:
        form = load_form(TextIn)
        with unit_of_work():
            actions.edit_decision(decision_id, community_id=community_id, actor=me().actor, now=now(), **form)
    except Invalid as error:
        return _text_page(row, dict(request.form), error.fields), 422
    flash("已保存。")
    return redirect(_page_of(row))


@decisions.get("/<int:decision_id>/preview")
@needs(Permission.SEE_DECISION)
def preview_page(community_id: int, decision_id: int) -> Page:
    """The sheet as everyone will see it, before it hangs."""
    row = queries.known(decision_id, community_id)
    paper = queries.preview(row, now())
    return render_template(
        "office/decisions/preview.html",
        paper=paper,
        blocks=drawn_blocks(paper.body(paper.shown_publicly())),
        reasons=may_publish(queries.standing(row), now()),
        links=_links(row),
        client_key=secrets.token_urlsafe(16),
    )


@decisions.post("/<int:decision_id>/publish")
@needs(Permission.PUBLISH_DECISION)
def publish_decision(community_id: int, decision_id: int) -> Page:
    form = load_form(PublishIn)
    with unit_of_work():
        actions.publish_decision(
            decision_id,
            community_id=community_id,
            client_key=form["client_key"],
            actor=me().actor,
            now=now(),
        )
    flash("公示贴出来了，业主都收到了消息。打印一份，贴到每个单元门口。", "go")
    return redirect(url_for(".decision_page", community_id=community_id, decision_id=decision_id))


@decisions.post("/<int:decision_id>/withdraw")
@needs(Permission.PUBLISH_DECISION)
def withdraw_decision(community_id: int, decision_id: int) -> Page:
    row = queries.known(decision_id, community_id)
    try:
        form = load_form(WithdrawIn)
    except Invalid as error:
        return show(row, dict(request.form), error.fields), 422
    with unit_of_work():
        actions.withdraw_decision(decision_id, community_id=community_id, actor=me().actor, now=now(), **form)
    flash("已撤下。改好以后重新公示，公示期重新算。")
    return redirect(_page_of(row))


@decisions.post("/<int:decision_id>/sign")
@needs(Permission.FINALISE_DECISION)
def sign_decision(community_id: int, decision_id: int) -> Page:
    form = load_form(SignIn)
    with unit_of_work():
        actions.sign_decision(
            decision_id, form["version"], community_id=community_id, actor=me().actor, now=now()
        )
    flash("签发了，决定从今天起生效。业主都收到了消息。", "go")
    return redirect(url_for(".decision_page", community_id=community_id, decision_id=decision_id))


@decisions.get("/<int:decision_id>/void")
@needs(Permission.FINALISE_DECISION)
def void_page(community_id: int, decision_id: int) -> Page:
    return _void_page(queries.known(decision_id, community_id), {}, {})


@decisions.post("/<int:decision_id>/void")
@needs(Permission.FINALISE_DECISION)
def declare_void(community_id: int, decision_id: int) -> Page:
    row = queries.known(decision_id, community_id)
    try:
        form = load_form(VoidIn)
    except Invalid as error:
        return _void_page(row, dict(request.form), error.fields), 422
    with unit_of_work():
        actions.declare_void(decision_id, community_id=community_id, actor=me().actor, now=now(), **form)
    flash("表决已宣布作废，业主都收到了消息。")
    return redirect(_page_of(row))


@decisions.get("/<int:decision_id>/print")
@needs(Permission.SEE_DECISION)
def print_page(community_id: int, decision_id: int) -> Page:
    """The A4 sheet with exact areas: what is posted and stamped."""
    paper = _paper(queries.known(decision_id, community_id))
    return render_template(
        "office/decisions/print.html",
        **_sheet(paper),
        blocks=drawn_blocks(paper.body(paper.shown())),
        state=exports.state_words(paper),
        qr=qr.svg(_public_url(paper), "扫码看这份决定"),
        back_href=_page_of(paper.decision),
    )


@decisions.get("/<int:decision_id>/decision.docx")
@needs(Permission.SEE_DECISION)
def download(community_id: int, decision_id: int) -> Page:
    paper = _paper(queries.known(decision_id, community_id))
    place = ledger.place(community_id)
    template = queries.template_for(PaperKind.DECISION, place.division_path if place else "")
    data = exports.decision_docx(paper, template, _public_url(paper), f"{current_app.config['PUBLIC_URL']}/v")
    return send_file(io.BytesIO(data), mimetype=DOCX, as_attachment=True, download_name=f"{paper.title}.docx")


# ------------------------------------------------------------------ drawing


def show(row: Decision, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    paper = _paper(row)
    standing = queries.standing(row)
    return render_template(
        "office/decisions/show.html",
        **_sheet(paper),
        items=paper.shown(),
        blocks=drawn_blocks(paper.body(paper.shown())),
        obstacles=stands_in_the_way(standing, now(), me().actor.key),
        publish_obstacles=may_publish(standing, now()),
        links=_links(row),
        may_void=not may_void(standing, me().actor.key),
        standing=standing,
        public_url=_public_url(paper),
        state=exports.state_words(paper),
        notices_sentence=exports.notices_sentence(paper),
        wanted=queries.wanted(row.community_id, now()),
        lacking=_lacking(paper),
        judgments=queries.annulments(row.id),
        typed=typed,
        fields=fields,
    )


def _lacking(paper: Paper) -> list[tuple[str, tuple[str, ...]]]:
    """Of each lift that passed: what its entrances lack as of now, by room; nothing where all is there."""
    found = lacking_by_scope(paper.decision.ballot_id)
    return [
        (item.scope_zh, found[item.scope].words if item.scope in found else ())
        for item in paper.items
        if is_new_lift(item.subsidy_key) and item.outcome in {Outcome.ADOPTED, Outcome.BLOCKED}
    ]


def _links(row: Decision) -> dict[str, tuple[str, str]]:
    """Where each thing that stands in the way is mended."""
    vote = url_for("admin.ballots.show_ballot", community_id=row.community_id, ballot_id=row.ballot_id)
    return {
        "objections": ("去答复", "#objections"),
        "publish": (
            "看新的一版",
            url_for("admin.decisions.preview_page", community_id=row.community_id, decision_id=row.id),
        ),
        "preliminary": (
            "看初步结果",
            url_for("admin.preliminary.page", community_id=row.community_id, ballot_id=row.ballot_id),
        ),
        "recount": ("去复核和计票", vote),
        "count": ("去计票", vote),
    }


def _sheet(paper: Paper) -> dict[str, Any]:
    return {"paper": paper, "facts": paper.facts, "objections_sentence": exports.objections_sentence(paper)}


def _text_page(row: Decision, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template("office/decisions/text.html", decision=row, typed=typed, fields=fields)


def _void_page(row: Decision, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/decisions/void.html",
        decision=row,
        faults=[(fault.value, fault.name_zh) for fault in Fault],
        typed=typed,
        fields=fields,
    )


def _paper(row: Decision) -> Paper:
    """The version the address asks for, else the newest; the draft where none hangs."""
    return queries.paper(row, now(), request.args.get("version", None, int))


def _page_of(row: Decision) -> str:
    return url_for("admin.decisions.decision_page", community_id=row.community_id, decision_id=row.id)


def _public_url(paper: Paper) -> str:
    of = paper.decision
    return f"{current_app.config['PUBLIC_URL']}/communities/{of.community_id}/decisions/{of.id}"
