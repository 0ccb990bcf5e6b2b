"""The list of ballots, and drafting one: its name, whose vote it is, its dates and its rules."""

import secrets
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request
from marshmallow import Schema
from marshmallow.fields import Boolean, Enum, Integer, List, NaiveDateTime

from admin.ballots.pages import Page, ballots, fields_of, found_ballot, page_of, words_of
from admin.guard import needs
from admin.matters.becoming import became, carried, typed_from
from admin.session import me
from server.ballots import actions, queries
from server.ballots.actions import Draft
from server.ballots.models import Ballot
from server.ballots.rules.drafting import Kind, MotionText, Precedence, Unreturned
from server.catalogue import queries as catalogue
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day, from_china
from server.kernel.errors import Invalid, Refused
from server.kernel.places import ScopeKind
from server.ledger import queries as ledger
from server.matters.rules.links import LinkKind

CHOOSE: dict[str, Any] = {"required": "选一项。", "unknown": "选一项。"}
WHEN: dict[str, Any] = {"required": "选日期和时间。", "invalid": "选日期和时间。"}


LIMIT = "写一个整数，0 是不接受委托。"


class BallotIn(Schema):
    title = Line(60, required=True)
    intro = Words(2000, load_default="")
    scope = Enum(ScopeKind, by_value=True, required=True, error_messages=CHOOSE)
    buildings = List(Integer(), load_default=list)
    entrances = List(Integer(), load_default=list)
    items = List(Integer(), load_default=list)
    opens_at = NaiveDateTime(load_default=None, error_messages=WHEN)
    closes_at = NaiveDateTime(load_default=None, error_messages=WHEN)
    precedence = Enum(Precedence, by_value=True, required=True, error_messages=CHOOSE)
    may_change = Boolean(required=True, error_messages={"required": "选一项。", "invalid": "选一项。"})
    unreturned = Enum(Unreturned, by_value=True, required=True, error_messages=CHOOSE)
    clause = Words(500, load_default="")
    #: Left out, it is the one of the place.
    proxy_limit = Integer(load_default=None, error_messages={"invalid": LIMIT})
    client_key = Line(80, required=True)


#: Of a China day, from its midnight.
MORNING, EVENING = timedelta(hours=9), timedelta(hours=18)
FORTNIGHT = timedelta(days=14)


@ballots.get("")
@needs(Permission.SEE_BALLOT)
def list_ballots(community_id: int) -> Page:
    rows = [
        (one.ballot, words_of(one.stage), queries.turnout(one.ballot))
        for one in queries.staged_ballots(community_id, now())
    ]
    return render_template("office/ballots/list.html", community_id=community_id, rows=rows)


@ballots.get("/new")
@needs(Permission.DRAFT_BALLOT)
def new_ballot(community_id: int) -> Page:
    instant = now()
    usual = queries.rules_for(community_id, china_day(instant))
    # Announced today it may open on the first morning after the notice, and stays open a fortnight, to the evening.
    opens = queries.earliest_opening(community_id, instant) + MORNING
    typed: dict[str, Any] = {
        "opens_at": opens,
        "closes_at": opens - MORNING + FORTNIGHT + EVENING,
        "scope": ScopeKind.COMMUNITY.value,
        "precedence": usual.precedence,
        "may_change": "true" if usual.may_change else "false",
        "unreturned": usual.unreturned,
        "proxy_limit": usual.proxy_limit,
        "items": [],
        "client_key": secrets.token_urlsafe(16),
        **typed_from(carried(community_id)),
    }
    return _form(community_id, None, typed, {})


@ballots.post("")
@needs(Permission.DRAFT_BALLOT)
def create_ballot(community_id: int) -> Page:
    try:
        form, matter = load_form(BallotIn), carried(community_id)
        draft = _draft(community_id, form, picked(community_id, form["items"]))
        with unit_of_work():
            row = actions.draft_ballot(
                community_id, draft, client_key=form["client_key"], actor=me().actor, now=now()
            )
            became(matter, LinkKind.BALLOT, row.id)
    except (Invalid, Refused) as error:
        return _form(community_id, None, _typed(), fields_of(error, "title")), 422
    flash("草稿存好了。下面列出公告前还要办的事。")
    return redirect(page_of(row))


