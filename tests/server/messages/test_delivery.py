"""Messages on their way to telephones, over HTTP to the stand-in: each once, none lost, every failure settled."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from server.identity import actions as identity
from server.identity import queries as identity_queries
from server.identity.rules import WeChatApp
from server.infra.db import db, unit_of_work
from server.infra.wechat.sandbox import Fault
from server.jobs.messages import ways, work_on_deliveries
from server.kernel.actor import COMMAND
from server.kernel.errors import NotFound, Refused
from server.messages import delivery, queries
from server.messages.actions import tell
from server.messages.models import MessageDelivery
from server.messages.rules import TOPIC_OF, Bringing, Recipient, Topic
from server.messages.rules.bringing import OWN_AFFAIRS, WAITS
from tests.factories.identity import make_binding
from tests.factories.ledger import make_community, make_flat
from tests.factories.wechat import allow, make_following, make_reachable
from tests.wechat import SEND

VOTE = Topic.VOTE_OPENS


@pytest.fixture
def community(app):
    return make_community()


@pytest.fixture
def flat(community):
    return make_flat(community)


def opened(
    clock, *to: Recipient, community_id: int | None = None, subject: str = "开始投票了：修电梯"
) -> None:
    with unit_of_work():
        tell(
            to, kind="ballots.opened", subject=subject, body="业主张三请看", link="/ballots/7",
            community_id=community_id, now=clock.now,
        )  # fmt: skip


def rows() -> list[MessageDelivery]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(MessageDelivery).order_by(MessageDelivery.id)))


def states() -> list[Bringing]:
    return [row.state for row in rows()]


def test_who_allowed_one_is_brought_one_with_the_title_and_the_day_alone(wechat, clock, flat):
    resident_id = make_reachable(flat, VOTE, person="wang")
    opened(clock, Recipient.flat(flat.id))
    opened(clock, Recipient.flat(flat.id))
    assert work_on_deliveries() == 1
    assert [one["data"] for one in wechat.state.sent] == [
        {"thing1": {"value": "开始投票了：修电梯"}, "date2": {"value": "2026年3月2日"}}
    ]
    assert wechat.state.sent[0]["touser"] == wechat.openid("wang")
    assert states() == [Bringing.SENT, Bringing.REFUSED]
    assert rows()[1].reason == "no_permission"
    assert queries.permissions_left(resident_id) == {}


def test_who_allowed_for_long_is_brought_each(wechat, clock, flat):
    resident_id = make_reachable(flat, VOTE, is_lasting=True)
    for _ in range(3):
        opened(clock, Recipient.flat(flat.id))
    assert work_on_deliveries() == 3
    assert queries.permissions_left(resident_id) == {VOTE: 1}


def test_who_allowed_nothing_or_another_topic_is_brought_nothing(wechat, clock, flat):
    make_reachable(flat)
    make_reachable(flat, Topic.OBJECTION_ANSWERED)
    opened(clock, Recipient.flat(flat.id))
    assert rows() == []
    with unit_of_work():
        tell(
            [Recipient.flat(flat.id)],
            kind="tests.told",
            subject="事",
            body="",
            community_id=None,
            now=clock.now,
        )
    assert rows() == []


def test_someone_of_two_homes_is_brought_one(wechat, clock, community, flat):
    resident_id = make_reachable(flat, VOTE)
    allow(resident_id, VOTE)
    other = make_flat(community)
    make_binding(other, resident=identity_queries.resident(resident_id))
    opened(clock, Recipient.flat(flat.id), Recipient.flat(other.id))
    assert len(rows()) == 1


def test_nothing_is_sent_at_night(wechat, clock, flat):
    make_reachable(flat, VOTE)
    opened(clock, Recipient.flat(flat.id))
    clock.advance(hours=13)  # 22:00 in China
    assert work_on_deliveries() == 0
    clock.advance(hours=10)
    assert work_on_deliveries() == 1


def test_permissions_are_counted_and_the_same_request_counts_once(app, flat):
    resident_id = make_reachable(flat)
    assert [
        allow(resident_id, VOTE, key="k"),
        allow(resident_id, VOTE, key="k"),
        allow(resident_id, VOTE),
    ] == [1, 1, 2]
    assert [allow(resident_id, VOTE, is_lasting=True) for _ in range(2)] == [3, 3]


def test_a_client_gone_wild_fills_no_table(app, flat, monkeypatch):
    monkeypatch.setattr("server.messages.actions.MOST_PERMISSIONS", 2)
    resident_id = make_reachable(flat)
    assert [allow(resident_id, VOTE) for _ in range(4)] == [1, 2, 2, 2]


PASSING = [Fault.RATE_LIMIT, Fault.BUSY, Fault.SERVER_ERROR, Fault.MALFORMED, Fault.TIME_OUT, Fault.TOKEN]


@pytest.mark.parametrize("fault", PASSING)
def test_what_may_pass_is_tried_again_later_with_the_permission_it_has(wechat, clock, flat, fault):
    make_reachable(flat, VOTE)
    opened(clock, Recipient.flat(flat.id))
    wechat.fails(fault, SEND)
    assert work_on_deliveries() == 0
    assert states() == [Bringing.WAITING]
    wechat.heals()
    assert work_on_deliveries() == 0, "not before its time"
    clock.advance(minutes=1)
    assert work_on_deliveries() == 1
    assert (states(), len(wechat.state.sent)) == ([Bringing.SENT], 1)


def test_while_wechat_is_away_one_look_makes_few_calls_and_loses_nothing(wechat, clock, community):
    people = [make_reachable(make_flat(community), VOTE) for _ in range(6)]
    opened(clock, *map(Recipient.resident, people))
    assert len(rows()) == 6
    wechat.fails(Fault.SERVER_ERROR, SEND)
    work_on_deliveries()
    assert wechat.asked(SEND) == 3
    wechat.heals()
    clock.advance(minutes=1)
    assert work_on_deliveries() == 6
    assert set(states()) == {Bringing.SENT}


def test_given_up_after_the_last_try_and_a_person_can_send_it_again(wechat, clock, community, flat):
    make_reachable(flat, VOTE, is_lasting=True)
    opened(clock, Recipient.flat(flat.id), community_id=community.id)
    wechat.fails(Fault.RATE_LIMIT, SEND)
    for wait in (timedelta(0), *WAITS):
        clock.advance(seconds=wait.total_seconds())
        while delivery.is_quiet(clock.now):
            clock.advance(hours=1)
        work_on_deliveries()
    found = queries.troubled(community.id)
    assert [(one.reason, one.code, one.attempts) for one in found.items] == [("away", 45009, 6)]
    wechat.heals()
    with unit_of_work():
        delivery.resend(found.items[0].id, community.id, actor=COMMAND, now=clock.now)
    assert work_on_deliveries() == 1
    assert queries.troubled(community.id).total == 0
    with unit_of_work(), pytest.raises(Refused):
        delivery.resend(found.items[0].id, community.id, actor=COMMAND, now=clock.now)
    with unit_of_work(), pytest.raises(NotFound):
        delivery.resend(found.items[0].id, community.id + 1, actor=COMMAND, now=clock.now)


def test_a_refusal_ends_what_was_allowed(wechat, clock, flat):
    resident_id = make_reachable(flat, VOTE, is_lasting=True)
    opened(clock, Recipient.flat(flat.id))
    wechat.fails(Fault.REFUSED, SEND)
    work_on_deliveries()
    assert [(row.state, row.reason, row.code) for row in rows()] == [(Bringing.REFUSED, "refused", 43101)]
    assert queries.permissions_left(resident_id) == {}


def test_refused_after_a_try_without_answer_means_that_the_first_was_taken(wechat, clock, flat):
    make_reachable(flat, VOTE)
    opened(clock, Recipient.flat(flat.id))
    wechat.fails(Fault.UNANSWERED, SEND, times=1)
    work_on_deliveries()
    assert len(wechat.state.sent) == 1
    wechat.fails(Fault.REFUSED, SEND)  # WeChat took the only permission with the first
    clock.advance(minutes=1)
    work_on_deliveries()
    assert [(row.state, row.reason) for row in rows()] == [(Bringing.SENT, "unanswered")]


def test_what_a_worker_has_in_hand_no_other_takes_until_it_falls_silent(wechat, clock, flat):
    make_reachable(flat, VOTE)
    opened(clock, Recipient.flat(flat.id))
    with unit_of_work():
        (parcel,) = delivery.claim(clock.now, ways())
    assert work_on_deliveries() == 0
    clock.advance(minutes=5)
    assert work_on_deliveries() == 1
    # The first one wakes up and wants to say how it went: another has settled it.
    with unit_of_work():
        delivery.settle(parcel, delivery.Outcome(is_sent=False, is_passing=True), now=clock.now)
    assert states() == [Bringing.SENT]


def test_an_account_that_was_let_go_is_brought_nothing(wechat, clock, flat):
    resident_id = make_reachable(flat, VOTE)
    opened(clock, Recipient.flat(flat.id))
    with unit_of_work():
        identity.let_wechat_go(resident_id, actor=identity.resident_actor(resident_id), now=clock.now)
    assert work_on_deliveries() == 0
    assert [row.reason for row in rows()] == ["no_account"]


def test_wechats_report_is_written_down_as_evidence_of_service(wechat, clock, flat):
    resident_id = make_reachable(flat, VOTE)
    opened(clock, Recipient.flat(flat.id))
    work_on_deliveries()
    number = rows()[0].wechat_number
    assert number is not None
    with unit_of_work():
        assert not delivery.note_report("another", app=WeChatApp.MINI, is_success=True, code=0, now=clock.now)
        assert delivery.note_report(number, app=WeChatApp.MINI, is_success=True, code=0, now=clock.now)
        assert not delivery.note_report(
            number, app=WeChatApp.MINI, is_success=False, code=1, now=clock.now
        ), "told twice"
    (service,) = queries.services(["ballots.opened"], "/ballots/7", [resident_id])
    assert (service.resident_id, service.state) == (resident_id, Bringing.DELIVERED)
    assert (service.sent_at, service.delivered_at, service.read_at) == (clock.now, clock.now, None)


def test_without_an_appid_everything_waits_in_the_inbox(app, clock, flat):
    resident_id = make_reachable(flat, VOTE)
    opened(clock, Recipient.flat(flat.id))
    assert work_on_deliveries() == 0
    assert states() == [Bringing.WAITING]
    assert queries.unread_count([Recipient.resident(resident_id), Recipient.flat(flat.id)]) == 1


def test_a_topic_without_a_template_is_not_taken_up(wechat, clock, flat):
    make_reachable(flat, VOTE)
    opened(clock, Recipient.flat(flat.id))
    assert delivery.templates(clock.now) == {}
    with unit_of_work():
        assert delivery.claim(clock.now, {}) == []


# ------------------------------------------------------------------ the official account, and what follows a telling


def test_who_came_by_the_official_account_is_brought_it_by_that(wechat, clock, flat):
    resident_id = make_following(flat)
    opened(clock, Recipient.flat(flat.id))
    assert work_on_deliveries() == 1
    (sent,) = wechat.state.sent
    assert sent["url"].endswith(f"/inbox/{rows()[0].message_id}")
    assert sent["template_id"] == "sandbox-official"
    assert sent["data"]["thing1"] == {"value": "开始投票了：修电梯"}
    assert (rows()[0].app, queries.permissions_left(resident_id)) == (WeChatApp.OFFICIAL, {})


def test_who_is_in_both_is_brought_it_once_and_by_the_mini_program(wechat, clock, flat):
    make_following(flat, make_reachable(flat, VOTE))
    opened(clock, Recipient.flat(flat.id))
    assert work_on_deliveries() == 1
    assert wechat.state.sent[0]["page"] == f"pages/web/web?message={rows()[0].message_id}"
    opened(clock, Recipient.flat(flat.id))
    assert work_on_deliveries() == 1, "the one message that the mini program was allowed is used up"
    assert [row.app for row in rows()] == [WeChatApp.MINI, WeChatApp.OFFICIAL]


def test_what_the_mini_program_may_not_bring_goes_by_the_official_account(wechat, clock, flat):
    resident_id = make_following(flat, make_reachable(flat, VOTE))
    opened(clock, Recipient.flat(flat.id))
    wechat.fails(Fault.REFUSED, SEND)
    assert work_on_deliveries() == 1
    assert [(row.state, row.app) for row in rows()] == [(Bringing.SENT, WeChatApp.OFFICIAL)]
    assert queries.permissions_left(resident_id) == {}


def test_a_telling_that_stands_wakes_the_worker_and_one_that_does_not_wakes_nobody(
    app, clock, flat, monkeypatch
):
    woken = []
    monkeypatch.setitem(app.extensions["queue_tasks"], "messages", lambda: woken.append(1))
    opened(clock, Recipient.flat(flat.id))
    assert woken == [], "nobody allows anything"
    make_reachable(flat, VOTE)
    with pytest.raises(KeyError), unit_of_work():
        tell(
            [Recipient.flat(flat.id)],
            kind="ballots.opened",
            subject="事",
            body="",
            community_id=None,
            now=clock.now,
        )
        raise KeyError
    assert woken == []
    opened(clock, Recipient.flat(flat.id), Recipient.flat(flat.id))
    assert woken == [1]


def test_a_look_ends_and_wakes_to_the_next_so_that_other_duties_have_their_turn(
    wechat, app, clock, community, monkeypatch
):
    woken = []
    opened(clock, *[Recipient.resident(make_reachable(make_flat(community), VOTE)) for _ in range(2)])
    monkeypatch.setitem(app.extensions["queue_tasks"], "messages", lambda: woken.append(1))
    monkeypatch.setattr("server.jobs.messages.LOOK_SECONDS", 0.0)
    monkeypatch.setattr("server.messages.delivery.AT_ONCE", 1)
    assert [work_on_deliveries() for _ in range(3)] == [1, 1, 0]
    assert woken == [1, 1]


def test_of_what_was_told_nothing_personal_and_no_choice_goes_to_wechat(wechat, clock, flat):
    make_reachable(flat, *Topic, is_lasting=True)
    for kind in TOPIC_OF:
        with unit_of_work():
            tell(
                [Recipient.flat(flat.id)], kind=kind, subject="给 13800001234 的：3 栋 501", body="张三投了同意",
                link="/ballots/7", community_id=None, now=clock.now,
            )  # fmt: skip
    assert work_on_deliveries() == len(TOPIC_OF)
    said = json.dumps(wechat.state.sent, ensure_ascii=False)
    for word in ("张三", "同意", "13800001234", "/ballots/7"):
        assert word not in said
    own = [
        one
        for one in wechat.state.sent
        if one["template_id"] in {f"sandbox-{topic}" for topic in OWN_AFFAIRS}
    ]
    assert own
    assert all("501" not in str(one["data"]) for one in own)
