"""What stands in the way of asking: each fault is named in a sentence, and a sound survey has none."""

from typing import Any

import pytest

from server.surveys.rules.definition import read_definition
from server.surveys.rules.soundness import Problem, check_definition
from server.surveys.rules.trees import MOST_STEPS, is_evaluable
from tests.factories.surveys import WHOLE, form_of, question

A, B = {"value": "a", "title": "甲"}, {"value": "b", "title": "乙"}


def problems(*questions: Any) -> list[str]:
    return [one.message for one in check_definition(read_definition(form_of(*questions)))]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param([question()], id="one-choice"),
        pytest.param([question(options=[A], other=True)], id="one-option-beside-other"),
        pytest.param([question("m", "many", at_most=2)], id="as-many-as-there-are"),
        pytest.param([question("m", "many", at_most=3, other=True)], id="other-is-a-choice-too"),
        pytest.param([question("i", "items", options=[A], at_most=1)], id="one-item"),
        pytest.param([question("s", "scale", least="0", most="10", step="0.5")], id="half-points"),
        pytest.param([question("s", "scale", least="0", most="100")], id="the-most-points"),
        pytest.param([question("n", "number", least="-5", most="5", decimals=6)], id="a-number"),
        pytest.param([question("n", "number")], id="a-number-without-bounds"),
        pytest.param([question("d", "date", least="2026-01-01", most="2026-01-01")], id="one-day"),
        pytest.param([question("d", "date")], id="any-day"),
        pytest.param([question("t", "text", personal="phone", why="好联系。")], id="a-phone-with-its-reason"),
        pytest.param([question(sensitive="age", why="只看总数。")], id="an-age-band"),
        pytest.param(
            [question("p", "many", sensitive="disability", why="只看总数。")], id="a-disability-by-choice"
        ),
        pytest.param(
            [question(), question("c", "calculate", title="", formula=["ref", "wants"])], id="a-calculation"
        ),
        pytest.param(
            [question(), question("b", constraint=["=", ["self"], ["ref", "b"]], show_if=["ref", "wants"])],
            id="conditions-on-earlier-questions",
        ),
        pytest.param(
            [question(), question("b", options=[A, {**A, "value": "c", "show_if": ["ref", "wants"]}])],
            id="the-same-words-under-conditions",
        ),
        pytest.param([question(title="题" * 300, help="说" * 1000)], id="the-longest-words"),
    ],
)
def test_a_sound_question_has_no_problem(asked: list[Any]) -> None:
    assert problems(*asked) == []


