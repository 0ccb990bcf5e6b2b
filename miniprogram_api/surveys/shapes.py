"""Rows of the house, in the shape the schemas send."""

from typing import Any

from miniprogram_api.surveys.reading import Home
from server.surveys import queries
from server.surveys.models import Survey, SurveyResponse
from server.surveys.queries import Answerer, Draft
from server.surveys.rules.stages import Stage


def survey_shape(of: Survey, stage: Stage) -> dict[str, Any]:
    return {
        "id": of.id,
        "community_id": of.community_id,
        "title": of.title,
        "stage": stage.value,
        "stage_name": stage.name_zh,
        "opened_at": of.opened_at,
        "closes_at": of.closes_at,
    }


def waiting_shape(one: Answerer) -> dict[str, Any]:
    return {"household_id": one.household.id, "label": one.household.label}


def home_shape(home: Home) -> dict[str, Any]:
    capacity = home.answerer.capacity
    return {
        **waiting_shape(home.answerer),
        "capacity": capacity.value if capacity else None,
        "answered": _answered_shape(home.answered) if home.answered else None,
        "draft": _draft_shape(home.draft) if home.draft else None,
        "claimed_at": home.claimed.answered_at if home.claimed else None,
    }


def response_shape(row: SurveyResponse, thanks: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "survey_id": row.survey_id,
        "household_id": row.household_id,
        "version": row.version_number,
        "answered_at": row.answered_at,
        "answers": queries.whole_answers(row),
        "thanks": thanks,
    }


def _answered_shape(row: SurveyResponse) -> dict[str, Any]:
    return {
        "id": row.id,
        "answered_at": row.answered_at,
        "channel": row.channel.value,
        "channel_name": row.channel.name_zh,
        "version": row.version_number,
        "answers": queries.whole_answers(row),
    }


def _draft_shape(draft: Draft) -> dict[str, Any]:
    return {"saved_at": draft.saved_at, "capacity": draft.capacity, "answers": draft.answers}
