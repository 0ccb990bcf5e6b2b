from datetime import date

import pytest
import sqlalchemy as sa

from server.audit.queries import entries
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger.models import Community
from server.projects import actions, queries
from server.projects.models import Project, ProjectCommunity
from server.projects.queries import Reach
from tests.factories import plans
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import NOW, make_event, make_project, make_structure

pytestmark = pytest.mark.usefixtures("app")

YUNYAN_STREET = "520103024"


def changed(project, *communities, **facts):
    facts = {"name": project.name, "body_name": project.body_name, "plan_row_id": None, **facts}
    with unit_of_work():
        return actions.change_project(
            project.id, community_ids=[one.id for one in communities], actor=COMMAND, now=NOW, **facts
        )


def test_a_project_takes_in_neighbouring_communities_and_gets_the_countys_next_number():
    first, second, third = make_community("甲院"), make_community("乙院"), make_community("丙院")
    make_flat(first)
    make_flat(second)
    project, other = make_project(first, second), make_project(third)
    assert (project.code, other.code) == ("520102-2026-01", "520102-2026-02")
    assert project.division_id == get_division("520102").id
    line = queries.line(project.id)
    assert (line.communities, line.households, line.stage.value) == (2, 2, "preparation")
    assert {one.name for one in queries.members([project.id])[project.id]} == {"甲院", "乙院"}


def test_a_community_is_in_one_project_of_a_plan_year():
    community = make_community("甲院")
    make_project(community, name="北片")
    with pytest.raises(Invalid, match="甲院已经在“北片”里"):
        make_project(community)
    assert make_project(community, plan_year=2027).plan_year == 2027


def test_the_database_itself_refuses_a_second_project_of_that_year():
    community = make_community()
    make_project(community)
    other = make_project(make_community())
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        db.session.add(ProjectCommunity(project_id=other.id, community_id=community.id, plan_year=2026))


def test_a_community_carries_the_year_of_its_project():
    project, community = make_project(), make_community()
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        db.session.add(ProjectCommunity(project_id=project.id, community_id=community.id, plan_year=2030))


def test_communities_of_two_counties_make_no_project():
    with pytest.raises(Invalid, match="不在一个县"):
        make_project(make_community(), make_community(code=YUNYAN_STREET))


def test_a_number_of_ones_own_is_kept_and_not_given_twice():
    assert make_project(code="NM-7").code == "NM-7"
    with pytest.raises(Conflict, match="编号已经用了"):
        make_project(code="NM-7")


def test_the_same_request_twice_makes_one_project():
    community = make_community()
    first = make_project(community, client_key="same")
    assert make_project(community, client_key="same").id == first.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Project)) == 1
    with pytest.raises(Conflict):
        make_project(community, client_key="same", name="别的")


def test_a_community_that_does_not_exist_is_not_found():
    with pytest.raises(NotFound), unit_of_work():
        actions.create_project(
            name="片区", plan_year=2026, body_name="公司", community_ids=[987_654_321], client_key="k", actor=COMMAND, now=NOW
        )  # fmt: skip


def test_communities_may_be_changed_until_the_start():
    first, second, third = make_community("甲院"), make_community("乙院"), make_community("丙院")
    project = make_project(first, second)
    changed(project, second, third, name="新名字")
    assert {one.name for one in queries.members([project.id])[project.id]} == {"乙院", "丙院"}
    assert make_project(first).id != project.id
    make_event(project)
    with pytest.raises(Refused, match="已经开工"):
        changed(project, second)
    changed(project, second, third, body_name="另一家公司")
    assert queries.line(project.id).body_name == "另一家公司"


def test_a_community_with_recorded_structures_stays():
    first, second = make_community(), make_community()
    project = make_project(first, second)
    make_structure(project, first)
    with pytest.raises(Invalid, match="登记了违法建筑"):
        changed(project, second)


def test_a_change_is_read_in_the_audit_of_every_community_it_touches():
    first, second = make_community(), make_community()
    project = make_project(first)
    changed(project, second)
    for one in (first, second):
        (entry,) = entries(community_ids=[one.id], verb="projects.change").items
        assert entry.facts == {"community_ids": [[first.id], [second.id]]}
    changed(project, second)
    assert entries(community_ids=[second.id], verb="projects.change").total == 1


def test_projects_are_listed_by_reach_year_and_name():
    here, there = make_community("甲院"), make_community("乙院", code=YUNYAN_STREET)
    near, far = make_project(here, name="南片"), make_project(there, name="北片", plan_year=2027)
    nanming, guiyang = Reach([get_division("520102").path]), Reach([get_division("5201").path])
    assert [one.id for one in queries.lines(nanming)] == [near.id]
    assert {one.id for one in queries.lines(guiyang)} == {near.id, far.id}
    assert [one.id for one in queries.lines(guiyang, 2027)] == [far.id]
    assert queries.lines(Reach([])) == []
    assert [one.id for one in queries.lines(Reach((), [there.id]))] == [far.id]
    assert queries.years(guiyang) == [2027, 2026]
    for text in ("南片", "甲院", near.code):
        assert [one.id for one in queries.page_of_lines(guiyang, text=text).items] == [near.id], text
    assert queries.page_of_lines(guiyang, text="没有这个").total == 0
    assert [one.id for one in queries.projects_of(there.id)] == [far.id]


def test_a_street_sees_a_project_that_has_one_of_its_communities():
    project = make_project(make_community(), make_community(code="520102016"))
    for code in ("520102028", "520102016"):
        assert [one.id for one in queries.lines(Reach([get_division(code).path]))] == [project.id]
    assert queries.lines(Reach([get_division("520102017").path])) == []


def test_a_line_of_what_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        queries.line(987_654_321)
    with pytest.raises(NotFound):
        queries.known(987_654_321)


def test_a_project_names_the_row_of_the_plan_that_it_carries_out():
    (row,) = plans.rows_in_force(plans.make_frozen(120))
    community = db.session.get_one(Community, row.community_id)
    other = make_community()
    for wrong in ({"plan_row_id": 987_654_321}, {"plan_row_id": row.id, "plan_year": 2027}):
        with pytest.raises(Invalid) as refused:
            make_project(community, **wrong)
        assert list(refused.value.fields) == ["plan_row_id"]
    project = make_project(community, other, plan_row_id=row.id)
    assert queries.known(project.id).plan_row_id == row.id
    with pytest.raises(Invalid):
        changed(project, other, plan_row_id=row.id)
    plans.make_reported(row)
    assert changed(project, community, other, name="新名字", plan_row_id=row.id).plan_row_id == row.id
    assert changed(project, other).plan_row_id is None
    with pytest.raises(Invalid):
        changed(project, community, other, plan_row_id=row.id)


def test_the_days_are_of_the_due_year():
    project = make_project()
    dues = queries.dues(project.division_id, 2026, {}, date(2026, 7, 1))
    assert [(one.due_on, one.state.value) for one in dues] == [
        (date(2026, 6, 30), "overdue"),
        (date(2026, 12, 31), "ahead"),
        (date(2027, 1, 31), "ahead"),
    ]
