"""Moving a ticket: from the report to the resident's word, in order, by whoever may, and never twice."""

import contextlib
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from server.identity.rules.permissions import Role
from server.infra.db import db, unit_of_work
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.messages import queries as messages
from server.messages.rules import Recipient
from server.projects.queries import Reach
from server.tickets import actions, queries
from server.tickets.rules.words import Act, Category, Priority, State
from tests.conftest import START
from tests.factories.identity import make_resident, make_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.policies import make_policy
from tests.factories.projects import make_photo
from tests.factories.tickets import COMMITTEE, WORKER, make_ticket, move, step

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


def test_what_a_step_must_say_is_asked_for_and_nothing_is_half_done():
    community = make_community()
    ticket = make_ticket(community.id)
    complaint = make_ticket(community.id, Category.FEE, words="多收了钱")
    with pytest.raises(Invalid, match="答复一句"), unit_of_work():
        actions.accept(complaint.id, step())
    move(ticket.id, "accept", "arrive")
    with pytest.raises(Invalid, match="照片"), unit_of_work():
        actions.finish(ticket.id, step(note="修好了。"))
    with pytest.raises(Invalid, match="派给谁"), unit_of_work():
        actions.dispatch(ticket.id, step(), worker=" ")
    stranger = make_staff(Role.PROPERTY_CLERK, community=make_community())
    with pytest.raises(Invalid, match="不在这个小区"), unit_of_work():
        actions.dispatch(ticket.id, step(), assignee_id=stranger.id)
    assert queries.known(ticket.id).state is State.ON_SITE
    move(complaint.id, "accept", "start_work")
    with unit_of_work():
        assert actions.finish(complaint.id, step(note="退了。")).state is State.DONE


def test_a_ticket_of_another_community_is_as_if_it_were_not_there():
    ticket, other = make_ticket(make_community().id), make_community()
    with pytest.raises(NotFound), unit_of_work():
        actions.accept(ticket.id, step(community_id=other.id))
    with pytest.raises(NotFound), unit_of_work():
        actions.arrive(987_654, step())


def test_a_suspension_is_asked_for_by_one_and_reviewed_by_another():
    community = make_community()
    reviewer = make_staff(Role.REVIEWER, community=community)
    worker = make_staff(Role.PROPERTY_CLERK, community=community)
    ticket = make_ticket(community.id, Category.LIFT)
    move(ticket.id, "accept", "arrive", "ask_suspension")
    reach = Reach((), (community.id,))
    assert [one.id for one in queries.asked_suspensions(reach)] == [ticket.id]
    assert queries.asked_suspensions(reach, but_not=WORKER.key) == []
    assert messages.inbox([Recipient.staff(reviewer.id)]).items[0].subject.startswith("有人申请暂停")
    with pytest.raises(Refused, match="自己申请"), unit_of_work():
        actions.review_suspension(ticket.id, step(note="同意"), is_granted=True)
    with unit_of_work():
        row = actions.review_suspension(ticket.id, step(COMMITTEE, note="等配件"), is_granted=True)
    assert (row.state, row.due_at) == (State.SUSPENDED, None)
    assert messages.inbox([Recipient.staff(worker.id)]).items[0].subject.startswith("准了暂停")
    row = move(ticket.id, "resume", at=START + timedelta(days=3))
    assert row.state is State.ON_SITE
    assert row.due_at == START + timedelta(days=4)


def test_a_suspension_that_is_denied_is_told_to_who_works_on_it():
    community = make_community()
    worker = make_staff(Role.PROPERTY_CLERK, community=community)
    ticket = make_ticket(community.id, Category.LIFT)
    move(ticket.id, "accept", "arrive", "ask_suspension")
    with unit_of_work():
        row = actions.review_suspension(ticket.id, step(COMMITTEE, note="配件有货"), is_granted=False)
    assert row.state is State.ON_SITE
    assert messages.inbox([Recipient.staff(worker.id)]).items[0].subject.startswith("没准暂停")


