"""Where a community stands, on one page; and its course, signed by one person and confirmed by another."""

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Boolean, Enum
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.reports import words
from admin.session import me
from server.decisions import actions, queries
from server.decisions.queries import Whereabouts
from server.decisions.rules.deciding import LONGEST_REASON, may_answer
from server.decisions.rules.proposal import RULE, Course, Proposal
from server.decisions.rules.shown import shown
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid
from server.ledger import queries as ledger
from server.policies import queries as policies
from server.reports.queries import SINCE_KEYS, Since, since
from server.reports.rules.after import AFTER

standing = Blueprint("standing", __name__, url_prefix="/communities/<int:community_id>/standing")

Page = str | Response | tuple[str, int]
#: Every setting that the page rests on, asked together before its parts ask one after the other.
SETTINGS = (*queries.COURSE_KEYS, ledger.CUTOFF_KEY, *SINCE_KEYS)
#: So many needs are listed; the survey's own page has them all.
NEEDS_LISTED = 10


class CourseIn(Schema):
    course = Enum(
        Course,
        by_value=True,
        required=True,
        error_messages={"required": "选一种意见。", "unknown": "选一种意见。"},
    )
    reason = Words(LONGEST_REASON, load_default="")
    seen = Line(64, required=True)
    client_key = Line(80, required=True)


class AnswerIn(Schema):
    is_confirmed = Boolean(required=True, error_messages={"required": "选确认，或退回。"})
    reason = Words(LONGEST_REASON, load_default="")


@standing.get("")
@needs(Permission.SEE_DECISION)
def standing_page(community_id: int) -> Page:
    return _show(community_id, {}, {})


@standing.post("/course")
@needs(Permission.SIGN_COURSE)
def sign_course(community_id: int) -> Page:
    try:
        form = load_form(CourseIn)
        with unit_of_work():
            actions.sign_course(
                queries.whereabouts(community_id, now(), queries.recorded(community_id)),
                form["course"],
                reason=form["reason"],
                seen_facts=form["seen"],
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except Invalid as error:
        return _show(community_id, dict(request.form), error.fields), 422
    flash("签好了，连同当时的数字一起留着。请另一个人来确认。", "go")
    return redirect(url_for("admin.standing.standing_page", community_id=community_id, _anchor="course"))


@standing.get("/course/<int:verdict_id>")
@needs(Permission.SEE_DECISION)
def course_page(community_id: int, verdict_id: int) -> Page:
    """One signed course with the facts as they stood."""
    return _course(community_id, verdict_id, {}, {})


@standing.post("/course/<int:verdict_id>")
@needs(Permission.CONFIRM_COURSE)
def answer_course(community_id: int, verdict_id: int) -> Page:
    queries.verdict(verdict_id, community_id)
    try:
        form = load_form(AnswerIn)
        with unit_of_work():
            actions.answer_course(verdict_id, community_id=community_id, actor=me().actor, now=now(), **form)
    except Invalid as error:
        return _course(community_id, verdict_id, dict(request.form), error.fields), 422
    flash("确认了，以这份意见为准。" if form["is_confirmed"] else "退回了，请签的人改过再签。", "go")
    return redirect(url_for("admin.standing.standing_page", community_id=community_id, _anchor="course"))


# ------------------------------------------------------------------ drawing


def _show(community_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    _ask_settings(community_id)
    at = queries.whereabouts(community_id, now(), queries.recorded(community_id))
    held = since(community_id, now())
    return render_template(
        "office/standing/show.html",
        at=at,
        needs=at.needs[:NEEDS_LISTED],
        items=[(one, shown(one.item)) for one in at.items],
        links=_links(at),
        later=_later(held),
        ticket_days=held.ticket_days if held else 0,
        rule=RULE,
        courses=[(one.value, one.name_zh, one.meaning_zh) for one in Course],
        seen=actions.seen(at.proposal),
        client_key=secrets.token_urlsafe(16),
        typed=typed,
        fields=fields,
    )


def _ask_settings(community_id: int) -> None:
    place = ledger.place(community_id)
    if place is not None:
        policies.values_of(SETTINGS, place.division_path, china_day(now()))


def _course(community_id: int, verdict_id: int, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    row = queries.verdict(verdict_id, community_id)
    newest = queries.verdicts_of(community_id)[0]
    reasons = may_answer(
        signed_by=row.signed_by,
        by=me().actor.key,
        is_newest=row.id == newest.id,
        is_answered=row.answer is not None,
    )
    return render_template(
        "office/standing/course.html",
        community_id=community_id,
        row=row,
        newest=newest,
        proposal=Proposal.from_document(row.facts),
        rule=row.facts["rule"],
        reasons=reasons,
        typed=typed,
        fields=fields,
    )


def _later(held: Since | None) -> list[tuple[str, str, bool]]:
    """What came after the works, with whether there is a record of it; what people think as the public reads it."""
    if held is None or held.is_empty:
        return []
    found = []
    for one in AFTER:
        counted = one.count(held.facts)
        told = (
            held.opinion if one.is_opinion else words.both(counted, one.unit) if counted is not None else ""
        )
        found.append((one.name_zh, told or one.without_zh, counted is not None))
    return found


def _links(at: Whereabouts) -> dict[str, tuple[str, str]]:
    """Where each step is done."""
    here: dict[str, Any] = {"community_id": at.community_id}
    survey = (
        url_for("admin.surveys.show_survey", survey_id=at.heard.survey_id, **here)
        if at.heard
        else url_for("admin.surveys.list_surveys", **here)
    )
    return {
        "ledger": ("去看小区资料", url_for("admin.ledger.communities.show", **here)),
        "surveys": ("去做调查", url_for("admin.surveys.list_surveys", **here)),
        "survey": ("打开这次调查", survey),
        "ballots": ("去投票", url_for("admin.ballots.list_ballots", **here)),
        "decisions": ("去改造决定", url_for("admin.decisions.list_decisions", **here)),
        "notices": ("去答复", url_for("admin.notices.list_notices", **here)),
        "lifts": ("去加装电梯的档案", url_for("admin.lifts.list_cases", **here)),
        "schemes": ("去改造方案", url_for("admin.schemes.tree_page", **here)),
        "papers": ("去出文书", url_for("admin.papers.list_papers", **here)),
        "course": ("看建议", "#course"),
        "money": ("看花费和资金", "#money"),
    }
