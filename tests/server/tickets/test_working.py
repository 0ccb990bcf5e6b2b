"""Moving a ticket: from the report to the resident's word, in order, by whoever may, and never twice."""

import pytest

from server.infra.db import unit_of_work
from server.kernel.errors import Conflict, Refused
from server.tickets import actions, queries
from server.tickets.rules.words import Act, State
from tests.factories.ledger import make_community
from tests.factories.projects import make_photo
from tests.factories.tickets import COMMITTEE, make_ticket, move, step

pytestmark = pytest.mark.usefixtures("app")


def test_a_ticket_goes_from_the_report_to_the_residents_word():
    ticket = make_ticket(make_community().id)
    assert ticket.state is State.NEW
    done = move(ticket.id, "accept", "dispatch", "arrive", "start_work", "finish")
    assert done.state is State.DONE
    assert done.due_at is None
    ended = move(ticket.id, "confirm", actor=COMMITTEE)
    assert ended.state is State.CONFIRMED
    assert [one.act for one in queries.acts(ticket.id)] == [
        Act.REPORT, Act.ACCEPT, Act.DISPATCH, Act.ARRIVE, Act.START, Act.FINISH, Act.CONFIRM,
    ]  # fmt: skip


def test_of_two_who_close_at_once_the_second_is_told_who_was_first():
    ticket = make_ticket(make_community().id)
    move(ticket.id, "accept", "arrive")
    seen = ticket.version
    photos = [make_photo()]
    with unit_of_work():
        actions.finish(ticket.id, step(note="换了阀门。", photos=photos, seen=seen))
    with pytest.raises(Conflict, match="王师傅") as second, unit_of_work():
        actions.finish(ticket.id, step(COMMITTEE, note="我也办完了。", photos=photos, seen=seen))
    assert second.value.code == "moved_meanwhile"
    with pytest.raises(Refused, match="王师傅"), unit_of_work():
        actions.finish(ticket.id, step(COMMITTEE, note="没看页面就发了。", photos=photos))


def test_a_step_sent_twice_is_taken_once():
    ticket = make_ticket(make_community().id)
    sent = step(client_key="once")
    for _ in range(2):
        with unit_of_work():
            actions.accept(ticket.id, sent)
    assert len(queries.acts(ticket.id)) == 2
    with pytest.raises(Conflict), unit_of_work():
        actions.arrive(ticket.id, sent)
