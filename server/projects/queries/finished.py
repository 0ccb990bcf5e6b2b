"""Which communities are finished, and since when: what coverage by management and the watch for falling back are asked of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.infra.db import db
from server.projects.queries.listed import Reach
from server.projects.queries.selectables import MEMBERS, STAGE_DATES

_FINISHED_ON = sa.func.max(STAGE_DATES.c.finished_on).label("finished_on")


@dataclass(frozen=True)
class FinishedCommunity:
    id: int
    name: str
    #: Of its newest project that is finished.
    finished_on: date


def finished_on(community_ids: Collection[int]) -> dict[int, date]:
    """Of these communities the finished ones, each with the day of its newest completion."""
    return {one.id: one.finished_on for one in _finished(MEMBERS.c.community_id.in_(community_ids))}


def finished_within(reach: Reach) -> list[FinishedCommunity]:
    """All within reach, by name."""
    reached = [MEMBERS.c.division_id.in_(divisions.subtree_ids(path)) for path in reach.paths]
    if reach.community_ids:
        reached.append(MEMBERS.c.community_id.in_(reach.community_ids))
    return _finished(sa.or_(*reached)) if reached else []


def _finished(where: sa.ColumnElement[bool]) -> list[FinishedCommunity]:
    found = (
        sa.select(MEMBERS.c.community_id, MEMBERS.c.name, _FINISHED_ON)
        .join(STAGE_DATES, STAGE_DATES.c.project_id == MEMBERS.c.project_id)
        .where(where, STAGE_DATES.c.finished_on.is_not(None))
        .group_by(MEMBERS.c.community_id, MEMBERS.c.name)
        .order_by(MEMBERS.c.name, MEMBERS.c.community_id)
    )
    return [
        FinishedCommunity(row.community_id, row.name, row.finished_on) for row in db.session.execute(found)
    ]
