"""One promise: what was given and used of it, entered by one person and confirmed by another."""

from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Boolean, Date, Enum

from admin.contributions.desk import Page, back_to, contributions, draw
from admin.contributions.pledging import amount_of
from admin.guard import needs
from admin.session import me
from server.contributions import actions, queries
from server.contributions.queries import EntryCard, PledgeCard
from server.contributions.rules import Entry
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Problem

KIND: dict[str, Any] = {"required": "选收到还是用掉。", "unknown": "选收到还是用掉。"}
DAY: dict[str, Any] = {"required": "填是哪一天的事。", "invalid": "填是哪一天的事。"}
VERDICT: dict[str, Any] = {"required": "选确认还是退回。", "invalid": "选确认还是退回。"}


class EntryIn(Schema):
    kind = Enum(Entry, by_value=True, required=True, error_messages=KIND)
    amount = Line(30, load_default="")
    happened_on = Date(required=True, error_messages=DAY)
    document = Line(120, load_default="")
    client_key = Line(80, required=True)


class ReviewIn(Schema):
    is_confirmed = Boolean(required=True, error_messages=VERDICT)
    reason = Line(300, load_default="")


@contributions.get("/<int:pledge_id>")
@needs(Permission.SEE_CONTRIBUTIONS)
def pledge_page(community_id: int, pledge_id: int) -> Page:
    return _page(community_id, queries.pledge(pledge_id, community_id))


@contributions.post("/<int:pledge_id>/entries")
@needs(Permission.RECORD_CONTRIBUTIONS)
def enter(community_id: int, pledge_id: int) -> Page:
    card = queries.pledge(pledge_id, community_id)
    try:
        form = load_form(EntryIn)
        amount = amount_of(card.pledge.kind, form.pop("amount"))
        with unit_of_work():
            actions.enter(
                pledge_id, community_id=community_id, amount=1 if amount is None else amount, actor=me().actor,
                now=now(), **form,
            )  # fmt: skip
    except Problem as error:
        return _page(community_id, card, error)
    flash("已记下。另一个人确认以后才算数。")
    return back_to("pledge_page", community_id, pledge_id=pledge_id)


@contributions.get("/entries/<int:entry_id>")
@needs(Permission.SEE_CONTRIBUTIONS)
def entry_page(community_id: int, entry_id: int) -> Page:
    return _entry(community_id, queries.entry(entry_id, community_id))


@contributions.post("/entries/<int:entry_id>/review")
@needs(Permission.CONFIRM_CONTRIBUTIONS)
def review(community_id: int, entry_id: int) -> Page:
    found = queries.entry(entry_id, community_id)
    try:
        form = load_form(ReviewIn)
        with unit_of_work():
            actions.review(entry_id, community_id=community_id, actor=me().actor, now=now(), **form)
    except Problem as error:
        return _entry(community_id, found, error)
    flash("已确认。" if form["is_confirmed"] else "已退回。")
    return back_to("pledge_page", community_id, pledge_id=found.entry.pledge_id)


def _page(community_id: int, card: PledgeCard, error: Problem | None = None) -> Page:
    return draw(
        "pledge.html",
        community_id,
        dict(request.form) if error else None,
        error,
        card=card,
        entries=queries.entries(card.pledge.id),
        kinds=[(entry.value, entry.name_zh) for entry in Entry],
    )


def _entry(community_id: int, found: EntryCard, error: Problem | None = None) -> Page:
    return draw(
        "entry.html",
        community_id,
        dict(request.form) if error else None,
        error,
        found=found,
        card=queries.pledge(found.entry.pledge_id, community_id),
        is_mine=found.entry.entered_by == me().actor.key,
    )
