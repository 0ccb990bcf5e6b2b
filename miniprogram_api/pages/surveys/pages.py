"""What the pages of a survey share: the blueprint, finding what an address names, the addresses themselves."""

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from server.infra.clock import now
from server.kernel.errors import Invalid, NotFound
from server.surveys import queries
from server.surveys.queries import SignedForm
from server.surveys.rules.definition import Section
from server.surveys.rules.stages import Stage
from server.surveys.rules.words import Capacity

survey_pages = Blueprint("survey_pages", __name__, url_prefix="/surveys")

#: Fields of the form that are no answers. No question can be called so: a key has no point, and an answer's side none of
#: these names.
CAPACITY, THEN, CLIENT_KEY, DRAWN_BY = "form.as", "form.then", "form.key", "form.drawn"

Page = str | Response | tuple[str, int]


def known_section(form: SignedForm, key: str) -> Section:
    found = form.definition.section(key)
    if found is None:
        raise NotFound
    return found


def is_open(form: SignedForm) -> bool:
    return queries.stage(form.survey, now()) is Stage.OPEN


def sent_capacity() -> Capacity | None:
    said = request.form.get(CAPACITY, "")
    return Capacity(said) if said in set(Capacity) else None


def said_capacity(capacity: Capacity | None) -> Capacity:
    if capacity is None:
        raise Invalid("请先说你是业主、家人还是租户。", fields={CAPACITY: ["选一个：业主、家人还是租户。"]})
    return capacity


def sent_key() -> str:
    return request.form.get(CLIENT_KEY, "")


def survey_url(form: SignedForm) -> str:
    return url_for("mobile.survey_pages.survey_page", survey_id=form.survey_id)


def section_url(form: SignedForm, household_id: int, section: Section) -> str:
    return url_for(
        "mobile.survey_pages.section_page",
        survey_id=form.survey_id,
        household_id=household_id,
        key=section.key,
    )


def done_url(form: SignedForm, household_id: int) -> str:
    return url_for("mobile.survey_pages.done", survey_id=form.survey_id, household_id=household_id)


def about(form: SignedForm) -> dict[str, Any]:
    """What every page of a survey shows at its head and foot."""
    return {
        "survey": form.survey,
        "stage": queries.stage(form.survey, now()),
        "scope": queries.scope_words(form.survey),
        "community": form.community,
        "help_phone": form.help_phone,
        "help_place": form.help_place,
    }
