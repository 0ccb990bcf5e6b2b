"""What households want, from both ways of asking: items ticked, and packages put together within a budget. Each has its base."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from server.surveys.rules.counting import ANSWERED, TOP
from server.surveys.rules.definition import Option, Question
from server.surveys.rules.words import Kind


@dataclass(frozen=True)
class Need:
    """One catalogue item, with how many households want it and for how many it is among the most important."""

    code: str
    title: str
    #: Where it was only offered in packages: those that put it into theirs.
    wanted: int
    most_important: int
    #: Of how many who answered the question.
    answered: int
    #: How many households put it into their package, of how many that put one together; nought where no package was asked.
    packed: int = 0
    packed_of: int = 0
    is_only_packed: bool = False

    @property
    def share(self) -> Fraction:
        return Fraction(self.wanted, self.answered) if self.answered else Fraction(0)


def ranked_needs(questions: Iterable[Question], counts: Mapping[str, Mapping[str, Any]]) -> list[Need]:
    """The most wanted first, by the share of those who were asked: two ways of asking have two bases."""
    ticked: dict[str, Need] = {}
    packed: dict[str, Need] = {}
    for question in questions:
        cells = counts.get(question.key, {})
        for option in question.options:
            if question.kind is Kind.ITEMS:
                ticked[option.value] = _ticked(option, cells)
            elif question.kind is Kind.PACKAGE:
                packed[option.value] = _packed(option, cells)
    found = {**packed, **{code: _joined(one, packed.get(code)) for code, one in ticked.items()}}
    return sorted(found.values(), key=lambda one: (-one.share, -one.wanted, -one.most_important, one.code))


def _ticked(option: Option, cells: Mapping[str, Any]) -> Need:
    wanted, top = cells.get(option.value, 0), cells.get(option.value + TOP, 0)
    return Need(option.value, option.title, wanted, top, cells.get(ANSWERED, 0))


def _packed(option: Option, cells: Mapping[str, Any]) -> Need:
    wanted, base = cells.get(option.value, 0), cells.get(ANSWERED, 0)
    return Need(option.value, option.title, wanted, 0, base, wanted, base, is_only_packed=True)


def _joined(one: Need, packed: Need | None) -> Need:
    return one if packed is None else replace(one, packed=packed.packed, packed_of=packed.packed_of)
