"""Writing the next version of a node's scheme, and handing it in."""

import secrets
from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Date, Enum, Integer

from admin.guard import needs
from admin.schemes.desk import Amount, Page, Yuan, error_fields, schemes, yuan_typed
from admin.session import me
from server.decisions.actions import scheme_drafts
from server.decisions.actions import schemes as actions
from server.decisions.actions.schemes import Handed
from server.decisions.queries import schemes as queries
from server.decisions.queries.places import place
from server.decisions.rules.schemes import Take, total_cost
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, Problem

LABELS = {
    "catalogue_item_id": "项目",
    "take": "做不做",
    "quantity": "数量",
    "unit": "单位",
    "cost": "造价",
    "drawn_by": "谁编的",
    "drawn_on": "哪天编的",
    "reason": "改了什么、为什么",
    "source": "依据哪次",
    "told_cost": "当时公布的造价",
}


class LineIn(Schema):
    catalogue_item_id = Integer(required=True, error_messages={"required": "选一项。", "invalid": "选一项。"})
    take = Enum(
        Take, by_value=True, load_default=Take.ADOPT, error_messages={"unknown": "选做，或这里不做。"}
    )
    quantity = Amount(load_default=Decimal(0))
    unit = Line(10, load_default="")
    cost = Yuan(load_default=0)


class DropIn(Schema):
    catalogue_item_id = Integer(required=True)


class SubmitIn(Schema):
    drawn_by = Line(120, required=True, error_messages={"required": "写上谁编的方案。"})
    drawn_on = Date(required=True, error_messages={"required": "选哪天编的。", "invalid": "选哪天编的。"})
    reason = Words(2000, load_default="")
    source = Line(24, required=True, error_messages={"required": "选依据哪次投票或调查。"})
    told_cost = Yuan(required=True, error_messages={"required": "填当时公布的造价；没有公布就填 0。"})
    client_key = Line(80, required=True)


@schemes.post("/nodes/<node>/draft")
@needs(Permission.DRAFT_SCHEME)
def begin_draft(community_id: int, node: str) -> Page:
    with unit_of_work():
        scheme_drafts.begin_draft(community_id, node, actor=me().actor, now=now())
    return redirect(url_for(".draft_page", community_id=community_id, node=node))


@schemes.get("/nodes/<node>/draft")
@needs(Permission.DRAFT_SCHEME)
def draft_page(community_id: int, node: str) -> Page:
    return _draft_page(community_id, node, {"drawn_on": china_day(now())}, {})


@schemes.post("/nodes/<node>/draft/lines")
@needs(Permission.DRAFT_SCHEME)
def put_line(community_id: int, node: str) -> Page:
    place(community_id, node)
    try:
        form = load_form(LineIn)
        with unit_of_work():
            scheme_drafts.put_line(
                community_id,
                node,
                catalogue_item_id=form["catalogue_item_id"],
                take=form["take"],
                quantity=form["quantity"],
                unit=form["unit"],
                cost_fen=form["cost"],
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return _draft_page(
            community_id, node, dict(request.form), error_fields(error, "catalogue_item_id")
        ), 422
    flash("写进去了。")
    return redirect(url_for(".draft_page", community_id=community_id, node=node))


@schemes.post("/nodes/<node>/draft/lines/drop")
@needs(Permission.DRAFT_SCHEME)
def drop_line(community_id: int, node: str) -> Page:
    place(community_id, node)
    form = load_form(DropIn)
    with unit_of_work():
        scheme_drafts.drop_line(
            community_id, node, catalogue_item_id=form["catalogue_item_id"], actor=me().actor, now=now()
        )
    return redirect(url_for(".draft_page", community_id=community_id, node=node))


@schemes.post("/nodes/<node>/draft/discard")
@needs(Permission.DRAFT_SCHEME)
def discard_draft(community_id: int, node: str) -> Page:
    with unit_of_work():
        scheme_drafts.discard_draft(community_id, node, actor=me().actor, now=now())
    flash("草稿放弃了。现行的方案没有变。")
    return redirect(url_for(".node_page", community_id=community_id, node=node))


@schemes.post("/nodes/<node>/versions")
@needs(Permission.DRAFT_SCHEME)
def submit_version(community_id: int, node: str) -> Page:
    place(community_id, node)
    try:
        form = load_form(SubmitIn)
        with unit_of_work():
            row = actions.submit_version(
                community_id,
                node,
                Handed(form["drawn_by"], form["drawn_on"], form["reason"], form["source"], form["told_cost"]),
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return _draft_page(community_id, node, dict(request.form), error_fields(error, "source")), 422
    view = queries.view_of(queries.tree(community_id, now()), row)
    if view.reopened:
        flash("交上去了，但和征求过意见的差得太多，要重新征求意见才能生效。看下面写的原因。", "wait")
    else:
        flash("交上去了，等复核人确认。", "go")
    return redirect(url_for(".version_page", community_id=community_id, version_id=row.id))


def _draft_page(community_id: int, node: str, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    tree = queries.tree(community_id, now())
    at, row = tree.place(node), tree.by_node.get(node)
    draft = queries.draft(row.id) if row is not None else None
    if draft is None:
        raise Invalid("还没有开始写新的一版。回到上一页，先点“写新的一版”。")
    lines = queries.draft_lines(draft)
    chosen = request.args.get("item", 0, int)
    mended = next((line for item_id, line in lines if item_id == chosen), None)
    if mended is not None and not fields:
        typed = typed | {
            "catalogue_item_id": chosen,
            "take": mended.take.value,
            "quantity": mended.quantity,
            "unit": mended.unit,
            "cost": yuan_typed(mended.cost_fen),
        }
    return render_template(
        "office/schemes/draft.html",
        tree=tree,
        community_id=community_id,
        place=at,
        lines=lines,
        total=total_cost(line for _, line in lines),
        items=[(one.id, f"{one.code} {one.name}") for one in tree.listed],
        takes=[(one.value, one.name_zh) for one in Take],
        sources=[(one.key, f"{one.title}（{_day(one.closes_at)}截止）") for one in tree.sources_for(node)],
        told={one.key: tree.told_cost(node, one.key) for one in tree.sources_for(node)},
        is_change=tree.in_force(node) is not None,
        labels=LABELS,
        typed=typed,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )


def _day(closes_at: Any) -> str:
    day = china_day(closes_at)
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
