"""A new survey, and what stands before its questions: name, introduction, who is asked."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Integer, List

from admin.guard import needs
from admin.matters.becoming import became, carried, typed_from
from admin.session import me
from admin.surveys.pages import Page, fields_of, found_survey, page_of, surveys
from admin.surveys.starts import offered, path_of, start_of
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, Refused
from server.ledger import queries as ledger
from server.matters.rules.links import LinkKind
from server.surveys import actions, queries
from server.surveys.actions import Heading
from server.surveys.models import Survey

LONGEST_TITLE = 60
LONGEST_INTRO = 1000
NAME: dict[str, Any] = {"required": "写问卷的名字。"}
CHOOSE: dict[str, Any] = {"required": "选一项。"}


class SurveyIn(Schema):
    start = Line(40, required=True, error_messages=CHOOSE)
    title = Line(LONGEST_TITLE, load_default="")
    client_key = Line(80, required=True)


class HeadingIn(Schema):
    title = Line(LONGEST_TITLE, required=True, error_messages=NAME)
    intro = Words(LONGEST_INTRO, load_default="")
    buildings = List(Integer(), load_default=list)
    entrances = List(Integer(), load_default=list)


@surveys.get("/new")
@needs(Permission.RUN_SURVEY)
def new_survey(community_id: int) -> Page:
    typed = {"start": request.args.get("start", ""), **typed_from(carried(community_id))}
    return draw_new(community_id, typed, {})


@surveys.post("")
@needs(Permission.RUN_SURVEY)
def create_survey(community_id: int) -> Page:
    try:
        form, matter = load_form(SurveyIn), carried(community_id)
        start = start_of(form["start"], community_id, path_of(community_id))
        heading = _heading(community_id, form["title"] or start.title, start.intro, start.survey_id)
        with unit_of_work():
            row = actions.draft_survey(
                community_id,
                heading,
                start.definition,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
            became(matter, LinkKind.SURVEY, row.id)
    except (Invalid, Refused, Conflict) as error:
        return draw_new(community_id, request.form.to_dict(), fields_of(error, "title")), 422
    flash("草稿存好了。下面一道一道看过，改成你们小区的说法。")
    return redirect(url_for("admin.surveys.edit_questions", community_id=community_id, survey_id=row.id))


def _heading(community_id: int, title: str, intro: str, copied_id: int | None) -> Heading:
    """A copy of this community's own survey asks the same buildings again."""
    held = queries.survey(copied_id, community_id) if copied_id is not None else None
    if held is None:
        return Heading(title, intro)
    return Heading(title, intro, tuple(held.building_ids), tuple(held.entrance_ids))


def draw_new(
    community_id: int, typed: dict[str, Any], fields: dict[str, Any], problems: Sequence[Any] = ()
) -> str:
    """`problems` are the cells of a sheet that stand in the way."""
    return render_template(
        "office/surveys/new.html",
        community_id=community_id,
        starts=offered(community_id, path_of(community_id)),
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        problems=problems,
        sheet_key=secrets.token_urlsafe(16),
    )


@surveys.get("/<int:survey_id>/heading")
@needs(Permission.RUN_SURVEY)
def edit_heading(community_id: int, survey_id: int) -> Page:
    of = found_survey(community_id, survey_id)
    typed = {
        "title": of.title,
        "intro": of.intro,
        "buildings": of.building_ids,
        "entrances": of.entrance_ids,
    }
    return _draw_heading(of, typed, {})


@surveys.post("/<int:survey_id>/heading")
@needs(Permission.RUN_SURVEY)
def save_heading(community_id: int, survey_id: int) -> Page:
    of = found_survey(community_id, survey_id)
    try:
        form = load_form(HeadingIn)
        heading = Heading(
            form["title"],
            form["intro"],
            _of_here(form["buildings"], [one.id for one in ledger.buildings(community_id)], "buildings"),
            _of_here(form["entrances"], [one.id for one in ledger.entrances(community_id)], "entrances"),
        )
        with unit_of_work():
            actions.change_heading(queries.known(survey_id), heading, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        lists = {name: request.form.getlist(name, int) for name in ("buildings", "entrances")}
        return _draw_heading(of, {**request.form.to_dict(), **lists}, fields_of(error, "title")), 422
    flash("改好了。")
    return redirect(page_of(of))


def _of_here(chosen: list[int], known: list[int], field: str) -> list[int]:
    if not set(chosen) <= set(known):
        raise Invalid(
            "选的楼栋或单元不在这个小区里。", fields={field: ["选的楼栋或单元不在这个小区里。重新选一遍。"]}
        )
    return chosen


def _draw_heading(of: Survey, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    return render_template(
        "office/surveys/heading.html",
        survey=of,
        typed=typed,
        fields=fields,
        buildings=ledger.buildings(of.community_id),
        entrances=ledger.entrances(of.community_id),
    )