def test_a_resident_who_says_it_is_not_solved_reaches_the_worker():
    community = make_community()
    worker = make_staff(Role.PROPERTY_CLERK, community=community)
    ticket = make_ticket(community.id)
    move(ticket.id, "accept")
    with unit_of_work():
        actions.dispatch(ticket.id, step(), assignee_id=worker.id)
    move(ticket.id, "arrive", "finish")
    late = START + timedelta(days=30)
    with pytest.raises(Invalid, match="哪里没解决"), unit_of_work():
        actions.reopen(ticket.id, step(COMMITTEE, late - timedelta(seconds=1)))
    row = move(ticket.id, "reopen", actor=COMMITTEE, at=late - timedelta(seconds=1))
    assert (row.state, row.opened_at, row.reopened) == (State.DISPATCHED, START, 1)
    assert row.is_overdue(late)
    assert messages.inbox([Recipient.staff(worker.id)]).items[0].subject.startswith("居民说没解决")


def test_what_ended_is_reopened_within_the_set_days_and_what_is_still_asked_at_any_time():
    community = make_community()
    asked, ended = make_ticket(community.id), make_ticket(community.id)
    for one in (asked, ended):
        move(one.id, "accept", "arrive", "finish")
    # The clock of the house stood still: nobody was asked again, and nothing has ended.
    late = START + timedelta(days=60)
    assert move(asked.id, "reopen", actor=COMMITTEE, at=late).state is State.NEW
    for days in (3, 7):
        with unit_of_work():
            actions.remind_and_close_due(START + timedelta(days=days))
    until = START + timedelta(days=7 + 30)
    with pytest.raises(Refused, match="太久了"), unit_of_work():
        actions.reopen(ended.id, step(COMMITTEE, until, note="又坏了"))
    assert move(ended.id, "reopen", actor=COMMITTEE, at=until - timedelta(seconds=1)).reopened == 1


def test_whoever_is_told_that_it_ended_can_reopen_it_under_the_shortest_setting():
    make_policy("ticket.reopen_days", 7, valid_from=START.date(), now=START)
    ticket = make_ticket(make_community().id)
    move(ticket.id, "accept", "arrive", "finish")
    for days in (3, 7):
        with unit_of_work():
            actions.remind_and_close_due(START + timedelta(days=days))
    assert move(ticket.id, "reopen", actor=COMMITTEE, at=START + timedelta(days=8)).state is State.NEW


@pytest.mark.parametrize("word", ["refuse", "finish_partly"])
def test_what_silence_closed_after_another_word_than_done_is_opened_again_as_well(word: str):
    community = make_community()
    closed, late, withdrawn = (make_ticket(community.id) for _ in range(3))
    for one in (closed, late):
        move(one.id, "accept", "arrive", word)
    move(withdrawn.id, "withdraw", actor=COMMITTEE)
    for days in (3, 7):
        with unit_of_work():
            actions.remind_and_close_due(START + timedelta(days=days))
    until = START + timedelta(days=7 + 30)
    assert queries.known(closed.id).state is State.CLOSED
    row = move(closed.id, "reopen", actor=COMMITTEE, at=until - timedelta(seconds=1))
    assert (row.state, row.ended_at, row.due_at is not None) == (State.NEW, None, True)
    with pytest.raises(Refused, match="太久了"), unit_of_work():
        actions.reopen(late.id, step(COMMITTEE, until, note="还没好"))
    with pytest.raises(Refused, match="另报一件"), unit_of_work():
        actions.reopen(withdrawn.id, step(COMMITTEE, START, note="还没好"))


def test_nobody_who_worked_on_it_confirms_it():
    ticket = make_ticket(make_community().id)
    move(ticket.id, "accept", "arrive", "finish")
    with pytest.raises(Refused, match="不能替居民"):
        move(ticket.id, "confirm")


def test_silence_is_asked_again_once_and_then_ends_it_unconfirmed():
    community = make_community()
    resident = make_resident(make_flat(community))
    ticket = make_ticket(community.id, reporter_id=resident.id)
    move(ticket.id, "accept", "arrive", "finish")
    for days, state in (
        (2, State.DONE),
        (3, State.DONE),
        (6, State.DONE),
        (7, State.UNCONFIRMED),
        (99, State.UNCONFIRMED),
    ):
        with unit_of_work():
            done = actions.remind_and_close_due(START + timedelta(days=days))
        assert done == (days in {3, 7})
        assert queries.known(ticket.id).state is state
    assert [one.kind for one in messages.inbox([Recipient.resident(resident.id)]).items][:2] == [
        "tickets.lapse", "tickets.remind",
    ]  # fmt: skip


