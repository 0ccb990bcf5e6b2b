"""Correcting the questions of a survey that has begun: on a copy, saved as a new version with its reason."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema

from admin.guard import needs
from admin.session import me
from admin.surveys.listing import placed_problems
from admin.surveys.pages import Page, fields_of, found_survey, page_of, state_of, surveys
from admin.surveys.worksheet import Worksheet, worksheet
from server.identity import queries as identity
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, Refused
from server.surveys import actions, queries
from server.surveys.models import SurveyVersion
from server.surveys.rules.changes import changes
from server.surveys.rules.wording import condition_in_words, numbers_of


class FinishIn(Schema):
    reason = Words(300, required=True, error_messages={"required": "写清为什么要更正。"})
    seen = Line(64, required=True)


@surveys.post("/<int:survey_id>/correction/begin")
@needs(Permission.RUN_SURVEY)
def begin_correction(community_id: int, survey_id: int) -> Page:
    of = found_survey(community_id, survey_id)
    with unit_of_work():
        actions.begin_correction(queries.known(survey_id), actor=me().actor, now=now())
    return redirect(
        url_for("admin.surveys.edit_questions", community_id=of.community_id, survey_id=survey_id)
    )


@surveys.post("/<int:survey_id>/correction/drop")
@needs(Permission.RUN_SURVEY)
def drop_correction(community_id: int, survey_id: int) -> Page:
    of = found_survey(community_id, survey_id)
    with unit_of_work():
        actions.drop_correction(queries.known(survey_id), actor=me().actor, now=now())
    flash("这次更正放弃了，问题还是原来的。")
    return redirect(page_of(of))


@surveys.get("/<int:survey_id>/correction")
@needs(Permission.RUN_SURVEY)
def review_correction(community_id: int, survey_id: int) -> Page:
    """What is about to change, before it does."""
    return _draw(worksheet(community_id, survey_id), "", {})


@surveys.post("/<int:survey_id>/correction")
@needs(Permission.RUN_SURVEY)
def finish_correction(community_id: int, survey_id: int) -> Page:
    of = found_survey(community_id, survey_id)
    if queries.correction(survey_id) is None:
        flash("这次更正已经存好或放弃了。", "wait")
        return redirect(_versions_of(community_id, survey_id))
    try:
        form = load_form(FinishIn)
        with unit_of_work():
            row = actions.finish_correction(
                queries.known(survey_id),
                reason=form["reason"],
                seen=form["seen"],
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused, Conflict) as error:
        again = worksheet(of.community_id, survey_id)
        return _draw(again, request.form.get("reason", ""), fields_of(error, "reason")), error.status
    flash(f"存成第 {row.number} 版了。从现在起，来填的人看到的是这一版；交过的答卷不用重填。")
    return redirect(_versions_of(community_id, survey_id))


def _versions_of(community_id: int, survey_id: int) -> str:
    return url_for("admin.surveys.list_versions", community_id=community_id, survey_id=survey_id)


def _draw(sheet: Worksheet, reason: str, fields: dict[str, Any]) -> str:
    form = queries.form(sheet.survey)
    return render_template(
        "office/surveys/correction.html",
        survey=sheet.survey,
        sheet=sheet,
        number=form.number,
        changes=changes(form.definition, sheet.definition),
        problems=placed_problems(sheet.definition),
        reason=reason,
        fields=fields,
    )


# ------------------------------------------------------------------ versions


@dataclass(frozen=True)
class VersionLine:
    row: SurveyVersion
    by: str
    changes: list[str]


@surveys.get("/<int:survey_id>/versions")
@needs(Permission.SEE_SURVEYS)
def list_versions(community_id: int, survey_id: int) -> Page:
    of = found_survey(community_id, survey_id)
    rows = queries.versions(survey_id)
    before = [None, *rows]
    lines = [
        VersionLine(row, _name(row.made_by), _changes(before[place], row)) for place, row in enumerate(rows)
    ]
    return render_template("office/surveys/versions.html", survey=of, **state_of(of), lines=lines[::-1])


@surveys.get("/<int:survey_id>/versions/<int:number>")
@needs(Permission.SEE_SURVEYS)
def show_version(community_id: int, survey_id: int, number: int) -> Page:
    of = found_survey(community_id, survey_id)
    form = queries.form(of, number)
    return render_template(
        "office/surveys/version.html",
        survey=of,
        number=form.number,
        definition=form.definition,
        numbers=numbers_of(form.definition),
        when=lambda tree: condition_in_words(tree, form.definition),
    )


def _changes(before: SurveyVersion | None, row: SurveyVersion) -> list[str]:
    if before is None:
        return []
    return changes(queries.definition_of(before), queries.definition_of(row))


def _name(actor_key: str) -> str:
    """Who made it, as colleagues call them."""
    kind, _, number = actor_key.partition(":")
    found = identity.staff(int(number)) if kind == "staff" and number.isdigit() else None
    return found.name if found is not None else "系统"
