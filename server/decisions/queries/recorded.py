"""What the rooms below keep of a community's money, plans and drawings, as its one page shows it."""

from datetime import datetime

from server.decisions.queries.drawings import drawing_in_force
from server.decisions.queries.whereabouts import Drawing, Recorded
from server.decisions.rules.consent import Claim
from server.decisions.rules.money import CostLine, FundingLine
from server.kernel.chinatime import china_day
from server.plans import queries as plans
from server.projects import queries as projects
from server.projects.queries import ProjectLine


def recorded(community_id: int, now: datetime) -> Recorded:
    """Of its newest project, and of the frozen plan of that project's year; without a project, of this year's."""
    newest = max(projects.projects_of(community_id), key=lambda line: line.plan_year, default=None)
    year = newest.plan_year if newest is not None else china_day(now).year
    drawing = drawing_in_force(community_id)
    return Recorded(
        costs=_costs(newest),
        funding=_funding(newest),
        claim=_claim(community_id, year),
        drawings=None if drawing is None else (Drawing(drawing.row.title, f"第 {drawing.row.number} 版"),),
    )


def _costs(of: ProjectLine | None) -> tuple[CostLine, ...] | None:
    """The budget of the project as one line: nobody divides it among items or communities."""
    if of is None or of.cost is None:
        return None
    together = f"（{of.communities} 个小区合在一起）" if of.communities > 1 else ""
    return (CostLine(f"{of.name}{together}", of.cost),)


def _funding(of: ProjectLine | None) -> tuple[FundingLine, ...] | None:
    if of is None:
        return None
    lines = projects.money(of.id).lines
    return tuple(FundingLine(line.source.name_zh, line.planned) for line in lines) or None


def _claim(community_id: int, year: int) -> Claim | None:
    row = plans.row_in_force_of(community_id, year)
    if row is None or not row.claimed_base:
        return None
    return Claim(row.claimed_consenting, row.claimed_base, f"{year} 年度计划")
