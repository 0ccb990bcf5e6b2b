"""Opening a survey, moving its closing, closing it early, discarding a draft."""

from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import Schema
from marshmallow.fields import NaiveDateTime

from admin.guard import needs
from admin.session import me
from admin.surveys.listing import show
from admin.surveys.pages import Page, fields_of, found_survey, page_of, surveys
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Words
from server.infra.web.forms import load_form
from server.kernel.chinatime import from_china
from server.kernel.errors import Invalid, Problem, Refused
from server.surveys import actions, queries

WHEN: dict[str, Any] = {"required": "选截止的日期和时间。", "invalid": "选截止的日期和时间。"}
WHY: dict[str, Any] = {"required": "写一句为什么提前截止。"}


class ClosingIn(Schema):
    closes_at = NaiveDateTime(required=True, error_messages=WHEN)


class ReasonIn(Schema):
    reason = Words(300, required=True, error_messages=WHY)


@surveys.post("/<int:survey_id>/open")
@needs(Permission.RUN_SURVEY)
def open_survey(community_id: int, survey_id: int) -> Page:
    found_survey(community_id, survey_id)
    try:
        closes_at = from_china(load_form(ClosingIn)["closes_at"])
        with unit_of_work():
            actions.open_survey(queries.known(survey_id), closes_at=closes_at, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return _again(community_id, survey_id, error, "closes_at")
    flash("问卷开始了。住户扫信箱里的码就能填；也可以上门、发纸质表。")
    return redirect(page_of(found_survey(community_id, survey_id)))


@surveys.post("/<int:survey_id>/closing")
@needs(Permission.RUN_SURVEY)
def move_closing(community_id: int, survey_id: int) -> Page:
    found_survey(community_id, survey_id)
    try:
        closes_at = from_china(load_form(ClosingIn)["closes_at"])
        with unit_of_work():
            actions.move_closing(queries.known(survey_id), closes_at, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return _again(community_id, survey_id, error, "closes_at")
    flash("截止时间改好了。交过的答卷都算数。")
    return redirect(page_of(found_survey(community_id, survey_id)))


@surveys.post("/<int:survey_id>/close")
@needs(Permission.RUN_SURVEY)
def close_survey(community_id: int, survey_id: int) -> Page:
    found_survey(community_id, survey_id)
    try:
        reason = load_form(ReasonIn)["reason"]
        with unit_of_work():
            actions.close_survey(queries.known(survey_id), reason=reason, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return _again(community_id, survey_id, error, "reason")
    flash("问卷截止了。截止前收到的纸质表还可以录，录完要另一个人复核。")
    return redirect(page_of(found_survey(community_id, survey_id)))


@surveys.post("/<int:survey_id>/discard")
@needs(Permission.RUN_SURVEY)
def discard_survey(community_id: int, survey_id: int) -> Page:
    found_survey(community_id, survey_id)
    try:
        with unit_of_work():
            actions.discard_survey(queries.known(survey_id), actor=me().actor, now=now())
    except Refused as error:
        return _again(community_id, survey_id, error, "act")
    flash("草稿作废了。")
    return redirect(url_for("admin.surveys.list_surveys", community_id=community_id))


def _again(community_id: int, survey_id: int, error: Problem, otherwise: str) -> Page:
    """The page again with what was typed and what stands in the way."""
    of = found_survey(community_id, survey_id)
    return show(of, request.form.to_dict(), fields_of(error, otherwise)), 422
