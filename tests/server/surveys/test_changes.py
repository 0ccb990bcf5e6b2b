"""What a correction changed, in sentences."""

import pytest

from server.surveys.rules.changes import changes
from server.surveys.rules.definition import read_definition
from tests.factories.surveys import form_of, question


def said(before: dict, after: dict) -> list[str]:
    return changes(read_definition(before), read_definition(after))


A, B = question("a", title="修什么"), question("b", title="何时修")


@pytest.mark.parametrize(
    ("after", "sentences"),
    [
        pytest.param([A, B], [], id="nothing"),
        pytest.param([A], ["去掉了“何时修”。"], id="taken-out"),
        pytest.param([A, B, question("c", title="")], ["加了“c”。"], id="added"),
        pytest.param([B, A], ["有的题换了位置。"], id="moved"),
        pytest.param([{**A, "title": "先修什么"}, B], ["“修什么”改成“先修什么”。"], id="title"),
        pytest.param([{**A, "kind": "many"}, B], ["“修什么”从单选改成多选。"], id="kind"),
        pytest.param(
            [{**A, "required": True, "help": "想想"}, B], ["“修什么”改了说明、是否必答。"], id="facts"
        ),
        pytest.param(
            [{**A, "options": [{"value": "a", "title": "路"}, {"value": "c", "title": "丙"}]}, B],
            [
                "“修什么”的选项“甲”改成“路”。",
                "“修什么”去掉了选项“乙”。",
                "“修什么”加了选项“丙”。",
            ],
            id="options",
        ),
        pytest.param(
            [{**A, "options": [{"value": "b", "title": "乙"}, {"value": "a", "title": "甲", "help": "大"}]}, B],
            ["“修什么”的选项“甲”改了说明、图片或出现条件。", "“修什么”的选项换了顺序。"],
            id="order-of-options",
        ),
        pytest.param(
            [{**A, "ways": [{"value": "w", "title": "现金"}]}, B], ["“修什么”加了方式“现金”。"], id="ways"
        ),
    ],
)  # fmt: skip
def test_each_change_of_a_question_is_a_sentence(after: list, sentences: list[str]) -> None:
    assert said(form_of(A, B), form_of(*after)) == sentences


def test_parts_and_the_last_words_are_told_too() -> None:
    before = {"sections": [{"key": "s1", "title": "一"}, {"key": "s2", "title": "二"}], "thanks": "谢"}
    after = {"sections": [{"key": "s1", "title": "壹"}, {"key": "s3", "title": ""}], "thanks": ""}
    assert said(before, after) == [
        "改了“壹”这一部分的标题、说明或出现条件。",
        "加了“s3”这一部分。",
        "去掉了“二”这一部分。",
        "改了最后的话。",
    ]
