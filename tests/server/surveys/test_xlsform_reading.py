"""What comes in from XLSForm."""

import io
import zipfile
from typing import Any

import pytest

from server.surveys.rules.definition import read_definition
from server.surveys.sheet import Form, read_xlsform
from tests.server.surveys.forms import form

YES_NO = """
| list_name | name | label |
| yn | yes | 是 |
| yn | no | 否 |
"""


def read(survey: str, choices: str = YES_NO, settings: str = "") -> Form:
    return read_xlsform(form(survey, choices, settings), "表.xlsx")


def questions(taken: Form) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for section in taken.definition["sections"] for one in section["questions"]}


def test_each_standard_type_becomes_a_question_of_ours() -> None:
    found = questions(
        read("""
| type | name | label | parameters | appearance |
| select_one yn | one | 一 |  |  |
| select_multiple yn | many | 多 |  |  |
| text | line | 行 |  |  |
| text | long | 段 |  | multiline |
| integer | whole | 整 |  |  |
| decimal | part | 小数 |  |  |
| percentage | share | 占比 |  |  |
| date | day | 哪天 |  |  |
| range | score | 打分 | start=0 end=5 step=0.5 |  |
| rank yn | order | 排 |  |  |
| image | shot | 拍 |  |  |
| note | said | 说明 |  |  |
""")
    )
    assert {key: one["kind"] for key, one in found.items()} == {
        "one": "one",
        "many": "many",
        "line": "text",
        "long": "long_text",
        "whole": "number",
        "part": "number",
        "share": "number",
        "day": "date",
        "score": "scale",
        "order": "ranking",
        "shot": "photo",
        "said": "note",
    }
    assert found["one"]["options"] == [{"value": "yes", "title": "是"}, {"value": "no", "title": "否"}]
    assert (found["part"]["decimals"], "decimals" in found["whole"]) == (6, False)
    assert (found["share"]["least"], found["share"]["most"]) == ("0", "100")
    assert (found["score"]["least"], found["score"]["most"], found["score"]["step"]) == ("0", "5", "0.5")


def test_a_group_is_a_section_and_what_stands_loose_is_one_between() -> None:
    taken = read("""
| type | name | label | relevant |
| text | a | 甲 |  |
| begin_group | part | 第一部分 | ${a} != '' |
| text | b | 乙 |  |
| end_group |  |  |  |
| text | c | 丙 |  |
| text | d | 丁 |  |
""")
    sections = taken.definition["sections"]
    assert [(one["key"], one["title"], [q["key"] for q in one["questions"]]) for one in sections] == [
        ("s1", "", ["a"]),
        ("part", "第一部分", ["b"]),
        ("s2", "", ["c", "d"]),
    ]
    assert sections[1]["show_if"] == ["!=", ["ref", "a"], ["str", ""]]


def test_groups_within_groups_hand_their_condition_down_and_leave_their_heading() -> None:
    found = questions(
        read("""
| type | name | label | relevant |
| begin_group | outer | 外 | |
| integer | n | 几口人 | |
| begin_group | middle | 老人 | ${n} > 1 |
| begin_group | inner |  | ${n} < 9 |
| text | x | 谁 | ${n} != 5 |
| text | y | 住哪 |  |
| end_group | | | |
| end_group | | | |
| end_group | | | |
""")
    )
    more, less = [">", ["ref", "n"], ["num", "1"]], ["<", ["ref", "n"], ["num", "9"]]
    assert (found["middle"]["kind"], found["middle"]["title"], found["middle"]["show_if"]) == (
        "note",
        "老人",
        more,
    )
    assert found["x"]["show_if"] == ["and", more, ["and", less, ["!=", ["ref", "n"], ["num", "5"]]]]
    assert found["y"]["show_if"] == ["and", more, less]


