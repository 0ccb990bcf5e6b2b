"""Changing questions one act at a time."""

import pytest

from server.kernel.errors import Conflict, Refused
from server.surveys.rules.definition import Definition, Question, Section, read_definition
from server.surveys.rules.editing import (
    add_question,
    add_section,
    change_question,
    change_section,
    free_key,
    move_question,
    move_section,
    remove_question,
    remove_section,
)
from server.surveys.rules.soundness import MOST_QUESTIONS, MOST_SECTIONS
from server.surveys.rules.words import Kind
from tests.factories.surveys import form_of, question

AFTER_A = ["=", ["ref", "a"], ["str", "a"]]


def definition(**sections: list) -> Definition:
    parts = [{"key": key, "title": f"部分 {key}", "questions": asked} for key, asked in sections.items()]
    return read_definition({"sections": parts})


def order(of: Definition) -> dict[str, list[str]]:
    return {section.key: [one.key for one in section.questions] for section in of.sections}


TWO = definition(s1=[question("a"), question("b")], s2=[question("c")])
NEW = Question("q9", Kind.TEXT, "新题")


@pytest.mark.parametrize(
    ("taken", "key"),
    [
        pytest.param([], "q1", id="the-first"),
        pytest.param(["q1", "q3"], "q4", id="never-one-of-before"),
        pytest.param(["years", "quarter"], "q1", id="other-names-do-not-count"),
    ],
)
def test_a_new_question_gets_a_name_that_no_other_ever_had(taken: list[str], key: str) -> None:
    assert free_key("q", taken) == key


def test_a_question_is_added_at_the_end_or_behind_another() -> None:
    assert order(add_question(TWO, NEW, section="s1"))["s1"] == ["a", "b", "q9"]
    assert order(add_question(TWO, NEW, section="s1", after="a"))["s1"] == ["a", "q9", "b"]
    assert order(add_question(TWO, NEW, section="s2", after="a"))["s2"] == ["c", "q9"]


def test_the_same_question_added_twice_is_there_once() -> None:
    once = add_question(TWO, NEW, section="s1")
    assert add_question(once, NEW, section="s1") is once


def test_another_question_of_the_same_name_is_a_conflict() -> None:
    once = add_question(TWO, NEW, section="s1")
    with pytest.raises(Conflict, match="别人刚刚也加了一道题"):
        add_question(once, Question("q9", Kind.TEXT, "别的题"), section="s1")


def test_nothing_is_added_to_a_part_that_is_gone() -> None:
    with pytest.raises(Refused, match="这一部分已经删掉了"):
        add_question(TWO, NEW, section="s7")


def test_a_survey_takes_so_many_questions_and_no_more() -> None:
    full = read_definition(form_of(*(question(f"q{number}") for number in range(MOST_QUESTIONS))))
    with pytest.raises(Refused, match="题目太多"):
        add_question(full, Question("more", Kind.TEXT, "多一道"), section="s1")


def test_a_question_is_changed_in_its_place() -> None:
    changed = change_question(TWO, Question("b", Kind.TEXT, "改过"))
    assert order(changed) == order(TWO)
    assert changed.by_key["b"].title == "改过"
    with pytest.raises(Refused, match="已经删掉了"):
        change_question(TWO, NEW)


def test_a_question_is_taken_out_and_taking_it_out_again_changes_nothing() -> None:
    without = remove_question(TWO, "b")
    assert order(without) == {"s1": ["a"], "s2": ["c"]}
    assert remove_question(without, "b") == without


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(question("b", show_if=AFTER_A), id="shown-by-it"),
        pytest.param(question("b", "calculate", formula=["ref", "a"]), id="calculated-from-it"),
        pytest.param(question("b", "number", constraint=[">", ["self"], ["ref", "a"]]), id="held-against-it"),
        pytest.param(
            question("b", options=[{"value": "x", "title": "某", "show_if": AFTER_A}]), id="offered-by-it"
        ),
    ],
)
def test_a_question_that_a_later_one_asks_after_stays_before_it(asked: dict) -> None:
    held = definition(s1=[question("a"), asked])
    with pytest.raises(Refused, match="要看前面一道题的答案"):
        remove_question(held, "a")
    with pytest.raises(Refused, match="要看前面一道题的答案"):
        move_question(held, "a", is_up=False)


def test_what_asked_ahead_before_does_not_stop_another_act() -> None:
    held = definition(s1=[question("b", show_if=AFTER_A), question("c"), question("d")])
    assert order(remove_question(held, "d")) == {"s1": ["b", "c"]}


def test_a_part_shown_by_a_question_stays_behind_it() -> None:
    parts = [
        {"key": "s1", "title": "一", "questions": [question("a")]},
        {"key": "s2", "title": "", "questions": [question("b")], "show_if": AFTER_A},
    ]
    held = read_definition({"sections": parts})
    with pytest.raises(Refused, match="“s2”要看前面"):
        remove_section(held, "s1")
    with pytest.raises(Refused, match="“s2”要看前面"):
        move_section(held, "s2", is_up=True)


@pytest.mark.parametrize(
    ("key", "is_up", "expected"),
    [
        pytest.param("b", True, {"s1": ["b", "a"], "s2": ["c"]}, id="up"),
        pytest.param("a", False, {"s1": ["b", "a"], "s2": ["c"]}, id="down"),
        pytest.param("b", False, {"s1": ["a"], "s2": ["b", "c"]}, id="into-the-next-part"),
        pytest.param("c", True, {"s1": ["a", "b", "c"], "s2": []}, id="into-the-part-before"),
        pytest.param("a", True, {"s1": ["a", "b"], "s2": ["c"]}, id="not-beyond-the-beginning"),
        pytest.param("c", False, {"s1": ["a", "b"], "s2": ["c"]}, id="not-beyond-the-end"),
    ],
)
def test_a_question_moves_one_place(key: str, is_up: bool, expected: dict) -> None:
    assert order(move_question(TWO, key, is_up=is_up)) == expected


def test_what_is_gone_cannot_be_moved() -> None:
    with pytest.raises(Refused, match="已经删掉了"):
        move_question(TWO, "x", is_up=True)
    with pytest.raises(Refused, match="已经删掉了"):
        move_section(TWO, "x", is_up=True)


def test_a_part_is_added_once_and_changed_with_its_questions_kept() -> None:
    part = Section("s3", "新的部分", ())
    held = add_section(TWO, part)
    assert add_section(held, part) is held
    with pytest.raises(Conflict, match="别人刚刚也加了一个部分"):
        add_section(held, Section("s3", "别的", ()))
    changed = change_section(TWO, Section("s1", "改过", ()))
    assert (changed.sections[0].title, order(changed)) == ("改过", order(TWO))
    with pytest.raises(Refused, match="这一部分已经删掉了"):
        change_section(TWO, part)


def test_a_part_with_questions_is_there_already_when_it_is_added_again() -> None:
    held = add_question(add_section(TWO, Section("s3", "新", ())), NEW, section="s3")
    assert add_section(held, Section("s3", "新", ())) is held


def test_a_survey_takes_so_many_parts_and_no_more() -> None:
    full = definition(**{f"s{number}": [] for number in range(MOST_SECTIONS)})
    with pytest.raises(Refused, match="部分太多"):
        add_section(full, Section("more", "多", ()))


def test_parts_move_and_go_with_their_questions() -> None:
    assert list(order(move_section(TWO, "s2", is_up=True))) == ["s2", "s1"]
    assert move_section(TWO, "s1", is_up=True) is TWO
    assert order(remove_section(TWO, "s1")) == {"s2": ["c"]}
