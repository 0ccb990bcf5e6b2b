"""Surveys at the server's command line."""

import json
from pathlib import Path

import openpyxl
import pytest
from apiflask import APIFlask

from server.infra.db import db
from server.surveys import queries
from server.surveys.models import Survey
from tests.factories.ledger import make_community

SURVEY = [
    ["type", "name", "label", "required"],
    ["select_one yn", "agree", "同意改造吗", "yes"],
    ["text", "why", "为什么", ""],
]
CHOICES = [["list_name", "name", "label"], ["yn", "y", "同意"], ["yn", "n", "不同意"]]


def xlsform(path: Path, survey: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in survey:
        book.active.append(row)
    sheet = book.create_sheet("choices")
    for row in CHOICES:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.usefixtures("app")
def test_a_form_comes_in_as_a_draft_and_its_number_is_printed(app: APIFlask, tmp_path: Path) -> None:
    community = make_community()
    path = xlsform(tmp_path / "入户.xlsx", SURVEY)
    done = app.test_cli_runner().invoke(
        args=["surveys", "import", str(path), "--community", str(community.id)]
    )
    assert done.exit_code == 0, done.output
    survey = queries.known(json.loads(done.stdout.splitlines()[-1])["survey"])
    assert survey.community_id == community.id
    assert [one.key for one in queries.form(survey).definition.questions] == ["agree", "why"]


@pytest.mark.usefixtures("app")
def test_a_form_with_what_is_not_taken_changes_nothing_and_names_the_cell(
    app: APIFlask, tmp_path: Path
) -> None:
    community = make_community()
    path = xlsform(tmp_path / "x.xlsx", [*SURVEY, ["geopoint", "where", "在哪里", ""]])
    done = app.test_cli_runner().invoke(
        args=["surveys", "import", str(path), "--community", str(community.id)]
    )
    assert done.exit_code == 1
    assert "survey" in done.stderr
    assert "4" in done.stderr
    assert db.session.scalar(db.select(db.func.count()).select_from(Survey)) == 0


@pytest.mark.usefixtures("app")
def test_a_community_that_is_not_there_is_named(app: APIFlask, tmp_path: Path) -> None:
    path = xlsform(tmp_path / "x.xlsx", SURVEY)
    done = app.test_cli_runner().invoke(args=["surveys", "import", str(path), "--community", "999"])
    assert done.exit_code == 1
    assert "没有编号为 999 的小区" in done.output