def test_bounds_in_a_constraint_become_bounds_of_the_question() -> None:
    found = questions(
        read("""
| type | name | label | constraint |
| integer | n | 几口人 | . >= 1 and . <= 20 and . != 13 |
| decimal | m | 面积 | .<=-1.50 |
| select_multiple yn | many | 选 | count-selected(.) <= 1 |
| text | words | 写 | string-length(.) <= 50 |
| date | day | 哪天 | . >= date('2020-02-03') |
| integer | odd | 怪 | . >= 5 and . <= 5 |
""")
    )
    assert (found["n"]["least"], found["n"]["most"]) == ("1", "20")
    assert found["n"]["constraint"] == ["!=", ["self"], ["num", "13"]]
    assert (found["m"]["most"], "constraint" in found["m"]) == ("-1.5", False)
    assert found["many"]["at_most"] == 1
    assert found["words"]["longest"] == 50
    assert found["day"]["least"] == "2020-02-03"
    assert "least" not in found["odd"]


def test_who_wrote_a_sentence_of_their_own_keeps_the_constraint_with_it() -> None:
    (found,) = questions(
        read("""
| type | name | label | constraint | constraint_message |
| integer | n | 几口人 | . >= 1 | 至少是您自己。 |
""")
    ).values()
    assert (found["constraint"], found["constraint_message"]) == (
        [">=", ["self"], ["num", "1"]],
        "至少是您自己。",
    )


def test_a_choice_filter_becomes_a_condition_of_each_option() -> None:
    found = questions(
        read(
            """
| type | name | label | choice_filter |
| select_one yn | lift | 有电梯吗 |  |
| select_one what | want | 想要什么 | lift = ${lift} or always = 'y' |
""",
            YES_NO.replace("| label |", "| label | lift | always |")
            .replace("是 |", "是 | | |")
            .replace("否 |", "否 | | |")
            + "| what | new | 加装 | no | |\n| what | mend | 修 | yes | |\n| what | none | 不用 | | y |\n",
        )
    )
    assert {one["value"]: one.get("show_if") for one in found["want"]["options"]} == {
        "new": ["=", ["str", "no"], ["ref", "lift"]],
        "mend": ["=", ["str", "yes"], ["ref", "lift"]],
        "none": None,
    }


def test_an_option_that_stands_twice_is_one_shown_in_either_case() -> None:
    choices = """
| list_name | name | label | of |
| l | a | 甲 |  |
| l | b | 乙 |  |
| m | x | 丙 | a |
| m | x | 丙 | b |
| m | y | 丁 | b |
"""
    survey = """
| type | name | label | choice_filter |
| select_one l | first | 一 | |
| select_one m | then | 二 | of = ${first} |
"""
    found = questions(read(survey, choices, "| allow_choice_duplicates |\n| yes |\n"))["then"]["options"]
    assert [one["value"] for one in found] == ["x", "y"]
    assert found[0]["show_if"] == [
        "or",
        ["=", ["str", "a"], ["ref", "first"]],
        ["=", ["str", "b"], ["ref", "first"]],
    ]


def test_or_other_is_an_answer_in_ones_own_words() -> None:
    choices = YES_NO + "| yn | other | 其他 |\n"
    (found,) = questions(
        read("| type | name | label |\n| select_one yn or_other | q | 选 |\n", choices)
    ).values()
    assert found["other"] is True
    assert [one["value"] for one in found["options"]] == ["yes", "no"]


def test_chinese_is_read_before_the_languages_beside_it() -> None:
    taken = read(
        """
| type | name | label::English (en) | label::中文 (zh) | hint::中文 (zh) | constraint_message::English (en) | constraint |
| select_one yn | q | Do you agree? | 同意吗？ | 选一个 | Choose yes | . = 'yes' |
| text | why | Why? |  | | | |
""",
        "| list_name | name | label::English (en) | label::中文 (zh) |\n| yn | yes | Yes | 是 |\n| yn | no | No | 否 |\n",
        "| form_title | default_language |\n| 调查 | English (en) |\n",
    )
    found = questions(taken)
    assert (taken.title, found["q"]["title"], found["q"]["help"]) == ("调查", "同意吗？", "选一个")
    assert [one["title"] for one in found["q"]["options"]] == ["是", "否"]
    # What nobody put into Chinese is read as it is.
    assert (found["why"]["title"], found["q"]["constraint_message"]) == ("Why?", "Choose yes")
    assert taken.left_out == ("只读了一种语言（中文 (zh)），没有用：English (en)。",)


