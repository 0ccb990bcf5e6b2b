"""The one condition that an editor offers: "asked only if that question was answered so". Others come with forms of other
programs; they are kept as they are and read out in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.surveys.rules.definition import OTHER, Definition, Question, Tree
from server.surveys.rules.words import Kind, Stance

_OF_SEVERAL = {Kind.MANY, Kind.ITEMS, Kind.PACKAGE}
_OF_ONE = {Kind.ONE, Kind.STANCE, Kind.CONTRIBUTION}


@dataclass(frozen=True)
class Choices:
    """A question that a later one may hang on, with its answers: value and words."""

    question: Question
    answers: tuple[tuple[str, str], ...]


def choices_before(definition: Definition, key: str = "", *, section: str = "") -> list[Choices]:
    """What can be chosen before this question, or before this section; without either, before the end."""
    found: list[Choices] = []
    for home in definition.sections:
        if section and home.key == section:
            return found
        for question in home.questions:
            if key and question.key == key:
                return found
            if question.kind in _OF_SEVERAL | _OF_ONE:
                found.append(Choices(question, tuple(_answers(question))))
    return found


def choices_above(definition: Definition, section: str, after: str = "") -> list[Choices]:
    """What can be chosen before a new question behind `after`, or at the end of the section."""
    keys = [question.key for home in definition.sections for question in home.questions]
    home = definition.section(section)
    last = after or (home.questions[-1].key if home is not None and home.questions else "")
    if not last:
        return choices_before(definition, section=section)
    known = set(keys[: keys.index(last) + 1]) if last in keys else set()
    return [one for one in choices_before(definition) if one.question.key in known]


def tree_of(question: Question, value: str) -> Tree:
    """Asked if this question was answered so."""
    if question.kind in _OF_SEVERAL:
        return ["call", "selected", ["ref", question.key], ["str", value]]
    return ["=", ["ref", question.key], ["str", value]]


def choice_of(tree: Tree | None) -> tuple[str, str] | None:
    """Question and value of such a condition; None for every other."""
    if tree is None:
        return None
    if list(tree[:2]) == ["call", "selected"]:
        parts: Sequence[Tree] = tree[2:]
    elif tree[0] == "=":
        parts = tree[1:]
    else:
        return None
    if len(parts) != 2 or parts[0][0] != "ref" or parts[1][0] != "str":
        return None
    return str(parts[0][1]), str(parts[1][1])


def _answers(question: Question) -> Iterator[tuple[str, str]]:
    if question.kind is Kind.STANCE:
        yield from ((one.value, one.name_zh) for one in Stance)
        return
    yield from ((option.value, option.title) for option in question.options)
    if question.other:
        yield OTHER, "其他"
