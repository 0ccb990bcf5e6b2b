"""How many households consent: the question that stands for it, read for many surveys at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.surveys.models import Survey
from server.surveys.queries.asked import definition_of, versions_of
from server.surveys.queries.results import wholes_of
from server.surveys.rules.counting import ANSWERED
from server.surveys.rules.definition import Definition, Question
from server.surveys.rules.sums import Group
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
    wholes = wholes_of(list(asked))
    return {survey_id: _consent(question, wholes.get(survey_id)) for survey_id, question in asked.items()}


def _questions(survey_ids: Sequence[int]) -> dict[int, Question | None]:
    """Of the newest version of each."""
    return {survey_id: _asks(definition_of(rows[-1])) for survey_id, rows in versions_of(survey_ids).items()}


def _asks(definition: Definition) -> Question | None:
    return next((one for one in definition.questions if one.is_consent and one.kind is Kind.STANCE), None)


def _consent(question: Question, whole: Group | None) -> Consent:
    cells = whole.counts.get(question.key, {}) if whole is not None else {}
    return Consent(
        title=question.title,
        agree=int(cells.get(Stance.AGREE.value, 0)),
        disagree=int(cells.get(Stance.DISAGREE.value, 0)),
        neutral=int(cells.get(Stance.NEUTRAL.value, 0)),
        answered=int(cells.get(ANSWERED, 0)),
    )
