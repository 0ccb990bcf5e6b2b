"""Surveys on the telephone: one blueprint, its views by subject."""

from miniprogram_api.pages.surveys import sections, sent, starting
from miniprogram_api.pages.surveys.pages import survey_pages

__all__ = ["sections", "sent", "starting", "survey_pages"]
