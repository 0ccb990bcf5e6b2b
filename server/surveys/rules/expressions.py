"""Evaluating parsed conditions and formulas, as XPath 1.0 and ODK mean them. The one place on the server.

A reference to an answer gives its text, "" where there is none; several choices stand as words with blanks between.
Dates are text in ISO form; set beside a number they count days since 1970. `survey-walker.js` does the same in a browser
without signal; one table of cases holds both equal.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from server.surveys.rules.functions import FUNCTIONS, divided
from server.surveys.rules.values import Value, number_of, text_of, truth

__all__ = ["FUNCTIONS", "Value", "evaluate", "number_of", "references", "text_of", "truth"]


def evaluate(tree: Sequence[Any], values: Mapping[str, str], self_value: str, today: date) -> Value:
    """The value of a parsed tree. Raises ValueError for a tree that no parser of ours makes."""
    return _Walk(values, self_value, today).value(tree)


def references(tree: Any) -> set[str]:
    """The questions that a tree asks."""
    if not isinstance(tree, (list, tuple)) or not tree:
        return set()
    if tree[0] == "ref":
        return {str(tree[1])}
    return {key for part in tree[1:] for key in references(part)}


class _Walk:
    def __init__(self, values: Mapping[str, str], self_value: str, today: date) -> None:
        self.values = values
        self.self_value = self_value
        self.today = today

    def value(self, tree: Sequence[Any]) -> Value:
        kind, parts = str(tree[0]), tree[1:]
        if kind in _LEAVES:
            return _LEAVES[kind](self, parts)
        if kind == "call":
            return self.call(str(parts[0]), parts[1:])
        if kind in {"and", "or"}:
            left = truth(self.value(parts[0]))
            # The right side is not asked where the left one decides.
            return left if left is (kind == "or") else truth(self.value(parts[1]))
        return self.counted(kind, [self.value(part) for part in parts])

    def counted(self, kind: str, values: Sequence[Value]) -> Value:
        if kind == "neg":
            return -number_of(values[0])
        if kind in _COMPARES:
            return _COMPARES[kind](*values)
        if kind in _COUNTS:
            return _COUNTS[kind](*map(number_of, values))
        raise ValueError(f"an unknown word in an expression: {kind}")

    def call(self, name: str, parts: Sequence[Any]) -> Value:
        if name == "if":
            return self.value(parts[1] if truth(self.value(parts[0])) else parts[2])
        if name in {"today", "now"}:
            return self.today.isoformat()
        function = FUNCTIONS.get(name)
        if function is None:
            raise ValueError(f"an unknown function in an expression: {name}")
        return function(*(self.value(part) for part in parts))


_LEAVES: dict[str, Callable[[_Walk, Sequence[Any]], Value]] = {
    "str": lambda _walk, parts: str(parts[0]),
    "num": lambda _walk, parts: float(parts[0]),
    "ref": lambda walk, parts: walk.values.get(str(parts[0]), ""),
    "self": lambda walk, _parts: walk.self_value,
}


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, float) or isinstance(right, float):
        return number_of(left) == number_of(right)
    return left == right


_COMPARES: dict[str, Callable[[Value, Value], bool]] = {
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": lambda left, right: number_of(left) < number_of(right),
    "<=": lambda left, right: number_of(left) <= number_of(right),
    ">": lambda left, right: number_of(left) > number_of(right),
    ">=": lambda left, right: number_of(left) >= number_of(right),
}


def _remainder(left: float, right: float) -> float:
    """With the sign of the dividend, as XPath and JavaScript have it."""
    if not right or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


_COUNTS: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": divided,
    "mod": _remainder,
}
