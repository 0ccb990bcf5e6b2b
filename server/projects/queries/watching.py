"""What residents watch: supervisors, patrols, the punch list and claims; of what others read only what may be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

import sqlalchemy as sa

from server.infra.db import BigId, db
from server.kernel.chinatime import Period, china_day, last_day_of
from server.kernel.errors import NotFound
from server.kernel.pages import PAGE_SIZE, Page
from server.ledger import queries as ledger
from server.moderation import queries as moderation
from server.moderation.queries import Standing
from server.policies import queries as policies
from server.projects.models import (
    CompletionWithdrawal,
    DamageAct,
    DamageClaim,
    Evidence,
    HiddenWork,
    Patrol,
    PunchAct,
    PunchPoint,
    SecondLook,
    Supervisor,
    WorkCompletion,
    WorkItem,
)
from server.projects.models.items import Second
from server.projects.models.works import About
from server.projects.queries.recorded import evidence_about
from server.projects.rules.claims import ClaimState, claim_state, is_overdue
from server.projects.rules.points import Mark, PointAct, PointState, point_state, told

ABOUT_POINT = "projects.point"
ABOUT_PATROL = "projects.patrol"
ABOUT_PHOTO = "projects.photo"
#: Where an office left the list empty, a patrol still says how it looks.
WHOLE = "整体看下来怎么样"


@dataclass(frozen=True)
class PointCard:
    """A point with its acts, its pictures, and what others may read of it."""

    point: PunchPoint
    acts: tuple[PunchAct, ...]
    photos: tuple[Evidence, ...]
    act_photos: Mapping[int, Sequence[Evidence]]
    shown: Standing = field(default_factory=Standing)
    shown_photos: tuple[Evidence, ...] = ()

    @property
    def state(self) -> PointState:
        return point_state([act.kind for act in self.acts])

    @property
    def worked_off_by(self) -> list[str]:
        return [act.acted_by for act in self.acts if act.kind is PointAct.WORKED_OFF]

    @property
    def label(self) -> str:
        return f"{self.point.place}：{self.point.words}"

    def is_read_by(self, flat_ids: Collection[int]) -> bool:
        """Whether these households may read it: it is of one of them, or was passed for others."""
        return self.point.flat_id in flat_ids or self.shown.is_public


@dataclass(frozen=True)
class PatrolCard:
    patrol: Patrol
    photos: tuple[Evidence, ...]
    shown: Standing = field(default_factory=Standing)
    shown_photos: tuple[Evidence, ...] = ()

    @property
    def lines(self) -> list[tuple[str, Mark]]:
        return [(one["text"], Mark(one["mark"])) for one in self.patrol.answers]

    def count(self, mark: str) -> int:
        return sum(one["mark"] == mark for one in self.patrol.answers)

    @property
    def told(self) -> tuple[str, str]:
        return told(self.patrol.answers)


@dataclass(frozen=True)
class ClaimCard:
    claim: DamageClaim
    acts: tuple[DamageAct, ...]
    photos: tuple[Evidence, ...]

    @property
    def state(self) -> ClaimState:
        return claim_state([act.kind for act in self.acts])

    @property
    def paid_fen(self) -> int | None:
        return self.acts[-1].paid_fen if self.acts else None

    def is_overdue(self, today: date) -> bool:
        return is_overdue(self.state, self.claim.due_on, today)


@dataclass(frozen=True)
class Waiting:
    """What the works of a community wait for: counted in one statement, for a first page."""

    #: Claims without an answer, and of these the ones whose day has passed.
    unanswered: int
    overdue: int
    #: Points to be put right, and points to be looked at.
    to_put_right: int
    to_look_at: int
    #: Items that one person said are done, or are not done after all.
    completions: int


def works_waiting(community_id: int, today: date) -> Waiting:
    row = db.session.execute(_works_waiting(), {"community_id": community_id, "today": today}).one()
    return Waiting(*row)


@cache
def _works_waiting() -> sa.Select[*tuple[int, ...]]:
    community: sa.BindParameter[int] = sa.bindparam("community_id")
    open_claims = sa.select(sa.func.count()).where(
        DamageClaim.community_id == community, DamageClaim.id.not_in(sa.select(DamageAct.claim_id))
    )
    here = sa.select(sa.func.count()).where(PunchPoint.community_id == community)
    worked_off = _LAST_ACT == PointAct.WORKED_OFF
    completions = (
        sa.select(sa.func.count())
        .select_from(WorkCompletion)
        .join(WorkItem, WorkItem.id == WorkCompletion.item_id)
        .where(WorkItem.community_id == community)
    )
    asked = completions.join(CompletionWithdrawal, CompletionWithdrawal.completion_id == WorkCompletion.id)
    return sa.select(
        open_claims.scalar_subquery(),
        open_claims.where(DamageClaim.due_on < sa.bindparam("today")).scalar_subquery(),
        here.where(
            PunchPoint.id.in_(OPEN_POINTS), sa.or_(_LAST_ACT.is_(None), ~worked_off)
        ).scalar_subquery(),
        here.where(worked_off).scalar_subquery(),
        completions.where(WorkCompletion.id.not_in(_looked(Second.COMPLETION))).scalar_subquery()
        + asked.where(
            CompletionWithdrawal.id.not_in(_looked(Second.COMPLETION_WITHDRAWAL))
        ).scalar_subquery(),
    )


def _looked(about: Second) -> sa.Select[int]:
    return sa.select(SecondLook.about_id).where(SecondLook.about == about)


# ------------------------------------------------------------------ supervisors and patrols


def supervisors(community_id: int) -> list[Supervisor]:
    """Those who are so now, in the order they were named."""
    rows = sa.select(Supervisor).where(Supervisor.community_id == community_id, Supervisor.ended_at.is_(None))
    return list(db.session.scalars(rows.order_by(Supervisor.id)))


def supervises(flat_ids: Collection[int]) -> list[Supervisor]:
    rows = sa.select(Supervisor).where(Supervisor.flat_id.in_(flat_ids), Supervisor.ended_at.is_(None))
    return list(db.session.scalars(rows.order_by(Supervisor.id)))


def supervisor(supervisor_id: int, community_id: int) -> Supervisor:
    """Raises NotFound."""
    row = db.session.get(Supervisor, supervisor_id)
    if row is None or row.community_id != community_id:
        raise NotFound
    return row


def checklist(community_id: int, on: date) -> list[str]:
    place = ledger.place(community_id)
    found = policies.setting("works.patrol_checklist", place.division_path, on).value if place else []
    return list(found) or [WHOLE]


def patrols(community_id: int, page: int = 1, *, size: int = PAGE_SIZE) -> Page[PatrolCard]:
    """Newest first."""
    where = Patrol.community_id == community_id
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Patrol).where(where)) or 0
    found = sa.select(Patrol).where(where).order_by(Patrol.id.desc())
    rows = list(db.session.scalars(found.limit(size).offset((page - 1) * size)))
    photos = evidence_about(About.PATROL, [row.id for row in rows])
    shown = moderation.standing(ABOUT_PATROL, [row.id for row in rows])
    public = public_photos([one for held in photos.values() for one in held])
    cards = [
        PatrolCard(
            row,
            tuple(photos[row.id]),
            shown[row.id],
            tuple(one for one in photos[row.id] if one.id in public),
        )
        for row in rows
    ]
    return Page(cards, page, size, total)


# ------------------------------------------------------------------ the punch list


def points(
    community_id: int, page: int = 1, *, is_open: bool | None = None, size: int = PAGE_SIZE
) -> Page[PointCard]:
    """Those of a community; what is open first come, else newest first."""
    where = [PunchPoint.community_id == community_id]
    if is_open is not None:
        where.append(PunchPoint.id.in_(OPEN_POINTS) if is_open else PunchPoint.id.not_in(OPEN_POINTS))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(PunchPoint).where(*where)) or 0
    found = sa.select(PunchPoint).where(*where)
    order = PunchPoint.id.asc() if is_open else PunchPoint.id.desc()
    rows = db.session.scalars(found.order_by(order).limit(size).offset((page - 1) * size))
    return Page(_points(list(rows)), page, size, total)


def point(point_id: int, community_id: int) -> PointCard:
    """Raises NotFound."""
    row = db.session.get(PunchPoint, point_id)
    if row is None or row.community_id != community_id:
        raise NotFound
    return _points([row])[0]


def point_of_act(act_id: int) -> PointCard:
    """The point of which this was said. Raises LookupError."""
    of_act = sa.select(PunchPoint).join(PunchAct, PunchAct.point_id == PunchPoint.id)
    row = db.session.scalar(of_act.where(PunchAct.id == act_id))
    if row is None:
        raise LookupError(act_id)
    return _points([row])[0]


def points_of(flat_ids: Collection[int]) -> list[PointCard]:
    """Those that these households raised, newest first."""
    rows = sa.select(PunchPoint).where(PunchPoint.flat_id.in_(flat_ids)).order_by(PunchPoint.id.desc())
    return _points(list(db.session.scalars(rows)))


def open_points(project_id: int, item_id: int | None = None) -> list[str]:
    """What keeps the project (or one item of it) from being complete, in words."""
    where = [PunchPoint.project_id == project_id, PunchPoint.id.in_(OPEN_POINTS)]
    if item_id is not None:
        where.append(PunchPoint.item_id == item_id)
    rows = db.session.scalars(sa.select(PunchPoint).where(*where).order_by(PunchPoint.id))
    return [f"{row.place}（{row.words[:20]}）" for row in rows]


_NEWEST = (
    sa.select(sa.func.max(PunchAct.id)).where(PunchAct.point_id == PunchPoint.id).correlate(PunchPoint)
).scalar_subquery()
_LAST_ACT = sa.select(PunchAct.kind).where(PunchAct.id == _NEWEST).correlate(PunchPoint).scalar_subquery()
#: Ids of points that are not settled: nothing was said of them, or the last word settles nothing.
OPEN_POINTS = sa.select(PunchPoint.id).where(
    sa.or_(_LAST_ACT.is_(None), _LAST_ACT.not_in([PointAct.PASSED, PointAct.DECLINED]))
)


def open_counts(community_ids: Collection[int]) -> dict[int, int]:
    """How many points are not settled, by community; those without one are left out."""
    rows = db.session.execute(
        sa.select(PunchPoint.community_id, sa.func.count().label("open"))
        .where(PunchPoint.community_id.in_(community_ids), PunchPoint.id.in_(OPEN_POINTS))
        .group_by(PunchPoint.community_id)
    )
    return {row.community_id: row.open for row in rows}


def _points(rows: Sequence[PunchPoint]) -> list[PointCard]:
    ids = [row.id for row in rows]
    acts: dict[int, list[PunchAct]] = {one: [] for one in ids}
    found = sa.select(PunchAct).where(PunchAct.point_id.in_(ids)).order_by(PunchAct.id)
    for act in db.session.scalars(found):
        acts[act.point_id].append(act)
    photos = evidence_about(About.POINT, ids)
    act_photos = evidence_about(About.POINT_ACT, [act.id for held in acts.values() for act in held])
    shown = moderation.standing(ABOUT_POINT, ids)
    public = public_photos([one for held in photos.values() for one in held])
    return [
        PointCard(
            row,
            tuple(acts[row.id]),
            tuple(photos[row.id]),
            {act.id: act_photos[act.id] for act in acts[row.id]},
            shown[row.id],
            tuple(one for one in photos[row.id] if one.id in public),
        )
        for row in rows
    ]


def public_photos(rows: Sequence[Evidence]) -> set[int]:
    """Of these pictures, which were passed for others to see."""
    standing = moderation.standing(ABOUT_PHOTO, [row.id for row in rows])
    return {row.id for row in rows if standing[row.id].is_public}


def community_of_evidence(about: About, about_id: int) -> int | None:
    """Whose the row is that a picture shows; None where it is of the whole project."""
    rows: dict[About, sa.Select[int]] = {
        About.PATROL: sa.select(Patrol.community_id).where(Patrol.id == about_id),
        About.POINT: sa.select(PunchPoint.community_id).where(PunchPoint.id == about_id),
        About.POINT_ACT: sa.select(PunchPoint.community_id)
        .join(PunchAct, PunchAct.point_id == PunchPoint.id)
        .where(PunchAct.id == about_id),
        About.CLAIM: sa.select(DamageClaim.community_id).where(DamageClaim.id == about_id),
        About.HIDDEN: sa.select(WorkItem.community_id)
        .join(HiddenWork, HiddenWork.item_id == WorkItem.id)
        .where(HiddenWork.id == about_id),
    }
    return db.session.scalar(rows[about]) if about in rows else None


def flat_of_evidence(about: About, about_id: int) -> int | None:
    """The household that sent the picture."""
    rows: dict[About, sa.Select[int | None]] = {
        About.PATROL: sa.select(sa.cast(Patrol.flat_id, BigId)).where(Patrol.id == about_id),
        About.POINT: sa.select(PunchPoint.flat_id).where(PunchPoint.id == about_id),
        About.CLAIM: sa.select(sa.cast(DamageClaim.flat_id, BigId)).where(DamageClaim.id == about_id),
    }
    return db.session.scalar(rows[about]) if about in rows else None


# ------------------------------------------------------------------ claims


def claims(community_id: int, page: int = 1, *, size: int = PAGE_SIZE) -> Page[ClaimCard]:
    """Newest first; for those who answer them."""
    where = DamageClaim.community_id == community_id
    total = db.session.scalar(sa.select(sa.func.count()).select_from(DamageClaim).where(where)) or 0
    found = sa.select(DamageClaim).where(where).order_by(DamageClaim.id.desc())
    rows = db.session.scalars(found.limit(size).offset((page - 1) * size))
    return Page(_claims(list(rows)), page, size, total)


def claims_of(flat_ids: Collection[int]) -> list[ClaimCard]:
    """Those of these households, newest first: a claim is nobody else's to read."""
    rows = sa.select(DamageClaim).where(DamageClaim.flat_id.in_(flat_ids)).order_by(DamageClaim.id.desc())
    return _claims(list(db.session.scalars(rows)))


