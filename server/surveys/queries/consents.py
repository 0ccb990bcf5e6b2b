"""How many households consent: the question that stands for it, read for many surveys at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from server.infra.db import db
from server.surveys.models import Counted, Survey, SurveySum, SurveyVersion
from server.surveys.queries.asked import definition_of
from server.surveys.queries.results import fold_rows
from server.surveys.rules.counting import ANSWERED
from server.surveys.rules.definition import Definition, Question
from server.surveys.rules.sums import Dimension, Group, Table
from server.surveys.rules.words import Kind, Stance


@dataclass(frozen=True)
class Consent:
    """The first question of a survey that asks for consent, with how many households agree of those who answered it."""

    title: str
    agree: int
    disagree: int
    neutral: int
    #: Households that answered this question.
    answered: int


def consents(some: Sequence[Survey]) -> dict[int, Consent]:
    """By survey, what stands now; surveys that do not ask for consent are left out."""
    ids = [of.id for of in some]
    asked = {survey_id: found for survey_id, found in _questions(ids).items() if found is not None}
    wholes = _wholes(list(asked))
    return {survey_id: _consent(question, wholes.get(survey_id)) for survey_id, question in asked.items()}


def _questions(survey_ids: Sequence[int]) -> dict[int, Question | None]:
    """Of the newest version of each."""
    rows = sa.select(SurveyVersion).where(SurveyVersion.survey_id.in_(survey_ids))
    newest = {row.survey_id: row for row in db.session.scalars(rows.order_by(SurveyVersion.number))}
    return {survey_id: _asks(definition_of(row)) for survey_id, row in newest.items()}


def _asks(definition: Definition) -> Question | None:
    return next((one for one in definition.questions if one.is_consent and one.kind is Kind.STANCE), None)


def _wholes(survey_ids: Sequence[int]) -> dict[int, Group]:
    """The sums of all households: what is folded, and what came since."""
    key = (Dimension.ALL, "")
    rows = sa.select(SurveySum).where(
        SurveySum.survey_id.in_(survey_ids), SurveySum.dimension == Dimension.ALL
    )
    tables: dict[int, Table] = {
        row.survey_id: {key: Group(row.households, {name: dict(cells) for name, cells in row.counts.items()})}
        for row in db.session.scalars(rows.execution_options(populate_existing=True))
    }
    waiting: dict[int, list[Counted]] = {}
    fresh = sa.select(Counted).where(Counted.survey_id.in_(survey_ids), Counted.is_folded.is_(False))
    for one in db.session.scalars(fresh.order_by(Counted.survey_id, Counted.household_id)):
        waiting.setdefault(one.survey_id, []).append(one)
    for survey_id, some in waiting.items():
        fold_rows(tables.setdefault(survey_id, {}), survey_id, some)
    return {survey_id: table[key] for survey_id, table in tables.items() if key in table}


def _consent(question: Question, whole: Group | None) -> Consent:
    cells = whole.counts.get(question.key, {}) if whole is not None else {}
    return Consent(
        title=question.title,
        agree=int(cells.get(Stance.AGREE.value, 0)),
        disagree=int(cells.get(Stance.DISAGREE.value, 0)),
        neutral=int(cells.get(Stance.NEUTRAL.value, 0)),
        answered=int(cells.get(ANSWERED, 0)),
    )