def test_the_whole_example_is_sound() -> None:
    assert check_definition(read_definition(WHOLE)) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param([question("1a")], "不合规则", id="a-key-beginning-with-a-digit"),
        pytest.param([question("q.other")], "不合规则", id="a-key-like-a-side-field"),
        pytest.param([question("k" * 41)], "不合规则", id="a-key-too-long"),
        pytest.param([question(), question()], "重复", id="a-key-twice"),
        pytest.param([question(title=" ")], "还没有写题目", id="no-title"),
        pytest.param([question(title="题" * 301)], "太长", id="a-title-too-long"),
        pytest.param([question(help="说" * 1001)], "太长", id="help-too-long"),
        pytest.param([question("n", "number", unit="元" * 41)], "单位", id="a-unit-too-long"),
        pytest.param([question("t", "text", longest=5001)], "最多写多少字", id="longer-than-any-answer"),
        pytest.param([question("t", "text", longest=0)], "最多写多少字", id="no-room-for-words"),
        pytest.param([question("r", "ranking", other=True)], "单选题和多选题", id="other-in-a-ranking"),
        pytest.param([question(options=[A])], "至少要有 2 个选项", id="one-option"),
        pytest.param([question("i", "items", options=[])], "至少要有 1 个选项", id="no-items"),
        pytest.param(
            [question(options=[{"value": str(n), "title": str(n)} for n in range(101)])], "选项太多", id="many-options"
        ),
        pytest.param([question("m", "many", at_most=0)], "最多选几项", id="at-most-none"),
        pytest.param([question("m", "many", at_most=3)], "在 1 到 2 之间", id="at-most-more-than-there-are"),
        pytest.param([question(options=[A, {**B, "value": "a"}])], "编号一样", id="a-value-twice"),
        pytest.param([question(options=[A, {**B, "title": "甲"}])], "写得一样", id="words-twice"),
        pytest.param([question(options=[A, {**B, "title": ""}])], "没有写字", id="an-option-without-words"),
        pytest.param([question(options=[A, {**B, "title": "乙" * 301}])], "有一个选项太长", id="an-option-too-long"),
        pytest.param([question(options=[A, {**B, "value": "b c"}])], "空格", id="a-value-with-a-blank"),
        pytest.param([question(options=[A, {**B, "value": "b@top"}])], "空格、@", id="a-value-like-a-cell"),
        pytest.param([question(options=[A, {**B, "value": "way:b"}])], "空格、@", id="a-value-like-a-way"),
        pytest.param([question(options=[A, {**B, "value": "other"}], other=True)], "已经有“其他”", id="other-twice"),
        pytest.param(
            [question("c", "contribution", ways=[A, A])], "编号一样", id="a-way-twice"
        ),
        pytest.param([question("d", "date", least="明天")], "日期不对", id="a-day-in-words"),
        pytest.param([question("d", "date", least="2026-02-02", most="2026-02-01")], "在最晚日期之后", id="days-reversed"),
        pytest.param([question("n", "number", least="少")], "不是数字", id="a-bound-in-words"),
        pytest.param([question("n", "number", most="1e5")], "不是数字", id="a-bound-with-an-exponent"),
        pytest.param([question("n", "number", step="x")], "不是数字", id="a-step-in-words"),
        pytest.param([question("n", "number", decimals=7)], "小数位数", id="too-many-decimals"),
        pytest.param([question("n", "number", least="5", most="5")], "最小值要比最大值小", id="bounds-that-meet"),
        pytest.param([question("s", "scale", most=None)], "从几分到几分", id="a-scale-without-an-end"),
        pytest.param([question("s", "scale", least="0", most="101")], "最多 100 级", id="too-many-points"),
        pytest.param([question("s", "scale", step="0")], "最多 100 级", id="a-scale-that-stands-still"),
        pytest.param([question("t", "text", personal="name", why="好联系。", required=True)], "不能设成必答", id="a-name-that-must-be-given"),
        pytest.param([question("t", "text", personal="name", why=" ")], "写清为什么问", id="a-name-without-a-reason"),
        pytest.param([question(sensitive="illness", why="看总数。", required=True)], "不能设成必答", id="an-illness-that-must-be-told"),
        pytest.param([question("a", "stance", sensitive="illness", why="看总数。", is_consent=True)], "表态题", id="private-consent"),
        pytest.param([question("t", "text", personal="name", sensitive="illness", why="看。")], "另一样单独问", id="both-kinds-of-private"),
        pytest.param([question("n", "number", personal="phone", why="好联系。")], "填一行字", id="a-phone-as-a-number"),
        pytest.param([question("n", "number", sensitive="age", why="看总数。")], "年龄段", id="single-years-of-age"),
        pytest.param([question("p", "photo", sensitive="illness", why="看总数。")], "请用单选", id="a-photo-of-an-illness"),
        pytest.param([question(show_if=["ref", "later"])], "的出现条件用到了后面或没有的题", id="a-later-question"),
        pytest.param([question(show_if=["ref", "wants"])], "的出现条件用到了", id="itself"),
        pytest.param([question(constraint=["ref", "x"])], "的答案要求用到了", id="a-constraint-on-nothing"),
        pytest.param([question("c", "calculate", formula=["ref", "x"])], "的算式用到了", id="a-formula-of-nothing"),
        pytest.param([question("c", "calculate")], "还没有写算式", id="no-formula"),
        pytest.param([question(options=[A, {**B, "show_if": ["ref", "x"]}])], "选项“乙”的出现条件", id="an-option-under-nothing"),
        pytest.param([question(show_if=["call", "pulldata"])], "算不出来", id="an-unknown-function"),
        pytest.param(
            [question("t", "text", personal="name", why="好联系。"), question("c", "calculate", formula=["ref", "t"])],
            "个人信息单独保存", id="a-calculation-of-a-name",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_named(asked: list[Any], said: str) -> None:
    found = problems(*asked)
    assert any(said in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("raw", "where", "said"),
    [
        pytest.param({"sections": []}, "", "还没有一道要答的题", id="nothing"),
        pytest.param(form_of(question("n", "note")), "", "还没有一道要答的题", id="only-a-note"),
        pytest.param(
            {"sections": [{"key": f"s{n}", "questions": [question(f"q{n}")]} for n in range(41)]},
            "", "部分太多", id="too-many-sections",
        ),
        pytest.param(form_of(*(question(f"q{n}") for n in range(201))), "", "题目太多", id="too-many-questions"),
        pytest.param({**form_of(), "thanks": "谢" * 1001}, "", "结尾的话太长", id="long-thanks"),
        pytest.param(
            {"sections": [{"key": "s", "questions": [question()]}, {"key": "s", "questions": [question("b")]}]},
            "s", "编号重复", id="a-section-twice",
        ),
        pytest.param(
            {"sections": [{"key": "s", "questions": [question()]}, {"key": "t", "questions": []}]},
            "t", "还没有题", id="an-empty-section",
        ),
        pytest.param(
            {"sections": [{"key": "s", "title": "长" * 301, "questions": [question()]}]},
            "s", "太长", id="a-long-section-title",
        ),
        pytest.param(
            {"sections": [{"key": "s", "show_if": ["ref", "wants"], "questions": [question()]}]},
            "s", "的出现条件用到了后面", id="a-section-shown-by-its-own-question",
        ),
    ],
)  # fmt: skip
def test_faults_of_the_whole_and_of_sections_say_where(raw: dict[str, Any], where: str, said: str) -> None:
    found = check_definition(read_definition(raw))
    assert any(one.where == where and said in one.message for one in found), found


def test_a_problem_bears_the_key_of_its_question() -> None:
    found = check_definition(read_definition(form_of(question(), question("late", show_if=["ref", "no"]))))
    assert found == [Problem("late", "“题目 late”的出现条件用到了后面或没有的题。请只用前面的题。")]


SELF = ["self"]


@pytest.mark.parametrize(
    ("tree", "is_one"),
    [
        pytest.param(None, True, id="none"),
        pytest.param(["num", "1.5"], True, id="a-number"),
        pytest.param(["num", "x"], False, id="no-number"),
        pytest.param(["num", "inf"], False, id="no-number-of-a-browser"),
        pytest.param(["num", "1_000"], False, id="no-number-of-javascript"),
        pytest.param(["str"], False, id="text-that-is-missing"),
        pytest.param(["str", SELF], False, id="text-that-is-a-step"),
        pytest.param(["self", SELF], False, id="self-with-a-part"),
        pytest.param(["and", SELF, SELF], True, id="and"),
        pytest.param(["and", SELF], False, id="half-an-and"),
        pytest.param(["neg", "1"], False, id="a-word-in-place-of-a-step"),
        pytest.param(["xor", SELF, SELF], False, id="an-unknown-word"),
        pytest.param(["call"], False, id="a-call-of-nothing"),
        pytest.param(["call", SELF], False, id="a-call-of-a-step"),
        pytest.param(["call", "if", SELF, SELF, SELF], True, id="if"),
        pytest.param(["call", "if", SELF, SELF], False, id="if-without-else"),
        pytest.param(["call", "today"], True, id="today"),
        pytest.param(["call", "selected", SELF, ["str", "a"]], True, id="selected"),
        pytest.param(["call", "selected", SELF], False, id="selected-of-nothing"),
        pytest.param(["call", "selected", SELF, "a"], False, id="an-argument-that-is-a-word"),
        pytest.param(["call", "pulldata", SELF], False, id="an-unknown-function"),
        pytest.param(["call", "not", ["call", "nothing"]], False, id="wrong-inside"),
    ],
)
def test_a_tree_is_evaluable_where_every_step_has_its_meaning(tree: Any, *, is_one: bool) -> None:
    assert is_evaluable(tree) is is_one


def test_a_tree_has_no_more_steps_than_are_worth_walking() -> None:
    assert is_evaluable(["call", "concat", *[SELF] * (MOST_STEPS - 1)])
    assert not is_evaluable(["call", "concat", *[SELF] * MOST_STEPS])
