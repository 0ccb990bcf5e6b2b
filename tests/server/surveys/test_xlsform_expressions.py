"""From XPath to our trees: only parsed, never evaluated, and what is not of our list is named with its place."""

from datetime import date
from typing import Any

import pytest

from server.surveys.rules.expressions import evaluate
from server.surveys.sheet.expressions import NotTaken, columns_of, filtered, parse_expression, xpath_of

DEEP = 950


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", 1, "写法不对"),
        ("${a} = 'a' or", 12, "写法不对"),
        ("${a} ＝ 1", 6, "写法不对"),
        ("1 < 2 < 3", 7, "写法不对"),
        ("${}", 1, "${} 里没有写题目的名字"),
        ("1 + ${last-saved#a}", 5, "last-saved 我们没有"),
        ("1 + +1", 5, "“+”我们没有"),
        ("${a} | ${b}", 6, "路径（/、..、[ ]）我们没有，请写成 ${题目的名字}"),
        ("${a}[1]", 5, "路径（/、..、[ ]）我们没有，请写成 ${题目的名字}"),
        ("text()", 1, "函数 text() 我们没有"),
        ("1 + random()", 5, "函数 random() 我们没有"),
        ("pow(2, 0.5)", 1, "pow() 的次数要写成整数，例如 2"),
        ("pow(2, ${a})", 1, "pow() 的次数要写成整数，例如 2"),
        ("regex(${a}, ${b})", 1, "regex() 的格式要直接写在引号里"),
        ("format-date(${a}, '%b')", 1, "format-date() 只认 %Y、%y、%m、%n、%d、%e"),
        ("if(${a}, 1)", 1, "函数 if() 的括号里个数不对"),
        ("(" * DEEP + "1" + ")" * DEEP, 1, "太长，或括号套得太深"),
        ("1" + " + 1" * 100, 1, "太长，或括号套得太深"),
        ("not(" * 60 + "1" + ")" * 60, 1, "太长，或括号套得太深"),
    ],
)
def test_what_is_not_of_our_list_is_named(text: str, place: int, said: str) -> None:
    with pytest.raises(NotTaken) as wrong:
        parse_expression(text, has_self=True)
    assert (wrong.value.place, wrong.value.message) == (place, said)


def test_nothing_is_evaluated_while_it_is_parsed() -> None:
    """The library would work out what it can at once; a day in a form must stay a question of the day it is asked."""
    assert parse_expression("1 div 0") == ["div", ["num", "1"], ["num", "0"]]
    assert parse_expression("today() > date('2026-01-01')")[1] == ["call", "today"]


def test_quotation_marks_of_a_word_processor_are_straightened() -> None:
    assert parse_expression("${a} = ‘好’ or ${a} = “坏”") == [
        "or",
        ["=", ["ref", "a"], ["str", "好"]],
        ["=", ["ref", "a"], ["str", "坏"]],
    ]


def test_many_references_keep_their_names() -> None:
    text = " + ".join(f"${{n{number}}}" for number in range(40))
    tree: Any = parse_expression(text)
    for number in range(39, 0, -1):
        assert tree[2] == ["ref", f"n{number}"]
        tree = tree[1]


def test_a_long_row_of_or_does_not_grow_deep_and_means_the_same() -> None:
    tree = parse_expression(" or ".join(f"${{a}} = '{number}'" for number in range(100)))
    day = date(2026, 3, 1)
    assert evaluate(tree, {"a": "99"}, "", day) is True
    assert evaluate(tree, {"a": "100"}, "", day) is False
    assert parse_expression(xpath_of(tree)) == tree


@pytest.mark.parametrize(
    ("condition", "cells", "left"),
    [
        ("of = ${a}", {"of": "x"}, ["=", ["str", "x"], ["ref", "a"]]),
        ("of = ${a}", {}, ["call", "false"]),
        ("of != ${a}", {}, ["call", "false"]),
        ("of = 'x'", {"of": "x"}, None),
        ("of = 'x'", {"of": "y"}, ["call", "false"]),
        ("of != 'x'", {"of": "y"}, None),
        ("of = 'x' and ${a} = 1", {"of": "x"}, ["=", ["ref", "a"], ["num", "1"]]),
        ("${a} = 1 and of = 'x'", {"of": "x"}, ["=", ["ref", "a"], ["num", "1"]]),
        ("${a} = 1 and of = 'x'", {"of": "y"}, ["call", "false"]),
        ("${a} = 1 or of = 'x'", {"of": "x"}, None),
        ("of = 'x' or ${a} = 1", {"of": "y"}, ["=", ["ref", "a"], ["num", "1"]]),
        (
            "${a} = 1 or ${b} = 2",
            {},
            ["or", ["=", ["ref", "a"], ["num", "1"]], ["=", ["ref", "b"], ["num", "2"]]],
        ),
        ("selected(${a}, of)", {}, ["call", "selected", ["ref", "a"], ["str", ""]]),
        ("true()", {}, None),
    ],
)
def test_a_filter_is_settled_for_each_choice(condition: str, cells: dict[str, str], left: Any) -> None:
    assert filtered(parse_expression(condition, has_columns=True), cells) == left


def test_the_columns_that_a_filter_asks_for() -> None:
    assert columns_of(parse_expression("of = ${a} and selected(${b}, name)", has_columns=True)) == {
        "of",
        "name",
    }


@pytest.mark.parametrize(
    "tree",
    [
        ["<", ["<", ["num", "1"], ["num", "2"]], ["num", "3"]],
        ["=", ["str", "a"], ["=", ["str", "b"], ["str", "c"]]],
        ["-", ["num", "1"], ["-", ["num", "2"], ["num", "3"]]],
        ["neg", ["+", ["num", "1"], ["num", "2"]]],
        ["neg", ["neg", ["ref", "a"]]],
        ["*", ["+", ["num", "1"], ["num", "2"]], ["num", "3"]],
        ["or", ["and", ["ref", "a"], ["ref", "b"]], ["or", ["ref", "c"], ["ref", "d"]]],
        ["and", ["or", ["ref", "a"], ["ref", "b"]], ["call", "not", ["ref", "c"]]],
        ["str", "it's"],
        ["str", 'say "a"'],
        ["str", 'it\'s "both"'],
    ],
)
def test_every_tree_is_written_so_that_it_is_read_as_the_same(tree: Any) -> None:
    assert parse_expression(xpath_of(tree)) == tree
