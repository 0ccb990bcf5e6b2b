"""Projects as they are listed: which lie within someone's reach, and where each stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from server.divisions import queries as divisions
from server.infra.db import db
from server.kernel.errors import NotFound
from server.kernel.pages import PAGE_SIZE, Page
from server.ledger import queries as ledger
from server.ledger.queries.selectables import COMMUNITY_PLACES
from server.projects.models import EventReview, Project, ProjectCommunity, WorksEvent
from server.projects.queries.selectables import COSTS, CURRENT_STARTS, STAGE_DATES
from server.projects.rules.acts import EventKind, Stage, stage_of
from server.projects.rules.starts import PlannedStart, StartLine, StartState, start_state

_PLACES = COMMUNITY_PLACES.c


@dataclass(frozen=True)
class MemberCard:
    """A community of a project."""

    id: int
    name: str
    division_id: int
    households: int


@dataclass(frozen=True)
class ProjectLine:
    """One project with where it stands, from its confirmed acts."""

    id: int
    division_id: int
    code: str
    name: str
    plan_year: int
    body_name: str
    communities: int
    households: int
    plan: PlannedStart | None
    cost: int | None
    dates: dict[EventKind, date]

    @property
    def stage(self) -> Stage:
        return stage_of(self.dates)

    @property
    def started_on(self) -> date | None:
        return self.dates.get(EventKind.STARTED)

    @property
    def start(self) -> StartLine:
        return StartLine(self.id, self.communities, self.households, self.plan, self.started_on)

    def start_state(self, today: date) -> StartState:
        return start_state(self.plan, self.started_on, today)


@dataclass(frozen=True)
class Reach:
    """Divisions with all below them, and single communities beside them."""

    paths: Sequence[str]
    community_ids: Sequence[int] = ()


def project(project_id: int) -> Project | None:
    return db.session.get(Project, project_id)


def known(project_id: int) -> Project:
    """Raises NotFound."""
    row = project(project_id)
    if row is None:
        raise NotFound
    return row


def line(project_id: int) -> ProjectLine:
    """Raises NotFound."""
    return _lines([known(project_id)])[0]


def lines(reach: Reach, plan_year: int | None = None) -> list[ProjectLine]:
    """All within reach, of a plan year where one is given; by county and number."""
    found = sa.select(Project).where(*_where(reach, plan_year)).order_by(Project.division_id, Project.code)
    return _lines(db.session.scalars(found).all())


def page_of_lines(
    reach: Reach, plan_year: int | None = None, *, text: str = "", page: int = 1, size: int = PAGE_SIZE
) -> Page[ProjectLine]:
    """The same cut into pages; `text` is part of the name or the number, or of a community's name."""
    where = [*_where(reach, plan_year), *_named(text)]
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Project).where(*where)) or 0
    found = sa.select(Project).where(*where)
    found = found.order_by(Project.plan_year.desc(), Project.division_id, Project.code)
    rows = db.session.scalars(found.limit(size).offset((page - 1) * size)).all()
    return Page(_lines(rows), page, size, total)


def years(reach: Reach) -> list[int]:
    """The plan years that there are projects of, newest first."""
    found = sa.select(Project.plan_year).where(*_where(reach, None)).distinct()
    return sorted(db.session.scalars(found), reverse=True)


def projects_of(community_id: int) -> list[ProjectLine]:
    """Those a community is in, newest year first."""
    rows = lines(Reach((), (community_id,)))
    return sorted(rows, key=lambda one: -one.plan_year)


_NEWEST = (
    sa.select(Project)
    .join(ProjectCommunity, ProjectCommunity.project_id == Project.id)
    .where(ProjectCommunity.community_id == sa.bindparam("community_id"))
    .order_by(Project.plan_year.desc(), Project.division_id, Project.code)
    .limit(1)
)


def newest_of(community_id: int) -> Project | None:
    """The one of the latest plan year that a community is in."""
    return db.session.scalars(_NEWEST, {"community_id": community_id}).first()


_MEMBERS_OF = (
    sa.select(ProjectCommunity.project_id, _PLACES.id, _PLACES.name, _PLACES.division_id)
    .join(COMMUNITY_PLACES, _PLACES.id == ProjectCommunity.community_id)
    .where(ProjectCommunity.project_id.in_(sa.bindparam("project_ids", expanding=True)))
    .order_by(_PLACES.name)
)


def members(project_ids: Collection[int]) -> dict[int, list[MemberCard]]:
    """The communities of each of these projects, by name."""
    rows = db.session.execute(_MEMBERS_OF, {"project_ids": list(project_ids)}).all()
    households = ledger.household_counts({row.id for row in rows})
    found: dict[int, list[MemberCard]] = {one: [] for one in project_ids}
    for row in rows:
        card = MemberCard(row.id, row.name, row.division_id, households.get(row.id, 0))
        found[row.project_id].append(card)
    return found


