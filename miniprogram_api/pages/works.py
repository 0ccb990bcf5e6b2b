"""What everyone may read of a community's renovation works: how far they are, money by source, and how many illegal structures
are gone. No place of a structure, no picture, no paper, no name."""

from typing import Any

from flask import Blueprint, render_template

from miniprogram_api.guard import open_to_all
from miniprogram_api.works.reading import ProjectCard, project_cards
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.projects import queries

works = Blueprint("works", __name__)


@works.get("/communities/<int:community_id>/works")
@open_to_all
def works_page(community_id: int) -> str:
    """The projects the community is in, the newest plan year first."""
    community = ledger.community(community_id)
    if community is None:
        raise NotFound
    cards = project_cards(community_id)
    return render_template(
        "phone/community/works.html",
        community=community.name,
        community_id=community_id,
        projects=[(one.line, _stations(one), one.money, one.others) for one in cards],
        structures=queries.public_counts(community_id),
        under_way=_under_way(community_id) if cards else 0,
        open_points=queries.open_counts([community_id]).get(community_id, 0),
    )


def _under_way(community_id: int) -> int:
    """How many items are planned for today and not done."""
    today = china_day(now())
    return sum(
        card.window is not None and not card.is_done and card.window.starts_on <= today <= card.window.ends_on
        for card in queries.items_of_community(community_id)
    )


def _stations(card: ProjectCard) -> list[dict[str, Any]]:
    return [{"word": kind.name_zh, "on": on} for kind, on in card.stations]
