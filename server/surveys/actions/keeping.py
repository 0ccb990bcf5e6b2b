"""Drafts: a form begun and not sent. The newest stands, right or wrong; only while the survey takes answers."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from server.infra.db import db, table_of
from server.infra.statements import Write, run, update_rows
from server.kernel.errors import Invalid
from server.ledger.queries import HouseholdCard
from server.surveys import queries
from server.surveys.models import SurveyDraft
from server.surveys.queries import Draft, Form
from server.surveys.rules import answering as rules
from server.surveys.rules.definition import MOST_PHOTOS, Question
from server.surveys.rules.stages import check_takes_answers
from server.surveys.rules.words import Capacity

_drafts = table_of(SurveyDraft)
_PLACE = ("survey_id", "household_id", "holder")


def _keep(dialect: Any) -> sa.Insert:
    """Two pages sent at once make one draft, not an error."""
    said = ("answers", "capacity", "saved_at")
    fresh = dialect.insert(_drafts).values(
        {name: sa.bindparam(f"of_{name}", type_=_drafts.c[name].type) for name in (*_PLACE, *said)}
    )
    statement: sa.Insert = fresh.on_conflict_do_update(
        index_elements=list(_PLACE), set_={name: fresh.excluded[name] for name in said}
    )
    return statement


_KEEP = {"sqlite": _keep(sqlite), "postgresql": _keep(postgresql)}
_MINE = sa.and_(*(_drafts.c[name] == sa.bindparam(f"of_{name}") for name in _PLACE))
_FORGET = sa.delete(_drafts).where(_MINE)


def save_draft(
    form: Form,
    household: HouseholdCard,
    raw: Mapping[str, Any],
    *,
    holder: str,
    capacity: Capacity | None,
    now: datetime,
) -> None:
    """Keep what was filled in so far, right or wrong."""
    check_takes_answers(queries.stage_now(form.survey_id, now))
    _write(form, household, holder, rules.kept_of(form.definition, raw), capacity, now)


def add_photo(
    form: Form,
    household: HouseholdCard,
    question: Question,
    photo_id: int,
    *,
    holder: str,
    capacity: Capacity | None,
    now: datetime,
) -> list[int]:
    """One photo more in the draft; of several that come at once none is lost. Returns those of the question.

    Raises Invalid beyond as many as a question takes.
    """
    check_takes_answers(queries.stage_now(form.survey_id, now))
    held = _held(form, household, holder, capacity, now)
    photos = list(dict.fromkeys([*(int(one) for one in held.answers.get(question.key) or ()), photo_id]))
    if len(photos) > MOST_PHOTOS:
        sentence = f"最多 {MOST_PHOTOS} 张照片。要换，先去掉一张。"
        raise Invalid(sentence, fields={"photo": [sentence]})
    _write(form, household, holder, {**held.answers, question.key: photos}, held.capacity, now)
    return photos


def forget_draft(survey_id: int, household_id: int, holder: str) -> None:
    run(*forgetting(survey_id, household_id, holder))


def forgetting(survey_id: int, household_id: int, holder: str) -> Write:
    """The same, to be done together with what makes the draft needless."""
    return _FORGET, {"of_survey_id": survey_id, "of_household_id": household_id, "of_holder": holder}


def forget_drafts(survey_id: int, places: Iterable[tuple[int, str]]) -> None:
    """Those of these households and holders."""
    update_rows(
        _FORGET,
        [
            {"of_survey_id": survey_id, "of_household_id": household_id, "of_holder": holder}
            for household_id, holder in sorted(places)
        ],
    )


def _held(
    form: Form, household: HouseholdCard, holder: str, capacity: Capacity | None, now: datetime
) -> Draft:
    """The draft, which nobody else changes before this transaction ends; an absent one is begun."""
    found = queries.draft(form.survey_id, household.id, holder, is_held=True)
    if found is not None:
        return found
    _write(form, household, holder, {}, capacity, now)
    return Draft({}, capacity, now)


def _write(
    form: Form,
    household: HouseholdCard,
    holder: str,
    answers: Mapping[str, Any],
    capacity: Capacity | None,
    now: datetime,
) -> None:
    run(
        _KEEP[db.engine.dialect.name],
        {
            "of_survey_id": form.survey_id,
            "of_household_id": household.id,
            "of_holder": holder,
            "of_answers": json.dumps(answers, ensure_ascii=False),
            "of_capacity": capacity,
            "of_saved_at": now,
        },
    )
