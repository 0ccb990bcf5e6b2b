"""XLSForm, the sheet that ODK and KoboToolbox write: a survey from it, and a survey as one."""

import tempfile
from contextlib import closing
from pathlib import Path

from flask import flash, redirect, request, url_for
from marshmallow import Schema

from admin.guard import needs
from admin.ledger.downloads import xlsx_response
from admin.session import me
from admin.surveys.making import LONGEST_TITLE, draw_new
from admin.surveys.pages import Page, fields_of, found_survey, surveys
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Invalid, Refused, TooLarge
from server.surveys import actions, queries
from server.surveys.actions import Heading
from server.surveys.sheet import Form, FormRefused, read_xlsform, write_xlsform


class UploadIn(Schema):
    client_key = Line(80, required=True)


@surveys.post("/xlsform")
@needs(Permission.RUN_SURVEY)
def import_xlsform(community_id: int) -> Page:
    """All of the sheet becomes a draft, or nothing does and each cell in the way is named."""
    try:
        key = load_form(UploadIn)["client_key"]
        form = _uploaded()
        with unit_of_work():
            row = actions.draft_survey(
                community_id,
                Heading(form.title[:LONGEST_TITLE]),
                form.definition,
                client_key=key,
                actor=me().actor,
                now=now(),
            )
    except FormRefused as error:
        return draw_new(community_id, {}, {"file": [error.message]}, error.problems), 422
    except (Invalid, Refused, Conflict, TooLarge) as error:
        return draw_new(community_id, {}, fields_of(error, "file")), error.status
    flash("导入好了，存成了草稿。下面一道一道看过再开始。")
    if form.left_out:
        flash("表里这些没有带过来，不影响填：" + "；".join(form.left_out), "wait")
    return redirect(url_for("admin.surveys.edit_questions", community_id=community_id, survey_id=row.id))


def _uploaded() -> Form:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("请选一个文件。", fields={"file": ["选一个 .xlsx 文件。"]})
    with closing(file):
        return read_xlsform(file.read(), file.filename)


@surveys.get("/<int:survey_id>/xlsform")
@needs(Permission.SEE_SURVEYS)
def export_xlsform(community_id: int, survey_id: int) -> Page:
    of = found_survey(community_id, survey_id)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        write_xlsform(path, queries.form(of).definition, of.title)
        return xlsx_response(path, f"{of.title}.xlsx")
