"""What many answers of one survey find at once."""

from collections.abc import Sequence

import sqlalchemy as sa

from server.infra.db import db
from server.infra.statements import chunks
from server.kernel.errors import NotFound
from server.surveys.models import Survey, SurveyClaim, SurveyDraft, SurveyResponse
from server.surveys.queries.responses import FACTS, Before, facts_from
from server.surveys.rules.counting import ResponseFacts


def before_answering_all(survey_id: int, household_ids: Sequence[int]) -> dict[int, Before]:
    """What an answer finds of each of these households, which are held; drafts and earlier requests are asked apart."""
    survey = db.session.get(Survey, survey_id, populate_existing=True)
    if survey is None:
        raise NotFound
    facts: dict[int, list[ResponseFacts]] = {household_id: [] for household_id in household_ids}
    for some in chunks(household_ids):
        rows = FACTS.where(SurveyResponse.household_id.in_(some))
        for row in db.session.execute(rows, {"survey_id": survey_id}):
            facts[row.household_id].append(facts_from(row))
    state = survey.opened_at, survey.closes_at, survey.discarded_at is not None
    return {id_: Before(*state, found, has_draft=False, earlier=None) for id_, found in facts.items()}


def sent_before(client_keys: Sequence[str]) -> dict[str, tuple[str | None, int]]:
    """Digest and id of the responses that were made by these keys."""
    found: dict[str, tuple[str | None, int]] = {}
    for some in chunks(client_keys):
        rows = sa.select(SurveyResponse.client_key, SurveyResponse.client_digest, SurveyResponse.id).where(
            SurveyResponse.client_key.in_(some)
        )
        found |= {row.client_key: (row.client_digest, row.id) for row in db.session.execute(rows)}
    return found


def claims_of(survey_id: int) -> dict[int, str]:
    """By household, the browser that answered for it at the poster."""
    rows = sa.select(SurveyClaim.household_id, SurveyClaim.device).where(SurveyClaim.survey_id == survey_id)
    return {row.household_id: row.device for row in db.session.execute(rows)}


def drafts_of(survey_id: int) -> set[tuple[int, str]]:
    """Household and holder of every draft."""
    rows = sa.select(SurveyDraft.household_id, SurveyDraft.holder).where(SurveyDraft.survey_id == survey_id)
    return {(row.household_id, row.holder) for row in db.session.execute(rows)}
