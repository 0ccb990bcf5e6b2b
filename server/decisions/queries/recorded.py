"""What the rooms below keep of a community's money, plans and drawings, as its one page shows it."""

from server.decisions.queries.alarms import claims_of
from server.decisions.queries.drawings import drawing_in_force
from server.decisions.queries.whereabouts import Drawing, Recorded
from server.decisions.rules.money import CostLine, FundingLine
from server.projects import queries as projects
from server.projects.queries import ProjectLine


def recorded(community_id: int) -> Recorded:
    """Of its newest project, and of the newest formal plan it stands in."""
    newest = max(projects.projects_of(community_id), key=lambda line: line.plan_year, default=None)
    drawing = drawing_in_force(community_id)
    return Recorded(
        costs=_costs(newest),
        funding=_funding(newest),
        claim=claims_of([community_id]).get(community_id),
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
