"""What the rooms below keep of a community's money, plans and drawings, as its one page shows it."""

from server.decisions.queries.alarms import claims_of
from server.decisions.queries.drawings import drawing_in_force
from server.decisions.queries.whereabouts import Drawing, Recorded
from server.decisions.rules.money import CostLine, FundingLine
from server.projects import queries as projects
from server.projects.rules.money import Money


def recorded(community_id: int) -> Recorded:
    """Of its newest project, and of the newest formal plan it stands in."""
    newest, drawing = projects.newest_of(community_id), drawing_in_force(community_id)
    shares = {} if newest is None else projects.shares([newest.id])[newest.id]
    money = shares.get(community_id)
    return Recorded(
        costs=None if newest is None or money is None else _costs(newest.name, len(shares), money),
        funding=None if money is None else _funding(money),
        claim=claims_of([community_id]).get(community_id),
        drawings=None if drawing is None else (Drawing(drawing.row.title, f"第 {drawing.row.number} 版"),),
    )


def _costs(name: str, communities: int, money: Money) -> tuple[CostLine, ...] | None:
    """The budget of the project as one line: nobody divides it among items. Of several communities this one's part."""
    if money.cost is None:
        return None
    together = f"（{communities} 个小区合在一起，这是按户数分给这个小区的）" if communities > 1 else ""
    return (CostLine(f"{name}{together}", money.cost),)


def _funding(money: Money) -> tuple[FundingLine, ...] | None:
    return tuple(FundingLine(line.source.name_zh, line.planned) for line in money.lines) or None
