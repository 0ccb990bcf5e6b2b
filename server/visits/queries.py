"""What came of the visits: the last one to each household, and all to one."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.infra.db import db
from server.visits.models import Visit
from server.visits.rules import Purpose, Result


@dataclass(frozen=True)
class VisitCard:
    id: int
    household_id: int
    result: Result
    come_back_at: datetime | None
    note: str
    #: Who went, by name.
    visitor: str
    visited_at: datetime
    #: Of the visits to this household for this matter: 1 for the first.
    number: int


def last_visits(purpose: Purpose, about_id: int) -> dict[int, VisitCard]:
    """The newest visit to each household that was visited for this matter; `number` says how many there were."""
    counted = _numbered(Visit.purpose == purpose, Visit.about_id == about_id).subquery()
    latest = (
        sa.select(counted.c.household_id, sa.func.max(counted.c.number).label("number"))
        .group_by(counted.c.household_id)
        .subquery()
    )
    found = sa.select(counted).join(
        latest,
        sa.and_(latest.c.household_id == counted.c.household_id, latest.c.number == counted.c.number),
    )
    return {row.household_id: _card(row) for row in db.session.execute(found)}


def visits_of(household_id: int, *, purpose: Purpose, about_id: int) -> list[VisitCard]:
    """All visits to a household for this matter, newest first."""
    found = _numbered(
        Visit.household_id == household_id, Visit.purpose == purpose, Visit.about_id == about_id
    )
    return [_card(row) for row in db.session.execute(found.order_by(sa.desc("number")))]


def _numbered(
    *where: sa.ColumnElement[bool],
) -> sa.Select[int, int, Result, datetime, str, str, datetime, int]:
    """Visits in the order in which the doors were knocked at, not in which the telephones sent them."""
    in_order = sa.func.row_number().over(
        partition_by=Visit.household_id, order_by=(Visit.visited_at, Visit.id)
    )
    return sa.select(
        Visit.id,
        Visit.household_id,
        Visit.result,
        Visit.come_back_at,
        Visit.note,
        Visit.visitor,
        Visit.visited_at,
        in_order.label("number"),
    ).where(*where)


def _card(row: sa.Row[int, int, Result, datetime, str, str, datetime, int]) -> VisitCard:
    return VisitCard(
        row.id,
        row.household_id,
        row.result,
        row.come_back_at,
        row.note or "",
        row.visitor,
        row.visited_at,
        row.number,
    )
