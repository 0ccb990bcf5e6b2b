"""What the households of a community were asked: the survey that speaks for it, its coverage, its consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.decisions.rules.consent import Base, Measure
from server.surveys import queries as surveys
from server.surveys.queries import Consent, Coverage
from server.surveys.rules.stages import Stage


@dataclass(frozen=True)
class Heard:
    survey_id: int
    title: str
    closes_at: datetime | None
    stage: Stage
    coverage: Coverage
    #: None where the survey does not ask for consent.
    consent: Consent | None

    @property
    def reached(self) -> Measure:
        """Households that answered, of all: vacant and unreachable ones stay in the base."""
        return Measure(self.coverage.answered, self.coverage.households)

    def consenting(self, base: Base) -> Measure | None:
        """Of the base; None where it was not asked, or the base is no base of households."""
        if self.consent is None or not base.is_of_survey:
            return None
        is_all = base is Base.HOUSEHOLDS_ALL
        return Measure(self.consent.agree, self.coverage.households if is_all else self.coverage.answered)


def heard(community_id: int, now: datetime) -> Heard | None:
    """None where no survey of all households was ever opened."""
    return heard_in(surveys.surveys_of(community_id), now).get(community_id)


def heard_in(some: Sequence[Any], now: datetime) -> dict[int, Heard]:
    """What these surveys heard by community; communities for which none speaks are left out."""
    chosen, consents = speaking(some, now)
    coverages = surveys.coverages(list(chosen.values())) if chosen else {}
    return {
        community_id: Heard(
            one.id,
            one.title,
            one.closes_at,
            surveys.stage(one, now),
            coverages[one.id],
            consents.get(one.id),
        )
        for community_id, one in chosen.items()
    }


def speaking(some: Sequence[Any], now: datetime) -> tuple[dict[int, Any], dict[int, Consent]]:
    """By community the one of these that speaks for it, on every floor: of those of all its households that were opened the
    newest that asks for consent, else the newest. Beside them, by survey, the consents that were asked for."""
    opened = sorted(
        (one for one in some if _is_of_all(one) and surveys.stage(one, now) in {Stage.OPEN, Stage.CLOSED}),
        key=lambda one: -one.id,
    )
    consents = surveys.consents(opened) if opened else {}
    chosen: dict[int, Any] = {}
    for one in opened:
        held = chosen.get(one.community_id)
        if held is None or (one.id in consents and held.id not in consents):
            chosen[one.community_id] = one
    return chosen, consents


def _is_of_all(survey: Any) -> bool:
    """What one building was asked says nothing of the others, and its coverage is not the community's."""
    return not survey.building_ids and not survey.entrance_ids
