"""A questionnaire goes out as XLSForm that any tool can use, and comes in again as it went."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from server.surveys.rules.definition import Definition, Option, read_definition
from server.surveys.rules.soundness import check_definition
from server.surveys.rules.templates import TEMPLATES, Template, template
from server.surveys.sheet import read_xlsform, write_xlsform

Json = dict[str, Any]


def options(*values: str) -> list[Json]:
    return [{"value": value, "title": value.upper()} for value in values]


IS_A: list[Any] = ["=", ["ref", "one"], ["str", "a"]]
WHOLE: Json = {
    "thanks": "谢谢您。",
    "sections": [
        {
            "key": "home",
            "title": "您家",
            "help": "请按现在住的情况填。",
            "questions": [
                {
                    "key": "one",
                    "kind": "one",
                    "title": "谁住",
                    "help": "选一个。",
                    "required": True,
                    "options": options("a", "b"),
                    "other": True,
                },
                {
                    "key": "many",
                    "kind": "many",
                    "title": "哪些",
                    "options": options("a", "b", "c", "d"),
                    "at_most": 2,
                    "constraint": [
                        "call",
                        "not",
                        [
                            "and",
                            ["call", "selected", ["self"], ["str", "a"]],
                            ["call", "selected", ["self"], ["str", "b"]],
                        ],
                    ],
                    "constraint_message": "a 和 b 只能选一个。",
                },
                {
                    "key": "score",
                    "kind": "scale",
                    "title": "打分",
                    "least": "1",
                    "most": "5",
                    "low": "很差",
                    "high": "很好",
                    "step": "0.5",
                },
                {
                    "key": "people",
                    "kind": "number",
                    "title": "几口人",
                    "least": "-1",
                    "most": "20",
                    "unit": "人",
                },
                {
                    "key": "area",
                    "kind": "number",
                    "title": "面积",
                    "decimals": 2,
                    "least": "0.5",
                    "constraint": ["and", ["<=", ["self"], ["num", "9"]], ["!=", ["self"], ["num", "7"]]],
                },
                {
                    "key": "plain",
                    "kind": "number",
                    "title": "几层",
                    "constraint": [">=", ["self"], ["num", "1"]],
                    "constraint_message": "从 1 层算起。",
                },
            ],
        },
        {
            "key": "people",
            "title": "想法",
            "show_if": ["and", IS_A, [">", ["ref", "people"], ["neg", ["num", "2"]]]],
            "questions": [
                {"key": "line", "kind": "text", "title": "一句", "longest": 50, "is_public": False},
                {
                    "key": "long",
                    "kind": "long_text",
                    "title": "一段",
                    "longest": 500,
                    "show_if": ["call", "selected", ["ref", "many"], ["str", "c"]],
                },
                {"key": "day", "kind": "date", "title": "哪天", "least": "2020-01-01", "most": "2026-12-31"},
                {"key": "order", "kind": "ranking", "title": "排", "options": options("x", "y", "z")},
                {"key": "shot", "kind": "photo", "title": "拍"},
                {
                    "key": "agree",
                    "kind": "stance",
                    "title": "同意加装电梯吗",
                    "is_consent": True,
                    "required": True,
                    "show_if": IS_A,
                },
                {
                    "key": "wants",
                    "kind": "items",
                    "title": "要什么",
                    "options": [
                        {"value": "A01", "title": "水管", "help": "换管"},
                        {"value": "A02", "title": "电线"},
                    ],
                    "at_most": 2,
                },
                {
                    "key": "pays",
                    "kind": "contribution",
                    "title": "出多少",
                    "options": options("none", "lt100"),
                    "ways": options("cash", "fund"),
                },
                {"key": "said", "kind": "note", "title": "说明"},
                {
                    "key": "made",
                    "kind": "calculate",
                    "title": "",
                    "formula": [
                        "call",
                        "if",
                        ["=", ["ref", "one"], ["str", 'it\'s "x"']],
                        ["num", "1"],
                        ["-", ["num", "1"], ["-", ["num", "2"], ["num", "3"]]],
                    ],
                },
                {
                    "key": "age",
                    "kind": "one",
                    "title": "年龄",
                    "options": options("u18", "o60"),
                    "sensitive": "age",
                    "why": "安排适老改造。",
                },
                {"key": "name", "kind": "text", "title": "姓名", "personal": "name", "why": "方便联系。"},
                {
                    "key": "which",
                    "kind": "one",
                    "title": "哪栋",
                    "other": True,
                    "options": [
                        {"value": "1", "title": "1 栋", "show_if": IS_A},
                        {"value": "2", "title": "2 栋"},
                        {"value": "3", "title": "3 栋", "show_if": IS_A},
                        {
                            "value": "4",
                            "title": "4 栋",
                            "show_if": ["or", ["=", ["ref", "one"], ["str", "b"]], IS_A],
                        },
                    ],
                },
            ],
        },
    ],
}


def written(tmp_path: Path, definition: Definition, title: str = "入户调查") -> bytes:
    write_xlsform(tmp_path / "form.xlsx", definition, title)
    return (tmp_path / "form.xlsx").read_bytes()


def rows(path: Path, sheet: str) -> list[dict[str, str]]:
    found = [
        [str(cell or "") for cell in row] for row in load_workbook(path)[sheet].iter_rows(values_only=True)
    ]
    return [dict(zip(found[0], row, strict=True)) for row in found[1:]]


def test_every_kind_with_every_field_comes_in_as_it_went_out(tmp_path: Path) -> None:
    definition = read_definition(WHOLE)
    assert check_definition(definition) == []
    form = read_xlsform(written(tmp_path, definition), "form.xlsx")
    assert (form.title, form.left_out) == ("入户调查", ())
    assert form.definition == definition.as_json()


@pytest.mark.parametrize("of", TEMPLATES, ids=lambda one: one.key)
def test_the_questionnaires_to_start_from_come_in_as_they_went_out(of: Template, tmp_path: Path) -> None:
    items = [Option(f"B{number:02}", f"内容 {number}", help="说明") for number in range(1, 6)]
    definition = read_definition(template(of.key, items))
    form = read_xlsform(written(tmp_path, definition, of.name), "form.xlsx")
    assert (form.title, form.definition) == (of.name, definition.as_json())


def test_other_tools_ask_what_our_kinds_ask(tmp_path: Path) -> None:
    written(tmp_path, read_definition(WHOLE))
    survey = {row["name"]: row for row in rows(tmp_path / "form.xlsx", "survey") if row["name"]}
    assert survey["agree"]["type"] == "select_one agree"
    assert (survey["agree_reason"]["type"], survey["agree_reason"]["relevant"]) == (
        "text",
        "${one} = 'a' and ${agree} != ''",
    )
    assert (survey["wants_top"]["type"], survey["wants_top"]["constraint"]) == (
        "select_multiple wants",
        "count-selected(.) <= 2",
    )
    assert survey["wants_top"]["choice_filter"] == "selected(${wants}, name)"
    assert survey["pays_ways"]["type"] == "select_multiple pays_ways"
    assert survey["one_other"]["relevant"] == "selected(${one}, 'other')"
    assert survey["score"]["parameters"] == "start=1 end=5 step=0.5"
    assert survey["many"]["constraint"].startswith("count-selected(.) <= 2 and ")
    assert (survey["people"]["constraint"], survey["thanks"]["type"]) == (". >= -1 and . <= 20", "note")
    choices = [
        (row["name"], row["label"])
        for row in rows(tmp_path / "form.xlsx", "choices")
        if row["list_name"] == "agree"
    ]
    assert choices == [("agree", "同意"), ("disagree", "不同意"), ("neutral", "无所谓")]


def test_columns_of_our_own_are_only_written_where_they_are_used(tmp_path: Path) -> None:
    plain = {
        "sections": [{"key": "s1", "title": "", "questions": [{"key": "a", "kind": "text", "title": "甲"}]}]
    }
    written(tmp_path, read_definition(plain))
    book = load_workbook(tmp_path / "form.xlsx")
    own = [cell.value for cell in book["survey"][1] if str(cell.value).startswith("xiangyi")]
    assert own == ["xiangyi::kind"]
    assert [cell.value for cell in book["choices"][1]] == ["list_name", "name", "label"]


def test_a_name_that_is_taken_is_not_taken_twice(tmp_path: Path) -> None:
    """Rows beside a question get names of their own; so does a section that is called like a question."""
    questions = [
        {"key": "a", "kind": "stance", "title": "同意吗"},
        {"key": "a_reason", "kind": "text", "title": "别的理由"},
        {"key": "a_reason_2", "kind": "text", "title": "还有"},
    ]
    definition = read_definition({"sections": [{"key": "a", "title": "一", "questions": questions}]})
    form = read_xlsform(written(tmp_path, definition), "form.xlsx")
    names = [row["name"] for row in rows(tmp_path / "form.xlsx", "survey") if row["name"]]
    assert len(set(names)) == len(names)
    assert form.definition == definition.as_json()


def test_what_somebody_changed_in_between_counts(tmp_path: Path) -> None:
    written(tmp_path, read_definition(WHOLE))
    book = load_workbook(tmp_path / "form.xlsx")
    sheet = book["survey"]
    headings = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[1].value == "agree":
            row[headings.index("label")].value = "同意换水管吗"
    book.save(tmp_path / "changed.xlsx")
    found = read_definition(read_xlsform((tmp_path / "changed.xlsx").read_bytes(), "changed.xlsx").definition)
    assert (found.by_key["agree"].title, found.by_key["agree"].kind) == ("同意换水管吗", "stance")
