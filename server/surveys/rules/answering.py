"""Checking what was answered: what is shown is judged, what is hidden is dropped, what is right is kept.

One walk in the order of the questions serves the server's pages, the interface and the paper desk; offline pages walk the
same trees in the browser, and the server walks again when they send. How one answer is read stands in reading.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.surveys.rules.definition import Definition, Option, Question, Section
from server.surveys.rules.expressions import evaluate, text_of, truth
from server.surveys.rules.reading import bounded, is_ticked, rank_field, read_answer
from server.surveys.rules.words import Kind


@dataclass
class Cleaned:
    """`answers` holds every valid part, `errors` the sentences of each field that is not."""

    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    #: The text of each answered question, as expressions read it.
    values: dict[str, str] = field(default_factory=dict)
    #: The sections and questions that are shown with these answers.
    sections: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    #: Which options of a question are offered, where a filter leaves some out.
    offered: dict[str, tuple[Option, ...]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return not self.errors


def clean(definition: Definition, raw: Mapping[str, Any], *, today: date) -> Cleaned:
    """Judge a whole form. `raw` holds values as JSON or forms send them; fields that no question has are passed over."""
    found = Cleaned()
    for section in definition.sections:
        if not _is_shown(section.show_if, found, today):
            continue
        found.sections.append(section.key)
        for question in section.questions:
            if _is_shown(question.show_if, found, today):
                found.shown.add(question.key)
                _answer(question, raw, found, today)
    return found


def section_errors(cleaned: Cleaned, section: Section) -> dict[str, list[str]]:
    """The errors of one page of the form."""
    mine = {name for question in section.questions for name in question.fields}
    return {name: said for name, said in cleaned.errors.items() if name in mine}


def first_wrong(definition: Definition, errors: Mapping[str, Any]) -> Section | None:
    """The first section in which something is to be mended."""
    for section in definition.sections:
        if any(name in errors for question in section.questions for name in question.fields):
            return section
    return None


def kept_of(definition: Definition, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What a draft keeps: the fields that the form has, right or wrong, bounded in size."""
    return {
        name: bounded(raw[name], question.most_chars + SPARE_CHARS)
        for question in definition.questions
        for name in field_names(question)
        if name in raw
    }


#: So many characters too many are kept, for the person to shorten what they wrote.
SPARE_CHARS = 200


def field_names(question: Question) -> tuple[str, ...]:
    """The names of its fields in a form; a ranking has one for each option."""
    if question.kind is not Kind.RANKING:
        return question.fields
    return (question.key, *(rank_field(question, option.value) for option in question.options))


def _is_shown(tree: Sequence[Any] | None, found: Cleaned, today: date) -> bool:
    return tree is None or truth(evaluate(tree, found.values, "", today))


def _answer(question: Question, raw: Mapping[str, Any], found: Cleaned, today: date) -> None:
    if question.kind is Kind.NOTE:
        return
    if question.kind is Kind.CALCULATE:
        _calculate(question, found, today)
        return
    answers, errors = read_answer(question, raw, _offered(question, found, today))
    if question.sensitive is not None:
        answers, errors = _with_consent(question, raw, answers, errors)
    errors = errors or _lacking(question, answers) or _constrained(question, answers, found, today)
    if question.key in errors:
        # Its side fields say nothing without it.
        answers = {}
    found.errors.update(errors)
    found.answers.update(answers)
    if question.key in answers:
        found.values[question.key] = _said(answers[question.key])


def _calculate(question: Question, found: Cleaned, today: date) -> None:
    value = text_of(evaluate(question.formula or ["str", ""], found.values, "", today))
    if value:
        found.values[question.key] = value
    if value and value != text_of(float("nan")):
        found.answers[question.key] = value


def _offered(question: Question, found: Cleaned, today: date) -> tuple[Option, ...]:
    if not question.has_filter:
        return question.options
    offered = tuple(one for one in question.options if _is_shown(one.show_if, found, today))
    found.offered[question.key] = offered
    return offered


def _lacking(question: Question, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    if not question.required or question.key in answers:
        return {}
    return {question.key: ["这一题要答。" if question.kind is not Kind.PHOTO else "这里要传一张照片。"]}


def _constrained(
    question: Question, answers: Mapping[str, Any], found: Cleaned, today: date
) -> dict[str, list[str]]:
    if question.constraint is None or question.key not in answers:
        return {}
    said = _said(answers[question.key])
    if truth(evaluate(question.constraint, {**found.values, question.key: said}, said, today)):
        return {}
    return {question.key: [question.constraint_message or "这个答案不合要求。请看题目里的说明，改一下。"]}


def _with_consent(
    question: Question, raw: Mapping[str, Any], answers: dict[str, Any], errors: dict[str, list[str]]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Without the separate consent nothing of it is kept (PIPL 29); leaving both empty is as good an answer."""
    agreed = f"{question.key}.consent"
    if question.key not in answers:
        return {}, errors
    if not is_ticked(raw.get(agreed)):
        return {}, {agreed: ["这一题要先勾“同意”才会存。不想说就不用填，清空也行。"]}
    return {**answers, agreed: True}, errors


def _said(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
