"""Results in words: each kind of question with its lines and bases, and the same by group."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from server.kernel.disclosure import Cell
from server.surveys.rules.definition import read_definition
from server.surveys.rules.publishing import Facts, PublicLine, PublicResult, notice_body
from server.surveys.rules.results import QuestionResult, question_results, split_results
from server.surveys.rules.soundness import check_question
from server.surveys.rules.sums import Dimension, Group, age_options, joined
from tests.factories.surveys import CLOSES, OPENED, form_of, question


def result(asked: dict[str, Any], cells: dict[str, Any], households: int = 9) -> QuestionResult:
    (found,) = question_results(read_definition(form_of(asked)), Group(households, {asked["key"]: cells}))
    return found


def lines(found: QuestionResult) -> list[tuple[str, int]]:
    return [(line.label, line.count) for line in found.lines]


@pytest.mark.parametrize(
    ("asked", "cells", "shown"),
    [
        pytest.param(question(other=True), {"a": 2, "other": 1}, [("甲", 2), ("乙", 0), ("其他", 1)], id="one"),
        pytest.param(question(kind="stance"), {"agree": 2}, [("同意", 2), ("不同意", 0), ("无所谓", 0)], id="stance"),
        pytest.param(question(kind="scale", least="0", most="2", unit="分"), {"2": 3}, [("0 分", 0), ("1 分", 0), ("2 分", 3)], id="scale"),
        pytest.param(question(kind="date"), {"2026-02": 1, "2026-01": 2}, [("2026-01", 2), ("2026-02", 1)], id="date"),
        pytest.param(question(kind="number", least="0", most="9"), {"#total": "3", "3": 1}, [("3", 1)], id="few-numbers"),
        pytest.param(
            question(kind="number", least="0", most="9", decimals=1), {"#total": "3", "3": 1}, [("3 起", 1)], id="few-decimals"
        ),
        pytest.param(
            question(kind="number", least="0", most="500", unit="元"),
            {"#total": "90", "50": 1, "450": 1},
            [("50 到 100 元", 1), ("450 到 500 元", 1)],
            id="tenths",
        ),
        pytest.param(question(kind="number"), {"#total": "9", "9": 1, "200": 1}, [("9", 1), ("200 起", 1)], id="unbounded"),
    ],
)  # fmt: skip
def test_every_kind_has_its_lines(
    asked: dict[str, Any], cells: dict[str, Any], shown: list[tuple[str, int]]
) -> None:
    assert lines(result(asked, {"#answered": 3, **cells})) == shown


def test_a_ranking_tells_how_many_put_it_first_and_its_mean_place() -> None:
    found = result(question(kind="ranking"), {"#answered": 3, "a@1": 2, "a@2": 1, "b@1": 1, "b@2": 2})
    assert [(line.count, line.note) for line in found.lines] == [(2, "平均第 1.3 位"), (1, "平均第 1.7 位")]
    assert [line.note for line in result(question(kind="ranking"), {}).lines] == ["", ""]


def test_items_tell_how_many_call_them_most_important_and_ways_stand_beside() -> None:
    found = result(question(kind="items"), {"#answered": 3, "a": 2, "a@top": 1})
    assert [(line.count, line.marked) for line in found.lines] == [(2, 1), (0, 0)]
    given = result(
        question(kind="contribution", ways=[{"value": "m", "title": "出钱"}]),
        {"#answered": 2, "a": 2, "way:m": 1},
    )
    assert [(line.label, line.count) for line in given.beside] == [("出钱", 1)]


def test_a_mean_is_of_those_who_answered() -> None:
    assert result(question(kind="number"), {"#answered": 4, "#total": "9", "2": 4}).mean == Decimal("2.3")
    assert result(question(kind="number"), {}).mean is None


def test_without_any_answer_every_question_is_there_with_nothing() -> None:
    (found,) = question_results(read_definition(form_of()), None)
    assert (found.answered, lines(found)) == (0, [("甲", 0), ("乙", 0)])


def test_groups_stand_side_by_side_in_the_order_of_their_names() -> None:
    asked = (
        question(),
        question("more", "text"),
        question("name", "text", personal="name", why="联系"),
        question("never"),
    )
    table = {
        (Dimension.BUILDING, "2"): Group(3, {"wants": {"#answered": 3, "a": 3}}),
        (Dimension.BUILDING, "1"): Group(2, {"wants": {"#answered": 2, "b": 2}}),
        (Dimension.BUILDING, "3"): Group(0, {}),
    }
    names = {"1": "1 栋", "2": "2 栋", "3": "3 栋", "4": "4 栋"}
    (found,) = split_results(read_definition(form_of(*asked)), table, Dimension.BUILDING, names)
    assert (found.groups, found.bases) == (("1 栋", "2 栋"), (2, 3))
    assert found.lines == (("甲", (0, 3)), ("乙", (2, 0)))
    assert split_results(read_definition(form_of()), {}, Dimension.BUILDING, names) == []


def test_several_surveys_are_added_and_kept_apart() -> None:
    wholes = {"7": Group(2, {"q": {"a": 2}}), "8": Group(1, {"q": {"a": 1, "b": 1}})}
    table = joined(wholes)
    assert (table[Dimension.ALL, ""].households, table[Dimension.ALL, ""].counts) == (
        3,
        {"q": {"a": 3, "b": 1}},
    )
    assert table[Dimension.COMMUNITY, "8"] is wholes["8"]
    assert all(one.name_zh for one in Dimension)


def test_age_bands_are_named_where_age_is_asked() -> None:
    asked = question("age", sensitive="age", why="看看")
    assert age_options(read_definition(form_of(asked))) == {"a": "甲", "b": "乙"}
    assert age_options(read_definition(form_of())) == {}


def test_a_page_whose_questions_hang_on_each_other_is_moving() -> None:
    still, moving = (
        form_of(),
        form_of(question(), question("why", show_if=["=", ["ref", "wants"], ["str", "a"]])),
    )
    assert not read_definition(still).sections[0].is_moving
    assert read_definition(moving).sections[0].is_moving


def test_pictures_are_those_beside_questions_and_options() -> None:
    asked = question(
        picture=3, options=[{"value": "a", "title": "甲", "picture": 4}, {"value": "b", "title": "乙"}]
    )
    assert read_definition(form_of(asked)).pictures == {3, 4}


def test_a_question_is_judged_by_itself() -> None:
    definition = read_definition(form_of(question(options=[{"value": "a", "title": "甲"}])))
    assert check_question(definition.questions[0])
    assert not check_question(read_definition(form_of()).questions[0])


def test_a_notice_draws_items_with_most_important_and_a_small_base_without_shares() -> None:
    facts = Facts("朝阳小区", "调查", OPENED, CLOSES, 0, 0, 0)
    items = PublicResult(
        "q",
        "想改什么",
        Cell(9),
        (PublicLine("修路", Cell(6), Cell(None)),),
        "想要",
        "最要紧",
        is_several=True,
    )
    small = PublicResult("p", "谁", Cell(None), (PublicLine("甲", Cell(6)),))
    nothing = PublicResult("r", "怎么", Cell(9), (PublicLine("甲", Cell(None)),))
    body = notice_body(facts, [items, small, nothing], ["说得好"], 5)
    rows = [block["rows"] for block in body if block["kind"] == "table"]
    assert rows == [[["修路", "6", "67%", "不公布"]], [["甲", "6", "—"]]]
    assert "0%" in str(body)
    assert any(block["kind"] == "list" for block in body)
    assert "人数不够公布" in str(body)
    assert "占比加起来会超过 100%" in str(body)


@pytest.mark.parametrize(
    ("proven", "claimed", "shown"),
    [
        pytest.param(27, 4, ["不公布", "不公布"], id="few-claimed-hides-both"),
        pytest.param(4, 27, ["不公布", "不公布"], id="few-proven-hides-both"),
        pytest.param(27, 5, ["27 户", "5 户"], id="five-is-enough"),
        pytest.param(27, 0, ["27 户", "0 户"], id="none-names-nobody"),
    ],
)
def test_a_notice_tells_how_many_were_proven_unless_few_were_not(
    proven: int, claimed: int, shown: list[str]
) -> None:
    body = notice_body(Facts("朝阳小区", "调查", OPENED, CLOSES, 58, proven, claimed), [], [], 5)
    figures = next(block["figures"] for block in body if block["kind"] == "figures")
    assert [said for _, said in figures[2:]] == shown


def test_an_option_that_came_later_has_the_mean_place_of_those_who_ranked_it() -> None:
    found = result(question(kind="ranking"), {"#answered": 10, "a@1": 10, "b@2": 2})
    assert [line.note for line in found.lines] == ["平均第 1.0 位", "平均第 2.0 位"]
    never = result(question(kind="ranking"), {"#answered": 10, "a@1": 10})
    assert [line.note for line in never.lines] == ["平均第 1.0 位", ""]


def test_a_group_that_stands_for_consent_alone_is_shown() -> None:
    """The owner consented, and a tenant answered later for the household: one counts in each group."""
    asked = (question(), question("agree", "stance", is_consent=True))
    table = {
        (Dimension.CAPACITY, "owner"): Group(0, {"agree": {"#answered": 1, "agree": 1}}),
        (Dimension.CAPACITY, "tenant"): Group(1, {"wants": {"#answered": 1, "a": 1}}),
        (Dimension.CAPACITY, "family"): Group(0, {"agree": {}}),
    }
    names = {"owner": "业主", "family": "业主的家人", "tenant": "租户"}
    wants, agree = split_results(read_definition(form_of(*asked)), table, Dimension.CAPACITY, names)
    assert (wants.groups, wants.bases) == (("业主", "租户"), (0, 1))
    assert (agree.bases, agree.lines[0]) == ((1, 0), ("同意", (1, 0)))


@pytest.mark.parametrize(
    ("closed_at", "said"),
    [
        pytest.param(datetime(2026, 3, 31, 15, 59, tzinfo=UTC), "问到 3 月 31 日", id="before-midnight"),
        pytest.param(datetime(2026, 3, 31, 16, 0, tzinfo=UTC), "问到 3 月 31 日", id="midnight"),
        pytest.param(datetime(2026, 3, 31, 16, 1, tzinfo=UTC), "问到 4 月 1 日", id="after-midnight"),
    ],
)
def test_what_was_asked_until_midnight_was_asked_until_the_day_that_is_over(
    closed_at: datetime, said: str
) -> None:
    body = notice_body(Facts("朝阳小区", "调查", OPENED, closed_at, 58, 30, 0), [], [], 5)
    assert said in body[0]["text"]


@pytest.mark.parametrize(
    ("answered", "share"),
    [
        pytest.param(0, "0%", id="nobody"),
        pytest.param(1, "1%", id="one-is-not-nobody"),
        pytest.param(150, "50%", id="half"),
        pytest.param(299, "99%", id="all-but-one-are-not-all"),
        pytest.param(300, "100%", id="all"),
    ],
)
def test_only_all_households_are_a_hundred_per_cent_and_only_none_are_nought(
    answered: int, share: str
) -> None:
    body = notice_body(Facts("朝阳小区", "调查", OPENED, CLOSES, 300, answered, 0), [], [], 5)
    figures = next(block["figures"] for block in body if block["kind"] == "figures")
    assert figures[1] == ["答了的", f"{answered:,} 户，占 {share}"]
