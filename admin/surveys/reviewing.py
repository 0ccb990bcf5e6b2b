"""The review of paper forms that were keyed after the closing: another person reads the answers, and says yes or no."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import String
from marshmallow.validate import OneOf

from admin.guard import needs
from admin.session import me
from admin.surveys.pages import Page, fields_of, opened_survey, said_pairs, surveys
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Forbidden, Invalid, NotFound, Refused
from server.surveys import actions, queries
from server.surveys.models import Survey, SurveyResponse
from server.surveys.rules.serials import Serial
from server.surveys.rules.words import Channel

SAY: dict[str, Any] = {"required": "选收还是不收。"}


class LateFormIn(Schema):
    verdict = String(
        required=True, validate=OneOf(["accept", "refuse"], error="选收还是不收。"), error_messages=SAY
    )
    reason = Line(300, load_default="")


@surveys.get("/<int:survey_id>/late-forms")
@needs(Permission.REVIEW_RESPONSES)
def late_forms(community_id: int, survey_id: int) -> Page:
    of = opened_survey(community_id, survey_id)
    cards = {card.id: card for card in queries.households_asked(of)}
    return render_template(
        "office/surveys/late_forms.html",
        survey=of,
        waiting=[(one, cards.get(one.household_id)) for one in queries.waiting_for_review(of)],
        mine=me().actor.key,
    )


@surveys.get("/<int:survey_id>/late-forms/<int:response_id>")
@needs(Permission.REVIEW_RESPONSES)
def late_form(community_id: int, survey_id: int, response_id: int) -> Page:
    of = opened_survey(community_id, survey_id)
    return _page(of, _late(of, response_id), {}, {})


@surveys.post("/<int:survey_id>/late-forms/<int:response_id>")
@needs(Permission.REVIEW_RESPONSES)
def review_late_form(community_id: int, survey_id: int, response_id: int) -> Page:
    of = opened_survey(community_id, survey_id)
    given = _late(of, response_id)
    try:
        form = load_form(LateFormIn)
        is_accepted = form["verdict"] == "accept"
        with unit_of_work():
            actions.review_late_form(
                of, response_id, is_accepted=is_accepted, reason=form["reason"], actor=me().actor, now=now()
            )
    except (Invalid, Refused, Forbidden) as error:
        return _page(of, given, request.form.to_dict(), fields_of(error, "verdict")), error.status
    flash("收下了，算进结果。" if is_accepted else "没有收，原因记下了。")
    return redirect(url_for("admin.surveys.late_forms", community_id=community_id, survey_id=survey_id))


def _late(of: Survey, response_id: int) -> SurveyResponse:
    given = queries.response(response_id, of.id)
    if not given.needs_review:
        raise NotFound
    return given


def _page(of: Survey, given: SurveyResponse, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    card = next((one for one in queries.households_asked(of) if one.id == given.household_id), None)
    return render_template(
        "office/surveys/late_form.html",
        survey=of,
        given=given,
        is_paper=given.channel is Channel.PAPER,
        card=card,
        serial=str(Serial(of.id, given.household_id)),
        said=said_pairs(of, given, with_private=True),
        review=queries.review(given.id),
        is_own=given.entered_by == me().actor.key,
        typed=typed,
        fields=fields,
    )
