"""The one condition that an editor offers."""

from datetime import date

import pytest

from server.surveys.rules.conditions import choice_of, choices_above, choices_before, tree_of
from server.surveys.rules.definition import read_definition
from server.surveys.rules.expressions import evaluate
from tests.factories.surveys import question

PARTS = read_definition(
    {
        "sections": [
            {"key": "s1", "title": "一", "questions": [question("a"), question("b", "many", other=True)]},
            {"key": "s2", "title": "二", "questions": [question("n", "number"), question("c", "stance")]},
            {"key": "s3", "title": "三", "questions": []},
        ]
    }
)


def keys(found: list) -> list[str]:
    return [one.question.key for one in found]


def test_a_condition_may_hang_on_the_choices_before() -> None:
    assert keys(choices_before(PARTS, "a")) == []
    assert keys(choices_before(PARTS, "c")) == ["a", "b"]
    assert keys(choices_before(PARTS, section="s2")) == ["a", "b"]
    assert keys(choices_before(PARTS)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("section", "after", "expected"),
    [
        pytest.param("s1", "a", ["a"], id="behind-a-question"),
        pytest.param("s1", "", ["a", "b"], id="at-the-end-of-a-part"),
        pytest.param("s3", "", ["a", "b", "c"], id="in-an-empty-part"),
        pytest.param("s1", "gone", [], id="behind-one-that-is-gone"),
        pytest.param("s9", "", ["a", "b", "c"], id="in-a-part-that-is-gone"),
    ],
)
def test_a_new_question_may_hang_on_what_will_stand_before_it(
    section: str, after: str, expected: list
) -> None:
    assert keys(choices_above(PARTS, section, after)) == expected


def test_the_answers_are_offered_in_words() -> None:
    found = {one.question.key: one.answers for one in choices_before(PARTS)}
    assert found["a"] == (("a", "甲"), ("b", "乙"))
    assert found["b"][-1] == ("other", "其他")
    assert found["c"] == (("agree", "同意"), ("disagree", "不同意"), ("neutral", "无所谓"))


@pytest.mark.parametrize(
    ("key", "said", "otherwise"),
    [pytest.param("a", "b", "a", id="of-one"), pytest.param("b", "a b", "a", id="of-several")],
)
def test_the_condition_holds_where_that_was_answered(key: str, said: str, otherwise: str) -> None:
    tree = tree_of(PARTS.by_key[key], "b")
    today = date(2026, 3, 2)
    assert evaluate(tree, {key: said}, "", today) is True
    assert evaluate(tree, {key: otherwise}, "", today) is False
    assert choice_of(tree) == (key, "b")


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param(None, id="none"),
        pytest.param([">", ["ref", "n"], ["num", "3"]], id="greater"),
        pytest.param(["=", ["ref", "n"], ["num", "3"]], id="a-number"),
        pytest.param(["=", ["str", "x"], ["str", "x"]], id="no-question"),
        pytest.param(["call", "selected", ["self"], ["str", "a"]], id="itself"),
        pytest.param(["call", "selected", ["ref", "a"]], id="half"),
    ],
)
def test_every_other_condition_is_only_kept(tree: list | None) -> None:
    assert choice_of(tree) is None
