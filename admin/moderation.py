"""What waits to be read by others: looked at one by one, passed, passed with words struck out, or refused."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Enum, Integer, List
from marshmallow.validate import Length
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from server.attachments import queries as attachments
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Words
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, NotFound
from server.kernel.pages import Page as Items
from server.moderation import actions, queries
from server.moderation.models import ModerationItem
from server.moderation.rules.states import LONGEST_REASON, REASONS, State, Verdict

moderation = Blueprint("moderation", __name__, url_prefix="/communities/<int:community_id>/moderation")

Page = str | Response | tuple[str, int]

#: The shelves of the list, by the word in the address.
SHELVES = {
    "waiting": "等着看",
    State.PASSED.value: State.PASSED.name_zh,
    State.REFUSED.value: State.REFUSED.name_zh,
}


class PassIn(Schema):
    acts_seen = Integer(
        required=True, error_messages={"required": "刷新页面再试。", "invalid": "刷新页面再试。"}
    )


class RedactIn(PassIn):
    marks = List(Integer(error_messages={"invalid": "刷新页面再试。"}), load_default=[])
    words = Words(2000, load_default="")


class RefuseIn(PassIn):
    reason = Words(
        LONGEST_REASON, required=True, error_messages={"required": "写上为什么不公开，提的人会问。"}
    )


class SeveralIn(Schema):
    items = List(
        Integer(error_messages={"invalid": "刷新页面再试。"}),
        required=True,
        error_messages={"required": "先勾选，再按按钮。一次最多一页。"},
        validate=Length(1, queries.AT_ONCE, error="先勾选，再按按钮。一次最多一页。"),
    )
    verdict = Enum(
        Verdict,
        by_value=True,
        required=True,
        error_messages={"required": "刷新页面再试。", "unknown": "刷新页面再试。"},
    )
    reason = Words(LONGEST_REASON, load_default="")


@moderation.get("")
@needs(Permission.MODERATE)
def list_items(community_id: int) -> Page:
    shelf = request.args.get("shelf", "waiting")
    if shelf not in SHELVES:
        raise NotFound
    found = _found(community_id, shelf, page_asked())
    return render_template(
        "office/moderation/list.html",
        community_id=community_id,
        found=found,
        last=queries.last_acts([one.id for one in found.items]),
        checks=queries.checks([one.id for one in found.items]),
        reasons=REASONS,
        shelf=shelf,
        shelves=SHELVES,
    )


@moderation.get("/<int:item_id>")
@needs(Permission.MODERATE)
def show_item(community_id: int, item_id: int) -> Page:
    return _show(_item(item_id, community_id), {}, {})


@moderation.get("/<int:item_id>/photo")
@needs(Permission.MODERATE)
def see_photo(community_id: int, item_id: int) -> Page:
    item = _item(item_id, community_id)
    if item.attachment_id is None:
        raise NotFound
    data = attachments.content(item.attachment_id)
    return Response(data, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@moderation.post("/several")
@needs(Permission.MODERATE)
def judge_several(community_id: int) -> Page:
    here = redirect(url_for("admin.moderation.list_items", community_id=community_id))
    try:
        form = load_form(SeveralIn)
        with unit_of_work():
            judged = actions.judge_several(
                form["items"], community_id=community_id, verdict=form["verdict"], reason=form["reason"],
                actor=me().actor, now=now(),
            )  # fmt: skip
    except Invalid as error:
        flash(" ".join(one for some in error.fields.values() for one in some) or error.message, "stop")
        return here
    word = "公开" if form["verdict"] is Verdict.ALLOW else "没有公开"
    left = f"另外 {judged.left} 条刚才有人看过，没有动。" if judged.left else ""
    flash(f"{word} {judged.done} 条。{left}", "go")
    return here


@moderation.post("/<int:item_id>/pass")
@needs(Permission.MODERATE)
def pass_item(community_id: int, item_id: int) -> Page:
    def act() -> None:
        form = load_form(PassIn)
        with unit_of_work():
            actions.pass_text(item_id, community_id=community_id, actor=me().actor, now=now(), **form)

    return _judged(_item(item_id, community_id), act, "已公开。")


@moderation.post("/<int:item_id>/redact")
@needs(Permission.MODERATE)
def redact_item(community_id: int, item_id: int) -> Page:
    def act() -> None:
        form = load_form(RedactIn)
        form["words"] = [line.strip() for line in form["words"].splitlines() if line.strip()]
        with unit_of_work():
            actions.redact_text(item_id, community_id=community_id, actor=me().actor, now=now(), **form)

    return _judged(_item(item_id, community_id), act, "涂好了，已公开。原文还留着。")


@moderation.post("/<int:item_id>/refuse")
@needs(Permission.MODERATE)
def refuse_item(community_id: int, item_id: int) -> Page:
    def act() -> None:
        form = load_form(RefuseIn)
        with unit_of_work():
            actions.refuse_text(item_id, community_id=community_id, actor=me().actor, now=now(), **form)

    return _judged(_item(item_id, community_id), act, "不公开，记下了。原文还留着。")


def _judged(item: ModerationItem, act: Callable[[], None], done: str) -> Page:
    """Act and go on with the queue; where it is refused, the item's own page says why and keeps what was typed."""
    community_id, item_id = item.community_id, item.id
    try:
        act()
    except Invalid as error:
        return _show(item, _typed(), error.fields or {"words": [error.message]}), 422
    except Conflict as error:
        return _show(_item(item_id, community_id), _typed(), {"acts": [error.message]}), 409
    flash(done, "go")
    return redirect(url_for("admin.moderation.list_items", community_id=community_id))


def _item(item_id: int, community_id: int) -> ModerationItem:
    row = queries.item(item_id, community_id)
    if row is None:
        raise NotFound
    return row


def _found(community_id: int, shelf: str, page: int) -> Items[ModerationItem]:
    if shelf == "waiting":
        return queries.waiting(community_id, page)
    return queries.judged(community_id, State(shelf), page)


def _typed() -> dict[str, Any]:
    return {**request.form.to_dict(), "marks": request.form.getlist("marks")}


def _show(item: ModerationItem, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    marked = [piece for piece in item.pieces if piece.kind is not None]
    return render_template(
        "office/moderation/show.html",
        item=item,
        marks=[
            (str(number), piece.text, piece.kind.name_zh)
            for number, piece in enumerate(marked)
            if piece.kind is not None
        ],
        acts=queries.acts(item.id),
        check=queries.checks([item.id]).get(item.id),
        typed=typed,
        fields=fields,
        longest_reason=LONGEST_REASON,
    )