def test_the_rows_are_what_their_acts_make_of_them():
    community = make_community()
    chance = random.Random(26)  # noqa: S311 - a course of acts, not a secret
    verbs = [
        "accept",
        "dispatch",
        "arrive",
        "start_work",
        "ask_suspension",
        "resume",
        "finish",
        "finish_partly",
        "refuse",
    ]
    verbs += ["confirm", "reopen", "note", "withdraw"]
    tickets = [
        make_ticket(community.id, one, words="坏了")
        for one in (Category.GAS, Category.LIFT, Category.WATER, Category.FEE)
    ]
    moved = 0
    for hours in range(60):
        with contextlib.suppress(Refused, Conflict):
            row = chance.choice(tickets)
            move(
                row.id,
                chance.choice(verbs),
                actor=chance.choice([WORKER, COMMITTEE]),
                at=START + timedelta(hours=hours),
            )
            moved += 1
        with contextlib.suppress(Refused, Conflict), unit_of_work():
            asked = chance.choice(tickets)
            at = START + timedelta(hours=hours, minutes=30)
            actions.review_suspension(
                asked.id, step(COMMITTEE, at, note="等料"), is_granted=chance.random() < 0.7
            )
    assert moved > 15
    assert {queries.known(one.id).state for one in tickets} != {State.NEW}
    with unit_of_work():
        assert actions.recompute()[0] == 0
    with unit_of_work():
        queries.known(tickets[0].id).due_at = START + timedelta(days=999)
    with unit_of_work():
        assert actions.recompute()[0] == 1


def test_urgency_is_changed_for_a_reason_that_the_reporter_reads():
    ticket = make_ticket(make_community().id)
    with pytest.raises(Invalid, match="为什么"), unit_of_work():
        actions.prioritise(ticket.id, Priority.P0, step(), may_put_off=False)
    with unit_of_work():
        row = actions.prioritise(ticket.id, Priority.P0, step(note="有人被困"), may_put_off=False)
    assert row.due_at == START + timedelta(minutes=5)


def test_what_is_late_is_not_called_in_time_by_another_urgency():
    community = make_community()
    ticket = make_ticket(community.id, Category.LIFT)
    late = START + timedelta(days=1)
    with pytest.raises(Refused, match="不能再改缓"), unit_of_work():
        actions.prioritise(ticket.id, Priority.P3, step(at=late, note="其实不急"), may_put_off=True)
    with unit_of_work():
        actions.prioritise(ticket.id, Priority.P0, step(at=late, note="有人被困"), may_put_off=False)
    assert queries.known(ticket.id).fixed_by == late


def test_a_note_moves_nothing_and_says_whose_it_is():
    ticket = make_ticket(make_community().id)
    row = move(ticket.id, "note")
    assert row.state is State.NEW
    assert [one.actor_name for one in queries.acts(ticket.id)] == ["周主任", "王师傅"]


def test_of_two_at_the_same_instant_one_comes_second_and_nothing_is_done_twice(app):
    ticket = make_ticket(make_community().id)
    move(ticket.id, "accept", "arrive")
    photos, start = [make_photo()], threading.Barrier(2)

    def finish(actor):
        with app.app_context():
            start.wait(timeout=10)
            try:
                with unit_of_work():
                    actions.finish(ticket.id, step(actor, note="换了阀门。", photos=photos))
            except Refused as refusal:
                return refusal.message
            finally:
                db.session.remove()
            return ""

    with ThreadPoolExecutor(2) as both:
        told = sorted(both.map(finish, (WORKER, COMMITTEE)))
    assert told[0] == ""
    assert "等居民确认" in told[1]
    db.session.expire_all()
    assert [one.act for one in queries.acts(ticket.id)].count(Act.FINISH) == 1
