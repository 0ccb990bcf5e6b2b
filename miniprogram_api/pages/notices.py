"""Notices as pages: the list, the sheet that anyone may read, and objecting to it."""

import secrets

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.homes import communities_of
from miniprogram_api.notices import ObjectionIn, hangs, known_notice, notices_for, object_to, why_not_object
from miniprogram_api.session import me, signed_in
from server.ballots import queries as ballots
from server.infra import qr
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, Problem, Refused
from server.ledger import queries as ledger
from server.notices import queries
from server.notices.models import Notice, Objection
from server.notices.rules import drawn_blocks

notice_pages = Blueprint("notice_pages", __name__)


@notice_pages.get("/notices")
@resident_page
def listing() -> str:
    moment = now()
    rows = [(row, hangs(row, moment)) for row in notices_for(me().id, moment)]
    return render_template("phone/notices/list.html", rows=rows)


@notice_pages.get("/notices/<int:notice_id>")
@open_to_all
def notice_page(notice_id: int) -> str:
    return _draw(known_notice(notice_id, now()))


@notice_pages.get("/notices/<int:notice_id>/in")
@resident_page
def come_in(notice_id: int) -> Response:
    """From the public sheet: whoever comes in by their slip is led back to it."""
    return redirect(url_for("mobile.notice_pages.notice_page", notice_id=notice_id, _anchor="objections"))


@notice_pages.post("/notices/<int:notice_id>/objections")
@resident_page
def raise_objection(notice_id: int) -> Response | tuple[str, int]:
    try:
        asked = load_form(ObjectionIn)
        with unit_of_work():
            object_to(notice_id, asked, request.form.get("client_key", ""), me())
    except (Invalid, Refused, Conflict) as problem:
        return _draw(known_notice(notice_id, now()), problem), problem.status
    flash("收到了。答复以后会发消息告诉你。", "go")
    return redirect(url_for("mobile.notice_pages.notice_page", notice_id=notice_id, _anchor="objections"))


def _draw(row: Notice, problem: Problem | None = None) -> str:
    resident = signed_in()
    is_neighbour = resident is not None and row.community_id in communities_of(resident.id)
    mine = queries.objections_of(resident.id, row.id) if resident is not None and is_neighbour else []
    community = ledger.community(row.community_id)
    here = url_for("mobile.notice_pages.notice_page", notice_id=row.id)
    return render_template(
        "phone/notices/notice.html",
        notice=row,
        blocks=drawn_blocks(row.body),
        community=community.name if community else "",
        help_phone=row.contact_phone,
        qr=qr.svg(current_app.config["PUBLIC_URL"] + here, f"这份{row.kind.name_zh}的二维码"),
        is_neighbour=is_neighbour,
        checkpoint=_checkpoint(row),
        why_not=why_not_object(row, now()),
        share={
            "title": row.title,
            "summary": f"{community.name if community else ''}的{row.kind.name_zh}，贴到 {row.last_on.month}月{row.last_on.day}日。",
            "link": current_app.config["PUBLIC_URL"] + here,
        },
        mine=[_thread(one) for one in mine],
        problem=problem,
        typed=request.form,
        client_key=secrets.token_urlsafe(16),
    )


def _checkpoint(row: Notice) -> dict[str, object] | None:
    """Beside a notice of a vote, for what is printed cannot tell it: the newest signed state of its log."""
    of = ballots.ballot(row.about_id) if row.about_kind == "ballot" and row.about_id else None
    if of is None or of.opened_at is None:
        return None
    newest = ballots.checkpoints(of.id)[0]
    text = ballots.signed(newest, ballots.ballot_name(of.id)).text
    return {"ballot_id": of.id, "row": newest, "text": text, "qr": qr.svg(text, "核对点的二维码")}


def _thread(one: Objection) -> list[dict[str, object]]:
    """What was said and what was answered, as the page tells it."""
    waiting = {"tag": "等答复", "tone": "wait"} if one.answered_at is None else {}
    found: list[dict[str, object]] = [
        {"kind": "objection", "who": "你说", "at": one.raised_at, "text": one.text, **waiting}
    ]
    if one.answered_at is not None:
        said = {"tag": "异议成立", "tone": "info"} if one.is_upheld else {"tag": "没有采纳"}
        found.append({"kind": "answer", "who": "答复", "at": one.answered_at, "text": one.answer, **said})
    return found
