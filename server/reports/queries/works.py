"""What plans and projects record, by community."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.decisions.queries.preparation import preparations
from server.infra.db import db
from server.kernel.chinatime import end_of
from server.plans import queries as plans
from server.projects import queries as projects
from server.projects.models import ProjectCommunity, StartPlan
from server.projects.queries.selectables import STAGE_DATES
from server.projects.rules.money import Money
from server.projects.rules.preparation import StepFact
from server.reports.rules.funding import packed

Found = dict[int, dict[str, Any]]
#: The days of acts that figures are made of.
_DAYS = ("started_on", "finished_on", "handed_over_on")


def of_plans(ids: Sequence[int]) -> Found:
    """The row in force in the newest formal plan. One that asked nobody claims nothing."""
    return {community_id: of_row(row) for community_id, row in plans.newest_in_force(ids).items()}


def of_row(row: sa.Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """Of one row in force, with the columns of `plans.ROWS_IN_FORCE`."""
    return {
        "plan_year": row.year,
        "plan_households": row.households,
        "claimed_base": row.claimed_base or None,
        "claimed_consenting": row.claimed_consenting if row.claimed_base else None,
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
            **funds(shares[project_id][community_id]),
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


def funds(share: Money) -> dict[str, Any]:
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


def steps_done_by(project_ids: Sequence[int], day: date) -> dict[int, int]:
    """How many steps of each were done by the end of that day; a step that was waived has no day, and counts."""
    if not project_ids:
        return {}
    return {
        project_id: sum(
            step.state.is_closed and (step.done_on is None or step.done_on <= day) for step in found
        )
        for project_id, found in preparations(project_ids, end_of(day)).items()
    }


def _days(project_ids: Sequence[int]) -> Found:
    """Only what another person has confirmed, and what was not withdrawn since."""
    rows = db.session.execute(
        sa.select(STAGE_DATES.c.project_id, *(STAGE_DATES.c[name] for name in _DAYS)).where(
            STAGE_DATES.c.project_id.in_(project_ids)
        )
    )
    found: Found = defaultdict(dict)
    for row in rows:
        found[row.project_id] = {name: day for name in _DAYS if (day := getattr(row, name)) is not None}
    return found


def _planned_starts(project_ids: Sequence[int]) -> dict[int, date]:
    rows = sa.select(StartPlan).where(StartPlan.project_id.in_(project_ids)).order_by(StartPlan.id)
    return {row.project_id: row.planned.due_on for row in db.session.scalars(rows)}
