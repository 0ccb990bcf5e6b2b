"""Plans and projects in the figures: what is final, what was confirmed, money that adds up, and the clock that sees it."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from server.audit.actions import record
from server.decisions import queries as decisions
from server.decisions.queries.preparation import preparation
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from server.ledger.rules.words import Pool
from server.plans.rules.words import FundSource
from server.projects import queries as project_queries
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry
from server.reports import actions, queries
from server.reports.rules.facts import Facts
from tests.factories import plans, projects
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_flat
from tests.factories.reports import NANMING, make_place, recompute, set_facts
from tests.factories.surveys import ANSWERS, WHOLE, answer, make_open_survey

pytestmark = pytest.mark.usefixtures("clock")
LATER = projects.NOW + timedelta(days=120)


def kept(community: Community, now: datetime = LATER) -> Facts:
    recompute(community.id, now=now)
    db.session.expire_all()
    return queries.facts_of([community.id])[community.id]


def test_only_a_plan_in_a_formal_document_counts():
    community = make_place()
    drafted = plans.make_plan()
    plans.add_row(drafted, 120, community)
    assert kept(community).plan_year is None
    with unit_of_work():
        plans.actions.submit_plan(drafted.id, actor=plans.SUBMITTING, now=plans.NOW)
    plans.freeze(drafted)
    facts = kept(community)
    assert (facts.plan_year, facts.plan_households) == (plans.YEAR, 120)
    assert facts.claimed_base == 120


def test_a_community_that_left_the_plan_is_no_longer_in_it():
    frozen = plans.make_frozen(120, 80)
    row = plans.rows_in_force(frozen)[0]
    community = db.session.get_one(Community, row.community_id)
    assert kept(community).plan_year == plans.YEAR
    plans.make_reported(row)
    assert kept(community).plan_year is None


def test_an_act_of_the_works_counts_once_another_person_has_confirmed_it():
    community = make_place()
    project = projects.make_project(community)
    projects.make_event(project, is_confirmed=None)
    facts = kept(community)
    assert (facts.project_id, facts.started_on, facts.steps, facts.steps_done) == (project.id, None, 8, 0)
    other = make_place()
    projects.make_event(projects.make_project(other), EventKind.STARTED, date(2026, 3, 2))
    assert kept(other).started_on == date(2026, 3, 2)


def test_six_steps_by_hand_are_not_yet_ready():
    community = make_place()
    project = projects.make_project(community)
    projects.make_all_steps(project)
    projects.make_plan(project, date(2026, 5, 1))
    facts = kept(community)
    assert (facts.steps_done, facts.ready_on) == (6, None)
    assert facts.start_planned_on == date(2026, 5, 31)


def test_the_money_of_a_joint_project_is_divided_by_households_and_adds_up():
    large, small = make_place(flats=2), make_place(flats=1)
    project = projects.make_project(large, small)
    assert (kept(large).funds_planned, kept(large).cost) == (None, None)
    projects.make_funding(project, 100)
    projects.make_funding(project, 50, entry=Entry.RECEIVED)
    projects.make_cost(project, 1000)
    both = kept(large), kept(small)
    assert [one.funds_planned for one in both] == [67, 33]
    assert sum(one.funds_received or 0 for one in both) == 50
    assert [one.funds_spent for one in both] == [0, 0]
    assert sum(one.cost or 0 for one in both) == 1000


def test_money_is_the_same_on_every_floor_and_adds_up_to_the_fen():
    """Projects, each community's own page, the kept figures, the monthly return and the county's sum tell one sum."""
    large, small, empty = make_place(flats=2), make_place(flats=1), make_place(flats=0)
    project = projects.make_project(large, small, empty)
    projects.make_funding(project, 1001)
    projects.make_funding(project, 11, FundSource.COUNTY)
    projects.make_funding(project, 500, entry=Entry.RECEIVED)
    projects.make_cost(project, 2000)
    alone = make_place(flats=1)
    projects.make_funding(projects.make_project(alone), 7)
    members = [large, small, empty]
    found = {one.id: kept(one) for one in (*members, alone)}
    pages = {one.id: decisions.recorded(one.id) for one in members}
    for one in members:
        planned = sum(line.planned_fen or 0 for line in pages[one.id].funding or ())
        cost = sum(line.amount_fen or 0 for line in pages[one.id].costs or ())
        assert (found[one.id].funds_planned, found[one.id].cost) == (planned, cost)
    whole = project_queries.money(project.id)
    assert sum(found[one.id].funds_planned or 0 for one in members) == whole.planned == 1012
    assert sum(found[one.id].cost or 0 for one in members) == whole.cost == 2000
    values = queries.sheet(get_division(NANMING), date(2026, 5, 1), LATER).values
    sums = db.session.execute(
        sa.select(project_queries.FUNDING_BY_DIVISION).where(
            project_queries.FUNDING_BY_DIVISION.c.division_id == get_division(NANMING).id
        )
    ).all()
    assert values["funds_planned"] == sum(row.planned_fen for row in sums) == 1019
    assert values["funds_received"] == sum(row.received_fen for row in sums) == 500


def test_a_step_of_a_joint_project_is_done_when_every_community_has_done_it():
    one, other = make_place(flats=1), make_place(flats=1)
    project = projects.make_project(one, other)
    projects.make_step(project)
    flat = make_flat(one, room="905")
    answer(make_open_survey(one, WHOLE), flat, ANSWERS)
    for community in (one, other):
        judged = preparation(project.id, LATER)
        assert kept(community).steps_done == sum(step.state.is_closed for step in judged) == 1
    assert (kept(one).surveyed_on, kept(other).surveyed_on) == (date(2026, 3, 20), None)


def test_what_happens_in_one_community_makes_the_figures_of_its_partners_anew():
    one, other = make_place(flats=1), make_place(flats=1)
    project = projects.make_project(one, other)
    projects.make_funding(project, 100)
    for _ in range(3):
        with unit_of_work():
            actions.recompute_due(projects.NOW)
    flat = make_flat(one, room="909")
    with unit_of_work():
        record(projects.ENTERS, "ledger.add_flat", "flat", flat.id, now=projects.NOW, community_id=one.id)
        actions.recompute_due(projects.NOW)
    db.session.expire_all()
    found = queries.facts_of([one.id, other.id])
    assert [found[each.id].funds_planned for each in (one, other)] == [67, 33]


def test_the_clock_sees_what_plans_and_projects_did():
    def look() -> None:
        with unit_of_work():
            actions.recompute_due(LATER)

    frozen = plans.make_submitted(120)
    started = make_place()
    project = projects.make_project(started)
    for _ in range(3):
        look()
    plans.freeze(frozen)
    projects.make_event(project)
    look()
    db.session.expire_all()
    found = queries.facts_of(queries.community_ids())
    assert found[started.id].started_on == date(2026, 3, 2)
    assert [one.plan_year for one in found.values() if one.community_id != started.id] == [plans.YEAR]
    assert list(found.values()) == list(queries.computed(found, LATER))


def test_candidates_are_listed_from_the_pools_with_their_numbers(client: FlaskClient):
    first, second, few, elsewhere = (make_place(name=f"{word}小区") for word in "甲乙丙丁")
    for community, agreed in ((first, 40), (second, 60)):
        set_facts(
            community,
            asked=100,
            answered=90,
            consent_answered=80,
            agreed=agreed,
            need_title="加装电梯",
            need_wanted=50,
            need_answered=80,
        )
        plans.make_move(community, Pool.PLAN)
    set_facts(few, asked=100, answered=9)
    plans.make_move(few, Pool.RESERVE)
    plans.make_move(elsewhere, Pool.IMPLEMENT)
    desk = sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    page = f"/admin/reports/{get_division(NANMING).id}/candidates"
    table = desk.get(page).text.split("<tbody>")[1]
    assert table.index("乙小区") < table.index("甲小区") < table.index("丙小区")
    assert "加装电梯 50 / 80 户 (62.5%)" in table
    assert "要至少 30 户" in table
    assert "丁小区" not in table
    assert "乙小区" not in desk.get(f"{page}?pool=reserve").text
    assert "没有等着改的小区" in desk.get(f"{page}?pool=none").text
    assert desk.get(f"{page}?pool=nothing").status_code == 404


def test_flats_of_a_project_may_grow_and_the_money_still_adds_up():
    one, other = make_place(flats=1), make_place(flats=1)
    project = projects.make_project(one, other)
    projects.make_funding(project, 101)
    make_flat(one, room="909")
    assert sum(kept(community).funds_planned or 0 for community in (one, other)) == 101
