"""Reading one answer of each kind, on each side of each edge."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.surveys.rules.definition import read_definition
from server.surveys.rules.reading import MOST_SENT, Read, read_answer
from server.surveys.rules.words import Kind
from tests.factories.surveys import form_of, question

C = {"value": "c", "title": "丙"}
ABC = [{"value": "a", "title": "甲"}, {"value": "b", "title": "乙"}, C]


def read(raw: dict[str, Any], **facts: Any) -> Read:
    (asked,) = read_definition(form_of(question("q", **facts))).questions
    return read_answer(asked, raw, asked.options)


NOTHING: Read = ({}, {})
NOT_AN_OPTION = {"q": ["这个选项不在题目里。请重新选。"]}


@pytest.mark.parametrize(
    ("facts", "raw", "kept"),
    [
        pytest.param({}, {"q": "a"}, {"q": "a"}, id="one"),
        pytest.param({}, {"q": ["b"]}, {"q": "b"}, id="one-as-a-form-sends-it"),
        pytest.param({}, {"q": ["a", "b"]}, {"q": "b"}, id="of-several-the-last"),
        pytest.param({}, {"q": " a "}, {"q": "a"}, id="blanks-around"),
        pytest.param({}, {"q": []}, {}, id="one-empty-list"),
        pytest.param({"other": True}, {"q": "other", "q.other": "别的\n事"}, {"q": "other", "q.other": "别的 事"}, id="other-in-words"),
        pytest.param({"other": True}, {"q.other": "别的"}, {"q": "other", "q.other": "别的"}, id="other-words-alone"),
        pytest.param({"other": True}, {"q": "a", "q.other": "别的"}, {"q": "a"}, id="words-left-behind"),
        pytest.param({"kind": "many"}, {"q": ["b", "a", "b"]}, {"q": ["a", "b"]}, id="many-in-the-order-of-the-form"),
        pytest.param({"kind": "many"}, {"q": "a"}, {"q": ["a"]}, id="many-with-one"),
        pytest.param({"kind": "many", "at_most": 2, "options": ABC}, {"q": ["a", "c"]}, {"q": ["a", "c"]}, id="as-many-as-may-be"),
        pytest.param(
            {"kind": "many", "other": True}, {"q": ["other", "a"], "q.other": "别的"},
            {"q": ["a", "other"], "q.other": "别的"}, id="many-and-other",
        ),
        pytest.param({"kind": "many", "other": True}, {"q": [], "q.other": "别的"}, {"q": ["other"], "q.other": "别的"}, id="many-words-alone"),
        pytest.param({"kind": "items"}, {"q": ["a"]}, {"q": ["a"]}, id="items"),
        pytest.param({"kind": "items"}, {"q": ["a"], "q.top": ["b"]}, {"q": ["a", "b"], "q.top": ["b"]}, id="most-important-is-wanted"),
        pytest.param({"kind": "items"}, {"q.top": "b"}, {"q": ["b"], "q.top": ["b"]}, id="only-the-most-important"),
        pytest.param({"kind": "items"}, {}, {}, id="no-items"),
        pytest.param(
            {"kind": "contribution", "ways": [C]}, {"q": "a", "q.ways": ["c"]}, {"q": "a", "q.ways": ["c"]}, id="a-band-and-a-way",
        ),
        pytest.param({"kind": "contribution"}, {"q": "a"}, {"q": "a"}, id="a-band"),
        pytest.param({"kind": "contribution"}, {}, {}, id="no-band"),
        pytest.param({"kind": "stance"}, {"q": "agree", "q.reason": "好"}, {"q": "agree", "q.reason": "好"}, id="a-stance-with-its-reason"),
        pytest.param({"kind": "stance"}, {"q": "neutral"}, {"q": "neutral"}, id="a-stance"),
        pytest.param({"kind": "stance"}, {}, {}, id="no-stance"),
        pytest.param({"kind": "ranking", "options": ABC}, {"q": ["c", "a", "b"]}, {"q": ["c", "a", "b"]}, id="a-ranking"),
        pytest.param(
            {"kind": "ranking", "options": ABC}, {"q.rank.a": "2", "q.rank.b": ["3"], "q.rank.c": "１"},
            {"q": ["c", "a", "b"]}, id="a-ranking-by-numbers",
        ),
        pytest.param({"kind": "ranking"}, {"q.rank.a": "", "q.rank.b": " "}, {}, id="no-ranking"),
        pytest.param({"kind": "number"}, {"q": "3"}, {"q": "3"}, id="a-number"),
        pytest.param({"kind": "number"}, {"q": 3}, {"q": "3"}, id="a-number-of-json"),
        pytest.param({"kind": "number"}, {"q": "３，０００"}, {"q": "3000"}, id="a-number-of-a-chinese-keyboard"),
        pytest.param({"kind": "number"}, {"q": "3.0"}, {"q": "3"}, id="three-and-no-tenths-is-whole"),
        pytest.param({"kind": "number"}, {"q": "-0"}, {"q": "0"}, id="nothing-has-no-sign"),
        pytest.param({"kind": "number"}, {"q": "007"}, {"q": "7"}, id="zeros-in-front"),
        pytest.param({"kind": "number", "decimals": 2}, {"q": "12.50"}, {"q": "12.5"}, id="decimals"),
        pytest.param({"kind": "number", "least": "1", "most": "5"}, {"q": "1"}, {"q": "1"}, id="the-least"),
        pytest.param({"kind": "number", "least": "1", "most": "5"}, {"q": "5"}, {"q": "5"}, id="the-most"),
        pytest.param({"kind": "number"}, {"q": ""}, {}, id="no-number"),
        pytest.param({"kind": "scale"}, {"q": "4"}, {"q": "4"}, id="a-scale"),
        pytest.param({"kind": "scale", "least": "0.5", "step": "0.5"}, {"q": "1.5"}, {"q": "1.5"}, id="half-a-point"),
        pytest.param({"kind": "date"}, {"q": "2026-03-04"}, {"q": "2026-03-04"}, id="a-day"),
        pytest.param({"kind": "date"}, {"q": "2026/3/4"}, {"q": "2026-03-04"}, id="a-day-with-strokes"),
        pytest.param({"kind": "date"}, {"q": "20260304"}, {"q": "2026-03-04"}, id="a-day-in-figures"),
        pytest.param({"kind": "date", "least": "2026-03-04", "most": "2026-03-04"}, {"q": "2026-03-04"}, {"q": "2026-03-04"}, id="the-only-day"),
        pytest.param({"kind": "date"}, {"q": None}, {}, id="no-day"),
        pytest.param({"kind": "text"}, {"q": " 一行\t字 "}, {"q": "一行 字"}, id="a-line"),
        pytest.param({"kind": "text", "longest": 3}, {"q": "三个字"}, {"q": "三个字"}, id="the-longest-line"),
        pytest.param({"kind": "long_text", "longest": 3}, {"q": "一\r\n二"}, {"q": "一\n二"}, id="the-end-of-a-line-is-one-sign"),
        pytest.param({"kind": "long_text"}, {"q": "<script>alert(1)</script>"}, {"q": "<script>alert(1)</script>"}, id="a-script-is-words"),
        pytest.param({"kind": "long_text"}, {"q": "𠮷·䶮👵"}, {"q": "𠮷·䶮👵"}, id="rare-characters"),
        pytest.param({"kind": "text"}, {}, {}, id="no-words"),
        pytest.param({"kind": "photo"}, {"q": ["7", 8, "7"]}, {"q": [7, 8]}, id="photos"),
        pytest.param({"kind": "photo"}, {"q": [str(n) for n in range(1, 11)]}, {"q": list(range(1, 11))}, id="ten-photos"),
        pytest.param({"kind": "photo"}, {}, {}, id="no-photo"),
    ],
)  # fmt: skip
def test_a_right_answer_is_kept_in_one_form(facts: Any, raw: Any, kept: Any) -> None:
    assert read(raw, **facts) == (kept, {})


@pytest.mark.parametrize(
    ("facts", "raw", "kept", "errors"),
    [
        pytest.param({}, {"q": "z"}, {}, NOT_AN_OPTION, id="no-option"),
        pytest.param({}, {"q": "other"}, {}, NOT_AN_OPTION, id="other-where-there-is-none"),
        pytest.param({}, {"q": {"a": 1}}, {}, {"q": ["这一题没有收对。请重新填。"]}, id="a-table"),
        pytest.param({}, {"q": True}, {}, {"q": ["这一题没有收对。请重新填。"]}, id="a-truth"),
        pytest.param({"other": True}, {"q": "other"}, {"q": "other"}, {"q.other": ["选了“其他”，请写一下是什么。"]}, id="other-without-words"),
        pytest.param(
            {"other": True, "longest": 2}, {"q": "other", "q.other": "三个字"}, {"q": "other"},
            {"q.other": ["最多 2 个字，现在有 3 个。"]}, id="other-in-too-many-words",
        ),
        pytest.param({"kind": "many"}, {"q": ["a", "z"]}, {}, NOT_AN_OPTION, id="one-of-many-is-none"),
        pytest.param(
            {"kind": "many", "at_most": 3, "options": [*ABC, {"value": "d", "title": "丁"}]}, {"q": ["a", "b", "c", "d"]},
            {}, {"q": ["最多选 3 项，你选了 4 项。去掉 1 项再提交。"]}, id="at-most-three-refuses-four",
        ),
        pytest.param({"kind": "many"}, {"q": ["a"] * (MOST_SENT + 1)}, {}, {"q": ["这一题没有收对。请重新填。"]}, id="a-list-without-end"),
        pytest.param({"kind": "items"}, {"q": ["a"], "q.top": ["z"]}, {}, NOT_AN_OPTION, id="an-item-that-is-none"),
        pytest.param(
            {"kind": "items", "at_most": 1}, {"q": ["a"], "q.top": ["a", "b"]}, {"q": ["a", "b"]},
            {"q.top": ["最多选 1 项，你选了 2 项。去掉 1 项再提交。"]}, id="too-many-most-important",
        ),
        pytest.param({"kind": "contribution", "ways": [C]}, {"q.ways": ["c"]}, {}, {"q": ["选了怎么出，也请选一个数额。"]}, id="a-way-without-a-band"),
        pytest.param(
            {"kind": "contribution", "ways": [C]}, {"q": "a", "q.ways": ["a"]}, {"q": "a"},
            {"q.ways": ["这个选项不在题目里。请重新选。"]}, id="a-way-that-is-none",
        ),
        pytest.param({"kind": "contribution"}, {"q": "z"}, {}, NOT_AN_OPTION, id="a-band-that-is-none"),
        pytest.param({"kind": "stance"}, {"q": "maybe"}, {}, NOT_AN_OPTION, id="a-stance-that-is-none"),
        pytest.param({"kind": "stance"}, {"q.reason": "好"}, {}, {"q": ["写了理由，也请选一个态度。"]}, id="a-reason-alone"),
        pytest.param(
            {"kind": "stance", "longest": 2}, {"q": "agree", "q.reason": "三个字"}, {"q": "agree"},
            {"q.reason": ["最多 2 个字，现在有 3 个。"]}, id="a-reason-too-long",
        ),
        pytest.param({"kind": "ranking", "options": ABC}, {"q": ["a", "b"]}, {}, {"q": ["请给每一项都排上顺序。"]}, id="a-ranking-that-lacks-one"),
        pytest.param({"kind": "ranking"}, {"q": ["a", "z"]}, {}, NOT_AN_OPTION, id="a-ranking-of-nothing"),
        pytest.param(
            {"kind": "ranking"}, {"q.rank.a": "1", "q.rank.b": "1"}, {}, {"q": ["请写 1 到 2，每个数字用一次，1 排在最前。"]}, id="a-place-twice",
        ),
        pytest.param({"kind": "ranking"}, {"q.rank.a": "1"}, {}, {"q": ["请写 1 到 2，每个数字用一次，1 排在最前。"]}, id="a-place-lacking"),
        pytest.param({"kind": "number"}, {"q": "三"}, {}, {"q": ["请填数字，例如 3。"]}, id="a-number-in-words"),
        pytest.param({"kind": "number", "decimals": 1}, {"q": "1e3"}, {}, {"q": ["请填数字，例如 3 或 12.5。"]}, id="an-exponent"),
        pytest.param({"kind": "number"}, {"q": "٣"}, {}, {"q": ["请填数字，例如 3。"]}, id="figures-of-another-script"),
        pytest.param({"kind": "number"}, {"q": "1" * 16}, {}, {"q": ["请填数字，例如 3。"]}, id="a-number-without-end"),
        pytest.param({"kind": "number"}, {"q": "NaN"}, {}, {"q": ["请填数字，例如 3。"]}, id="not-a-number"),
        pytest.param({"kind": "number"}, {"q": "3.5"}, {}, {"q": ["请填整数。"]}, id="not-whole"),
        pytest.param({"kind": "number", "decimals": 1}, {"q": "3.55"}, {}, {"q": ["小数点后最多 1 位。"]}, id="too-many-decimals"),
        pytest.param({"kind": "number", "least": "1", "unit": "元"}, {"q": "0"}, {}, {"q": ["最小是 1 元。请看看有没有填错。"]}, id="under-the-least"),
        pytest.param({"kind": "number", "most": "5"}, {"q": "6"}, {}, {"q": ["最大是 5。请看看有没有填错。"]}, id="over-the-most"),
        pytest.param({"kind": "scale"}, {"q": "2.5"}, {}, {"q": ["请选一个列出的分数。"]}, id="between-two-points"),
        pytest.param({"kind": "date"}, {"q": "2026-02-30"}, {}, {"q": ["请填日期，例如 2026-03-01。"]}, id="a-day-there-is-not"),
        pytest.param({"kind": "date"}, {"q": "明天"}, {}, {"q": ["请填日期，例如 2026-03-01。"]}, id="a-day-in-words"),
        pytest.param({"kind": "date", "least": "2026-03-04"}, {"q": "2026-03-03"}, {}, {"q": ["最早是 2026-03-04。请看看有没有填错。"]}, id="too-early"),
        pytest.param({"kind": "date", "most": "2026-03-04"}, {"q": "2026-03-05"}, {}, {"q": ["最晚是 2026-03-04。请看看有没有填错。"]}, id="too-late"),
        pytest.param({"kind": "text"}, {"q": "字\u0000"}, {}, {"q": ["这里有看不见的字符。请重新输入一遍。"]}, id="a-control-sign"),
        pytest.param({"kind": "long_text"}, {"q": "字\n\ud800"}, {}, {"q": ["这里有看不见的字符。请重新输入一遍。"]}, id="half-a-pair"),
        pytest.param({"kind": "text"}, {"q": "\U0010ffff"}, {}, {"q": ["这里有看不见的字符。请重新输入一遍。"]}, id="a-noncharacter"),
        pytest.param({"kind": "text", "longest": 3}, {"q": "四个字了"}, {}, {"q": ["最多 3 个字，现在有 4 个。"]}, id="a-line-too-long"),
        pytest.param({"kind": "photo"}, {"q": ["x"]}, {}, {"q": ["照片没有传上来。请重新选一次。"]}, id="a-photo-without-number"),
        pytest.param({"kind": "photo"}, {"q": "9" * 5000}, {}, {"q": ["照片没有传上来。请重新选一次。"]}, id="a-number-without-end-for-a-photo"),
        pytest.param(
            {"kind": "photo"}, {"q": [str(n) for n in range(1, 12)]}, {},
            {"q": ["最多 10 张照片，你传了 11 张。去掉 1 张再提交。"]}, id="an-eleventh-photo",
        ),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_what_to_mend(facts: Any, raw: Any, kept: Any, errors: Any) -> None:
    assert read(raw, **facts) == (kept, errors)


def test_an_option_called_other_is_one_like_any() -> None:
    options = [{"value": "other", "title": "别的"}, {"value": "a", "title": "甲"}]
    assert read({"q": ["a", "other"]}, kind="many", options=options) == ({"q": ["other", "a"]}, {})


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["a", "b", "1", "agree"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
ASKED = sorted(kind.value for kind in Kind if kind.is_asked)


@given(
    kind=st.sampled_from(ASKED),
    raw=st.dictionaries(
        st.sampled_from(["q", "q.other", "q.top", "q.ways", "q.reason", "q.rank.a", "q.rank.b"]), ANYTHING
    ),
)
def test_whatever_is_sent_is_kept_in_form_or_told_and_reads_again_the_same(
    kind: str, raw: dict[str, Any]
) -> None:
    facts: dict[str, Any] = {
        "kind": kind,
        "other": kind in {"one", "many"},
        "ways": [C] if kind == "contribution" else [],
    }
    answers, errors = read(raw, **facts)
    assert all(isinstance(said, str) for sentences in errors.values() for said in sentences)
    if not errors:
        assert read(answers, **facts) == (answers, {})
