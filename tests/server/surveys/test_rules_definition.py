"""The definition of a survey: what is read comes back the same, and what is none is refused."""

from typing import Any

import pytest

from server.kernel.errors import Invalid
from server.surveys.rules.definition import DEEPEST, Option, read_definition
from server.surveys.rules.words import (
    Capacity,
    Channel,
    Kind,
    Personal,
    Proof,
    Sensitive,
    Stance,
)
from tests.factories.surveys import WHOLE, form_of, question

EVERYTHING = {
    "sections": [
        {
            "key": "s1",
            "title": "第一部分",
            "help": "说明",
            "show_if": ["call", "true"],
            "questions": [
                {
                    "key": "q1", "kind": "many", "title": "题目", "help": "怎么填", "picture": 7, "required": True,
                    "show_if": ["=", ["str", "a"], ["str", "a"]], "constraint": ["call", "true"],
                    "constraint_message": "不对。", "other": True, "at_most": 2,
                    "options": [
                        {"value": "a", "title": "甲", "help": "说明", "picture": 8, "show_if": ["call", "true"]},
                        {"value": "b", "title": "乙"},
                    ],
                },
                {"key": "q2", "kind": "scale", "title": "打分", "least": "1", "most": "5", "step": "0.5", "low": "差", "high": "好"},
                {"key": "q3", "kind": "number", "title": "数", "decimals": 1, "unit": "元"},
                {"key": "q4", "kind": "text", "title": "姓名", "personal": "name", "why": "好联系。", "longest": 20},
                {"key": "q5", "kind": "one", "title": "年龄", "sensitive": "age", "why": "看总数。", "is_public": False},
                {"key": "q6", "kind": "contribution", "title": "出钱", "ways": [{"value": "cash", "title": "现金"}]},
                {"key": "q7", "kind": "calculate", "title": "", "formula": ["+", ["ref", "q3"], ["num", "1"]]},
                {"key": "q8", "kind": "stance", "title": "同意吗", "is_consent": True},
            ],
        }
    ],
    "thanks": "谢谢。",
}  # fmt: skip


@pytest.mark.parametrize("raw", [EVERYTHING, WHOLE, form_of(question())])
def test_what_was_read_and_written_reads_the_same(raw: dict[str, Any]) -> None:
    definition = read_definition(raw)
    assert read_definition(definition.as_json()) == definition
    assert definition.as_json() == read_definition(definition.as_json()).as_json()


def test_a_canonical_definition_is_written_as_it_stands() -> None:
    assert read_definition(EVERYTHING).as_json() == EVERYTHING


def test_what_is_missing_takes_its_default() -> None:
    (found,) = read_definition(
        {"sections": [{"key": "s", "questions": [{"key": "q", "kind": "text"}]}]}
    ).questions
    assert (found.title, found.required, found.is_public, found.step, found.least) == (
        "",
        False,
        True,
        "1",
        None,
    )
    assert read_definition({}).sections == ()


def test_numbers_as_json_has_them_are_taken_as_text() -> None:
    (found,) = read_definition(form_of(question("n", "number", least=0, most=9.5, decimals="1"))).questions
    assert (found.least, found.most, found.decimals) == ("0", "9.5", 1)


def test_signs_that_nobody_sees_are_left_out() -> None:
    raw = form_of(question(title="题\u0000目\ud800", show_if=["=", ["str", "a\uffff"], ["str", "b\nc"]]))
    (found,) = read_definition(raw).questions
    assert found.title == "题目"
    assert found.show_if == ["=", ["str", "a"], ["str", "b\nc"]]


def nested(depth: int) -> Any:
    tree: Any = ["str", "a"]
    for _ in range(depth - 1):
        tree = ["call", "not", tree]
    return tree


