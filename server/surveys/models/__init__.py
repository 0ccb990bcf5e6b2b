"""The tables of a survey: what is asked, what was answered, what counts. Responses are kept in tables that only grow."""

from server.surveys.models.answered import (
    SurveyClaim,
    SurveyDraft,
    SurveyPrivate,
    SurveyQuote,
    SurveyResponse,
    SurveyReview,
    SurveyText,
)
from server.surveys.models.asked import Campaign, Survey, SurveyCorrection, SurveyVersion
from server.surveys.models.counted import Counted, SurveySum
from server.surveys.models.exported import SurveyExport
from server.surveys.models.published import SurveyPublication

__all__ = [
    "Campaign",
    "Counted",
    "Survey",
    "SurveyClaim",
    "SurveyCorrection",
    "SurveyDraft",
    "SurveyExport",
    "SurveyPrivate",
    "SurveyPublication",
    "SurveyQuote",
    "SurveyResponse",
    "SurveyReview",
    "SurveySum",
    "SurveyText",
    "SurveyVersion",
]
