"""Bounds of an answer: XLSForm writes them into the constraint, a question of ours has fields for them."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from server.surveys.rules.definition import Question
from server.surveys.rules.soundness import LONGEST_ANSWER, MOST_DECIMALS
from server.surveys.rules.words import Kind

Tree = Sequence[Any]
_SELF = ["self"]
_COUNT: Tree = ["call", "count-selected", _SELF]
_LENGTH: Tree = ["call", "string-length", _SELF]
_MOST_DIGITS = 15
FIELDS = ("least", "most", "at_most", "longest")


@dataclass
class Split:
    """A constraint taken apart: fields of the question, and what is left of it."""

    fields: dict[str, Any] = field(default_factory=dict)
    rest: Tree | None = None


def split_constraint(tree: Tree, kind: Kind, options: int, names: Container[str] = FIELDS) -> Split:
    """What the question has fields for is said better by these: they know how to say what is wrong.

    `names` are the fields that may be filled; of a form that we wrote, those that were.
    """
    found = Split()
    for part in _parts(tree):
        bound = _bound(part, kind, options)
        if bound is None or bound[0] not in names or bound[0] in found.fields:
            found.rest = part if found.rest is None else ["and", found.rest, part]
        else:
            found.fields[bound[0]] = bound[1]
    if _is_empty(found.fields, kind):
        return Split(rest=tree)
    return found


def _parts(tree: Tree) -> Iterator[Tree]:
    """The conditions of a row of "and"; what stands in brackets is one."""
    if tree[0] == "and":
        yield from _parts(tree[1])
        yield tree[2]
    else:
        yield tree


def _bound(tree: Tree, kind: Kind, options: int) -> tuple[str, Any] | None:
    name = {"<=": "most", ">=": "least"}.get(tree[0])
    if name is None:
        return None
    if kind is Kind.NUMBER and tree[1] == _SELF:
        text = _number(tree[2])
        return (name, text) if text is not None else None
    if kind is Kind.DATE and tree[1] == _SELF:
        day = _day(tree[2])
        return (name, day) if day else None
    if name == "most" and kind is Kind.MANY and tree[1] == _COUNT:
        return _whole("at_most", tree[2], options)
    if name == "most" and kind in {Kind.TEXT, Kind.LONG_TEXT} and tree[1] == _LENGTH:
        return _whole("longest", tree[2], LONGEST_ANSWER)
    return None


def _number(tree: Tree) -> str | None:
    sign = ""
    if tree[0] == "neg":
        sign, tree = "-", tree[1]
    if tree[0] != "num":
        return None
    number = Decimal(sign + tree[1])
    digits = -int(number.normalize().as_tuple().exponent)
    if digits > MOST_DECIMALS or abs(number) >= 10**_MOST_DIGITS:
        return None
    return format(number.normalize() if number else Decimal(0), "f")


def _day(tree: Tree) -> str:
    if list(tree[:2]) != ["call", "date"] or tree[2][0] != "str":
        return ""
    try:
        return date.fromisoformat(tree[2][1]).isoformat()
    except ValueError:
        return ""


def _whole(name: str, tree: Tree, most: int) -> tuple[str, int] | None:
    text = _number(tree)
    if text is None or not text.isdigit() or not 1 <= int(text) <= most:
        return None
    return name, int(text)


def _is_empty(fields: Mapping[str, Any], kind: Kind) -> bool:
    """Whether no answer would fit; the question's own check would refuse such bounds."""
    if "least" not in fields or "most" not in fields:
        return False
    if kind is Kind.DATE:
        return bool(fields["least"] > fields["most"])
    return Decimal(fields["least"]) >= Decimal(fields["most"])


def joined_constraint(question: Question) -> Tree | None:
    """The bounds of a question before its own constraint, as XLSForm has them."""
    found: Tree | None = None
    for _name, part in bounds_of(question):
        found = part if found is None else ["and", found, part]
    if question.constraint is None:
        return found
    return question.constraint if found is None else ["and", found, question.constraint]


def bounds_of(question: Question) -> Iterator[tuple[str, Tree]]:
    """The fields that bound the answer, each as a condition."""
    kind = question.kind
    if kind in {Kind.NUMBER, Kind.DATE}:
        for name, sign, text in (("least", ">=", question.least), ("most", "<=", question.most)):
            if text is not None:
                day: Tree = ["call", "date", ["str", text]]
                yield name, [sign, _SELF, _number_tree(text) if kind is Kind.NUMBER else day]
    if kind is Kind.MANY and question.at_most is not None:
        yield "at_most", ["<=", _COUNT, ["num", str(question.at_most)]]
    if kind.is_words and question.longest is not None:
        yield "longest", ["<=", _LENGTH, ["num", str(question.longest)]]


def _number_tree(text: str) -> Tree:
    return ["neg", ["num", text[1:]]] if text.startswith("-") else ["num", text]