def test_an_expression_may_be_deep_but_not_without_end() -> None:
    assert read_definition(form_of(question(show_if=nested(DEEPEST)))).questions[0].show_if == nested(DEEPEST)
    with pytest.raises(Invalid):
        read_definition(form_of(question(show_if=nested(DEEPEST + 1))))


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param([], id="a-list"),
        pytest.param({"sections": 5}, id="sections-are-no-list"),
        pytest.param({"sections": ["s1"]}, id="a-section-is-a-word"),
        pytest.param({"sections": [], "thanks": ["a"]}, id="thanks-are-a-list"),
        pytest.param(form_of({"key": "q"}), id="no-kind"),
        pytest.param(form_of(question(kind="geopoint", options=[])), id="an-unknown-kind"),
        pytest.param(form_of(question(title={"zh": "题"})), id="a-title-is-a-table"),
        pytest.param(form_of(question(title=True)), id="a-title-is-a-truth"),
        pytest.param(form_of(question(options=["a"])), id="an-option-is-a-word"),
        pytest.param(form_of(question(at_most="三")), id="a-number-in-words"),
        pytest.param(form_of(question(at_most=1.5)), id="half-a-number"),
        pytest.param(form_of(question(picture=2**53)), id="a-number-too-great"),
        pytest.param(form_of(question(sensitive="income")), id="an-unknown-sensitive-thing"),
        pytest.param(form_of(question(show_if="q1 = 1")), id="an-expression-as-text"),
        pytest.param(form_of(question(show_if=[1, 2])), id="an-expression-of-numbers"),
        pytest.param(form_of(question(show_if=["not", None])), id="an-expression-with-a-hole"),
        pytest.param(form_of(question(show_if=["not", []])), id="an-empty-step"),
    ],
)
def test_what_is_no_definition_is_refused_with_a_sentence(raw: Any) -> None:
    with pytest.raises(Invalid) as refused:
        read_definition(raw)
    assert refused.value.code == "no_definition"


def test_a_question_names_the_fields_of_its_answer() -> None:
    definition = read_definition(EVERYTHING)
    assert [question.fields for question in definition.questions if len(question.fields) > 1] == [
        ("q1", "q1.other"),
        ("q5", "q5.consent"),
        ("q6", "q6.ways"),
        ("q8", "q8.reason"),
    ]
    (items,) = read_definition(form_of(question("i", "items"))).questions
    assert (items.fields, items.most_important) == (("i", "i.top"), 3)


def test_private_answers_and_words_are_known_by_their_fields() -> None:
    definition = read_definition(EVERYTHING)
    assert definition.private_keys == {"q4", "q5", "q5.consent"}
    assert definition.text_keys == ("q1.other", "q8.reason")


def test_words_are_bounded_by_kind_unless_told() -> None:
    raw = form_of(question("a", "text"), question("b", "long_text"), question("c", "text", longest=20))
    assert [one.most_chars for one in read_definition(raw).questions] == [200, 2000, 20]


def test_questions_and_sections_are_found_by_key() -> None:
    definition = read_definition(EVERYTHING)
    assert definition.by_key["q2"].kind is Kind.SCALE
    assert definition.by_key["q1"].options[1] == Option("b", "乙")
    assert definition.by_key["q1"].has_filter and not definition.by_key["q6"].has_filter
    assert definition.section("s1") is definition.sections[0]
    assert definition.section("s9") is None


def test_every_word_has_a_chinese_name_of_its_own() -> None:
    for words in (Kind, Stance, Sensitive, Personal, Proof, Channel, Capacity):
        names = [word.name_zh for word in words]  # type: ignore[attr-defined]
        assert all(names) and len(set(names)) == len(names), words


def test_kinds_know_what_they_are_made_of() -> None:
    assert [kind for kind in Kind if kind.has_options] == [
        Kind.ONE, Kind.MANY, Kind.RANKING, Kind.ITEMS, Kind.PACKAGE, Kind.CONTRIBUTION,
    ]  # fmt: skip
    assert [kind for kind in Kind if kind.is_words] == [Kind.TEXT, Kind.LONG_TEXT]
    assert [kind for kind in Kind if not kind.is_asked] == [Kind.NOTE, Kind.CALCULATE]