@ballots.get("/<int:ballot_id>/edit")
@needs(Permission.DRAFT_BALLOT)
def edit_ballot(community_id: int, ballot_id: int) -> Page:
    row = found_ballot(community_id, ballot_id)
    typed = {
        "title": row.title,
        "intro": row.intro,
        "scope": row.scope.value,
        "buildings": row.building_ids,
        "entrances": row.entrance_ids,
        "opens_at": row.opens_at,
        "closes_at": row.closes_at,
        "precedence": row.precedence.value,
        "may_change": "true" if row.may_change else "false",
        "unreturned": row.unreturned.value,
        "clause": row.clause,
        "proxy_limit": row.proxy_limit,
        "client_key": secrets.token_urlsafe(16),
    }
    return _form(community_id, row, typed, {})


@ballots.post("/<int:ballot_id>/edit")
@needs(Permission.DRAFT_BALLOT)
def save_ballot(community_id: int, ballot_id: int) -> Page:
    row = found_ballot(community_id, ballot_id)
    try:
        draft = _draft(community_id, load_form(BallotIn), queries.motion_texts(row))
        with unit_of_work():
            actions.change_draft(queries.known(ballot_id), draft, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return _form(
            community_id, found_ballot(community_id, ballot_id), _typed(), fields_of(error, "title")
        ), 422
    flash("改好了。")
    return redirect(page_of(row))


def _draft(community_id: int, form: dict[str, Any], motions: list[MotionText]) -> Draft:
    return Draft(
        title=form["title"],
        intro=form["intro"],
        scope=form["scope"],
        building_ids=_of_here(
            form["buildings"], [card.id for card in ledger.buildings(community_id)], "buildings"
        ),
        entrance_ids=_of_here(
            form["entrances"], [card.id for card in ledger.entrances(community_id)], "entrances"
        ),
        opens_at=from_china(form["opens_at"]) if form["opens_at"] else None,
        closes_at=from_china(form["closes_at"]) if form["closes_at"] else None,
        precedence=form["precedence"],
        may_change=form["may_change"],
        unreturned=form["unreturned"],
        clause=form["clause"],
        proxy_limit=form["proxy_limit"],
        motions=motions,
    )


def _of_here(chosen: list[int], known: list[int], field: str) -> list[int]:
    if not set(chosen) <= set(known):
        raise Invalid("选的楼栋或单元不在这个小区里。", fields={field: ["重新选一遍。"]})
    return chosen


def picked(community_id: int, item_ids: list[int]) -> list[MotionText]:
    """Catalogue items as motions; those that no law lets owners decide are not offered."""
    offered = {item.id: item for item in catalogue.items(china_day(now()), queries.place_path(community_id))}
    return [
        MotionText(
            title=offered[id_].name,
            kind=Kind.APPROVE,
            matter=offered[id_].matter,
            description=offered[id_].description,
            catalogue_item_id=id_,
        )
        for id_ in item_ids
        if id_ in offered and offered[id_].is_voteable
    ]


def _typed() -> dict[str, Any]:
    lists = {name: request.form.getlist(name, int) for name in ("buildings", "entrances", "items")}
    return {**request.form.to_dict(), **lists}


def _form(community_id: int, ballot: Ballot | None, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    items = catalogue.items(china_day(now()), queries.place_path(community_id))
    return render_template(
        "office/ballots/form.html",
        community_id=community_id,
        ballot=ballot,
        typed=typed,
        fields=fields,
        items=[item for item in items if item.is_voteable],
        buildings=ledger.buildings(community_id),
        entrances=ledger.entrances(community_id),
        limits=queries.rules_for(community_id, china_day(now())),
        earliest=queries.earliest_opening(community_id, now()),
        scopes=[(one.value, one.name_zh, SCOPE_HINTS[one]) for one in ScopeKind],
        precedences=[(one.value, one.name_zh) for one in Precedence],
        silences=[(one.value, one.name_zh) for one in Unreturned],
    )


SCOPE_HINTS = {
    ScopeKind.COMMUNITY: "全体业主合起来算一个结果。",
    ScopeKind.BUILDING: "每栋楼各算各的，各有各的结果。",
    ScopeKind.ENTRANCE: "每个单元各算各的，例如加装电梯。",
}
