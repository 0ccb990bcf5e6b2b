"""Which surveys of many communities closed with counted answers, and which are under way: asked at once for a list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.infra.db import db
from server.surveys.models import Counted, Survey


@dataclass(frozen=True)
class Asked:
    """A survey that was opened."""

    survey_id: int
    community_id: int
    closes_at: datetime | None
    #: Households whose answer counts.
    answered: int


def asked(community_ids: Collection[int], now: datetime) -> list[Asked]:
    """Every survey of these communities that was opened by now and not discarded, in the order they were made."""
    counts = (
        sa.select(Counted.survey_id, sa.func.count().label("answered"))
        .where(
            Counted.response_id.is_not(None),
            # Only theirs are counted, not a province's.
            Counted.survey_id.in_(sa.select(Survey.id).where(Survey.community_id.in_(community_ids))),
        )
        .group_by(Counted.survey_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            Survey.id,
            Survey.community_id,
            Survey.closes_at,
            sa.func.coalesce(counts.c.answered, 0).label("answered"),
        )
        .outerjoin(counts, counts.c.survey_id == Survey.id)
        .where(Survey.community_id.in_(community_ids), Survey.opened_at <= now, Survey.discarded_at.is_(None))
        .order_by(Survey.id)
    )
    return [Asked(row.id, row.community_id, row.closes_at, row.answered) for row in rows]
