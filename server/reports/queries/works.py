"""What plans and projects record, by community. Of a project over several communities the money is divided by households."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.infra.db import db
from server.kernel.chinatime import china_day
from server.ledger.models import Flat, Household
from server.notices.models import Notice, Objection
from server.notices.rules import NoticeKind
from server.plans import queries as plans
from server.projects.models import (
    EventReview,
    FundingLine,
    PrepStep,
    ProjectCommunity,
    ProjectCost,
    StartPlan,
    WorksEvent,
)
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from server.projects.rules.preparation import StepKind
from server.reports.rules.shares import divided

Found = dict[int, dict[str, Any]]
#: Where the day of each confirmed act goes.
_DAYS = {
    EventKind.STARTED: "started_on",
    EventKind.FINISHED: "finished_on",
    EventKind.HANDED_OVER: "handed_over_on",
}
_FUNDS = {Entry.PLANNED: "funds_planned", Entry.RECEIVED: "funds_received", Entry.SPENT: "funds_spent"}


def of_plans(ids: Sequence[int]) -> Found:
    """The row in force in the newest formal plan. One that asked nobody claims nothing."""
    return {
        community_id: {
            "plan_year": row.year,
            "plan_households": row.households,
            "claimed_base": row.claimed_base or None,
            "claimed_consenting": row.claimed_consenting if row.claimed_base else None,
        }
        for community_id, row in plans.newest_in_force(ids).items()
    }


def of_projects(households: Mapping[int, int], surveyed: Mapping[int, date | None], now: datetime) -> Found:
    """The project of the newest plan year: its steps, days and money. `surveyed`: the day each survey was done."""
    newest: dict[int, int] = {}
    rows = sa.select(ProjectCommunity).where(ProjectCommunity.community_id.in_(list(households)))
    for row in db.session.scalars(rows.order_by(ProjectCommunity.plan_year)):
        newest[row.community_id] = row.project_id
    if not newest:
        return {}
    projects = sorted(set(newest.values()))
    days, starts, funds = _days(projects), _planned_starts(projects), _funds(projects)
    steps, notices = _steps(projects), _result_notices(list(newest), now)
    found: Found = {}
    for community_id, project_id in newest.items():
        done = {
            **steps[project_id],
            StepKind.SURVEY: surveyed.get(community_id),
            StepKind.RESULT_NOTICE: notices.get(community_id),
        }
        finished = [on for on in done.values() if on is not None]
        found[community_id] = {
            "project_id": project_id,
            "steps": len(StepKind),
            "steps_done": len(finished),
            "ready_on": max(finished) if len(finished) == len(StepKind) else None,
            "start_planned_on": starts.get(project_id),
            **days[project_id],
            **funds.get(project_id, {}).get(community_id, {}),
        }
    return found


def _days(projects: Sequence[int]) -> Found:
    """Only what another person has confirmed."""
    rows = db.session.execute(
        sa.select(WorksEvent.project_id, WorksEvent.kind, WorksEvent.happened_on)
        .join(EventReview, EventReview.event_id == WorksEvent.id)
        .where(
            WorksEvent.project_id.in_(projects), EventReview.is_confirmed, WorksEvent.kind.in_(list(_DAYS))
        )
        .order_by(WorksEvent.id)
    )
    found: Found = defaultdict(dict)
    for row in rows:
        found[row.project_id][_DAYS[row.kind]] = row.happened_on
    return found


def _planned_starts(projects: Sequence[int]) -> dict[int, date]:
    rows = sa.select(StartPlan).where(StartPlan.project_id.in_(projects)).order_by(StartPlan.id)
    return {row.project_id: row.planned.due_on for row in db.session.scalars(rows)}


def _steps(projects: Sequence[int]) -> dict[int, dict[StepKind, date | None]]:
    """The newest word on each step that is entered by hand: the day it was done or waived."""
    found: dict[int, dict[StepKind, date | None]] = defaultdict(dict)
    rows = sa.select(PrepStep).where(PrepStep.project_id.in_(projects)).order_by(PrepStep.id)
    for row in db.session.scalars(rows):
        found[row.project_id][row.kind] = row.done_on
    return found


def _result_notices(ids: Sequence[int], now: datetime) -> dict[int, date]:
    """Communities whose survey result hung to its end with every objection answered: the day it was over."""
    waiting = sa.exists().where(Objection.notice_id == Notice.id, Objection.answered_at.is_(None))
    rows = db.session.execute(
        sa.select(Notice.community_id, Notice.last_on)
        .where(
            Notice.community_id.in_(ids),
            Notice.kind == NoticeKind.SURVEY_RESULT,
            Notice.withdrawn_at.is_(None),
            Notice.ends_at <= now,
            Notice.last_on <= china_day(now),
            ~waiting,
        )
        .order_by(Notice.last_on)
    )
    return {row[0]: row[1] for row in rows}


def _households(ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(Flat.community_id, sa.func.count())
        .join(Household, Household.flat_id == Flat.id)
        .where(Flat.community_id.in_(ids), Household.closed_at.is_(None))
        .group_by(Flat.community_id)
    )
    return {row[0]: row[1] for row in rows}


def _funds(projects: Sequence[int]) -> dict[int, Found]:
    """By project and community, in fen; a project without any entry has no record of money, one without a budget none of cost."""
    members: dict[int, list[int]] = defaultdict(list)
    for member in db.session.scalars(
        sa.select(ProjectCommunity).where(ProjectCommunity.project_id.in_(projects))
    ):
        members[member.project_id].append(member.community_id)
    weights = _households({one for some in members.values() for one in some})
    found: dict[int, Found] = {project: {one: {} for one in some} for project, some in members.items()}
    sums = _sums(projects)
    for project_id, name, fen in [*sums, *_costs(projects)]:
        mine = found[project_id]
        for one, part in divided(fen, {one: weights.get(one, 0) for one in mine}).items():
            mine[one][name] = part
    for project_id in {project_id for project_id, _, _ in sums}:
        # One kind of entry is a record of money: then nothing received is nought.
        for facts in found[project_id].values():
            for name in _FUNDS.values():
                facts.setdefault(name, 0)
    return found


def _sums(projects: Sequence[int]) -> list[tuple[int, str, int]]:
    rows = db.session.execute(
        sa.select(FundingLine.project_id, FundingLine.entry, sa.func.sum(FundingLine.amount_fen).label("fen"))
        .where(FundingLine.project_id.in_(projects))
        .group_by(FundingLine.project_id, FundingLine.entry)
    )
    return [(row.project_id, _FUNDS[row.entry], int(row.fen)) for row in rows]


def _costs(projects: Sequence[int]) -> list[tuple[int, str, int]]:
    """The newest budget of each project."""
    rows = sa.select(ProjectCost).where(ProjectCost.project_id.in_(projects)).order_by(ProjectCost.id)
    newest = {row.project_id: row.amount_fen for row in db.session.scalars(rows)}
    return [(project_id, "cost", fen) for project_id, fen in newest.items()]
