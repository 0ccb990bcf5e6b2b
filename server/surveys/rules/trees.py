"""Whether a parsed expression can be evaluated: its words are known, and each has as many parts as it takes.

Trees come from our own parser, but also with the questions that a browser or another program sends.
"""

import inspect
import re
from collections.abc import Iterator, Sequence
from typing import Any

from server.surveys.rules.expressions import FUNCTIONS

MOST_STEPS = 1000
#: How many parts each word takes; text and numbers are leaves.
_PARTS = dict.fromkeys(("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"), 2) | {
    "neg": 1,
    "self": 0,
}
#: A number as both sides read it; Python alone would take "inf", "1_000" and digits of other scripts.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_WITHOUT_FUNCTION = {"if": 3, "today": 0, "now": 0}


def is_evaluable(tree: Sequence[Any] | None) -> bool:
    """Whether every step of the tree has a meaning; there is none to be wrong in no tree."""
    steps = list(_steps(tree)) if tree is not None else []
    return len(steps) <= MOST_STEPS and all(_is_known(step) for step in steps)


def _steps(tree: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield tree
    for part in tree[1:]:
        if not isinstance(part, str):
            yield from _steps(part)


def _is_known(step: Sequence[Any]) -> bool:
    word, parts = step[0], step[1:]
    if word in {"str", "ref", "num"}:
        return len(parts) == 1 and isinstance(parts[0], str) and (word != "num" or _is_number(parts[0]))
    if word == "call":
        return bool(parts) and isinstance(parts[0], str) and _is_called_right(parts[0], parts[1:])
    return _PARTS.get(word) == len(parts) and _are_steps(parts)


def _is_called_right(name: str, parts: Sequence[Any]) -> bool:
    if not _are_steps(parts):
        return False
    if name in _WITHOUT_FUNCTION:
        return _WITHOUT_FUNCTION[name] == len(parts)
    try:
        inspect.signature(FUNCTIONS[name]).bind(*parts)
    except (KeyError, TypeError):
        return False
    return True


def _are_steps(parts: Sequence[Any]) -> bool:
    return not any(isinstance(part, str) for part in parts)


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None