@pytest.mark.parametrize(
    ("headings", "read_first"),
    [
        (("label::English", "label::Chinese"), "二"),
        (("label::繁體中文", "label::简体中文"), "二"),
        (("label", "label::zh-CN"), "二"),
        (("label::Kazakh", "label"), "二"),
        (("label::Kazakh", "label::Uyghur"), "一"),
    ],
)
def test_of_several_languages_the_best_known_is_read(headings: tuple[str, str], read_first: str) -> None:
    survey = f"| type | name | {headings[0]} | {headings[1]} |\n| text | q | 一 | 二 |\n"
    assert questions(read(survey))["q"]["title"] == read_first


def test_the_day_of_the_survey_is_today_and_what_the_device_says_is_not_collected() -> None:
    taken = read("""
| type | name | label | constraint |
| today | today | | |
| deviceid | device | | |
| date | day | 哪天 | . < ${today} |
""")
    assert questions(taken)["day"]["constraint"] == ["<", ["self"], ["call", "today"]]
    assert taken.left_out == ("设备和时间信息没有用上：today、deviceid。",)


def test_names_that_are_no_keys_get_one_and_are_still_found() -> None:
    long = "a" * 60
    found = read(f"""
| type | name | label | relevant |
| text | 姓氏 | 姓 | |
| text | {long} | 长 | ${{姓氏}} = '王' |
| text | {long}b | 也长 | ${{{long}}} != '' |
""")
    (first, second, third) = questions(found).values()
    assert first["key"] == "q1"
    assert second["show_if"] == ["=", ["ref", "q1"], ["str", "王"]]
    assert third["show_if"] == ["!=", ["ref", second["key"]], ["str", ""]]
    assert len({first["key"], second["key"], third["key"]}) == 3


def test_a_row_without_a_label_shows_its_hint_or_its_name() -> None:
    found = questions(
        read("| type | name | label | hint |\n| text | a | | 提示 |\n| text | b | 乙 | 提示 |\n")
    )
    assert (found["a"]["title"], "help" in found["a"]) == ("提示", False)
    assert (found["b"]["title"], found["b"]["help"]) == ("乙", "提示")


def test_what_only_changes_looks_is_passed_over_and_said() -> None:
    taken = read("""
| type | name | label | appearance | parameters | my notes | required | required_message |
| select_one yn | q | 选 | minimal columns-2 | randomize=true | 记得问 | yes | 请答 |
""")
    assert questions(taken)["q"]["required"] is True
    assert taken.left_out == (
        "样式（appearance）没有用上：minimal、columns-2。",
        "自己写的必答提示（required_message）没有用上：每题用统一的提示。",
        "题目的参数（parameters）没有用上：randomize=true。",
        "这些列没有用上：my notes。",
    )


def test_rows_that_are_switched_off_and_blank_ones_are_no_questions() -> None:
    taken = read("""
| type | name | label | disabled |
| text | a | 甲 | |
| geopoint | b | 乙 | yes |
|  |  | | |
| text | c | 丙 | no |
""")
    assert list(questions(taken)) == ["a", "c"]


def test_sheets_as_csv_in_a_zip_are_read_too() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("survey.csv", "type,name,label\nselect_one yn,q,同意吗\n")
        archive.writestr("choices.csv", "list_name,name,label\nyn,yes,是\nyn,no,否\n")
    assert list(questions(read_xlsform(target.getvalue(), "表.zip"))) == ["q"]


def test_a_form_without_a_title_is_called_after_its_file() -> None:
    assert (
        read_xlsform(form("| type | name | label |\n| text | a | 甲 |\n"), "入户调查.xlsx").title
        == "入户调查"
    )


def test_the_definition_is_the_canonical_one() -> None:
    found = read("| type | name | label |\n| text | a | 甲 |\n").definition
    assert read_definition(found).as_json() == found
