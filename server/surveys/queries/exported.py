"""Counted responses one after another, with where the household lives: never all in memory."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from server.infra.db import db
from server.ledger.queries import HOUSEHOLD_PLACES
from server.surveys.models import Counted, Survey, SurveyExport, SurveyResponse

AT_ONCE = 1000
_ROWS = (
    sa.select(
        Counted.household_id,
        SurveyResponse.id,
        SurveyResponse.version_number,
        SurveyResponse.capacity,
        SurveyResponse.channel,
        SurveyResponse.proof,
        SurveyResponse.answered_at,
        SurveyResponse.answers,
        HOUSEHOLD_PLACES.c.building,
        HOUSEHOLD_PLACES.c.entrance,
        HOUSEHOLD_PLACES.c.room,
        HOUSEHOLD_PLACES.c.number,
    )
    .join(SurveyResponse, Counted.response_id == SurveyResponse.id)
    .join(HOUSEHOLD_PLACES, HOUSEHOLD_PLACES.c.id == Counted.household_id)
    .where(Counted.survey_id == sa.bindparam("survey_id"), Counted.household_id > sa.bindparam("after"))
    .order_by(Counted.household_id)
    .limit(AT_ONCE)
)


def counted_rows(of: Survey) -> Iterator[Any]:
    """Rows with the response's columns and building, entrance, room, number of its household, as the ledger has them in
    turn. Read by portions, each a statement of its own: whoever writes a file may commit its progress between them.
    """
    after = 0
    while rows := db.session.execute(_ROWS, {"survey_id": of.id, "after": after}).all():
        yield from rows
        after = rows[-1].household_id


def counted_total(of: Survey) -> int:
    found = sa.select(sa.func.count()).where(Counted.survey_id == of.id, Counted.response_id.is_not(None))
    return db.session.scalar(found) or 0


def export(export_id: int, survey_id: int) -> SurveyExport | None:
    row = db.session.get(SurveyExport, export_id)
    return row if row is not None and row.survey_id == survey_id else None


def exports_of(of: Survey) -> list[SurveyExport]:
    """The latest first."""
    rows = sa.select(SurveyExport).where(SurveyExport.survey_id == of.id).order_by(SurveyExport.id.desc())
    return list(db.session.scalars(rows.limit(10)))
