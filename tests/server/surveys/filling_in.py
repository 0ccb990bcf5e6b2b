"""Somebody who answers a questionnaire to its end: tries what may fit, question by question, until nothing is wrong."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from server.surveys.rules.answering import Cleaned, clean
from server.surveys.rules.definition import Definition, Option, Question
from server.surveys.rules.words import Kind

TODAY = date(2026, 3, 1)
_WORDS = ("好", "7", "555", "13812345678", "a@example.org", "Example", "yes", "")
_NUMBERS = ("1", "2", "3", "5", "10", "20", "12", "35", "70", "100", "0", "0.5", "-1")
_DAYS = (TODAY.isoformat(), "2027-01-01", "2000-01-01", "1990-06-15", "2012-01-05")
_FIXED: dict[Kind, tuple[Any, ...]] = {
    Kind.TEXT: _WORDS,
    Kind.LONG_TEXT: _WORDS,
    Kind.NUMBER: _NUMBERS,
    Kind.DATE: _DAYS,
    Kind.PHOTO: ([1],),
    Kind.STANCE: ("agree",),
}


def answered_to_the_end(definition: Definition) -> Cleaned:
    """Fails where some question cannot be answered."""
    raw: dict[str, Any] = {}
    found = clean(definition, raw, today=TODAY)
    for question in definition.questions:
        if question.key not in found.shown or not question.kind.is_asked:
            continue
        for value in _values(question, found.offered.get(question.key, question.options)):
            raw[question.key] = value
            found = clean(definition, raw, today=TODAY)
            if question.key not in found.errors:
                break
        assert question.key not in found.errors, (question.key, found.errors[question.key])
    assert found.is_complete, found.errors
    return found


def _values(question: Question, options: tuple[Option, ...]) -> Iterator[Any]:
    if question.kind is Kind.SCALE:
        yield question.least
    elif question.kind is Kind.RANKING:
        yield [option.value for option in options]
    elif question.kind in {Kind.MANY, Kind.ITEMS}:
        values = [option.value for option in options]
        yield from ([value] for value in values)
        yield from (values[:count] for count in range(2, len(values) + 1))
    elif question.kind in {Kind.ONE, Kind.CONTRIBUTION}:
        yield from (option.value for option in options)
    else:
        yield from _FIXED[question.kind]
