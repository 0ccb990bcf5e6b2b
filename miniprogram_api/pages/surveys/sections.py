"""Filling in: one page a section, kept at each step, sent at the end."""

import hashlib
import json
import secrets

from flask import redirect, render_template, request, url_for

from miniprogram_api.guard import open_to_all
from miniprogram_api.pages.surveys import filling
from miniprogram_api.pages.surveys.drawing import drawn_questions
from miniprogram_api.pages.surveys.pages import (
    CAPACITY,
    DRAWN_BY,
    THEN,
    Page,
    about,
    done_url,
    is_open,
    known_section,
    said_capacity,
    section_url,
    sent_capacity,
    sent_key,
    survey_pages,
    survey_url,
)
from miniprogram_api.pages.surveys.seats import Seat, visit
from server.infra import throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Problem, Refused, Throttled
from server.surveys import actions, queries
from server.surveys.actions import Answering
from server.surveys.queries import SignedForm
from server.surveys.rules.answering import first_wrong, section_errors
from server.surveys.rules.definition import Section
from server.surveys.rules.stages import Stage
from server.surveys.rules.wording import in_words
from server.surveys.rules.words import Capacity

#: Photos from one address by people at a poster: each is drawn anew, which costs.
PHOTOS_SENT = "60/10 minute"


@survey_pages.get("/<int:survey_id>/households/<int:household_id>/sections/<key>")
@open_to_all
def section_page(survey_id: int, household_id: int, key: str) -> Page:
    here = visit(survey_id).seat(household_id)
    if not is_open(here.form):
        return redirect(survey_url(here.form))
    return draw_section(here, known_section(here.form, key), *filling.kept(here))


@survey_pages.post("/<int:survey_id>/households/<int:household_id>/sections/<key>")
@open_to_all
def save_section(survey_id: int, household_id: int, key: str) -> Page:
    """Keep this page; then back, on, or send it all. What is wrong is said, and everything stays as a draft."""
    came = visit(survey_id)
    form, section = came.form, known_section(came.form, key)
    try:
        here = came.seat(household_id)
    except (NotFound, Refused) as problem:
        return _not_taken(form, filling.sent(section, {}), problem)
    before, was = ({}, here.capacity) if filling.is_all_on(section, form.definition) else filling.kept(here)
    filled = filling.sent(section, before)
    capacity = here.capacity or sent_capacity() or was
    try:
        return _taken(here, section, before, filled, capacity)
    except (Refused, Conflict) as problem:
        return _not_taken(form, filled, problem, here)


def _taken(
    here: Seat, section: Section, before: filling.Fields, filled: filling.Fields, capacity: Capacity | None
) -> Page:
    then = _step(here, section, filled)
    new = _photos(here, section, filled) if request.files else filling.Brought()
    unseen = 0 if then == "back" else _unseen(here, section, before, filled)
    if then == "send" and not (unseen or new.errors or new.drawn):
        return _send(here, section, filled, capacity)
    with unit_of_work():
        filled = filling.with_photos(here, filled, new.drawn)
        actions.save_draft(
            here.form, here.household, filled, holder=here.holder, capacity=capacity, now=now()
        )
    if unseen:
        return draw_section(here, section, filled, capacity, new.errors, unseen)
    if then == "send" and not new.errors:
        return _send(here, section, filled, capacity)
    return _move(here, section, filled, capacity, new.errors, then)


def _step(here: Seat, section: Section, filled: filling.Fields) -> str:
    """Where to. A page that these answers bring up after the last one is asked before anything is sent."""
    then = request.form.get(THEN, "next")
    return "next" if then == "send" and filling.is_more_asked(section, here.form.definition, filled) else then


def _unseen(here: Seat, section: Section, before: filling.Fields, filled: filling.Fields) -> int:
    """How many questions these answers bring up that were hidden on the page. A browser with scripts showed them itself."""
    if not section.is_moving or request.form.get(DRAWN_BY) == "script":
        return 0
    definition = here.form.definition
    return filling.newly_asked(
        section, filling.walked(definition, before), filling.walked(definition, filled)
    )


def _photos(here: Seat, section: Section, filled: filling.Fields) -> filling.Brought:
    """Whoever holds a slip is known; a browser at the poster is nobody, and sends no more than so many."""
    try:
        if not here.is_proven:
            with unit_of_work():
                throttle.hit(PHOTOS_SENT, "survey-photo", request.remote_addr or "")
    except Throttled as problem:
        named = [one.key for one in section.questions if request.files.get(f"{one.key}.photo")]
        return filling.Brought(errors={key: [f"照片没有收。{problem.message}"] for key in named})
    return filling.brought(section, filled)


