"""A step of the handover: where it stands, and recording it."""

from typing import Any

from flask import flash
from marshmallow import Schema
from marshmallow.fields import Date, Enum

from admin.guard import needs
from admin.management.contracting import day
from admin.management.desk import Page, back_to, form_page, management, typed_again
from admin.projects.desk import drawn_photos, kept
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.management import actions, queries
from server.management.models import About
from server.management.rules.handover import HandoverStep, StepState

STATE: dict[str, Any] = {"required": "选办好了，还是重新打开。", "unknown": "选办好了，还是重新打开。"}


class StepIn(Schema):
    state = Enum(StepState, by_value=True, required=True, error_messages=STATE)
    done_on = Date(required=True, error_messages=day("填是哪一天的事。"))
    words = Line(200, load_default="")
    client_key = Line(80, required=True)


@management.get("/communities/<int:community_id>/management/handover/<step>")
@needs(Permission.SEE_MANAGEMENT)
def handover_page(community_id: int, step: str) -> Page:
    return _step_page(community_id, _step(step), None)


@management.post("/communities/<int:community_id>/management/handover/<step>")
@needs(Permission.RECORD_HANDOVER)
def record_handover(community_id: int, step: str) -> Page:
    of = _step(step)
    try:
        form, photos = load_form(StepIn), drawn_photos()
        with unit_of_work():
            actions.record_handover(
                community_id, step=of, photos=kept(photos), actor=me().actor, now=now(), **form
            )
    except Problem as error:
        return _step_page(community_id, of, error)
    flash(f"{of.name_zh}：{form['state'].name_zh}。")
    return back_to(community_id, "handover")


def _step(word: str) -> HandoverStep:
    if word not in set(HandoverStep):
        raise NotFound
    return HandoverStep(word)


def _step_page(community_id: int, of: HandoverStep, error: Problem | None) -> Page:
    return form_page(
        "step.html",
        error,
        community_id=community_id,
        step=of,
        states=[(state.value, state.name_zh) for state in StepState],
        records=[row for row in queries.handover_records(community_id) if row.step is of],
        evidence=queries.evidence_of(community_id, About.HANDOVER),
        typed=typed_again(),
    )
