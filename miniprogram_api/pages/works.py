"""What everyone may read of a community's renovation works: how far they are, money by source, and how many illegal structures
are gone. No place of a structure, no picture, no paper, no name."""

from typing import Any

from flask import Blueprint, render_template

from miniprogram_api.guard import open_to_all
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.projects import queries
from server.projects.queries import ProjectLine
from server.projects.rules.acts import ORDER

works = Blueprint("works", __name__)


@works.get("/communities/<int:community_id>/works")
@open_to_all
def works_page(community_id: int) -> str:
    """The projects the community is in, the newest plan year first."""
    community = ledger.community(community_id)
    if community is None:
        raise NotFound
    lines = queries.projects_of(community_id)
    moneys = queries.moneys([one.id for one in lines])
    return render_template(
        "phone/community/works.html",
        community=community.name,
        community_id=community_id,
        projects=[(one, _stations(one), moneys[one.id], _others(one, community_id)) for one in lines],
        structures=queries.public_counts(community_id),
        under_way=_under_way(community_id) if lines else 0,
        open_points=queries.open_counts([community_id]).get(community_id, 0),
    )


def _under_way(community_id: int) -> int:
    """How many items are planned for today and not done."""
    today = china_day(now())
    return sum(
        card.window is not None and not card.is_done and card.window.starts_on <= today <= card.window.ends_on
        for card in queries.items_of_community(community_id)
    )


def _stations(line: ProjectLine) -> list[dict[str, Any]]:
    """The acts in their order, each with its day; those passed over are left out."""
    reached = max((ORDER.index(kind) for kind in ORDER if kind in line.dates), default=-1)
    return [
        {"word": kind.name_zh, "on": line.dates.get(kind)}
        for place, kind in enumerate(ORDER)
        if kind in line.dates or place > reached
    ]


def _others(line: ProjectLine, community_id: int) -> list[str]:
    return [one.name for one in queries.members([line.id])[line.id] if one.id != community_id]
