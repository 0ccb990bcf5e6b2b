"""Answers in words, as somebody reads them out: what was asked, and what was said. Also conditions, for print."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.surveys.rules.definition import OTHER, Definition, Option, Question
from server.surveys.rules.packages import package_of
from server.surveys.rules.words import Kind, Stance


@dataclass(frozen=True)
class Said:
    """One question with its answer; `words` is empty where nothing was answered."""

    key: str
    number: int
    title: str
    words: str


def in_words(definition: Definition, answers: Mapping[str, Any], *, with_private: bool) -> list[Said]:
    """Every question with what was said. Sealed answers are left out where the reader has no use for them."""
    numbers = numbers_of(definition)
    return [
        Said(question.key, numbers[question.key], question.title, answer_in_words(question, answers))
        for question in definition.questions
        if question.kind.is_asked and (with_private or not question.is_private)
    ]


def numbers_of(definition: Definition) -> dict[str, int]:
    """The questions' numbers through all sections; notes and calculations have none."""
    asked = [question.key for question in definition.questions if question.kind.is_asked]
    return {key: number for number, key in enumerate(asked, 1)}


def answer_in_words(question: Question, answers: Mapping[str, Any]) -> str:
    value = answers.get(question.key)
    if value in (None, "", []):
        return ""
    if question.kind is Kind.PHOTO:
        return f"{len(value)} 张照片"
    if question.kind is Kind.STANCE:
        return _with(Stance(value).name_zh, answers.get(f"{question.key}.reason"))
    if question.kind is Kind.RANKING:
        return "，".join(f"{place}. {_title(question.options, one)}" for place, one in enumerate(value, 1))
    if question.kind in {Kind.ITEMS, Kind.PACKAGE}:
        return _items(question, answers)
    if question.kind is Kind.CONTRIBUTION:
        ways = "、".join(_title(question.ways, one) for one in answers.get(f"{question.key}.ways", ()))
        return _with(_title(question.options, value), ways)
    if question.kind in {Kind.ONE, Kind.MANY}:
        return "、".join(_chosen(question, answers))
    return f"{value} {question.unit}".strip() if question.unit else str(value)


def _items(question: Question, answers: Mapping[str, Any]) -> str:
    wanted = "、".join(_title(question.options, one) for one in answers[question.key])
    if question.kind is Kind.PACKAGE:
        return f"{wanted}；{_sums_in_words(question, answers[question.key])}"
    top = "、".join(_title(question.options, one) for one in answers.get(f"{question.key}.top", ()))
    return f"{wanted}；最重要的：{top}" if top else wanted


def _sums_in_words(question: Question, codes: Sequence[str]) -> str:
    found = package_of(question, codes)
    kept = "能拿到中央补助" if found.subsidy.is_kept else "拿不到中央补助"
    return f"全小区要花 {yuan_words(found.cost)}，{kept}"


def yuan_words(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02} 元"


def _chosen(question: Question, answers: Mapping[str, Any]) -> Iterator[str]:
    value = answers[question.key]
    for one in value if isinstance(value, list) else [value]:
        if question.other and one == OTHER:
            yield _with("其他", answers.get(f"{question.key}.other"))
        else:
            yield _title(question.options, one)


def _title(options: Sequence[Option], value: str) -> str:
    return next((one.title for one in options if one.value == value), value)


def _with(words: str, more: Any) -> str:
    return f"{words}：{more}" if more else words


# ------------------------------------------------------------------ conditions, on paper

SOMETIMES = "前面的答案合适才答"


def condition_in_words(tree: Sequence[Any] | None, definition: Definition) -> str:
    """When a question is to be answered, for who fills in a sheet of paper; empty where it always is.

    What cannot be said in a short sentence is said roughly: the one who keys it in is told exactly.
    """
    if tree is None:
        return ""
    return _condition(tree, definition) or SOMETIMES


def _condition(tree: Sequence[Any], definition: Definition) -> str:
    if tree[0] in {"and", "or"}:
        parts = [_condition(part, definition) for part in tree[1:]]
        joiner = "，并且" if tree[0] == "and" else "，或者"
        return joiner.join(parts) if all(parts) else ""
    said = _comparison(tree)
    if said is None or said[1] not in definition.by_key:
        return ""
    verb, key, value = said
    question = definition.by_key[key]
    number = numbers_of(definition).get(key)
    name = f"第 {number} 题" if number else f"“{question.title or key}”"
    # A choice is quoted, a number is not: 第 2 题选“自住”, 第 3 题大于 60.
    return f"{name}{verb}“{_value_words(question, value)}”" if "选" in verb else f"{name}{verb} {value}"


_VERBS = {"=": "选", "!=": "没有选", "<": "小于", "<=": "不大于", ">": "大于", ">=": "不小于"}


def _comparison(tree: Sequence[Any]) -> tuple[str, str, str] | None:
    """Verb, question and value of `q1 = "a"`, `q1 > 60`, `selected(q1, "a")` and its not()."""
    if tree[:2] == ["call", "not"] and len(tree) == 3:
        inner = _comparison(tree[2])
        return ("没有选", *inner[1:]) if inner is not None and inner[0] == "选" else None
    verb, parts = (
        ("选", tree[2:]) if tree[:2] == ["call", "selected"] else (_VERBS.get(tree[0], ""), tree[1:])
    )
    if not verb or len(parts) != 2 or parts[0][0] != "ref" or parts[1][0] not in {"str", "num"}:
        return None
    return verb, parts[0][1], str(parts[1][1])


def _value_words(question: Question, value: str) -> str:
    if question.kind is Kind.STANCE and value in set(Stance):
        return Stance(value).name_zh
    return "其他" if value == OTHER and question.other else _title(question.options, value)
