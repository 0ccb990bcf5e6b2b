"""What plans, projects and drawings say of a community comes to its one page."""

import pytest

from server.decisions import queries
from server.infra.db import db
from server.ledger.models import Community
from tests.factories import decisions as decided
from tests.factories import plans as planned
from tests.factories import projects, schemes
from tests.factories.ledger import make_community

pytestmark = pytest.mark.usefixtures("app")


def a_planned_community() -> Community:
    """In the frozen plan, which claims that 108 of 120 agree."""
    (row,) = planned.rows_in_force(planned.make_frozen(120))
    return db.session.get_one(Community, row.community_id)


def test_money_claim_and_drawings_are_those_of_the_newest_project_and_its_plan() -> None:
    community = a_planned_community()
    project = projects.make_project(community, plan_year=planned.YEAR)
    projects.make_cost(project, 1_000_000_00)
    projects.make_funding(project, 600_000_00)
    schemes.make_drawing(community, is_confirmed=True, title="总平面图")
    found = queries.recorded(community.id)
    at = queries.whereabouts(community.id, decided.OVER, found)
    assert (at.money.cost_fen, at.money.planned_fen, at.money.gap_fen) == (
        1_000_000_00,
        600_000_00,
        400_000_00,
    )
    assert found.claim is not None
    assert (found.claim.consenting, found.claim.base) == (108, 120)
    assert [one.version for one in found.drawings or ()] == ["第 1 版"]


def test_the_money_of_several_communities_together_is_said_to_be_so() -> None:
    one, other = make_community(), make_community()
    project = projects.make_project(one, other)
    projects.make_cost(project, 500_00)
    (line,) = queries.recorded(other.id).costs or ()
    assert "2 个小区合在一起" in line.title


def test_what_nobody_recorded_is_not_recorded() -> None:
    assert queries.recorded(make_community().id) == queries.Recorded()
