"""The surveys of a community, and one of them: how far it has come, and what may be done with it now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template

from admin.guard import holds, needs
from admin.surveys.pages import Page, found_survey, state_of, surveys
from server.identity.rules import Permission
from server.infra.clock import now
from server.kernel.chinatime import CHINA
from server.surveys import queries
from server.surveys.models import Survey
from server.surveys.rules.definition import Definition
from server.surveys.rules.soundness import Problem, check_definition
from server.surveys.rules.stages import Stage
from server.surveys.rules.wording import condition_in_words, numbers_of

#: A fortnight, to the evening: long enough to ring at every door twice.
USUAL_DAYS = 14


@surveys.get("")
@needs(Permission.SEE_SURVEYS)
def list_surveys(community_id: int) -> Page:
    found = queries.surveys_of(community_id)
    reached = queries.coverages([one for one in found if one.opened_at is not None])
    rows = [(one, state_of(one), reached.get(one.id)) for one in found]
    return render_template("office/surveys/list.html", community_id=community_id, rows=rows)


@surveys.get("/<int:survey_id>")
@needs(Permission.SEE_SURVEYS)
def show_survey(community_id: int, survey_id: int) -> Page:
    return show(found_survey(community_id, survey_id), {}, {})


def show(of: Survey, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    form = queries.form(of)
    state = state_of(of)
    is_draft = state["stage"] is Stage.DRAFT
    return render_template(
        "office/surveys/show.html",
        survey=of,
        **state,
        definition=form.definition,
        numbers=numbers_of(form.definition),
        when=lambda tree: condition_in_words(tree, form.definition),
        scope=scope_words(of),
        households=queries.household_total(of),
        coverage=None if is_draft else queries.coverage(of),
        problems=placed_problems(form.definition) if is_draft else [],
        correction=queries.correction(of.id),
        versions=queries.versions(of.id),
        campaign=queries.campaign(of.campaign_id) if of.campaign_id else None,
        late=_late(of),
        typed={"closes_at": of.closes_at or usual_closing(now()), **typed},
        fields=fields,
    )


def _late(of: Survey) -> int:
    if of.opened_at is None or not holds(Permission.REVIEW_RESPONSES, of.community_id):
        return 0
    return len(queries.waiting_for_review(of))


def usual_closing(instant: datetime) -> datetime:
    day = (instant + timedelta(days=USUAL_DAYS)).astimezone(CHINA)
    return day.replace(hour=18, minute=0, second=0, microsecond=0)


def scope_words(of: Survey) -> str:
    """Who is asked, in words."""
    return queries.scope_words(of) or "全小区"


@dataclass(frozen=True)
class PlacedProblem:
    """What must be mended, and where: the number and key of the question, where it is one."""

    message: str
    key: str
    section: str


def placed_problems(definition: Definition) -> list[PlacedProblem]:
    return [_placed(one, definition) for one in check_definition(definition)]


def _placed(problem: Problem, definition: Definition) -> PlacedProblem:
    is_question = problem.where in definition.by_key
    is_section = not is_question and definition.section(problem.where) is not None
    return PlacedProblem(
        problem.message, problem.where if is_question else "", problem.where if is_section else ""
    )
