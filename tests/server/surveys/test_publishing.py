"""What of the results is public, and the notice that carries them."""

import io
from datetime import timedelta
from typing import Any

import pytest
from docx import Document

from server.infra.db import db, unit_of_work
from server.kernel.errors import NotFound, Refused
from server.moderation import actions as moderation
from server.moderation.models import ModerationItem
from server.notices import exports
from server.notices.models import Notice
from server.surveys import actions, queries
from server.surveys.models import Survey, SurveyText
from server.surveys.rules.definition import read_definition
from server.surveys.rules.publishing import PublicResult, public_results
from server.surveys.rules.sums import Group
from tests.factories.surveys import (
    ANSWERS,
    CLERK,
    CLOSES,
    REVIEWER,
    WHOLE,
    answer,
    form_of,
    key,
    make_asked,
    question,
    reload,
)

OVER = CLOSES + timedelta(hours=1)


def told(
    counts: dict[str, dict[str, int]],
    *questions: dict[str, Any],
    households: int = 40,
    is_one_version: bool = True,
) -> dict[str, PublicResult]:
    found = public_results(
        read_definition(form_of(*questions)),
        Group(households, counts),
        least=5,
        is_one_version=is_one_version,
    )
    return {one.key: one for one in found}


def cells(result: PublicResult) -> dict[str, int | None]:
    return {line.label: line.count.count for line in result.lines}


@pytest.mark.parametrize(
    ("count", "is_shown"),
    [pytest.param(4, False, id="four-are-hidden"), pytest.param(5, True, id="five-are-told")],
)
def test_a_small_count_is_hidden_with_the_next_one_that_would_give_it_away(
    count: int, *, is_shown: bool
) -> None:
    found = told({"wants": {"#answered": 40, "a": count, "b": 40 - count - 8}}, question())["wants"]
    assert cells(found) == (
        {"甲": count, "乙": 27, "没有答这一题": 8}
        if is_shown
        else {"甲": None, "乙": 28, "没有答这一题": None}
    )


def test_words_and_sensitive_questions_are_not_told() -> None:
    asked = (
        question("more", "text"),
        question("age", sensitive="age", why="看看"),
        question("name", "text", personal="name", why="联系"),
        question("staff", is_public=False),
        question(),
    )
    assert list(told({}, *asked)) == ["wants"]


def test_a_question_put_to_a_part_is_told_where_the_part_is_told() -> None:
    rest = question("why", show_if=["=", ["ref", "wants"], ["str", "a"]])
    counts = {"wants": {"#answered": 40, "a": 20, "b": 20}, "why": {"#answered": 20, "a": 10, "b": 10}}
    assert told(counts, question(required=True), rest)["why"].base.count == 20
    assert told(counts, question(required=True), rest, is_one_version=False)["why"].is_withheld
    complex_ = question("why", show_if=["or", ["str", "x"], ["ref", "wants"]])
    assert told(counts, question(), complex_)["why"].is_withheld


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(question("wants", "many"), id="of-several-ticks"),
        pytest.param(question(is_consent=True), id="counted-by-another-response"),
    ],
)
def test_a_part_that_no_table_names_is_withheld(before: dict[str, Any]) -> None:
    rest = question("why", show_if=["call", "selected", ["ref", "wants"], ["str", "a"]])
    counts = {"wants": {"#answered": 40, "a": 20, "b": 20}, "why": {"#answered": 20, "a": 10, "b": 10}}
    assert told(counts, before, rest)["why"].is_withheld


def test_a_part_of_a_part_is_withheld() -> None:
    middle = question("why", show_if=["=", ["ref", "wants"], ["str", "a"]])
    last = question("how", show_if=["=", ["ref", "why"], ["str", "a"]])
    counts = {
        "wants": {"#answered": 40, "a": 20, "b": 20},
        "why": {"#answered": 20, "a": 10, "b": 10},
        "how": {"#answered": 10, "a": 5, "b": 5},
    }
    assert told(counts, question(), middle, last)["how"].is_withheld


def test_items_are_told_with_how_many_call_them_most_important() -> None:
    counts = {"items": {"#answered": 40, "a": 30, "a@top": 20, "b": 10, "b@top": 2}}
    found = told(counts, question("items", "items"))["items"]
    assert [(line.count.count, line.marked and line.marked.count) for line in found.lines] == [
        (30, 20),
        (10, None),
    ]


# ------------------------------------------------------------------ the notice


def closed(flats: int = 8) -> tuple[Survey, list[Any]]:
    survey, made = make_asked(WHOLE, flats=flats)
    for flat in made[:7]:
        answer(survey, flat, ANSWERS)
    return survey, made


def publish(survey: Survey, *, client_key: str = "", now: Any = OVER, **facts: Any) -> Notice:
    with unit_of_work():
        posted = actions.publish_results(
            survey, client_key=client_key or key(), actor=CLERK, now=now, **facts
        )
    return db.session.get_one(Notice, posted.id)


@pytest.mark.usefixtures("app")
def test_the_notice_says_how_many_were_reached_and_no_room() -> None:
    survey, _ = closed()
    notice = publish(survey)
    text = str(notice.body)
    assert "全部住户" in text and "8 户（空置、联系不上的也在内）" in text and "7 户，占 88%" in text
    assert "101" not in text
    assert notice.kind.takes_objections


@pytest.mark.usefixtures("app")
def test_the_same_request_posts_one_notice_and_another_is_refused() -> None:
    survey, _ = closed()
    assert publish(survey, client_key="once").id == publish(survey, client_key="once").id
    with pytest.raises(Refused) as refused:
        publish(survey)
    assert [one.code for one in refused.value.reasons] == ["published"]


@pytest.mark.usefixtures("app")
def test_results_are_not_public_before_the_closing() -> None:
    survey, _ = closed()
    with pytest.raises(Refused) as refused:
        publish(survey, now=CLOSES - timedelta(seconds=1))
    assert [one.code for one in refused.value.reasons] == ["not_closed"]


@pytest.mark.usefixtures("app")
def test_words_are_quoted_once_somebody_passed_them() -> None:
    survey, _ = closed()
    text_id = db.session.scalars(db.select(SurveyText.id)).first()
    assert text_id is not None
    for _ in range(2):
        with unit_of_work():
            actions.quote_text(survey, text_id, actor=CLERK, now=OVER)
    assert queries.quotable(survey) == {}
    assert "路灯太暗" not in str(queries.result_sheet(survey, OVER, [text_id]).body)
    item = db.session.scalars(db.select(ModerationItem)).one()
    with unit_of_work():
        moderation.pass_text(item.id, community_id=survey.community_id, acts_seen=0, actor=REVIEWER, now=OVER)
    assert "路灯太暗" in str(publish(reload(survey), quoted=[text_id]).body)


@pytest.mark.usefixtures("app")
def test_words_of_another_survey_cannot_be_quoted() -> None:
    survey, _ = closed()
    with pytest.raises(NotFound), unit_of_work():
        actions.quote_text(survey, 999, actor=CLERK, now=OVER)


@pytest.mark.usefixtures("app")
def test_the_notice_is_a_document_that_an_office_can_edit() -> None:
    survey, flats = make_asked(form_of(question(required=True)), flats=12)
    for number, flat in enumerate(flats):
        answer(survey, flat, {"wants": "ab"[number % 2]})
    notice = publish(survey)
    document = Document(io.BytesIO(exports.notice_docx(notice, "https://example.test/notices/1")))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert notice.title in text and "公示时间" in text
    assert any("甲" in cell.text for table in document.tables for row in table.rows for cell in row.cells)
