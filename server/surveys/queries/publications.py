"""What was published of surveys, version by version: what stays as it was whatever is still keyed in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.chinatime import china_day, last_day
from server.notices import queries as notices
from server.notices.rules import NoticeKind
from server.surveys.models import Survey, SurveyPublication


@dataclass(frozen=True)
class Published:
    """One version of one survey's result."""

    survey_id: int
    number: int
    households: int
    answered: int
    consent_answered: int | None
    agreed: int | None
    closed_on: date
    published_on: date
    reason: str
    #: Whether its notice was not withdrawn since.
    stands: bool


def last_publication(survey_id: int) -> SurveyPublication | None:
    found = sa.select(SurveyPublication).where(SurveyPublication.survey_id == survey_id)
    return db.session.scalar(found.order_by(SurveyPublication.number.desc()).limit(1))


def publications_of(community_ids: Collection[int]) -> dict[int, list[Published]]:
    """By community, all versions of the survey of all its households that was published last, the oldest first."""
    standing = {one.notice_id for one in notices.standing_of(NoticeKind.SURVEY_RESULT, community_ids)}
    rows = db.session.execute(
        sa.select(SurveyPublication, Survey)
        .join(Survey, Survey.id == SurveyPublication.survey_id)
        .where(Survey.community_id.in_(community_ids))
        .order_by(SurveyPublication.id)
    )
    found: dict[int, list[Published]] = {}
    for row, of in rows:
        if of.building_ids or of.entrance_ids:
            continue
        held = found.setdefault(of.community_id, [])
        if held and held[-1].survey_id != of.id:
            held.clear()
        held.append(_published(row, of, stands=row.notice_id in standing))
    return found


def _published(row: SurveyPublication, of: Survey, *, stands: bool) -> Published:
    return Published(
        survey_id=of.id,
        number=row.number,
        households=row.households,
        answered=row.answered,
        consent_answered=row.consent_answered,
        agreed=row.agreed,
        closed_on=last_day(of.closes_at or row.published_at),
        published_on=china_day(row.published_at),
        reason=row.reason,
        stands=stands,
    )
