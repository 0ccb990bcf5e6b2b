"""Where matters stand, and whose homes support them; for many at once."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from server.infra.db import db
from server.matters.models import AgendaPoint, Answer, Matter, Meeting, Merge, Minutes, Resolution, Support
from server.matters.rules.raised import Facts, State, state_of

#: Points of meetings that were announced and not called off.
_LIVE_POINTS = (
    sa.select(
        AgendaPoint.matter_id,
        AgendaPoint.id.label("point_id"),
        AgendaPoint.meeting_id,
        Meeting.starts_at,
        sa.exists().where(Minutes.meeting_id == Meeting.id).label("is_minuted"),
    )
    .join(Meeting, Meeting.id == AgendaPoint.meeting_id)
    .where(
        Meeting.announced_at.is_not(None), Meeting.called_off_at.is_(None), AgendaPoint.matter_id.is_not(None)
    )
    .subquery("live_points")
)


def is_owed(now: datetime) -> sa.ColumnElement[bool]:
    """Nobody answered it, it was not merged, and no announced meeting is still to speak of it or has minutes that say what it
    said. A meeting that is over and left none has answered nobody.
    """
    points = _LIVE_POINTS.c
    return sa.not_(
        sa.or_(
            sa.exists().where(Answer.matter_id == Matter.id),
            sa.exists().where(Merge.matter_id == Matter.id),
            sa.exists().where(
                points.matter_id == Matter.id, sa.or_(points.starts_at > now, points.is_minuted)
            ),
        )
    )


def states(rows: Collection[Matter], now: datetime) -> dict[int, State]:
    """Where each of these stands."""
    ids = [row.id for row in rows]
    points = _LIVE_POINTS.c
    answered = _ids(sa.select(Answer.matter_id).where(Answer.matter_id.in_(ids)))
    merged = _ids(sa.select(Merge.matter_id).where(Merge.matter_id.in_(ids)))
    on_agenda = _ids(sa.select(points.matter_id).where(points.matter_id.in_(ids), points.starts_at > now))
    minuted = _ids(sa.select(points.matter_id).where(points.matter_id.in_(ids), points.is_minuted))
    resolved = _ids(
        sa.select(points.matter_id)
        .join(Resolution, Resolution.point_id == points.point_id)
        .where(points.matter_id.in_(ids))
    )
    return {
        row.id: state_of(
            Facts(
                row.due_at,
                is_answered=row.id in answered,
                is_merged=row.id in merged,
                is_on_agenda=row.id in on_agenda,
                is_minuted=row.id in minuted,
                has_resolution=row.id in resolved,
            ),
            now,
        )
        for row in rows
    }


def supporters(matter_ids: Collection[int]) -> Mapping[int, int]:
    """How many homes stand behind each: its own, those that support it, and those of matters merged into it, each once."""
    target = sa.func.coalesce(Merge.into_id, Matter.id)
    whole = sa.select(target.label("target"), Matter.flat_id).outerjoin(Merge, Merge.matter_id == Matter.id)
    homes = sa.union(
        whole.where(target.in_(matter_ids), Matter.flat_id.is_not(None)),
        sa.select(target.label("target"), Support.flat_id)
        .select_from(Support)
        .join(Matter, Matter.id == Support.matter_id)
        .outerjoin(Merge, Merge.matter_id == Matter.id)
        .where(target.in_(matter_ids), Support.withdrawn_at.is_(None)),
    ).subquery("homes")
    found = sa.select(homes.c.target, sa.func.count().label("homes")).group_by(homes.c.target)
    return dict.fromkeys(matter_ids, 0) | {row.target: row.homes for row in db.session.execute(found)}


def home_supports(matter_ids: Collection[int], flat_ids: Collection[int]) -> dict[int, Support]:
    """Of these matters those that one of these homes supports, with the row that says so."""
    found = sa.select(Support).where(
        Support.matter_id.in_(matter_ids), Support.flat_id.in_(flat_ids), Support.withdrawn_at.is_(None)
    )
    return {row.matter_id: row for row in db.session.scalars(found.order_by(Support.id.desc()))}


def support_of(matter_id: int, flat_id: int) -> Support | None:
    """The row of this home, taken back or not."""
    found = sa.select(Support).where(Support.matter_id == matter_id, Support.flat_id == flat_id)
    return db.session.scalar(found)


def supporting_residents(matter_ids: Collection[int]) -> list[int]:
    """Who raised these or supports them: to be told what comes of it."""
    raised = sa.select(Matter.resident_id).where(Matter.id.in_(matter_ids), Matter.resident_id.is_not(None))
    support = sa.select(Support.resident_id).where(
        Support.matter_id.in_(matter_ids), Support.withdrawn_at.is_(None)
    )
    return sorted({int(one) for one in db.session.scalars(sa.union(raised, support))})


def _ids(found: sa.Select[int | None] | sa.Select[int]) -> set[int | None]:
    return set(db.session.scalars(found))