def taken(community_ids: Collection[int], plan_year: int, *, besides: int | None = None) -> dict[int, str]:
    """Of these communities, which are in a project of that year (not `besides`), and its name."""
    rows = db.session.execute(
        sa.select(ProjectCommunity.community_id, Project.name)
        .join(Project, Project.id == ProjectCommunity.project_id)
        .where(
            ProjectCommunity.community_id.in_(community_ids),
            ProjectCommunity.plan_year == plan_year,
            ProjectCommunity.project_id != (besides or 0),
        )
    )
    return {row.community_id: row.name for row in rows}


def waiting(project_ids: Collection[int]) -> dict[int, set[EventKind]]:
    """Acts that were entered and nobody has confirmed or turned down, by project."""
    rows = db.session.execute(
        sa.select(WorksEvent.project_id, WorksEvent.kind)
        .outerjoin(EventReview, EventReview.event_id == WorksEvent.id)
        .where(WorksEvent.project_id.in_(project_ids), EventReview.event_id.is_(None))
    )
    found: dict[int, set[EventKind]] = {one: set() for one in project_ids}
    for row in rows:
        found[row.project_id].add(row.kind)
    return found


def waiting_for(community_id: int, actor_key: str) -> list[tuple[ProjectLine, list[MemberCard]]]:
    """The projects of a community in which an act waits that somebody else entered, each with its communities."""
    ids = set(
        db.session.scalars(
            sa.select(WorksEvent.project_id)
            .join(ProjectCommunity, ProjectCommunity.project_id == WorksEvent.project_id)
            .outerjoin(EventReview, EventReview.event_id == WorksEvent.id)
            .where(
                ProjectCommunity.community_id == community_id,
                EventReview.event_id.is_(None),
                WorksEvent.entered_by != actor_key,
            )
        )
    )
    if not ids:
        return []
    held = members(ids)
    return [(one, held[one.id]) for one in projects_of(community_id) if one.id in ids]


def _where(reach: Reach, plan_year: int | None) -> list[sa.ColumnElement[bool]]:
    reached = [_PLACES.division_id.in_(divisions.subtree_ids(path)) for path in reach.paths]
    if reach.community_ids:
        reached.append(_PLACES.id.in_(reach.community_ids))
    where: list[sa.ColumnElement[bool]] = [
        Project.id.in_(_ids_with(sa.or_(*reached) if reached else sa.false()))
    ]
    if plan_year is not None:
        where.append(Project.plan_year == plan_year)
    return where


def _named(text: str) -> list[sa.ColumnElement[bool]]:
    like = text.strip()
    if not like:
        return []
    return [
        sa.or_(
            Project.name.contains(like, autoescape=True),
            Project.code.contains(like, autoescape=True),
            Project.id.in_(_ids_with(_PLACES.name.contains(like, autoescape=True))),
        )
    ]


def _ids_with(community: sa.ColumnElement[bool]) -> sa.Select[int]:
    """Projects of which a community is such."""
    return (
        sa.select(ProjectCommunity.project_id)
        .join(COMMUNITY_PLACES, _PLACES.id == ProjectCommunity.community_id)
        .where(community)
    )


def _lines(rows: Sequence[Project]) -> list[ProjectLine]:
    """With one statement for each kind of fact, each narrowed to these projects."""
    ids = [row.id for row in rows]
    held = members(ids)
    plans, costs, days = (
        _by_key(source, "project_id", ids) for source in (CURRENT_STARTS, COSTS, STAGE_DATES)
    )
    return [
        ProjectLine(
            id=row.id,
            division_id=row.division_id,
            code=row.code,
            name=row.name,
            plan_year=row.plan_year,
            body_name=row.body_name,
            communities=len(held[row.id]),
            households=sum(one.households for one in held[row.id]),
            plan=PlannedStart(plans[row.id].month, plans[row.id].planned_on) if row.id in plans else None,
            cost=costs[row.id].cost_fen if row.id in costs else None,
            dates=_dates(days.get(row.id)),
        )
        for row in rows
    ]


def _by_key(source: sa.Subquery, key: str, ids: Collection[int]) -> dict[int, sa.Row[Any]]:
    rows = db.session.execute(sa.select(source).where(source.c[key].in_(ids)))
    return {getattr(row, key): row for row in rows}


def _dates(row: sa.Row[Any] | None) -> dict[EventKind, date]:
    if row is None:
        return {}
    days = {kind: getattr(row, f"{kind.value}_on") for kind in EventKind}
    return {kind: day for kind, day in days.items() if day is not None}
