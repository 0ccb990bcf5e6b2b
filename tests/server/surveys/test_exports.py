"""Answers as a table, by the page or by the job."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from apiflask import APIFlask

from server.infra.db import db, unit_of_work
from server.jobs.surveys import work_on_exports
from server.surveys import actions, exports, queries
from server.surveys.models import SurveyExport
from server.surveys.rules.words import ExportState
from tests.factories.surveys import ANSWERS, ASKING, CLERK, WHOLE, answer, key, make_asked

pytestmark = pytest.mark.usefixtures("app")


def table(lines: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lines.removeprefix("\ufeff"))))


def test_an_export_has_a_row_for_each_household_that_counts_and_no_private_column() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], {**ANSWERS, "age": "old", "age.consent": True})
    answer(survey, flats[1], {"people": "2", "agree": "disagree", "agree.reason": "太吵"})
    answer(survey, flats[1], {"people": "4", "agree": "neutral"}, now=ASKING + timedelta(hours=1))
    rows = table("".join(exports.csv_lines(survey, has_labels=False)))
    assert [(row["people"], row["agree"], row["items"], row["items.top"]) for row in rows] == [
        ("3", "agree", "B-01 T-01", "T-01"),
        ("4", "neutral", "", ""),
    ]
    assert "age" not in rows[0]


def test_labels_are_the_words_that_people_read() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    (row,) = table("".join(exports.csv_lines(survey, has_labels=True)))
    assert (row["想改哪些"], row["想改哪些：最要紧"], row["谁答的"], row["房号"]) == (
        "修路、电梯",
        "电梯",
        "业主",
        "101",
    )


def test_what_somebody_wrote_is_never_a_formula() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], {**ANSWERS, "more": "=HYPERLINK(1)"})
    (row,) = table("".join(exports.csv_lines(survey, has_labels=False)))
    assert row["more"] == "'=HYPERLINK(1)"


def test_a_workbook_explains_its_columns(tmp_path: Path) -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    path = tmp_path / "answers.xlsx"
    exports.write(path, "xlsx", survey, has_labels=False)
    book = openpyxl.load_workbook(path)
    codes = [cell.value for cell in book["答卷"][1]]
    explained = {row[0].value: row[3].value for row in book["字段说明"].iter_rows() if row[0].value}
    assert set(codes) <= set(explained)
    assert "agree = 同意" in explained["agree"]


def test_a_large_export_is_written_by_the_job_and_swept_after_a_week() -> None:
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    asked = {"form": "csv", "has_labels": False, "client_key": key(), "actor": CLERK, "now": ASKING}
    for _ in range(2):
        with unit_of_work():
            row = actions.ask_for_export(survey, **asked)
    assert db.session.query(SurveyExport).count() == 1
    assert work_on_exports() == 1
    db.session.expire_all()
    assert (row.state, row.done) == (ExportState.READY, 1)
    assert len(table(actions.file_of(row).read_text())) == 1
    with unit_of_work():
        assert actions.sweep_exports(row.finished_at + timedelta(days=7, seconds=1)) == 1
    assert (row.state, actions.file_of(row).exists()) == (ExportState.GONE, False)


def test_an_export_that_brings_the_job_down_is_given_up() -> None:
    survey, _ = make_asked(WHOLE)
    with unit_of_work():
        row = actions.ask_for_export(
            survey, form="csv", has_labels=False, client_key=key(), actor=CLERK, now=ASKING
        )
    moment = ASKING
    for _ in range(4):
        with unit_of_work():
            actions.claim_export(moment)
        moment += timedelta(minutes=3)
    db.session.expire_all()
    assert row.state is ExportState.FAILED


def test_the_commands_recompute_and_export(app: APIFlask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    survey, flats = make_asked(WHOLE)
    answer(survey, flats[0], ANSWERS)
    assert "合计没有出入" in runner.invoke(args=["surveys", "recompute", str(survey.id)]).output
    path = tmp_path / "out.csv"
    assert runner.invoke(args=["surveys", "export", str(survey.id), str(path)]).exit_code == 0
    assert len(table(path.read_text())) == 1
    assert runner.invoke(args=["surveys", "recompute", "999"]).exit_code == 1
    assert queries.counted_total(survey) == 1
