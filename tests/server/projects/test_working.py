from datetime import date

import pytest

from server.audit.queries import entries
from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.kernel.parts import Part
from server.ledger import queries as ledger
from server.projects import actions, queries
from server.projects.rules.items import Adopted
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import CONFIRMS, ENTERS, NOW, key, make_project
from tests.factories.works import CONTRACTOR, adopt, complete, hide, plan

pytestmark = pytest.mark.usefixtures("app")


def test_an_item_is_done_once_another_person_has_confirmed_it_and_the_rooms_above_learn_of_it():
    community = make_community()
    flat = ledger.flat(make_flat(community).id)
    assert flat is not None
    project = make_project(community)
    item = adopt(
        project, community, "给水立管更换", code="B02", part=Part.PIPES,
        building_id=flat.building_id, entrance_id=flat.entrance_id,
    )  # fmt: skip
    plan(item)
    complete(item, is_confirmed=None)
    assert queries.works_done(community.id) == []
    with pytest.raises(Refused, match="另一个人"), unit_of_work():
        actions.review_completion(project.id, item.id, is_confirmed=True, reason="", actor=ENTERS, now=NOW)
    with unit_of_work():
        actions.review_completion(project.id, item.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)
    (done,) = queries.works_done(community.id)
    assert (done.code, done.part, done.contractor, done.completed_on) == (
        "B02", Part.PIPES, CONTRACTOR, date(2026, 3, 20),
    )  # fmt: skip
    assert (done.building_id, done.entrance_id) == (flat.building_id, flat.entrance_id)
    with pytest.raises(Conflict, match="已经有人处理"), unit_of_work():
        actions.review_completion(project.id, item.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)
    with pytest.raises(Refused, match="已经完工"):
        plan(item)
    with pytest.raises(Refused, match="已经完工"):
        hide(item)


def test_a_completion_that_was_turned_down_may_be_entered_anew():
    project = make_project(community := make_community())
    item = adopt(project, community)
    with pytest.raises(Refused, match="先排"):
        complete(item)
    plan(item)
    complete(item, is_confirmed=False)
    assert not queries.item(item.id, project.id).is_done
    complete(item)
    assert queries.item(item.id, project.id).is_done


def test_the_same_list_of_items_twice_has_one_effect():
    project = make_project(community := make_community())
    one = Adopted(community.id, "B11", "楼道照明改造", Part.ELECTRICS)
    with unit_of_work():
        assert len(actions.adopt_items(project.id, items=[one, one], actor=ENTERS, now=NOW)) == 1
        assert actions.adopt_items(project.id, items=[one], actor=ENTERS, now=NOW) == []
    assert [card.label for card in queries.items_of_project(project.id)] == ["全小区，楼道照明改造"]
    assert len(entries(verb="projects.adopt_items").items) == 1


def test_items_of_a_building_elsewhere_are_not_taken():
    project = make_project(community := make_community())
    elsewhere = ledger.flat(make_flat(make_community(name="别处")).id)
    assert elsewhere is not None
    with pytest.raises(NotFound):
        adopt(project, community, building_id=elsewhere.building_id)
    with pytest.raises(Invalid, match="不在这个项目"):
        adopt(project, make_community(name="另一处"))


def test_a_moved_window_needs_a_reason_and_the_earlier_one_stays_readable():
    project = make_project(community := make_community())
    item = adopt(project, community)
    plan(item)
    with pytest.raises(Invalid, match="写原因"):
        plan(item, date(2026, 4, 1), date(2026, 4, 9))
    plan(item, date(2026, 4, 1), date(2026, 4, 9), reason="雨天停工")
    card = queries.item(item.id, project.id)
    assert card.window is not None and card.window.starts_on == date(2026, 4, 1)
    assert [one.reason for one in card.windows] == ["雨天停工", ""]


def test_a_call_sent_twice_has_one_effect():
    project = make_project(community := make_community())
    item = adopt(project, community)
    same = key()
    for _ in range(2):
        plan(item, client_key=same)
        hide(item, client_key=f"h{same}")
    assert len(queries.item(item.id, project.id).windows) == 1
    assert len(queries.hidden_works([item.id])) == 1
    with pytest.raises(Conflict):
        plan(item, client_key=same, contractor="另一家公司")


def test_an_item_of_another_project_is_as_if_it_were_not():
    project, other = make_project(community := make_community()), make_project(make_community(name="别处"))
    item = adopt(project, community)
    with pytest.raises(NotFound):
        queries.item(item.id, other.id)


def test_many_items_that_are_done_are_entered_at_once_by_the_rules_of_one():
    project = make_project(community := make_community())
    works = [
        actions.DoneWork(Adopted(community.id, code, title, part), CONTRACTOR, date(2026, 2, 2), date(2026, 2, 20))
        for code, title, part in (("B11", "楼道照明改造", Part.ELECTRICS), ("B13", "屋面", Part.ROOF_WET))
    ]  # fmt: skip

    def enter(second=CONFIRMS, works=works):
        with unit_of_work():
            return actions.enter_done(
                project.id, works, document="验收单", actor=ENTERS, second=second, now=NOW
            )

    with pytest.raises(Refused, match="另一个人"):
        enter(ENTERS)
    late = [actions.DoneWork(works[0].what, CONTRACTOR, date(2026, 2, 2), date(2026, 12, 31))]
    with pytest.raises(Invalid, match="还没有到"):
        enter(works=late)
    assert queries.items_of_project(project.id) == []
    assert len(enter()) == 2
    assert enter() == []
    assert {one.part for one in queries.works_done(community.id)} == {Part.ELECTRICS, Part.ROOF_WET}
    assert len(entries(verb="projects.review_completion").items) == 2
