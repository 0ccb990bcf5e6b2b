"""Meetings with their agenda and minutes, and what was resolved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.pages import Page
from server.matters.models import AgendaPoint, Matter, Meeting, Minutes, Resolution, ResolutionAct
from server.matters.queries.threads import AT_ONCE, MatterCard, cards
from server.matters.rules.meetings import MeetingFacts, MeetingState, meeting_state
from server.matters.rules.resolutions import ResolutionState, resolution_state


@dataclass(frozen=True)
class MeetingCard:
    meeting: Meeting
    state: MeetingState
    points: int


@dataclass(frozen=True)
class PointLine:
    """A point of the agenda; of a matter the title that others may read."""

    point: AgendaPoint
    card: MatterCard | None

    @property
    def words(self) -> str:
        if self.card is None:
            return self.point.words
        return self.card.public_title or "一件没有公开的事"


@dataclass(frozen=True)
class ResolutionLine:
    """What was resolved, with how it stands."""

    resolution: Resolution
    meeting_id: int
    met_on: date
    acts: list[ResolutionAct]
    state: ResolutionState


def meeting(meeting_id: int, community_id: int) -> Meeting | None:
    """Only one of that community."""
    found = db.session.get(Meeting, meeting_id)
    return found if found is not None and found.community_id == community_id else None


def meeting_with(of: Meeting, now: datetime) -> MeetingCard:
    return _cards([of], now)[0]


def meetings_of(
    community_id: int, now: datetime, page: int = 1, *, only_announced: bool = False
) -> Page[MeetingCard]:
    """The latest first; for residents only those that were announced."""
    where = [Meeting.community_id == community_id]
    if only_announced:
        where.append(Meeting.announced_at.is_not(None))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Meeting).where(*where)) or 0
    found = sa.select(Meeting).where(*where).order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    rows = list(db.session.scalars(found.limit(AT_ONCE).offset((page - 1) * AT_ONCE)))
    return Page(_cards(rows, now), page, AT_ONCE, total)


def next_meetings(community_ids: Collection[int], now: datetime) -> list[MeetingCard]:
    """Announced and still to come, the nearest first."""
    found = sa.select(Meeting).where(
        Meeting.community_id.in_(community_ids),
        Meeting.announced_at.is_not(None),
        Meeting.called_off_at.is_(None),
        Meeting.starts_at > now,
    )
    rows = list(db.session.scalars(found.order_by(Meeting.starts_at, Meeting.id).limit(AT_ONCE)))
    return _cards(rows, now)


def minuted_counts(community_id: int, now: datetime) -> tuple[int, int]:
    """Meetings whose minutes stand, and those whose hour has come and whose minutes nobody has written."""
    is_minuted = Meeting.id.in_(sa.select(Minutes.meeting_id))
    found = sa.select(sa.func.count().filter(is_minuted), sa.func.count().filter(~is_minuted)).where(
        Meeting.community_id == community_id,
        Meeting.announced_at.is_not(None),
        Meeting.called_off_at.is_(None),
        Meeting.starts_at <= now,
    )
    minuted, unminuted = db.session.execute(found).one()
    return minuted, unminuted


def points_of(meeting_id: int, now: datetime) -> list[PointLine]:
    """The agenda in its order."""
    found = sa.select(AgendaPoint).where(AgendaPoint.meeting_id == meeting_id)
    points = list(db.session.scalars(found.order_by(AgendaPoint.id)))
    ids = [point.matter_id for point in points if point.matter_id is not None]
    rows = list(db.session.scalars(sa.select(Matter).where(Matter.id.in_(ids))))
    known = {one.matter.id: one for one in cards(rows, now)}
    return [PointLine(point, known.get(point.matter_id or 0)) for point in points]


def minutes_of(meeting_id: int) -> list[Minutes]:
    """Newest first: the first holds."""
    found = sa.select(Minutes).where(Minutes.meeting_id == meeting_id)
    return list(db.session.scalars(found.order_by(Minutes.id.desc())))


def meetings_of_matter(matter_id: int, now: datetime) -> list[MeetingCard]:
    """The meetings that had it on their agenda, in order of time."""
    found = (
        sa.select(Meeting)
        .join(AgendaPoint, AgendaPoint.meeting_id == Meeting.id)
        .where(AgendaPoint.matter_id == matter_id)
    )
    return _cards(list(db.session.scalars(found.order_by(Meeting.starts_at, Meeting.id))), now)


def resolution(resolution_id: int, community_id: int, today: date) -> ResolutionLine | None:
    """Only one of that community."""
    found = _resolutions(today, [Resolution.id == resolution_id, Meeting.community_id == community_id])
    return found[0] if found else None


def resolutions_of(community_id: int, today: date, *, meeting_id: int | None = None) -> list[ResolutionLine]:
    """What still waits first, by its day; then what is over."""
    where: list[sa.ColumnElement[bool]] = [Meeting.community_id == community_id]
    if meeting_id is not None:
        where.append(Meeting.id == meeting_id)
    waits = {ResolutionState.OPEN, ResolutionState.LATE}
    return sorted(_resolutions(today, where), key=lambda one: one.state not in waits)


def resolutions_of_matter(matter_id: int, today: date) -> list[ResolutionLine]:
    return _resolutions(today, [AgendaPoint.matter_id == matter_id])


def _resolutions(today: date, where: Sequence[sa.ColumnElement[bool]]) -> list[ResolutionLine]:
    found = (
        sa.select(Resolution, Meeting.id.label("meeting_id"), Meeting.starts_at)
        .join(AgendaPoint, AgendaPoint.id == Resolution.point_id)
        .join(Meeting, Meeting.id == AgendaPoint.meeting_id)
        .where(*where)
        .order_by(Resolution.due_on, Resolution.id)
    )
    rows = db.session.execute(found).all()
    acts: dict[int, list[ResolutionAct]] = {row.Resolution.id: [] for row in rows}
    said = sa.select(ResolutionAct).where(ResolutionAct.resolution_id.in_(acts))
    for act in db.session.scalars(said.order_by(ResolutionAct.id)) if rows else ():
        acts[act.resolution_id].append(act)
    return [
        ResolutionLine(
            row.Resolution,
            row.meeting_id,
            china_day(row.starts_at),
            acts[row.Resolution.id],
            _state(row.Resolution, acts[row.Resolution.id], today),
        )
        for row in rows
    ]


def _state(row: Resolution, acts: Sequence[ResolutionAct], today: date) -> ResolutionState:
    last = acts[-1] if acts else None
    return resolution_state(row.due_on, last.outcome if last else None, last.done_on if last else None, today)


def _cards(rows: Sequence[Meeting], now: datetime) -> list[MeetingCard]:
    ids = [row.id for row in rows]
    counted = (
        sa.select(AgendaPoint.meeting_id, sa.func.count().label("points"))
        .where(AgendaPoint.meeting_id.in_(ids))
        .group_by(AgendaPoint.meeting_id)
    )
    points = {row.meeting_id: row.points for row in db.session.execute(counted)}
    written = set(db.session.scalars(sa.select(Minutes.meeting_id).where(Minutes.meeting_id.in_(ids))))
    return [
        MeetingCard(
            row,
            meeting_state(
                MeetingFacts(
                    row.starts_at,
                    is_announced=row.announced_at is not None,
                    is_called_off=row.called_off_at is not None,
                    is_minuted=row.id in written,
                ),
                now,
            ),
            points.get(row.id, 0),
        )
        for row in rows
    ]