def claim(claim_id: int, community_id: int) -> ClaimCard:
    """Raises NotFound."""
    row = db.session.get(DamageClaim, claim_id)
    if row is None or row.community_id != community_id:
        raise NotFound
    return _claims([row])[0]


def unanswered(community_id: int) -> list[DamageClaim]:
    """Claims that nobody answered yet, the first due first."""
    rows = sa.select(DamageClaim).where(
        DamageClaim.community_id == community_id, DamageClaim.id.not_in(sa.select(DamageAct.claim_id))
    )
    return list(db.session.scalars(rows.order_by(DamageClaim.due_on, DamageClaim.id)))


def answer_due(community_id: int, now: datetime) -> date:
    """The last day for an answer to a claim that is made now. Raises NotFound."""
    today = china_day(now)
    return last_day_of(today, answer_period(community_id, today), policies.work_calendar(today))


def answer_period(community_id: int, on: date) -> Period:
    """Raises NotFound."""
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    return policies.period("works.claim_answer", place.division_path, on)


def _claims(rows: Sequence[DamageClaim]) -> list[ClaimCard]:
    ids = [row.id for row in rows]
    acts: dict[int, list[DamageAct]] = {one: [] for one in ids}
    found = sa.select(DamageAct).where(DamageAct.claim_id.in_(ids)).order_by(DamageAct.id)
    for act in db.session.scalars(found):
        acts[act.claim_id].append(act)
    photos = evidence_about(About.CLAIM, ids)
    return [ClaimCard(row, tuple(acts[row.id]), tuple(photos[row.id])) for row in rows]
