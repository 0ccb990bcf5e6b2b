"""Checking answers: the whole form, what is shown and hidden, consent, drafts. Single kinds: test_rules_reading."""

from datetime import date
from typing import Any

import pytest

from server.surveys.rules.answering import Cleaned, clean, field_names, first_wrong, kept_of, section_errors
from server.surveys.rules.definition import read_definition
from tests.factories.surveys import ANSWERS, WHOLE, form_of, question

TODAY = date(2026, 3, 4)
IF_A = ["=", ["ref", "wants"], ["str", "a"]]


def cleaned(raw: dict[str, Any], *questions: Any) -> Cleaned:
    return clean(read_definition(form_of(*questions)), raw, today=TODAY)


def test_a_right_form_has_no_errors_and_keeps_its_answers() -> None:
    found = clean(read_definition(WHOLE), ANSWERS, today=TODAY)
    assert found.is_complete
    assert found.answers == ANSWERS
    assert found.values["items"] == "B-01 T-01"


def test_every_right_answer_is_kept_though_others_are_wrong() -> None:
    found = cleaned(
        {"wants": "a", "n": "viel", "t": "话"}, question(), question("n", "number"), question("t", "text")
    )
    assert (found.answers, list(found.errors)) == ({"wants": "a", "t": "话"}, ["n"])
    assert not found.is_complete


def test_fields_that_no_question_has_are_passed_over() -> None:
    assert cleaned({"wants": "a", "nobody": "x", "wants.secret": "y", "_csrf": "z"}, question()).answers == {
        "wants": "a"
    }


def test_a_required_question_must_be_answered() -> None:
    found = cleaned({}, question(required=True), question("p", "photo", required=True))
    assert found.errors == {"wants": ["这一题要答。"], "p": ["这里要传一张照片。"]}


def test_what_is_not_required_may_be_left_out() -> None:
    found = cleaned(
        {"wants": "", "m": [], "t": " "}, question(), question("m", "many"), question("t", "text")
    )
    assert (found.answers, found.errors) == ({}, {})


def test_a_hidden_question_is_neither_asked_nor_kept() -> None:
    asked = question(), question("more", "text", show_if=IF_A, required=True)
    assert cleaned({"wants": "b", "more": "话"}, *asked).answers == {"wants": "b"}
    assert cleaned({"wants": "b"}, *asked).shown == {"wants"}
    assert cleaned({"wants": "a"}, *asked).errors == {"more": ["这一题要答。"]}


def test_a_hidden_answer_is_empty_for_later_conditions() -> None:
    asked = (
        question(),
        question("more", "text", show_if=IF_A),
        question("last", "text", show_if=["!=", ["ref", "more"], ["str", ""]]),
    )
    assert cleaned({"wants": "b", "more": "话", "last": "完"}, *asked).answers == {"wants": "b"}


def test_a_hidden_section_is_dropped_whole() -> None:
    raw = {
        "sections": [
            {"key": "one", "questions": [question()]},
            {"key": "two", "show_if": IF_A, "questions": [question("more", "text", required=True)]},
        ]
    }
    definition = read_definition(raw)
    assert clean(definition, {"wants": "b", "more": "话"}, today=TODAY).sections == ["one"]
    assert clean(definition, {"wants": "a", "more": "话"}, today=TODAY).sections == ["one", "two"]


def test_an_option_under_a_condition_is_offered_where_it_is_met() -> None:
    second = question(
        "kind", options=[{"value": "x", "title": "子", "show_if": IF_A}, {"value": "y", "title": "丑"}]
    )
    found = cleaned({"wants": "b", "kind": "x"}, question(), second)
    assert [option.value for option in found.offered["kind"]] == ["y"]
    assert found.errors == {"kind": ["这个选项不在题目里。请重新选。"]}
    assert cleaned({"wants": "a", "kind": "x"}, question(), second).answers["kind"] == "x"


def test_a_constraint_refuses_with_its_own_words_or_the_usual_ones() -> None:
    rule = ["<", ["self"], ["num", "10"]]
    told = question("n", "number", constraint=rule, constraint_message="要小于 10。")
    assert cleaned({"n": "10"}, told).errors == {"n": ["要小于 10。"]}
    assert cleaned({"n": "9"}, told).answers == {"n": "9"}
    assert cleaned({}, told).errors == {}
    found = cleaned({"n": "10"}, question("n", "number", constraint=rule))
    assert "不合要求" in found.errors["n"][0]


def test_a_constraint_sees_the_answer_by_its_key_and_several_as_words() -> None:
    rule = ["=", ["call", "count-selected", ["ref", "m"]], ["num", "1"]]
    asked = question("m", "many", constraint=rule)
    assert cleaned({"m": ["a"]}, asked).answers == {"m": ["a"]}
    assert list(cleaned({"m": ["a", "b"]}, asked).errors) == ["m"]


