"""Changing questions one act at a time: a definition goes in, another one comes out.

An act that would leave a question asking after one that no longer stands before it is refused, with what to change first.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from server.kernel.errors import Conflict, Refused
from server.surveys.rules.definition import Definition, Question, Section
from server.surveys.rules.expressions import references
from server.surveys.rules.soundness import MOST_QUESTIONS, MOST_SECTIONS

Part = TypeVar("Part")


def free_key(stem: str, taken: Collection[str]) -> str:
    """The next name of this stem that nothing has or had: an answer is kept under it."""
    numbers = [int(key[len(stem) :]) for key in taken if key.startswith(stem) and key[len(stem) :].isdigit()]
    return f"{stem}{max(numbers, default=0) + 1}"


# ------------------------------------------------------------------ questions


def add_question(definition: Definition, question: Question, *, section: str, after: str = "") -> Definition:
    """Behind the question `after`, or at the end of the section. The same one a second time changes nothing."""
    held = definition.by_key.get(question.key)
    if held == question:
        return definition
    if held is not None:
        raise Conflict("别人刚刚也加了一道题。请再按一次“存好”。", code="key_taken")
    if len(definition.questions) >= MOST_QUESTIONS:
        raise Refused(f"题目太多，最多 {MOST_QUESTIONS} 道。先去掉一些。", code="too_many_questions")
    home = definition.section(section)
    if home is None:
        raise Refused("这一部分已经删掉了。请回到问卷，换一个部分加题。", code="section_gone")
    keys = [one.key for one in home.questions]
    place = keys.index(after) + 1 if after in keys else len(keys)
    questions = (*home.questions[:place], question, *home.questions[place:])
    return _with_section(definition, replace(home, questions=questions))


def change_question(definition: Definition, question: Question) -> Definition:
    if question.key not in definition.by_key:
        raise Refused("这道题已经删掉了。要留着它，请重新加一道。", code="question_gone")
    changed = [
        replace(section, questions=tuple(question if one.key == question.key else one for one in section.questions))
        for section in definition.sections
    ]  # fmt: skip
    return _checked(definition, replace(definition, sections=tuple(changed)))


def remove_question(definition: Definition, key: str) -> Definition:
    kept = [
        replace(section, questions=tuple(one for one in section.questions if one.key != key))
        for section in definition.sections
    ]
    return _checked(definition, replace(definition, sections=tuple(kept)))


def move_question(definition: Definition, key: str, *, is_up: bool) -> Definition:
    """One place up or down; at the edge of its section into the next one. At the very end it stays."""
    home = next((place for place, one in enumerate(definition.sections) if _holds(one, key)), None)
    if home is None:
        raise Refused("这道题已经删掉了。", code="question_gone")
    section = definition.sections[home]
    moved = _swapped(section.questions, [one.key for one in section.questions].index(key), is_up=is_up)
    if moved is not None:
        return _checked(definition, _with_section(definition, replace(section, questions=moved)))
    beside = home - 1 if is_up else home + 1
    if not 0 <= beside < len(definition.sections):
        return definition
    return _checked(definition, _handed_over(definition, home, beside, key))


def _handed_over(definition: Definition, home: int, beside: int, key: str) -> Definition:
    giving, taking = definition.sections[home], definition.sections[beside]
    question = definition.by_key[key]
    taken = (*taking.questions, question) if beside < home else (question, *taking.questions)
    without = tuple(one for one in giving.questions if one.key != key)
    given = _with_section(definition, replace(giving, questions=without))
    return _with_section(given, replace(taking, questions=taken))


# ------------------------------------------------------------------ sections


def add_section(definition: Definition, section: Section) -> Definition:
    """At the end. The same one a second time changes nothing."""
    held = definition.section(section.key)
    if held is not None:
        if replace(held, questions=()) == section:
            return definition
        raise Conflict("别人刚刚也加了一个部分。请再按一次“存好”。", code="key_taken")
    if len(definition.sections) >= MOST_SECTIONS:
        raise Refused(f"部分太多，最多 {MOST_SECTIONS} 个。先并掉一些。", code="too_many_sections")
    return _checked(definition, replace(definition, sections=(*definition.sections, section)))


def change_section(definition: Definition, section: Section) -> Definition:
    """Its title, help and condition; its questions stay."""
    held = definition.section(section.key)
    if held is None:
        raise Refused("这一部分已经删掉了。", code="section_gone")
    return _checked(definition, _with_section(definition, replace(section, questions=held.questions)))


def remove_section(definition: Definition, key: str) -> Definition:
    """With the questions in it."""
    kept = tuple(one for one in definition.sections if one.key != key)
    return _checked(definition, replace(definition, sections=kept))


def move_section(definition: Definition, key: str, *, is_up: bool) -> Definition:
    keys = [one.key for one in definition.sections]
    if key not in keys:
        raise Refused("这一部分已经删掉了。", code="section_gone")
    moved = _swapped(definition.sections, keys.index(key), is_up=is_up)
    return definition if moved is None else _checked(definition, replace(definition, sections=moved))


# ------------------------------------------------------------------ what asks after what


def _checked(before: Definition, after: Definition) -> Definition:
    """The definition after an act. Raises Refused where it leaves something asking ahead that did not before."""
    ahead = {key for key, _ in _asking_ahead(before)}
    for key, name in _asking_ahead(after):
        if key not in ahead:
            raise Refused(
                f"“{name[:30]}”要看前面一道题的答案，这样改它就看不到了。先改它的出现条件，再来改这里。",
                code="asked_after",
            )
    return after


def _asking_ahead(definition: Definition) -> Iterator[tuple[str, str]]:
    """Key and title of what depends on an answer that is not given before it."""
    earlier: set[str] = set()
    for section in definition.sections:
        if references(section.show_if) - earlier:
            yield f"section {section.key}", section.title or section.key
        for question in section.questions:
            if _asked_by(question) - earlier:
                yield question.key, question.title or question.key
            earlier.add(question.key)


def _asked_by(question: Question) -> set[str]:
    options = [references(option.show_if) for option in question.options]
    own = references(question.constraint) - {question.key}
    return references(question.show_if).union(references(question.formula), own, *options)


def _with_section(definition: Definition, section: Section) -> Definition:
    sections = tuple(section if one.key == section.key else one for one in definition.sections)
    return replace(definition, sections=sections)


def _holds(section: Section, key: str) -> bool:
    return any(one.key == key for one in section.questions)


def _swapped(parts: Sequence[Part], place: int, *, is_up: bool) -> tuple[Part, ...] | None:
    """With one part a place up or down; None at the edge."""
    other = place - 1 if is_up else place + 1
    if not 0 <= other < len(parts):
        return None
    moved = list(parts)
    moved[place], moved[other] = moved[other], moved[place]
    return tuple(moved)
