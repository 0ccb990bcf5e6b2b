"""The 调查结果公示: looked at, posted, printed, taken along as a .docx; and the words that are quoted in it."""

import secrets

from flask import current_app, flash, redirect, render_template, request, url_for
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.session import me
from admin.surveys.pages import Page, fields_of, found_survey, state_of, surveys
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, Refused
from server.notices.rules import drawn_blocks
from server.surveys import actions, queries
from server.surveys.models import Survey


class PublishIn(Schema):
    quoted = fields.List(fields.Integer(), load_default=list)
    client_key = Line(80, required=True)


@surveys.get("/<int:survey_id>/publication")
@needs(Permission.RUN_SURVEY)
def publish_form(community_id: int, survey_id: int) -> Page:
    return _draw(found_survey(community_id, survey_id))


@surveys.post("/<int:survey_id>/publication")
@needs(Permission.POST_NOTICE)
def publish_results(community_id: int, survey_id: int) -> Page:
    survey = found_survey(community_id, survey_id)
    try:
        asked = load_form(PublishIn)
        with unit_of_work():
            notice = actions.publish_results(survey, **asked, actor=me().actor, now=now())
    except (Invalid, Refused) as error:
        return _draw(found_survey(community_id, survey_id), fields_of(error, "act")), error.status
    flash("公示贴出来了。请把纸质的也贴到楼道里。", "go")
    return redirect(url_for("admin.notices.notice_page", community_id=community_id, notice_id=notice.id))


@surveys.post("/<int:survey_id>/words/<key>/<int:text_id>/quote")
@needs(Permission.RUN_SURVEY)
def quote_text(community_id: int, survey_id: int, key: str, text_id: int) -> Response:
    survey = found_survey(community_id, survey_id)
    with unit_of_work():
        actions.quote_text(survey, text_id, actor=me().actor, now=now())
    flash("已经送去看。有人看过、可以公开后，公示时就能引用。", "go")
    return redirect(
        url_for("admin.surveys.words_page", community_id=community_id, survey_id=survey_id, key=key)
    )


def _draw(survey: Survey, errors: dict[str, list[str]] | None = None) -> str:
    quotes = queries.quotes(survey)
    chosen = [int(one) for one in request.form.getlist("quoted") if one.isdecimal()] or list(
        queries.quotable(survey)
    )
    sheet = queries.result_sheet(survey, now(), chosen)
    return render_template(
        "office/surveys/publication.html",
        survey=survey,
        **state_of(survey),
        sheet=sheet,
        drawn=drawn_blocks(sheet.body),
        quotable=queries.quotable(survey),
        waiting=sum(1 for one in quotes.values() if one.state is not None and one.state.is_waiting),
        chosen=chosen,
        notice=queries.result_notice(survey),
        errors=errors or {},
        client_key=secrets.token_urlsafe(16),
        public_url=current_app.config["PUBLIC_URL"],
    )
