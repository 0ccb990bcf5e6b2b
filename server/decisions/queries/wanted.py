"""What households said they want, to be set beside what was voted: the latest survey that closed and asked for items."""

from dataclasses import dataclass
from datetime import datetime

from server.surveys import queries as surveys
from server.surveys.queries import Coverage, Need
from server.surveys.rules.stages import Stage


@dataclass(frozen=True)
class Wanted:
    survey_id: int
    title: str
    closed_at: datetime
    coverage: Coverage
    #: The most wanted first.
    needs: list[Need]


def wanted(community_id: int, now: datetime) -> Wanted | None:
    """None where no closed survey asked which items are wanted."""
    for survey in surveys.surveys_of(community_id):
        if survey.closes_at is None or surveys.stage(survey, now) is not Stage.CLOSED:
            continue
        needs = surveys.needs_ranking(survey)
        if needs:
            return Wanted(survey.id, survey.title, survey.closes_at, surveys.coverage(survey), needs)
    return None
