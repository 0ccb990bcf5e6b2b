"""What projects offer to rooms above, to be joined: the project, its communities, the days of its stages, its money.

Sums of money are of whole projects; what falls to one community of several is `money.shares`.
"""

from datetime import date

import sqlalchemy as sa

from server.infra.db import BigId
from server.ledger.queries.selectables import COMMUNITY_PLACES, HOUSEHOLD_COUNTS
from server.projects.models import (
    CompletionWithdrawal,
    EventReview,
    EventWithdrawal,
    FundingLine,
    IllegalStructure,
    Project,
    ProjectCommunity,
    ProjectCost,
    SecondLook,
    StartPlan,
    StructureAct,
    WorkCompletion,
    WorksEvent,
)
from server.projects.models.items import Second
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from server.projects.rules.structures import StructureState

#: project_id, community_id, plan_year, name, division_id (the community's), households (0 where the ledger has none).
MEMBERS = (
    sa.select(
        ProjectCommunity.project_id,
        ProjectCommunity.community_id,
        ProjectCommunity.plan_year,
        COMMUNITY_PLACES.c.name,
        COMMUNITY_PLACES.c.division_id,
        sa.func.coalesce(HOUSEHOLD_COUNTS.c.households, 0).label("households"),
    )
    .join(COMMUNITY_PLACES, COMMUNITY_PLACES.c.id == ProjectCommunity.community_id)
    .outerjoin(HOUSEHOLD_COUNTS, HOUSEHOLD_COUNTS.c.community_id == ProjectCommunity.community_id)
    .subquery("project_members")
)

#: event_id: acts that two persons withdrew. They stay readable and count no more.
WITHDRAWN = (
    sa.select(EventWithdrawal.event_id)
    .join(
        SecondLook,
        sa.and_(SecondLook.about == Second.WITHDRAWAL, SecondLook.about_id == EventWithdrawal.id),
    )
    .where(SecondLook.is_confirmed)
)

#: completion_id: of items, as two persons withdrew them.
_UNDONE = (
    sa.select(CompletionWithdrawal.completion_id)
    .join(
        SecondLook,
        sa.and_(
            SecondLook.about == Second.COMPLETION_WITHDRAWAL, SecondLook.about_id == CompletionWithdrawal.id
        ),
    )
    .where(SecondLook.is_confirmed)
)

#: item_id, completed_on: items that are done, as a second person confirmed and nobody withdrew.
DONE_ITEMS = (
    sa.select(WorkCompletion.item_id, WorkCompletion.completed_on)
    .join(
        SecondLook,
        sa.and_(SecondLook.about == Second.COMPLETION, SecondLook.about_id == WorkCompletion.id),
    )
    .where(SecondLook.is_confirmed, WorkCompletion.id.not_in(_UNDONE))
    .subquery("done_work_items")
)

#: project_id, and a day for each kind of act that was confirmed: started_on, cleared_on, in_works_on, finished_on,
#: accepted_on, handed_over_on, reported_on. A project without one has no row: it is being prepared.
STAGE_DATES = (
    sa.select(
        WorksEvent.project_id,
        *(
            sa.func.max(sa.case((WorksEvent.kind == kind, WorksEvent.happened_on))).label(f"{kind.value}_on")
            for kind in EventKind
        ),
    )
    .join(EventReview, EventReview.event_id == WorksEvent.id)
    .where(EventReview.is_confirmed, WorksEvent.id.not_in(WITHDRAWN))
    .group_by(WorksEvent.project_id)
    .subquery("project_stage_dates")
)

#: project_id, month (its first day), planned_on (or null): the plan as it stands now.
CURRENT_STARTS = (
    sa.select(StartPlan.project_id, StartPlan.month, StartPlan.planned_on)
    .where(StartPlan.id.in_(sa.select(sa.func.max(StartPlan.id)).group_by(StartPlan.project_id)))
    .subquery("current_start_plans")
)

