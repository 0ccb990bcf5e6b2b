from datetime import date

import pytest
import sqlalchemy as sa

from server.audit.queries import entries
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.projects import actions, queries
from server.projects.queries import DONE_ITEMS, PROJECTS
from server.projects.rules.acts import EventKind, Stage
from tests.factories.ledger import make_community
from tests.factories.projects import CONFIRMS, ENTERS, NOW, key, make_event, make_project
from tests.factories.works import adopt, complete, plan

pytestmark = pytest.mark.usefixtures("app")


def ask(project, event, **facts):
    facts = {"reason": "日期填错了，实际没有竣工", "client_key": key(), "actor": ENTERS, **facts}
    with unit_of_work():
        return actions.ask_withdrawal(project.id, event.id, now=NOW, **facts)


def review(project, event, *, is_confirmed=True, actor=CONFIRMS):
    with unit_of_work():
        return actions.review_withdrawal(
            project.id,
            event.id,
            is_confirmed=is_confirmed,
            reason="" if is_confirmed else "没有错",
            actor=actor,
            now=NOW,
        )


def test_two_persons_withdraw_a_confirmed_act_which_stays_readable_and_may_be_entered_anew():
    project = make_project()
    make_event(project)
    finished = make_event(project, EventKind.FINISHED)
    same = key()
    assert ask(project, finished, client_key=same).id == ask(project, finished, client_key=same).id
    assert queries.line(project.id).stage is Stage.FINISHED
    with pytest.raises(Refused, match="另一个人"):
        review(project, finished, actor=ENTERS)
    review(project, finished)
    assert queries.line(project.id).stage is Stage.STARTED
    assert db.session.execute(sa.select(PROJECTS.c.finished_on)).scalar() is None
    card = queries.event(finished.id, project.id)
    assert card is not None
    assert (card.state_zh, card.event.document, card.withdrawal.reason[:5]) == (
        "已撤回",
        "开工令 3 号",
        "日期填错了",
    )
    with pytest.raises(Conflict, match="处理过"):
        review(project, finished)
    make_event(project, EventKind.FINISHED, date(2026, 3, 2))
    assert queries.line(project.id).stage is Stage.FINISHED
    assert len(queries.events(project.id)) == 3
    assert len(entries(verb="projects.ask_withdrawal").items) == 1


def test_an_act_counts_on_until_the_withdrawal_is_confirmed_and_when_it_is_turned_down():
    project = make_project()
    started = make_event(project)
    with pytest.raises(NotFound):
        review(project, started)
    ask(project, started)
    assert queries.event(started.id, project.id).state_zh == "撤回待确认"
    with pytest.raises(Conflict, match="正等另一个人"):
        ask(project, started)
    review(project, started, is_confirmed=False)
    assert queries.event(started.id, project.id).state_zh == "已确认"
    ask(project, started)
    review(project, started)
    assert queries.line(project.id).stage is Stage.PREPARATION


def test_what_later_acts_stand_on_is_not_withdrawn_before_them():
    project = make_project()
    started = make_event(project)
    ask(project, started)
    make_event(project, EventKind.FINISHED)
    with pytest.raises(Refused, match="先撤回后面的“竣工”"):
        review(project, started)
    with pytest.raises(Refused, match="只有已经确认的"):
        ask(project, make_event(project, EventKind.ACCEPTED, is_confirmed=None))


def test_an_act_that_waited_is_not_confirmed_once_what_it_stands_on_was_withdrawn():
    project = make_project()
    started = make_event(project)
    waits = make_event(project, EventKind.FINISHED, is_confirmed=None)
    ask(project, started)
    review(project, started)
    with pytest.raises(Refused, match="先要有确认过的“开工”"), unit_of_work():
        actions.review_event(project.id, waits.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)
    assert queries.line(project.id).stage is Stage.PREPARATION
    make_event(project)
    with unit_of_work():
        actions.review_event(project.id, waits.id, is_confirmed=True, reason="", actor=CONFIRMS, now=NOW)
    assert queries.line(project.id).stage is Stage.FINISHED


def test_an_act_of_another_project_is_as_if_it_were_not():
    event = make_event(make_project())
    with pytest.raises(NotFound):
        ask(make_project(), event)


def undo(item, **facts):
    facts = {"reason": "屋面只做了一半", "client_key": key(), "actor": ENTERS, **facts}
    with unit_of_work():
        return actions.ask_undoing(item.project_id, item.id, now=NOW, **facts)


def review_undoing(item, *, is_confirmed=True, actor=CONFIRMS):
    with unit_of_work():
        return actions.review_undoing(
            item.project_id,
            item.id,
            is_confirmed=is_confirmed,
            reason="" if is_confirmed else "做完了",
            actor=actor,
            now=NOW,
        )


@pytest.fixture
def done_item():
    community = make_community("甲院")
    item = adopt(make_project(community), community)
    plan(item)
    complete(item)
    return item


def test_two_persons_withdraw_an_items_completion_and_who_answers_for_it_answers_from_the_new_day(done_item):
    item = done_item
    same = key()
    assert undo(item, client_key=same).id == undo(item, client_key=same).id
    assert len(queries.works_done(item.community_id)) == 1
    assert queries.item(item.id, item.project_id).state(NOW.date()) == ("撤回待确认", "wait")
    assert queries.works_waiting(item.community_id, NOW.date()).completions == 1
    with pytest.raises(Refused, match="另一个人"):
        review_undoing(item, actor=ENTERS)
    review_undoing(item)
    assert queries.works_done(item.community_id) == []
    assert db.session.execute(sa.select(DONE_ITEMS)).all() == []
    assert queries.works_waiting(item.community_id, NOW.date()).completions == 0
    with pytest.raises(Conflict, match="处理过"):
        review_undoing(item)
    complete(item, date(2026, 3, 22))
    (again,) = queries.works_done(item.community_id)
    assert again.completed_on == date(2026, 3, 22)
    newest, first = queries.item(item.id, item.project_id).completions
    assert (newest.state_zh, first.state_zh) == ("已确认", "已撤回")
    assert (first.withdrawal.reason, first.completion.completed_on) == ("屋面只做了一半", date(2026, 3, 20))
    assert [row.item_id for row in db.session.execute(sa.select(DONE_ITEMS))] == [item.id]
    assert len(entries(verb="projects.ask_undoing").items) == 1


def test_a_completion_stands_where_its_withdrawal_was_turned_down(done_item):
    with pytest.raises(NotFound):
        review_undoing(done_item)
    with pytest.raises(Invalid, match="为什么撤回"):
        undo(done_item, reason=" ")
    undo(done_item)
    with pytest.raises(Conflict, match="正等另一个人"):
        undo(done_item)
    review_undoing(done_item, is_confirmed=False)
    assert len(queries.works_done(done_item.community_id)) == 1
    undo(done_item)
    review_undoing(done_item)
    assert queries.works_done(done_item.community_id) == []


def test_a_completion_nobody_confirmed_is_turned_down_and_not_withdrawn():
    community = make_community("甲院")
    item = adopt(make_project(community), community)
    plan(item)
    with pytest.raises(NotFound):
        undo(item)
    complete(item, is_confirmed=None)
    with pytest.raises(Refused, match="只有已经确认的"):
        undo(item)
