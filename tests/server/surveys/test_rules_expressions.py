"""Expressions: one table of cases for the server and for the walker of offline pages, which must never differ."""

import json
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from server.surveys.rules.expressions import FUNCTIONS, evaluate, references, text_of, truth
from server.surveys.sheet.expressions import parse_expression, xpath_of

HERE = Path(__file__).parent
WALKER = HERE.parents[2] / "server/infra/web/static/js/survey-walker.js"
TABLE = json.loads((HERE / "expression_cases.json").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=case["it"]) for case in TABLE["cases"]]
WRITTEN = [pytest.param(case, id=case["it"]) for case in TABLE["cases"] if "xpath" in case]
TODAY = date.fromisoformat(TABLE["today"])


def expected(case: dict[str, Any]) -> tuple[str, str]:
    gives = case["gives"]
    if isinstance(gives, bool):
        return "boolean", "true" if gives else "false"
    return ("number", gives["number"]) if isinstance(gives, dict) else ("string", gives)


def kind(value: Any) -> str:
    return {str: "string", bool: "boolean", float: "number"}[type(value)]


@pytest.mark.parametrize("case", CASES)
def test_the_server_gives_what_the_table_says(case: dict[str, Any]) -> None:
    value = evaluate(case["tree"], TABLE["values"], case.get("self", ""), TODAY)
    assert (kind(value), text_of(value)) == expected(case)


@pytest.fixture(scope="module")
def walked() -> list[dict[str, Any]]:
    node = shutil.which("node")
    assert node, "Node is needed: it was at set-up"
    script = [node, str(HERE / "walk_cases.js"), str(WALKER)]
    done = subprocess.run(
        script, input=json.dumps(TABLE), capture_output=True, text=True, check=True, encoding="utf-8"
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_browser_without_signal_gives_the_same(walked: list[dict[str, Any]]) -> None:
    wrong = {
        case["it"]: (found, expected(case))
        for case, found in zip(TABLE["cases"], walked, strict=True)
        if (found["kind"], found["text"]) != expected(case)
    }
    assert wrong == {}


def test_a_browser_without_signal_shows_and_hides_the_same(walked: list[dict[str, Any]]) -> None:
    for case, found in zip(TABLE["cases"], walked, strict=True):
        value = evaluate(case["tree"], TABLE["values"], case.get("self", ""), TODAY)
        assert truth(value) is found["truth"], case["it"]


@pytest.mark.parametrize("case", WRITTEN)
def test_the_tree_of_the_table_is_what_the_parser_makes(case: dict[str, Any]) -> None:
    assert parse_expression(case["xpath"], has_self=True) == case["tree"]


@pytest.mark.parametrize("case", WRITTEN)
def test_an_expression_written_out_is_read_as_the_same(case: dict[str, Any]) -> None:
    assert parse_expression(xpath_of(case["tree"]), has_self=True) == case["tree"]


def test_the_table_knows_every_function() -> None:
    def called(tree: Any) -> set[str]:
        mine = {tree[1]} if tree[0] == "call" else set()
        return mine.union(*(called(part) for part in tree[1:] if isinstance(part, list)))

    assert set(FUNCTIONS) <= set().union(*(called(case["tree"]) for case in TABLE["cases"]))


def test_a_word_that_no_parser_of_ours_makes_is_an_error() -> None:
    for tree in (["call", "unheard-of"], ["xor", ["num", "1"], ["num", "2"]]):
        with pytest.raises(ValueError, match="unknown"):
            evaluate(tree, {}, "", TODAY)


@pytest.mark.parametrize(
    ("tree", "asked"),
    [
        (None, set()),
        ([], set()),
        (["str", "ref"], set()),
        (["ref", "a"], {"a"}),
        (
            ["and", ["=", ["ref", "a"], ["str", "x"]], ["call", "selected", ["ref", "b"], ["ref", "a"]]],
            {"a", "b"},
        ),
    ],
)
def test_the_questions_that_a_tree_asks(tree: Any, asked: set[str]) -> None:
    assert references(tree) == asked
