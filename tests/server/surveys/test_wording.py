"""Answers and conditions in words."""

import pytest

from server.surveys.rules.definition import read_definition
from server.surveys.rules.wording import (
    SOMETIMES,
    condition_in_words,
    in_words,
    numbers_of,
)
from tests.factories.surveys import WHOLE, form_of, question


def words_of(asked: dict, answers: dict) -> str:
    (said,) = in_words(read_definition(form_of(asked)), answers, with_private=True)
    return said.words


@pytest.mark.parametrize(
    ("asked", "answers", "words"),
    [
        pytest.param(question("q", "one"), {"q": "a"}, "甲", id="one"),
        pytest.param(
            question("q", "one", other=True), {"q": "other", "q.other": "我家"}, "其他：我家", id="other"
        ),
        pytest.param(question("q", "many", other=True), {"q": ["a", "other"]}, "甲、其他", id="many"),
        pytest.param(question("q", "one"), {"q": "gone"}, "gone", id="an-option-without-title"),
        pytest.param(question("q", "number", unit="口"), {"q": "3"}, "3 口", id="unit"),
        pytest.param(question("q", "scale"), {"q": "4"}, "4", id="scale"),
        pytest.param(question("q", "text"), {"q": "路灯"}, "路灯", id="text"),
        pytest.param(question("q", "date"), {"q": "2026-03-01"}, "2026-03-01", id="date"),
        pytest.param(question("q", "ranking"), {"q": ["b", "a"]}, "1. 乙，2. 甲", id="ranking"),
        pytest.param(question("q", "photo"), {"q": [4, 5]}, "2 张照片", id="photo"),
        pytest.param(question("q", "stance"), {"q": "agree"}, "同意", id="stance"),
        pytest.param(
            question("q", "stance"), {"q": "neutral", "q.reason": "再看"}, "无所谓：再看", id="reason"
        ),
        pytest.param(question("q", "items"), {"q": ["a", "b"]}, "甲、乙", id="items"),
        pytest.param(
            question("q", "items"), {"q": ["a", "b"], "q.top": ["b"]}, "甲、乙；最重要的：乙", id="top"
        ),
        pytest.param(
            question("q", "contribution", ways=[{"value": "cash", "title": "现金"}]),
            {"q": "a", "q.ways": ["cash"]},
            "甲：现金",
            id="contribution",
        ),
        pytest.param(question("q", "contribution"), {"q": "b"}, "乙", id="contribution-without-way"),
        pytest.param(question("q", "one"), {}, "", id="not-answered"),
        pytest.param(question("q", "many"), {"q": []}, "", id="nothing-ticked"),
    ],
)
def test_an_answer_is_said_as_people_say_it(asked: dict, answers: dict, words: str) -> None:
    assert words_of(asked, answers) == words


def test_sealed_answers_are_left_out_where_nobody_needs_them() -> None:
    definition = read_definition(WHOLE)
    answers = {"age": "old", "age.consent": True, "people": "2"}
    assert "age" not in {one.key for one in in_words(definition, answers, with_private=False)}
    assert {one.key: one.words for one in in_words(definition, answers, with_private=True)}[
        "age"
    ] == "60 岁以上"


def test_notes_and_calculations_have_no_number() -> None:
    asked = [
        question("n", "note"),
        question("q1", "text"),
        question("c", "calculate"),
        question("q2", "text"),
    ]
    definition = read_definition(form_of(*asked))
    assert numbers_of(definition) == {"q1": 1, "q2": 2}
    assert [one.number for one in in_words(definition, {}, with_private=True)] == [1, 2]


Q1, A = ["ref", "q1"], ["str", "a"]


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        pytest.param(None, "", id="always"),
        pytest.param(["=", Q1, A], "第 1 题选“甲”", id="equal"),
        pytest.param(["!=", Q1, A], "第 1 题没有选“甲”", id="unequal"),
        pytest.param(["call", "selected", Q1, ["str", "b"]], "第 1 题选“乙”", id="selected"),
        pytest.param(["=", Q1, ["str", "other"]], "第 1 题选“其他”", id="other"),
        pytest.param(["=", ["ref", "q2"], ["str", "agree"]], "第 2 题选“同意”", id="stance"),
        pytest.param(["=", ["ref", "q2"], ["str", "odd"]], "第 2 题选“odd”", id="unknown-stance"),
        pytest.param(["and", ["=", Q1, A], ["=", ["ref", "q2"], ["str", "agree"]]], "第 1 题选“甲”，并且第 2 题选“同意”", id="and"),
        pytest.param(["or", ["=", Q1, A], ["=", Q1, ["str", "b"]]], "第 1 题选“甲”，或者第 1 题选“乙”", id="or"),
        pytest.param(["and", ["=", Q1, A], [">", Q1, Q1]], SOMETIMES, id="half-sayable"),
        pytest.param([">", ["+", Q1, Q1], ["num", "1"]], SOMETIMES, id="a-sum"),
        pytest.param([">", Q1, ["num", "60"]], "第 1 题大于 60", id="greater"),
        pytest.param(["<=", Q1, ["num", "60"]], "第 1 题不大于 60", id="at-most"),
        pytest.param(["=", ["ref", "c"], A], "“c”选“a”", id="without-a-number"),
        pytest.param(["call", "not", ["call", "selected", Q1, A]], "第 1 题没有选“甲”", id="not-selected"),
        pytest.param(["call", "not", [">", Q1, ["num", "1"]]], SOMETIMES, id="not-greater"),
        pytest.param(["call", "not", ["+", Q1, Q1]], SOMETIMES, id="not-a-sum"),
        pytest.param(["call", "selected", Q1], SOMETIMES, id="half-a-call"),
        pytest.param(["=", A, Q1], SOMETIMES, id="turned-round"),
        pytest.param(["=", ["ref", "gone"], A], SOMETIMES, id="no-such-question"),
    ],
)  # fmt: skip
def test_a_condition_is_said_for_who_fills_in_paper(tree, words: str) -> None:
    definition = read_definition(
        form_of(
            question("q1", "one", other=True), question("q2", "stance"), question("c", "calculate", title="")
        )
    )
    assert condition_in_words(tree, definition) == words
