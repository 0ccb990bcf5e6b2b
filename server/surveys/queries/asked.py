"""What is asked: surveys with their stage, their versions, campaigns."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rfc8785
import sqlalchemy as sa

from server.divisions import queries as divisions
from server.infra.db import asked_once, db, note_answer, table_of
from server.infra.statements import run
from server.kernel.errors import NotFound
from server.surveys.models import Campaign, Survey, SurveyCorrection, SurveyResponse, SurveyVersion
from server.surveys.rules.definition import Definition, read_definition
from server.surveys.rules.stages import Stage, stage_of


@dataclass(frozen=True)
class SurveyFacts:
    """A survey as a page has read it. It stays as it was then: whoever writes asks anew."""

    id: int
    community_id: int
    title: str
    intro: str
    building_ids: list[int]
    entrance_ids: list[int]
    version_number: int
    opened_at: datetime | None
    closes_at: datetime | None
    discarded_at: datetime | None


Asked = Survey | SurveyFacts


@dataclass(frozen=True)
class Form:
    """A survey with the questions of one version, as it is drawn and answered."""

    survey: Asked
    number: int
    fingerprint: str
    definition: Definition
    #: Beside the row, which a unit of work lets go of and would read again.
    survey_id: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "survey_id", self.survey.id)


def survey(survey_id: int, community_id: int | None = None) -> Survey | None:
    """One survey; with a community, None where it is another's."""
    found = db.session.get(Survey, survey_id)
    if found is None or (community_id is not None and found.community_id != community_id):
        return None
    return found


def known(survey_id: int, community_id: int | None = None) -> Survey:
    """The survey, or NotFound."""
    found = survey(survey_id, community_id)
    if found is None:
        raise NotFound
    return found


_OF_COMMUNITY = (
    sa.select(Survey)
    .where(Survey.community_id == sa.bindparam("community_id"), Survey.discarded_at.is_(None))
    .order_by(Survey.id.desc())
)


def surveys_of(community_id: int) -> list[Survey]:
    """All that were not discarded, newest first."""
    return asked_once(("surveys_of", community_id), lambda: _surveys_of(community_id))


def _surveys_of(community_id: int) -> list[Survey]:
    return list(db.session.scalars(_OF_COMMUNITY, {"community_id": community_id}))


def surveys_of_many(community_ids: Sequence[int], most: int = 30) -> list[Survey]:
    """The latest of these communities that were not discarded."""
    if not community_ids:
        return []
    rows = sa.select(Survey).where(Survey.community_id.in_(community_ids), Survey.discarded_at.is_(None))
    return list(db.session.scalars(rows.order_by(Survey.id.desc()).limit(most)))


def open_surveys(community_ids: Sequence[int], now: datetime) -> list[Survey]:
    """Those that take answers now, the first to close first."""
    if not community_ids:
        return []
    rows = sa.select(Survey).where(
        Survey.community_id.in_(community_ids),
        Survey.discarded_at.is_(None),
        Survey.opened_at <= now,
        Survey.closes_at > now,
    )
    return list(db.session.scalars(rows.order_by(Survey.closes_at, Survey.id)))


def stage(of: Asked, now: datetime) -> Stage:
    return stage_of(of.opened_at, of.closes_at, now, is_discarded=of.discarded_at is not None)


_surveys = table_of(Survey)
_DATES = sa.select(_surveys.c.opened_at, _surveys.c.closes_at, _surveys.c.discarded_at).where(
    _surveys.c.id == sa.bindparam("survey_id")
)


def stage_now(survey_id: int, now: datetime) -> Stage:
    """Read anew, for whoever writes. Raises NotFound."""
    row = run(_DATES, {"survey_id": survey_id}).first()
    if row is None:
        raise NotFound
    return stage_of(row.opened_at, row.closes_at, now, is_discarded=row.discarded_at is not None)


def version(survey_id: int, number: int) -> SurveyVersion:
    """Raises NotFound."""
    row = db.session.get(SurveyVersion, (survey_id, number))
    if row is None:
        raise NotFound
    return row


def versions(survey_id: int) -> list[SurveyVersion]:
    return asked_once(("survey_versions", survey_id), lambda: versions_of([survey_id])[survey_id])


_VERSIONS = (
    sa.select(SurveyVersion)
    .where(SurveyVersion.survey_id.in_(sa.bindparam("survey_ids", expanding=True)))
    .order_by(SurveyVersion.number)
)


def versions_of(survey_ids: Sequence[int]) -> dict[int, list[SurveyVersion]]:
    """The same of many surveys at once."""
    found: dict[int, list[SurveyVersion]] = {one: [] for one in survey_ids}
    for row in db.session.scalars(_VERSIONS, {"survey_ids": list(survey_ids)}):
        found[row.survey_id].append(row)
    for survey_id, some in found.items():
        note_answer(("survey_versions", survey_id), some)
    return found


def correction(survey_id: int) -> SurveyCorrection | None:
    """The questions that are being corrected, if they are."""
    return db.session.get(SurveyCorrection, survey_id)


def names_picture(survey_id: int, attachment_id: int) -> bool:
    """Whether some version of the questions, or their correction, shows this picture."""
    held = correction(survey_id)
    definitions = [definition_of(row) for row in versions(survey_id)]
    if held is not None:
        definitions.append(read_definition(held.definition))
    return any(attachment_id in definition.pictures for definition in definitions)


def form(of: Asked, number: int | None = None) -> Form:
    """The questions of a version; unless told, of the one in force."""
    row = version(of.id, number or of.version_number)
    return Form(of, row.number, row.fingerprint, definition_of(row))


def known_definition(survey_id: int, number: int, fingerprint: str) -> Definition:
    """The questions of a version whose fingerprint was just read."""
    return _read.get(fingerprint) or definition_of(version(survey_id, number))


def definition_of(row: SurveyVersion) -> Definition:
    known_by = row.fingerprint
    return _read.get(known_by) or _read.keep(known_by, row.definition)


class _Read:
    """The latest definitions, read once each: every answer needs one, and they hardly ever change."""

    def __init__(self) -> None:
        self._kept: dict[str, Definition] = {}

    def get(self, fingerprint: str) -> Definition | None:
        return self._kept.get(fingerprint)

    def keep(self, fingerprint: str, raw: dict[str, Any]) -> Definition:
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[fingerprint] = read_definition(raw)
        return self._kept[fingerprint]


MOST_KEPT = 200
_read = _Read()


def fingerprint_of(definition: dict[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(definition)).hexdigest()


def is_answered(survey_id: int) -> bool:
    """Whether any answer was ever given: from then on the questions are locked."""
    return bool(db.session.scalar(sa.select(sa.exists().where(SurveyResponse.survey_id == survey_id))))


def campaign(campaign_id: int) -> Campaign | None:
    return db.session.get(Campaign, campaign_id)


def campaigns_under(paths: Sequence[str]) -> list[Campaign]:
    """The campaigns of every division below any of these paths, newest first."""
    below = [Campaign.division_id.in_(divisions.subtree_ids(path)) for path in paths]
    rows = sa.select(Campaign).where(sa.or_(sa.false(), *below))
    return list(db.session.scalars(rows.order_by(Campaign.id.desc())))


def surveys_of_campaign(campaign_id: int) -> list[Survey]:
    rows = sa.select(Survey).where(Survey.campaign_id == campaign_id, Survey.discarded_at.is_(None))
    return list(db.session.scalars(rows.order_by(Survey.community_id)))
