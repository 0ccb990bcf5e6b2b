"""What is in a half-filled form: the fields of this page as they were sent, over what was kept of the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from miniprogram_api.pages.surveys.seats import Seat
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, TooLarge
from server.surveys import queries
from server.surveys.models import SurveyResponse
from server.surveys.rules.answering import Cleaned, clean, field_names
from server.surveys.rules.definition import MOST_PHOTOS, Definition, Section, Tree
from server.surveys.rules.words import Capacity, Kind

Fields = dict[str, list[str]]


def kept(seat: Seat) -> tuple[Fields, Capacity | None]:
    """The draft, or what the household answered before; and as what they answer, where they said so."""
    draft = queries.draft(seat.form.survey_id, seat.household.id, seat.holder)
    if draft is not None:
        return listed(draft.answers), seat.capacity or draft.capacity
    before = answered_before(seat)
    if before is None:
        return {}, seat.capacity
    return listed(queries.whole_answers(before)), seat.capacity or before.capacity


def is_all_on(section: Section, definition: Definition) -> bool:
    """Whether the form is this one page, which asks the same whatever is answered: nothing kept earlier adds to it."""
    has_photo = any(one.kind is Kind.PHOTO for one in section.questions)
    return len(definition.sections) == 1 and not section.is_moving and not has_photo


def answered_before(seat: Seat) -> SurveyResponse | None:
    """What this seat sent last: of the slip any proven answer of the household, at the poster this browser's own."""
    survey_id, household_id = seat.form.survey_id, seat.household.id
    if not seat.is_proven and queries.claim_of_household(survey_id, household_id) != seat.holder:
        return None
    return queries.latest(survey_id, household_id, seat.proof)


def listed(answers: Mapping[str, Any]) -> Fields:
    """Answers as a form sends them: every field a list of texts."""
    return {name: _texts(value) for name, value in answers.items()}


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return ["yes"] if value is True else [str(value)]


def sent(section: Section, before: Fields) -> Fields:
    """This page's fields as they were sent, all others as they were. A photo may only be one that was there before."""
    mine = {name for question in section.questions for name in field_names(question)}
    found = {name: values for name, values in before.items() if name not in mine}
    for name in mine:
        values = request.form.getlist(name)
        if values:
            found[name] = values
    for question in section.questions:
        if question.kind is Kind.PHOTO:
            had = before.get(question.key, [])
            found[question.key] = [one for one in found.get(question.key, []) if one in had]
    return found


@dataclass
class Brought:
    """New photos of one page, drawn anew before any lock is held; what is wrong with the others; how many were too many."""

    drawn: dict[str, list[Photo]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


def brought(section: Section, fields: Fields) -> Brought:
    """As many photos as there is room for beside those that were there. What is wrong with one does not stop the others."""
    found = Brought()
    for question in section.questions:
        files = [one for one in request.files.getlist(f"{question.key}.photo") if one.filename]
        if question.kind is not Kind.PHOTO or not files:
            continue
        room = max(0, MOST_PHOTOS - len(fields.get(question.key, [])))
        found.left_out[question.key] = max(0, len(files) - room)
        for file in files[:room]:
            try:
                found.drawn.setdefault(question.key, []).append(attachments.draw_anew(file.read()))
            except (Invalid, TooLarge) as error:
                found.errors.setdefault(question.key, []).append(f"“{file.filename}”：{error.message}")
    for key, count in found.left_out.items():
        if count:
            found.errors.setdefault(key, []).append(
                f"最多 {MOST_PHOTOS} 张照片，多出的 {count} 张没有收。要换，先去掉几张。"
            )
    return found


def with_photos(seat: Seat, fields: Fields, drawn: Mapping[str, list[Photo]]) -> Fields:
    """Keep the new photos, inside a unit of work."""
    for key, photos in drawn.items():
        ids = [str(attachments.keep_photo(one, actor=seat.actor, now=now()).id) for one in photos]
        fields[key] = list(dict.fromkeys([*fields.get(key, []), *ids]))
    return fields


def walked(definition: Definition, fields: Fields) -> Cleaned:
    return clean(definition, fields, today=china_day(now()))


def is_more_asked(section: Section, definition: Definition, fields: Fields) -> bool:
    """Whether a page after this one is shown with these answers."""
    later = {one.key for one in _after(section, definition)}
    return bool(later) and not later.isdisjoint(walked(definition, fields).sections)


def conditions_after(section: Section, definition: Definition) -> list[Tree]:
    """When a page after this one is asked, for the browser to word its button; none where one is asked of everybody."""
    found = [one.show_if for one in _after(section, definition)]
    return [] if None in found else [tree for tree in found if tree is not None]


def _after(section: Section, definition: Definition) -> tuple[Section, ...]:
    return definition.sections[definition.sections.index(section) + 1 :]


def newly_asked(section: Section, before: Cleaned, after: Cleaned) -> int:
    """How many questions of the page are asked only since it was sent, or offer more: nobody has seen them yet."""
    return sum(
        one.key in after.shown
        and (one.key not in before.shown or bool(_values(after, one.key) - _values(before, one.key)))
        for one in section.questions
    )


def _values(walked: Cleaned, key: str) -> set[str]:
    return {option.value for option in walked.offered.get(key, ())}