def _send(here: Seat, section: Section, filled: filling.Fields, capacity: Capacity | None) -> Page:
    try:
        how = here.how(said_capacity(capacity))
        with unit_of_work():
            actions.submit_response(
                here.form,
                here.household,
                filled,
                how,
                client_key=_key_of(filled, how),
                actor=here.actor,
                now=now(),
            )
    except Invalid as problem:
        with unit_of_work():
            actions.save_draft(
                here.form, here.household, filled, holder=here.holder, capacity=capacity, now=now()
            )
        place = _first_wrong(here.form, problem.fields) or section
        return draw_section(here, place, filled, capacity, problem.fields), problem.status
    return redirect(done_url(here.form, here.household.id), 303)


def _key_of(filled: filling.Fields, how: Answering) -> str:
    """The form's own key with what it says: sent twice it is one answer; who goes back and changes it sends another."""
    said = json.dumps([sent_key(), how.capacity, sorted(filled.items())])
    return hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()


def _first_wrong(form: SignedForm, errors: dict[str, list[str]]) -> Section | None:
    """As what one answers is asked on the first page."""
    return form.definition.sections[0] if CAPACITY in errors else first_wrong(form.definition, errors)


def _move(
    here: Seat,
    section: Section,
    filled: filling.Fields,
    capacity: Capacity | None,
    errors: dict[str, list[str]],
    then: str,
) -> Page:
    cleaned = filling.walked(here.form.definition, filled)
    if then != "back":
        errors = {**section_errors(cleaned, section), **errors}
        if capacity is None and section is here.form.definition.sections[0]:
            errors[CAPACITY] = ["选一个：业主、家人还是租户。"]
    if errors:
        return draw_section(here, section, filled, capacity, errors), 422
    shown = [one for one in here.form.definition.sections if one.key in cleaned.sections]
    place = shown.index(section) if section in shown else 0
    aim = max(0, place - 1) if then == "back" else min(len(shown) - 1, place + 1)
    return redirect(section_url(here.form, here.household.id, shown[aim]), 303)


def _not_taken(
    form: SignedForm, filled: filling.Fields, problem: Problem, here: Seat | None = None
) -> tuple[str, int]:
    """Said plainly, with what was filled in shown to whoever sent it; kept, where the survey still takes drafts."""
    is_kept = here is not None and queries.stage_now(form.survey_id, now()) is Stage.OPEN
    if here is not None and is_kept:
        with unit_of_work():
            actions.save_draft(
                form,
                here.household,
                filled,
                holder=here.holder,
                capacity=here.capacity or sent_capacity(),
                now=now(),
            )
    cleaned = filling.walked(form.definition, filled)
    page = render_template(
        "phone/surveys/not_taken.html",
        **about(form),
        problem=problem,
        said=in_words(form.definition, cleaned.answers, with_private=True),
        is_kept=is_kept,
        survey_href=survey_url(form),
    )
    return page, problem.status


def draw_section(
    here: Seat,
    section: Section,
    filled: filling.Fields,
    capacity: Capacity | None,
    errors: dict[str, list[str]] | None = None,
    unseen: int = 0,
) -> str:
    """One page of the form. `unseen`: how many questions it asks only since it was sent."""
    form = here.form
    cleaned = filling.walked(form.definition, filled)
    shown = [one for one in form.definition.sections if one.key in cleaned.sections or one is section]
    errors = errors or {}
    later = filling.conditions_after(section, form.definition)
    # In the order of the page, so that the summary leads down it.
    labels = {CAPACITY: "你是这一户的"} | {
        name: one.title for one in section.questions for name in one.fields
    }
    return render_template(
        "phone/surveys/section.html",
        **about(form),
        seat=here,
        section=section,
        place=shown.index(section) + 1,
        places=len(shown),
        is_last=shown[-1] is section,
        is_first=section is form.definition.sections[0],
        questions=drawn_questions(here, section, filled, errors, cleaned),
        values=_elsewhere(section, cleaned.values) if _asks_elsewhere(section) or later else {},
        later=later,
        capacity=capacity,
        capacities=list(Capacity),
        errors={name: errors[name] for name in labels if name in errors},
        labels=labels,
        unseen=unseen,
        client_key=sent_key() or secrets.token_urlsafe(16),
        action=url_for(
            "mobile.survey_pages.save_section",
            survey_id=form.survey_id,
            household_id=here.household.id,
            key=section.key,
        ),
    )


def _asks_elsewhere(section: Section) -> bool:
    """Whether the page has conditions that the browser evaluates, its own one among them."""
    return section.is_moving or section.show_if is not None


def _elsewhere(section: Section, values: dict[str, str]) -> dict[str, str]:
    """What other pages of the form said, for the conditions of this one."""
    mine = {one.key for one in section.questions}
    return {key: value for key, value in values.items() if key not in mine}