#: project_id, cost_fen: by the newest budget. A project without one has no row.
COSTS = (
    sa.select(ProjectCost.project_id, ProjectCost.amount_fen.label("cost_fen"))
    .where(ProjectCost.id.in_(sa.select(sa.func.max(ProjectCost.id)).group_by(ProjectCost.project_id)))
    .subquery("current_project_costs")
)


def _fen(entry: Entry) -> sa.ColumnElement[int]:
    """Summed in whole fen; PostgreSQL would make another kind of number of it."""
    amount = sa.case((FundingLine.entry == entry, FundingLine.amount_fen), else_=0)
    return sa.cast(sa.func.sum(amount), sa.BigInteger)


_FUNDING = sa.select(
    FundingLine.project_id,
    FundingLine.source,
    *(_fen(entry).label(f"{entry.value}_fen") for entry in Entry),
).group_by(FundingLine.project_id, FundingLine.source)

#: project_id, source, planned_fen, received_fen, spent_fen.
FUNDING_SUMS = _FUNDING.subquery("project_funding_sums")


def funding_sums_until(day: date) -> sa.Subquery:
    """The same of entries whose day is not after this one."""
    return _FUNDING.where(FundingLine.entered_on <= day).subquery("project_funding_sums_until")


#: division_id (the county), plan_year, source, planned_fen, received_fen, spent_fen: may be added up the tree.
FUNDING_BY_DIVISION = (
    sa.select(
        Project.division_id,
        Project.plan_year,
        FundingLine.source,
        *(_fen(entry).label(f"{entry.value}_fen") for entry in Entry),
    )
    .join(FundingLine, FundingLine.project_id == Project.id)
    .group_by(Project.division_id, Project.plan_year, FundingLine.source)
    .subquery("funding_by_division")
)

_SIZES = (
    sa.select(
        MEMBERS.c.project_id,
        sa.func.count().label("communities"),
        sa.cast(sa.func.sum(MEMBERS.c.households), sa.BigInteger).label("households"),
    )
    .group_by(MEMBERS.c.project_id)
    .subquery("project_member_sums")
)

#: project_id, division_id (the county), code, name, plan_year, body_name, plan_row_id, communities, households,
#: planned_month, planned_on, cost_fen, and the days of STAGE_DATES: one row for each project.
PROJECTS = (
    sa.select(
        Project.id.label("project_id"),
        Project.division_id,
        Project.code,
        Project.name,
        Project.plan_year,
        Project.body_name,
        Project.plan_row_id,
        sa.func.coalesce(_SIZES.c.communities, 0).label("communities"),
        sa.func.coalesce(_SIZES.c.households, 0).label("households"),
        CURRENT_STARTS.c.month.label("planned_month"),
        CURRENT_STARTS.c.planned_on,
        COSTS.c.cost_fen,
        *(STAGE_DATES.c[f"{kind.value}_on"] for kind in EventKind),
    )
    .outerjoin(_SIZES, _SIZES.c.project_id == Project.id)
    .outerjoin(CURRENT_STARTS, CURRENT_STARTS.c.project_id == Project.id)
    .outerjoin(COSTS, COSTS.c.project_id == Project.id)
    .outerjoin(STAGE_DATES, STAGE_DATES.c.project_id == Project.id)
    .subquery("project_lines")
)

_NEWEST_ACT = sa.select(sa.func.max(StructureAct.id)).group_by(StructureAct.structure_id)

#: community_id, project_id, and how many structures stand in each state: found, ordered, removed.
STRUCTURE_COUNTS = (
    sa.select(
        IllegalStructure.community_id,
        IllegalStructure.project_id,
        *(
            sa.cast(sa.func.sum(sa.case((StructureAct.state == state, 1), else_=0)), BigId).label(state.value)
            for state in StructureState
        ),
    )
    .join(StructureAct, StructureAct.structure_id == IllegalStructure.id)
    .where(StructureAct.id.in_(_NEWEST_ACT))
    .group_by(IllegalStructure.community_id, IllegalStructure.project_id)
    .subquery("structure_counts")
)
