"""Pilots: candidates with their scores, one score sheet, choosing, and the page of lessons."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Integer, List
from marshmallow.validate import OneOf, Range

from admin.guard import needs
from admin.plans.pages import (
    MOST_LISTED,
    Page,
    chosen_division,
    fields_of,
    found_pilot,
    found_row,
    holds_at,
    plans,
    typed_form,
)
from admin.plans.will import counted_will
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.plans import actions, queries
from server.plans.models import PilotCandidate, PlanRow
from server.plans.rules import pilots as rules
from server.plans.rules.words import System


class SheetIn(Schema):
    systems = List(Line(20, validate=OneOf([one.value for one in System])), load_default=list)
    note_culture = Line(rules.LONGEST_NOTE, load_default="")
    note_environment = Line(rules.LONGEST_NOTE, load_default="")
    note_service = Line(rules.LONGEST_NOTE, load_default="")
    note_governance = Line(rules.LONGEST_NOTE, load_default="")
    merged_with = List(Integer(validate=Range(1, LARGEST_ID)), load_default=list)
    client_key = Line(80, required=True)


class LessonIn(Schema):
    title = Line(80, required=True, error_messages={"required": "写一句话的题目。"})
    text = Words(4000, required=True, error_messages={"required": "写上做了什么、结果怎样。"})
    advice = Words(4000, required=True, error_messages={"required": "写上别处可以怎么做。"})
    client_key = Line(80, required=True)


@plans.get("/plans/pilots")
@needs(Permission.SEE_PLANS)
def list_pilots() -> Page:
    division = chosen_division()
    today = china_day(now())
    lines = queries.pilot_lines([division.path])
    return render_template(
        "office/plans/pilots.html",
        division=division,
        chosen=[one for one in lines if one.pilot.chosen_at is not None],
        candidates=[one for one in lines if one.pilot.chosen_at is None],
        rule=rules.rule_text(queries.scale_at(division.path, today)),
        points=rules.points_text,
    )


@plans.get("/plans/rows/<int:row_id>/pilot")
@needs(Permission.KEEP_PILOTS)
def pilot_form(row_id: int) -> Page:
    row = found_row(row_id, Permission.KEEP_PILOTS)
    return _form(row, {}, {})


@plans.post("/plans/rows/<int:row_id>/pilot")
@needs(Permission.KEEP_PILOTS)
def enter_pilot(row_id: int) -> Page:
    row = found_row(row_id, Permission.KEEP_PILOTS)
    # Counted before the unit of work: the figures come from the survey, never from the form.
    will = counted_will(row.community_id, now())
    try:
        form = load_form(SheetIn)
        systems = {System(name): form[f"note_{name}"] for name in form["systems"]}
        with unit_of_work():
            pilot = actions.enter_pilot(
                row_id,
                will=will,
                systems=systems,
                merged_with=form["merged_with"],
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused, Conflict) as error:
        typed = typed_form(["systems", "merged_with"])
        return _form(found_row(row_id), typed, fields_of(error, "systems")), error.status
    flash("评分表填好了。")
    return redirect(url_for("admin.plans.show_pilot", pilot_id=pilot.id))


@plans.get("/plans/pilots/<int:pilot_id>")
@needs(Permission.SEE_PLANS)
def show_pilot(pilot_id: int) -> Page:
    return _show(found_pilot(pilot_id), {}, {})


@plans.post("/plans/pilots/<int:pilot_id>/choose")
@needs(Permission.CHOOSE_PILOT)
def choose_pilot(pilot_id: int) -> Page:
    found_pilot(pilot_id, Permission.CHOOSE_PILOT)
    with unit_of_work():
        actions.choose_pilot(pilot_id, actor=me().actor, now=now())
    flash("已定为试点。做的过程里，把经验写下来。", "go")
    return redirect(url_for("admin.plans.show_pilot", pilot_id=pilot_id))


@plans.post("/plans/pilots/<int:pilot_id>/lessons")
@needs(Permission.KEEP_PILOTS)
def add_lesson(pilot_id: int) -> Page:
    found_pilot(pilot_id, Permission.KEEP_PILOTS)
    try:
        form = load_form(LessonIn)
        with unit_of_work():
            actions.add_lesson(pilot_id, actor=me().actor, now=now(), **form)
    except (Invalid, Refused) as error:
        return _show(found_pilot(pilot_id), dict(request.form), fields_of(error, "title")), error.status
    flash("经验写下了，上下级都能看到。")
    return redirect(url_for("admin.plans.show_pilot", pilot_id=pilot_id))


def _show(pilot: PilotCandidate, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    row = queries.row(pilot.row_id)
    plan = queries.plan(row.plan_id) if row is not None else None
    if row is None or plan is None:
        raise NotFound
    seat = queries.seat(plan.division_id)
    parts = rules.scored(pilot.facts, pilot.scale_of_then)
    names = queries.community_names([pilot.community_id, *pilot.merged_with])
    return render_template(
        "office/plans/pilot.html",
        pilot=pilot,
        row=row,
        division=seat,
        name=names.get(pilot.community_id, ""),
        merged=[names.get(one, "") for one in pilot.merged_with],
        parts=parts,
        score=rules.score(parts),
        rule=rules.rule_text(pilot.scale_of_then),
        most=pilot.scale_of_then.most,
        points=rules.points_text,
        systems=[(one.name_zh, pilot.systems.get(one.value)) for one in System],
        lessons=queries.lessons(pilot.id),
        may_keep=holds_at(Permission.KEEP_PILOTS, seat.path),
        may_choose=holds_at(Permission.CHOOSE_PILOT, seat.path),
        is_own=pilot.entered_by == me().actor.key,
        client_key=secrets.token_urlsafe(16),
        typed=typed,
        fields=fields,
    )


def _form(row: PlanRow, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    plan = queries.plan(row.plan_id)
    if plan is None or not queries.is_in_force(row.id):
        raise NotFound
    seat = queries.seat(plan.division_id)
    known = queries.pilot_of(row.community_id, plan.year)
    usual: dict[str, Any] = {"client_key": secrets.token_urlsafe(16)}
    if known is not None:
        usual |= {"systems": list(known.systems), "merged_with": [str(one) for one in known.merged_with]}
        usual |= {f"note_{name}": note for name, note in known.systems.items()}
    place = ledger.place(row.community_id)
    today = china_day(now())
    found = ledger.communities_under(seat.path, size=MOST_LISTED).items
    return render_template(
        "office/plans/pilot_form.html",
        row=row,
        plan=plan,
        division=seat,
        name=queries.community_names([row.community_id])[row.community_id],
        will=counted_will(row.community_id, now()),
        items=queries.items_by_class(row.contents, place.division_path, today) if place is not None else {},
        classes=rules.CLASSES,
        systems=list(System),
        neighbours=[(str(one.id), one.name) for one in found if one.id != row.community_id],
        rule=rules.rule_text(queries.scale_at(seat.path, today)),
        typed={**usual, **typed},
        fields=fields,
    )
