"""What falls due of tickets, and the command that makes their rows anew."""

from datetime import timedelta

from server.infra.db import unit_of_work
from server.jobs.due import run_due
from server.tickets import queries
from server.tickets.rules.words import Level, State
from tests.conftest import START
from tests.factories.ledger import make_community
from tests.factories.tickets import make_ticket, move


def test_the_clock_goes_up_with_what_is_late_and_asks_again_about_what_is_done(app):
    late, done = (make_ticket(make_community().id).id for _ in range(2))
    move(done, "accept", "arrive", "finish")
    did = run_due(START + timedelta(days=4))
    assert (did["escalate-tickets"], did["ask-reporters"]) == (1, 1)
    assert queries.known(late).level is Level.COMMITTEE
    assert queries.known(done).state is State.DONE


def test_the_command_mends_a_row_that_is_not_what_its_acts_say(app):
    ticket = make_ticket(make_community().id)
    run = app.test_cli_runner().invoke
    assert "都对" in run(args=["tickets", "recompute"]).output
    with unit_of_work():
        queries.known(ticket.id).state = State.CONFIRMED
    assert "1 件有出入" in run(args=["tickets", "recompute"]).output
    assert queries.known(ticket.id).state is State.NEW
