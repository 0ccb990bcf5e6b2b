"""What the surveys' pages share: the blueprint, finding what an address names, and what a stage is called."""

from typing import Any

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from server.infra.clock import now
from server.kernel.errors import Invalid, NotFound, Problem
from server.surveys import queries
from server.surveys.models import Survey, SurveyResponse
from server.surveys.rules.stages import Stage
from server.surveys.rules.wording import in_words

surveys = Blueprint("surveys", __name__, url_prefix="/communities/<int:community_id>/surveys")

Page = str | Response | tuple[str, int]

TONES = {Stage.DRAFT: "quiet", Stage.OPEN: "go", Stage.CLOSED: "info", Stage.DISCARDED: "quiet"}


def found_survey(community_id: int, survey_id: int) -> Survey:
    """The survey of this community; a discarded or foreign one is not there."""
    found = queries.survey(survey_id, community_id)
    if found is None or found.discarded_at is not None:
        raise NotFound
    return found


def opened_survey(community_id: int, survey_id: int) -> Survey:
    """The same, opened: before the opening there are no forms."""
    found = found_survey(community_id, survey_id)
    if found.opened_at is None:
        raise NotFound
    return found


def state_of(survey: Survey) -> dict[str, Any]:
    stage = queries.stage(survey, now())
    return {"stage": stage, "word": stage.name_zh, "tone": TONES[stage]}


def page_of(survey: Survey) -> str:
    return url_for("admin.surveys.show_survey", community_id=survey.community_id, survey_id=survey.id)


def fields_of(error: Problem, otherwise: str) -> dict[str, list[str]]:
    """The sentences by field; a refusal without fields stands beside `otherwise`, with each of its reasons."""
    fields = error.fields if isinstance(error, Invalid) else {}
    return fields or {otherwise: [error.message, *(reason.message for reason in error.reasons)]}


def said_pairs(
    of: queries.Asked, given: SurveyResponse, *, with_private: bool = False
) -> list[tuple[str, str]]:
    """A given answer as pairs of question and words, in the words of the version it was given to."""
    definition = queries.form(of, given.version_number).definition
    answers = queries.whole_answers(given) if with_private else given.answers
    said = in_words(definition, answers, with_private=with_private)
    return [(f"{one.number}. {one.title}", one.words or "没有答") for one in said]
