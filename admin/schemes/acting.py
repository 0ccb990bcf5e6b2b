"""Entering what happens in a lift's case: one form for each kind of act, and the plan."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Date, Enum, Integer

from admin.guard import needs
from admin.schemes.cases import flats_of
from admin.schemes.desk import Page, Yuan, drawn_photo, error_fields, lifts, yuan_typed
from admin.session import me
from server.attachments import actions as attachments
from server.decisions.actions import lift_plans
from server.decisions.actions import lifts as actions
from server.decisions.actions.lift_plans import Plan
from server.decisions.actions.lifts import Said
from server.decisions.models import LiftCase
from server.decisions.queries import lifts as queries
from server.decisions.rules.lifts import ABOUT_OBJECTION, NEEDS_PAPER, ActKind
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem
from server.ledger import queries as ledger

LABELS = {
    "flat_id": "哪一户",
    "on": "哪天",
    "who": "谁",
    "words": "说了什么",
    "amount": "补偿",
    "is_agreed": "成了没有",
    "photo": "书面材料",
    "floors": "层数",
    "cost": "总造价",
    "parts": "各层的份数",
    "upkeep": "以后谁维护",
}
ENTERED = [kind for kind in ActKind if kind not in {ActKind.PLAN, ActKind.CHECKED}]
NEIGHBOURS = 3000


class ActIn(Schema):
    kind = Enum(ActKind, by_value=True, required=True, error_messages={"unknown": "选一件可以记的事。"})
    on = Date(required=True, error_messages={"required": "选哪天的事。", "invalid": "选哪天的事。"})
    flat_id = Integer(load_default=None, error_messages={"invalid": "选一户。"})
    objection_id = Integer(load_default=None)
    who = Line(60, load_default="")
    words = Words(2000, load_default="")
    amount = Yuan(load_default=0)
    is_agreed = Boolean(load_default=None)
    client_key = Line(80, required=True)


class PlanIn(Schema):
    on = Date(required=True, error_messages={"required": "选哪天约定的。", "invalid": "选哪天约定的。"})
    floors = Integer(required=True, error_messages={"required": "填层数。", "invalid": "填层数，例如 7。"})
    cost = Yuan(required=True, error_messages={"required": "填总造价。"})
    parts = Words(1000, required=True, error_messages={"required": "每层一行，写“楼层 份数”。"})
    upkeep = Words(2000, required=True, error_messages={"required": "写上以后谁维护、钱从哪里来。"})
    who = Line(60, load_default="")
    client_key = Line(80, required=True)


@lifts.get("/<int:case_id>/acts/new")
@needs(Permission.ENTER_LIFT)
def new_act(community_id: int, case_id: int) -> Page:
    row = queries.known(case_id, community_id)
    typed = {**request.args, "on": china_day(now())}
    return _act_page(row, typed, {})


@lifts.post("/<int:case_id>/acts")
@needs(Permission.ENTER_LIFT)
def enter_act(community_id: int, case_id: int) -> Page:
    row = queries.known(case_id, community_id)
    try:
        form = load_form(ActIn)
        photo = drawn_photo()
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            client_key, amount = form.pop("client_key"), form.pop("amount")
            actions.enter_act(
                case_id,
                Said(amount_fen=amount, **form),
                community_id=community_id,
                attachment_id=kept.id if kept else None,
                client_key=client_key,
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return _act_page(row, dict(request.form), error_fields(error, "on")), 422
    flash("记下了。")
    return redirect(url_for(".case_page", community_id=community_id, case_id=row.id))


@lifts.get("/<int:case_id>/plan")
@needs(Permission.ENTER_LIFT)
def plan_page(community_id: int, case_id: int) -> Page:
    row = queries.known(case_id, community_id)
    held = queries.lift_view(row).plan
    plan = held.plan if held else None
    typed: dict[str, Any] = {"on": china_day(now())}
    if plan:
        lines = [f"{floor} {parts}" for floor, parts in plan["parts"].items()]
        typed |= {**plan, "cost": yuan_typed(plan["cost_fen"]), "parts": "\n".join(lines)}
    return _plan_page(row, typed, {})


@lifts.post("/<int:case_id>/plan")
@needs(Permission.ENTER_LIFT)
def enter_plan(community_id: int, case_id: int) -> Page:
    row = queries.known(case_id, community_id)
    try:
        form = load_form(PlanIn)
        photo = drawn_photo()
        plan = Plan(
            form["on"], form["floors"], form["cost"], _parts(form["parts"]), form["upkeep"], form["who"]
        )
        with unit_of_work():
            kept = attachments.keep_photo(photo, actor=me().actor, now=now()) if photo else None
            lift_plans.enter_plan(
                case_id,
                plan,
                community_id=community_id,
                attachment_id=kept.id if kept else None,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return _plan_page(row, dict(request.form), error_fields(error, "on")), 422
    flash("记下了。以前的约定留着备查。")
    return redirect(url_for(".case_page", community_id=community_id, case_id=row.id))


def _parts(text: str) -> dict[int, int]:
    """ "2 1" a line: floor and parts."""
    found: dict[int, int] = {}
    for line in text.splitlines():
        words = line.replace("：", " ").replace(":", " ").replace("层", " ").replace("份", " ").split()
        if not words:
            continue
        is_sound = len(words) == 2 and all(word.isdecimal() and len(word) < 6 for word in words)
        if not is_sound or int(words[0]) in found:
            sentence = f"“{line.strip()[:20]}”看不懂。每层一行，写“楼层 份数”，例如“2 1”，一层只写一次。"
            raise Invalid(sentence, fields={"parts": [sentence]})
        found[int(words[0])] = int(words[1])
    return found


def _act_page(row: LiftCase, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    kind = next((one for one in ENTERED if one.value == typed.get("kind")), None)
    if kind is None:
        raise NotFound
    view = queries.lift_view(row)
    everyone = kind is ActKind.OBJECTION
    flats = (
        ledger.flats(row.community_id, size=NEIGHBOURS).items if everyone else flats_of(row, row.community_id)
    )
    return render_template(
        "office/lifts/act.html",
        community_id=row.community_id,
        view=view,
        kind=kind,
        objection=next(
            (one for one in view.case.objections if str(one.id) == str(typed.get("objection_id"))), None
        ),
        is_about_objection=kind in ABOUT_OBJECTION,
        needs_paper=kind in NEEDS_PAPER,
        flats=[(flat.id, flat.label) for flat in flats],
        labels=LABELS,
        typed=typed,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )


def _plan_page(row: LiftCase, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/lifts/plan.html",
        community_id=row.community_id,
        view=queries.lift_view(row),
        labels=LABELS,
        typed=typed,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
    )
