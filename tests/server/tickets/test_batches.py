"""Many tickets at once: as if each had been taken one by one, and in few statements."""

from datetime import timedelta

import pytest

from server.infra.db import unit_of_work
from server.kernel.errors import Refused
from server.projects.queries import Reach
from server.tickets import actions, queries
from server.tickets.actions import Course, Facts, Taken
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.words import Act, Category, Source, State
from tests.conftest import START
from tests.factories.ledger import make_community
from tests.factories.tickets import COMMITTEE, WORKER, key

pytestmark = pytest.mark.usefixtures("app")


def course(community_id, *acts):
    new = NewTicket(community_id, Category.WATER, Source.PHONE, key(), words="漏水")
    taken = [
        Taken(act, COMMITTEE if act is Act.CONFIRM else WORKER, START + timedelta(hours=number), "好的。",
              Facts(worker="王师傅") if act is Act.DISPATCH else Facts())
        for number, act in enumerate(acts, start=1)
    ]  # fmt: skip
    return Course(new, COMMITTEE, START, taken)


def test_courses_are_entered_as_if_taken_one_by_one():
    community = make_community()
    whole = (Act.ACCEPT, Act.DISPATCH, Act.ARRIVE, Act.FINISH, Act.CONFIRM)
    with unit_of_work():
        rows = actions.enter_courses([course(community.id, *whole[:many]) for many in range(6)])
    assert [row.state for row in rows] == [
        State.NEW, State.ACCEPTED, State.DISPATCHED, State.ON_SITE, State.DONE, State.CONFIRMED,
    ]  # fmt: skip
    assert [one.act for one in queries.acts(rows[-1].id)] == [Act.REPORT, *whole]
    assert queries.acts(rows[-1].id)[3].from_state is State.DISPATCHED
    with unit_of_work():
        assert actions.recompute()[0] == 0
    with unit_of_work():
        assert actions.accept(rows[0].id, actions.Step(WORKER, START, key())).state is State.ACCEPTED


def test_a_course_out_of_order_enters_none():
    community = make_community()
    with pytest.raises(Refused), unit_of_work():
        actions.enter_courses([course(community.id), course(community.id, Act.FINISH)])
    assert queries.counts(Reach((), (community.id,)), START)["open"] == 0
