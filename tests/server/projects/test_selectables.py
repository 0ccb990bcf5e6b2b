"""What rooms above may join: one row for each project, and sums that add up."""

from datetime import date

import pytest
import sqlalchemy as sa

from server.infra.db import db
from server.plans.rules.words import FundSource
from server.projects import queries
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import (
    make_cost,
    make_event,
    make_funding,
    make_plan,
    make_project,
    make_structure,
)

pytestmark = pytest.mark.usefixtures("app")


def rows(selectable, *columns):
    found = sa.select(*(selectable.c[name] for name in columns)).order_by(selectable.c[columns[0]])
    return [tuple(row) for row in db.session.execute(found)]


def test_there_is_one_row_for_each_project_with_its_days_and_sums():
    first, second = make_community(), make_community()
    make_flat(first)
    make_flat(first, room="201")
    project = make_project(first, second)
    make_plan(project, date(2026, 5, 1), date(2026, 5, 20))
    make_event(project)
    make_event(project, EventKind.FINISHED, is_confirmed=False)
    make_cost(project, 900)
    make_project(name="另一个")
    assert rows(
        queries.PROJECTS, "code", "communities", "households", "planned_month", "planned_on", "cost_fen", "started_on", "finished_on"
    ) == [
        ("520102-2026-01", 2, 2, date(2026, 5, 1), date(2026, 5, 20), 900, date(2026, 3, 2), None),
        ("520102-2026-02", 1, 0, None, None, None, None, None),
    ]  # fmt: skip
    assert rows(queries.STAGE_DATES, "project_id", "started_on", "finished_on", "handed_over_on") == [
        (project.id, date(2026, 3, 2), None, None)
    ]
    assert rows(queries.COSTS, "cost_fen") == [(900,)]
    assert rows(queries.CURRENT_STARTS, "project_id", "planned_on") == [(project.id, date(2026, 5, 20))]


def test_money_is_summed_by_division():
    first, second = make_community(), make_community()
    project, other = make_project(first, second), make_project()
    make_funding(project, 1000, FundSource.COUNTY)
    make_funding(project, 300, FundSource.COUNTY, Entry.RECEIVED)
    make_funding(other, 50, FundSource.COUNTY, Entry.SPENT)
    county = get_division("520102").id
    sums = rows(
        queries.FUNDING_BY_DIVISION,
        "division_id",
        "plan_year",
        "source",
        "planned_fen",
        "received_fen",
        "spent_fen",
    )
    assert sums == [(county, 2026, FundSource.COUNTY, 1000, 300, 50)]
    assert all(isinstance(fen, int) for line in sums for fen in line[3:])


def test_structures_are_counted_by_community():
    first, second = make_community(), make_community()
    project = make_project(first, second)
    for community in (first, first, second):
        make_structure(project, community)
    assert sorted(rows(queries.STRUCTURE_COUNTS, "community_id", "found", "removed")) == [
        (first.id, 2, 0),
        (second.id, 1, 0),
    ]