def test_what_stands_beside_a_wrong_answer_is_not_kept_alone() -> None:
    asked = question("m", "many", other=True, constraint=["call", "false"])
    assert cleaned({"m": ["other"], "m.other": "别的"}, asked).answers == {}


def test_a_calculation_is_made_by_the_server_alone() -> None:
    twice = question("twice", "calculate", formula=["*", ["ref", "n"], ["num", "2"]])
    found = cleaned(
        {"n": "3", "twice": "99"},
        question("n", "number"),
        twice,
        question("t", "text", show_if=["ref", "twice"]),
    )
    assert (found.answers["twice"], "t" in found.shown) == ("6", True)


def test_a_calculation_without_a_result_is_not_kept() -> None:
    twice = question("twice", "calculate", formula=["*", ["ref", "n"], ["num", "2"]])
    assert cleaned({}, question("n", "number"), twice).answers == {}
    assert cleaned({}, question(), question("c", "calculate", formula=["ref", "wants"])).answers == {}
    assert cleaned({}, question(), question("c", "calculate")).answers == {}


def test_a_calculation_may_know_the_day() -> None:
    assert cleaned({}, question(), question("c", "calculate", formula=["call", "today"])).answers == {
        "c": "2026-03-04"
    }


def test_a_note_is_shown_and_has_no_answer() -> None:
    found = cleaned({"n": "x", "wants": "a"}, question("n", "note"), question())
    assert ("n" in found.shown, found.answers) == (True, {"wants": "a"})


# ------------------------------------------------------------------ consent for sensitive answers

AGE = question("age", sensitive="age", why="看总数。")


@pytest.mark.parametrize("tick", [True, "on", "1", "yes", ["on"], ["", "true"]])
def test_a_sensitive_answer_is_kept_with_its_consent(tick: Any) -> None:
    assert cleaned({"age": "a", "age.consent": tick}, AGE).answers == {"age": "a", "age.consent": True}


@pytest.mark.parametrize("tick", [None, False, "", "off", [], 1, {"a": 1}])
def test_without_consent_nothing_of_it_is_kept(tick: Any) -> None:
    found = cleaned({"age": "a", "age.consent": tick}, AGE)
    assert (found.answers, list(found.errors)) == ({}, ["age.consent"])


def test_leaving_a_sensitive_question_empty_is_a_good_answer() -> None:
    found = cleaned({"age": "", "age.consent": "on"}, AGE)
    assert (found.answers, found.errors) == ({}, {})


def test_a_wrong_sensitive_answer_is_wrong_first() -> None:
    assert list(cleaned({"age": "z"}, AGE).errors) == ["age"]


# ------------------------------------------------------------------ pages and drafts


def test_errors_are_told_page_by_page() -> None:
    definition = read_definition(
        {
            "sections": [
                {"key": "one", "questions": [question()]},
                {"key": "two", "questions": [question("i", "items", at_most=1)]},
            ]
        }
    )
    found = clean(definition, {"wants": "a", "i.top": ["a", "b"]}, today=TODAY)
    one, two = definition.sections
    assert (section_errors(found, one), list(section_errors(found, two))) == ({}, ["i.top"])
    assert first_wrong(definition, found.errors) is two
    assert first_wrong(definition, {}) is None


def test_a_ranking_has_a_field_for_each_option() -> None:
    (asked,) = read_definition(form_of(question("r", "ranking"))).questions
    assert field_names(asked) == ("r", "r.rank.a", "r.rank.b")


def test_a_draft_keeps_the_fields_of_the_form_right_or_wrong() -> None:
    definition = read_definition(
        form_of(question(), question("r", "ranking"), question("t", "text", longest=5))
    )
    raw = {"wants": "z", "r.rank.a": "9", "nobody": "x", "t": "太长的一句话"}
    assert kept_of(definition, raw) == {"wants": "z", "r.rank.a": "9", "t": "太长的一句话"}


def test_a_draft_is_bounded_and_can_always_be_written() -> None:
    definition = read_definition(
        form_of(question("t", "text", longest=5), question("m", "many"), question(sensitive="age"))
    )
    kept = kept_of(
        definition,
        {
            "t": "长" * 1000,
            "m": ["a\ud800", {"x": 1}, ["b"], None, 3] * 100,
            "wants": {"x": 1},
            "wants.consent": True,
        },
    )
    assert kept["t"] == "长" * 205
    assert set(kept["m"]) == {"a", "3"} and len(kept["m"]) <= 200
    assert (kept["wants"], kept["wants.consent"]) == ("", True)
