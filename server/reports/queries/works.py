"""What plans and projects record, by community."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.decisions.queries.preparation import preparations
from server.infra.db import db
from server.plans import queries as plans
from server.projects import queries as projects
from server.projects.models import EventReview, ProjectCommunity, StartPlan, WorksEvent
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Money
from server.projects.rules.preparation import StepFact
from server.reports.rules.funding import packed

Found = dict[int, dict[str, Any]]
#: Where the day of each confirmed act goes.
_DAYS = {
    EventKind.STARTED: "started_on",
    EventKind.FINISHED: "finished_on",
    EventKind.HANDED_OVER: "handed_over_on",
}


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


def of_projects(ids: Sequence[int], now: datetime) -> Found:
    """The project of the newest plan year: its steps, days and share of the money, as projects and decisions have them."""
    newest: dict[int, int] = {}
    rows = sa.select(ProjectCommunity).where(ProjectCommunity.community_id.in_(ids))
    for row in db.session.scalars(rows.order_by(ProjectCommunity.plan_year)):
        newest[row.community_id] = row.project_id
    if not newest:
        return {}
    known = sorted(set(newest.values()))
    days, starts, shares = _days(known), _planned_starts(known), projects.shares(known)
    steps = {project_id: _steps(found) for project_id, found in preparations(known, now).items()}
    return {
        community_id: {
            "project_id": project_id,
            **steps[project_id],
            "start_planned_on": starts.get(project_id),
            **days[project_id],
            **_funds(shares[project_id][community_id]),
        }
        for community_id, project_id in newest.items()
    }


def _steps(found: Sequence[StepFact]) -> dict[str, Any]:
    """Of a joint project the steps are those of the whole: one is done when it is done in every community."""
    days = [step.done_on for step in found if step.state.is_closed]
    is_ready = len(days) == len(found)
    return {
        "steps": len(found),
        "steps_done": len(days),
        "ready_on": max((on for on in days if on is not None), default=None) if is_ready else None,
    }


def _funds(share: Money) -> dict[str, Any]:
    """In fen; without any entry there is no record of money, without a budget none of cost."""
    found: dict[str, Any] = {} if share.cost is None else {"cost": share.cost}
    if share.lines:
        # One entry of any kind is a record of money: then nothing received is nought.
        found |= {
            "funds_planned": share.planned,
            "funds_received": share.received,
            "funds_spent": share.spent,
            "funds_by_source": packed(share.lines),
        }
    return found


def _days(project_ids: Sequence[int]) -> Found:
    """Only what another person has confirmed."""
    rows = db.session.execute(
        sa.select(WorksEvent.project_id, WorksEvent.kind, WorksEvent.happened_on)
        .join(EventReview, EventReview.event_id == WorksEvent.id)
        .where(
            WorksEvent.project_id.in_(project_ids), EventReview.is_confirmed, WorksEvent.kind.in_(list(_DAYS))
        )
        .order_by(WorksEvent.id)
    )
    found: Found = defaultdict(dict)
    for row in rows:
        found[row.project_id][_DAYS[row.kind]] = row.happened_on
    return found


def _planned_starts(project_ids: Sequence[int]) -> dict[int, date]:
    rows = sa.select(StartPlan).where(StartPlan.project_id.in_(project_ids)).order_by(StartPlan.id)
    return {row.project_id: row.planned.due_on for row in db.session.scalars(rows)}
