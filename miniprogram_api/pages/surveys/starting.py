"""Coming to a survey: the list, by slip, by the poster, and what there is to decide before the form."""

import secrets
from typing import Any

from flask import redirect, render_template, request
from marshmallow import Schema, fields, validate

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.pages.surveys import filling
from miniprogram_api.pages.surveys.pages import (
    Page,
    about,
    done_url,
    is_open,
    said_capacity,
    section_url,
    sent_capacity,
    sent_key,
    survey_pages,
)
from miniprogram_api.pages.surveys.seats import Seat, claim, device, visit
from miniprogram_api.pages.surveys.sections import draw_section
from miniprogram_api.session import me
from miniprogram_api.surveys import reading
from server.infra import throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, Problem, Refused
from server.surveys import actions, queries
from server.surveys.models import SurveyResponse
from server.surveys.queries import SignedForm
from server.surveys.rules.wording import Said, in_words
from server.surveys.rules.words import Capacity

#: Rooms typed at the poster from one address: a whole building may share one.
ROOMS_TYPED = "60/10 minute"


class RoomForm(Schema):
    building = Line(20, required=True, error_messages={"required": "写几栋。"})
    entrance = Line(20, load_default="")
    room = Line(20, required=True, error_messages={"required": "写房号。"})
    number = fields.Integer(load_default=1, validate=validate.Range(1, 20, error="写第几户，从 1 起。"))


@survey_pages.get("")
@resident_page
def listing() -> str:
    """The surveys of my homes: those that wait, then the others."""
    moment = now()
    waiting = {of.id for of, _ in reading.waiting_for(me().id, moment)}
    return render_template(
        "phone/surveys/list.html", rows=reading.surveys_for(me().id, moment), waiting=waiting
    )


@survey_pages.get("/<int:survey_id>")
@open_to_all
def survey_page(survey_id: int) -> Page:
    """With one household and nothing to decide, the form itself; else what there is to decide."""
    came = visit(survey_id)
    found = came.seats()
    if len(found) == 1 and is_open(came.form) and not _has_begun(found[0]):
        return _draw_first(found[0])
    return draw_start(came.form, found)


@survey_pages.post("/<int:survey_id>/room")
@open_to_all
def type_room(survey_id: int) -> Page:
    """At the poster: whoever has no slip at hand says which door is theirs. It counts until the slip says otherwise."""
    came = visit(survey_id)
    form = came.form
    try:
        with unit_of_work():
            throttle.hit(ROOMS_TYPED, "survey-room", request.remote_addr or "")
        household = queries.typed_household(form.survey, **load_form(RoomForm))
    except (Invalid, Refused) as problem:
        return draw_start(form, came.seats(), problem), problem.status
    try:
        actions.check_claim(form.survey_id, household.id, device())
    except Refused as problem:
        return draw_start(form, came.seats(), problem), problem.status
    claim(form, household)
    return redirect(section_url(form, household.id, form.definition.sections[0]), 303)


@survey_pages.post("/<int:survey_id>/households/<int:household_id>/confirm")
@resident_page
def confirm(survey_id: int, household_id: int) -> Page:
    """Take over what somebody answered for this household at the poster."""
    came = visit(survey_id)
    form, here = came.form, came.seat(household_id)
    response_id = request.form.get("response_id", type=int) or 0
    try:
        capacity = said_capacity(here.capacity or sent_capacity())
        with unit_of_work():
            actions.confirm_claimed(
                form, here.household, response_id, capacity,
                client_key=sent_key(), actor=here.actor, now=now(),
            )  # fmt: skip
    except (Invalid, Refused, Conflict) as problem:
        return draw_start(form, came.seats(), problem), problem.status
    return redirect(done_url(form, household_id), 303)


# ------------------------------------------------------------------ drawing


def _has_begun(here: Seat) -> bool:
    if here.has_begun is not None:
        return here.has_begun
    return queries.has_begun(here.form.survey_id, here.household.id, here.holder, here.proof)


def draw_start(form: SignedForm, found: list[Seat], problem: Problem | None = None) -> str:
    return render_template(
        "phone/surveys/start.html",
        **about(form),
        homes=[_home(one) for one in found],
        notice=None if is_open(form) else queries.result_notice(form.survey),
        fields=problem.fields if isinstance(problem, Invalid) else {},
        problem=problem,
        typed=request.form or request.args,
        client_key=secrets.token_urlsafe(16),
        capacities=list(Capacity),
    )


def _home(here: Seat) -> dict[str, Any]:
    """What there is for one household: an answer, a draft, something claimed at the poster."""
    survey_id, household_id = here.form.survey_id, here.household.id
    claimed = queries.claimed_to_confirm(survey_id, household_id) if here.is_proven else None
    return {
        "seat": here,
        "href": section_url(here.form, household_id, here.form.definition.sections[0]),
        "done_href": done_url(here.form, household_id),
        "answered": filling.answered_before(here),
        "draft": queries.draft(survey_id, household_id, here.holder),
        "claimed": claimed,
        "claimed_said": _claimed_said(here, claimed) if claimed else [],
        "has_private": here.is_proven and queries.has_private(here.form.survey, household_id),
    }


def _claimed_said(here: Seat, claimed: SurveyResponse) -> list[Said]:
    definition = queries.form(here.form.survey, claimed.version_number).definition
    return in_words(definition, claimed.answers, with_private=False)


def _draw_first(here: Seat) -> str:
    return draw_section(here, here.form.definition.sections[0], {}, here.capacity)
