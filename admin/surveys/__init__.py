"""Surveys in the back office: one blueprint, its views by subject."""

from admin.surveys import (
    correcting,
    door,
    importing,
    keying,
    listing,
    making,
    paper,
    pictures,
    preview,
    publishing,
    questions,
    results,
    reviewing,
    running,
    sections,
)
from admin.surveys.pages import surveys

__all__ = [
    "correcting",
    "door",
    "importing",
    "keying",
    "listing",
    "making",
    "paper",
    "pictures",
    "preview",
    "publishing",
    "questions",
    "results",
    "reviewing",
    "running",
    "sections",
    "surveys",
]
