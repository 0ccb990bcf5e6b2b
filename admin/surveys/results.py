"""Results for staff: live, every figure with its base; single answers only for those who may read them."""

import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import redirect, render_template, request, stream_with_context, url_for
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from admin.guard import holds, needs
from admin.ledger.downloads import file_response, xlsx_response
from admin.session import me
from admin.surveys.pages import Page, found_survey, state_of, surveys
from server.attachments import queries as attachments
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.queue import wake
from server.infra.web.addresses import page_asked
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.surveys import actions, exports, queries
from server.surveys.models import Survey
from server.surveys.rules.results import question_results, split_results
from server.surveys.rules.sums import Dimension, age_options
from server.surveys.rules.words import Capacity, ExportState, Kind, Proof

#: More rows than this are written by the job.
AT_ONCE = 5000
SPLITS = (Dimension.BUILDING, Dimension.CAPACITY, Dimension.AGE, Dimension.PROOF, Dimension.VERSION)


class ExportIn(Schema):
    form = fields.String(load_default="xlsx", validate=validate.OneOf(["xlsx", "csv"]))
    words = fields.String(load_default="labels", validate=validate.OneOf(["labels", "codes"]))
    client_key = Line(80, load_default="")


@surveys.get("/<int:survey_id>/results")
@needs(Permission.SEE_SURVEYS)
def results_page(community_id: int, survey_id: int) -> Page:
    """Coverage, each question with its chart and table, and by the groups that `by` names."""
    survey = found_survey(community_id, survey_id)
    dimension = next((one for one in SPLITS if one.value == request.args.get("by")), None)
    table = queries.sums(survey.id, [Dimension.ALL, Dimension.VERSION, *([dimension] if dimension else [])])
    definition = queries.form(survey).definition
    return render_template(
        "office/surveys/results.html",
        survey=survey,
        **state_of(survey),
        coverage=queries.coverage(survey),
        results=question_results(definition, table.get((Dimension.ALL, ""))),
        splits=SPLITS,
        dimension=dimension,
        by_group=split_results(definition, table, dimension, names_of(survey, dimension))
        if dimension
        else [],
        versions=_versions(survey, table),
        text_keys=definition.text_keys,
        notice=queries.result_notice(survey),
        client_key=secrets.token_urlsafe(16),
        exports=queries.exports_of(survey) if holds(Permission.SEE_RESPONSES, community_id) else [],
    )


def names_of(survey: Survey, dimension: Dimension) -> dict[str, str]:
    """The groups of a dimension in the order people expect, in words."""
    match dimension:
        case Dimension.BUILDING:
            return {str(one.id): one.label for one in ledger.buildings(survey.community_id)}
        case Dimension.CAPACITY:
            return {one.value: one.name_zh for one in Capacity}
        case Dimension.PROOF:
            return {one.value: one.name_zh for one in Proof}
        case Dimension.AGE:
            return age_options(queries.form(survey).definition)
    return {str(one.number): f"第 {one.number} 版" for one in queries.versions(survey.id)}


def _versions(survey: Survey, table: Mapping[Any, Any]) -> list[tuple[Any, int]]:
    """Each version with how many households answered it."""
    return [
        (
            one,
            table[Dimension.VERSION, str(one.number)].households
            if (Dimension.VERSION, str(one.number)) in table
            else 0,
        )
        for one in queries.versions(survey.id)
    ]


@surveys.get("/<int:survey_id>/not-reached")
@needs(Permission.SEE_SURVEYS)
def not_reached(community_id: int, survey_id: int) -> Page:
    """The households that have not answered, by building: the list to go from door to door with."""
    survey = found_survey(community_id, survey_id)
    return render_template(
        "office/surveys/not_reached.html",
        survey=survey,
        **state_of(survey),
        coverage=queries.coverage(survey),
        page=queries.not_reached(survey, page=_page_number()),
    )


@surveys.get("/<int:survey_id>/words/<key>")
@needs(Permission.SEE_RESPONSES)
def words_page(community_id: int, survey_id: int, key: str) -> Page:
    """What people wrote to one question, grouped where they said the same."""
    survey = found_survey(community_id, survey_id)
    definition = queries.form(survey).definition
    question = definition.by_key.get(key.partition(".")[0])
    if question is None or key not in definition.text_keys:
        raise NotFound
    search = request.args.get("q", "")[:100]
    return render_template(
        "office/surveys/words.html",
        survey=survey,
        question=question,
        key=key,
        search=search,
        quotes=queries.quotes(survey),
        page=queries.texts(survey, key, search=search, page=_page_number()),
    )


@surveys.get("/<int:survey_id>/photos/<key>")
@needs(Permission.SEE_RESPONSES)
def photos_page(community_id: int, survey_id: int, key: str) -> Page:
    """What people photographed for one question, by household."""
    survey = found_survey(community_id, survey_id)
    question = queries.form(survey).definition.by_key.get(key)
    if question is None or question.kind is not Kind.PHOTO:
        raise NotFound
    page = queries.pictured(survey, key, page=_page_number())
    return render_template("office/surveys/photos.html", survey=survey, question=question, page=page)


@surveys.get("/<int:survey_id>/responses/<int:response_id>/photos/<int:photo_id>")
@needs(Permission.SEE_RESPONSES)
def see_photo(community_id: int, survey_id: int, response_id: int, photo_id: int) -> Response:
    queries.check_names_photo(found_survey(community_id, survey_id), response_id, photo_id)
    data = attachments.content(photo_id)
    return Response(data, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@surveys.post("/<int:survey_id>/exports")
@needs(Permission.SEE_RESPONSES)
def export_responses(community_id: int, survey_id: int) -> Page | Response:
    """A small export at once; a large one is written by the job and fetched by its link."""
    survey = found_survey(community_id, survey_id)
    asked = load_form(ExportIn)
    how = {"form": asked["form"], "has_labels": asked["words"] == "labels"}
    if queries.counted_total(survey) > AT_ONCE:
        with unit_of_work():
            actions.ask_for_export(survey, **how, client_key=asked["client_key"], actor=me().actor, now=now())
        wake("surveys")
        return redirect(f"{_results_of(survey)}#exports")
    with unit_of_work():
        actions.record_export(survey, **how, actor=me().actor, now=now())
    return _download(survey, **how)


@surveys.get("/<int:survey_id>/exports/<int:export_id>")
@needs(Permission.SEE_RESPONSES)
def fetch_export(community_id: int, survey_id: int, export_id: int) -> Page | Response:
    survey = found_survey(community_id, survey_id)
    row = queries.export(export_id, survey.id)
    if row is None or row.state is not ExportState.READY:
        raise NotFound("这份文件还没有写好，或已经过期删除。请回到结果页看看，需要时再导出一次。")
    return file_response(actions.file_of(row), f"{survey.title}.{row.form}")


def _download(survey: Survey, *, form: str, has_labels: bool) -> Response:
    if form == "csv":
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(survey.title)}.csv",
            "Cache-Control": "no-store",
        }
        lines = exports.csv_lines(survey, has_labels=has_labels)
        return Response(stream_with_context(lines), content_type="text/csv; charset=utf-8", headers=headers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.xlsx"
        exports.write(path, "xlsx", survey, has_labels=has_labels)
        return xlsx_response(path, f"{survey.title}.xlsx")


def _results_of(survey: Survey) -> str:
    return url_for("admin.surveys.results_page", community_id=survey.community_id, survey_id=survey.id)


def _page_number() -> int:
    return page_asked()
