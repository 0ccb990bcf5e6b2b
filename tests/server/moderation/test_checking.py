"""WeChat's check of what residents put forward, over HTTP to the stand-in: asked once, held while it fails, never lost."""

import pytest
import sqlalchemy as sa

from server.contributions.queries import ABOUT as PLEDGE
from server.contributions.queries import NAME
from server.identity import actions as identity
from server.identity.actions import resident_actor
from server.identity.rules import WeChatApp
from server.infra.clock import now
from server.infra.db import db, unit_of_work
from server.infra.wechat.sandbox import Fault
from server.jobs import checks
from server.jobs.checks import work_on_checks
from server.kernel.actor import CLOCK, Actor, ActorKind
from server.matters.queries import ABOUT as MATTER
from server.moderation import actions, checking, queries
from server.moderation.models import ModerationCheck
from server.moderation.rules.checking import (
    ACTIVE_FOR,
    Checking,
    Found,
    Why,
)
from server.moderation.rules.states import State
from tests.factories.checks import CLEAN, check, item, photo, put
from tests.factories.crowds import at_once
from tests.factories.identity import make_resident
from tests.factories.ledger import make_community, make_flat
from tests.factories.moderation import make_item
from tests.factories.policies import make_policy
from tests.factories.wechat import make_reachable
from tests.wechat import MEDIA_CHECK, TEXT_CHECK


def test_what_wechat_has_nothing_against_waits_for_people_as_the_house_has_it(wechat, community, writer):
    item_id = put(community, writer)
    assert work_on_checks() == 1
    assert (check(item_id).found, item(item_id).state) == (Found.PASS, State.PENDING)
    assert check(item_id).sentence == "微信检查：没有发现问题。"
    assert work_on_checks() == 0
    assert wechat.asked(TEXT_CHECK) == 1


def test_where_a_place_lets_it_the_house_itself_passes_what_is_marked_by_nobody(wechat, community, writer):
    make_policy(checking.PASSED_IS_PUBLIC, True)
    plain, listed, odd = (
        put(community, writer, text, number)
        for number, text in enumerate((CLEAN, "有人放贷款广告", "有人代购"), start=1)
    )
    work_on_checks()
    assert [item(one).state for one in (plain, listed, odd)] == [State.PASSED, State.HELD, State.HELD]
    (act,) = queries.acts(plain)
    assert act.judged_by == CLOCK.key


@pytest.mark.parametrize(
    ("text", "found", "sentence"),
    [
        ("物业卖枪支", Found.RISKY, "微信检查：有问题（违法犯罪）。"),
        ("楼下有人代购", Found.REVIEW, "微信检查：拿不准（时政）。"),
    ],
)
def test_what_wechat_doubts_goes_to_people_with_its_label(wechat, community, writer, text, found, sentence):
    item_id = put(community, writer, text)
    work_on_checks()
    assert (check(item_id).found, check(item_id).sentence) == (found, sentence)
    assert item(item_id).state is State.HELD
    assert not queries.standing("tests.text", [1])[1].is_public


def test_wechat_is_told_where_the_words_will_stand(wechat, community, writer):
    for kind, part in ((MATTER, ""), (PLEDGE, NAME), (PLEDGE, ""), ("tests.text", "")):
        make_item(community, about_kind=kind, part=part, actor=resident_actor(writer), now=now())
    work_on_checks()
    assert [asked["scene"] for asked in wechat.state.checked] == [3, 1, 2, 2]
    assert {asked["openid"] for asked in wechat.state.checked} == {wechat.openid("wang")}


def test_whoever_is_not_known_to_the_mini_program_has_the_word_list_alone(wechat, community, clock):
    stranger = make_resident(make_flat(community)).id
    by_stranger = put(community, stranger)
    by_staff = make_item(community, about_id=2, actor=Actor(ActorKind.STAFF, 3, "李经办"), now=clock.now).id
    assert work_on_checks() == 0
    assert (check(by_stranger).state, check(by_stranger).why) == (Checking.LEFT, Why.NO_ACCOUNT)
    assert db.session.get(ModerationCheck, by_staff) is None
    assert item(by_stranger).state is State.PENDING
    assert wechat.asked(TEXT_CHECK) == 0


def test_an_account_of_the_official_account_is_none_of_the_mini_programs(wechat, community, clock):
    resident = make_resident(make_flat(community)).id
    with unit_of_work():
        identity.bind_wechat(
            resident, WeChatApp.OFFICIAL, "o-official", "", actor=resident_actor(resident), now=clock.now
        )
    item_id = put(community, resident)
    assert work_on_checks() == 0
    assert check(item_id).why is Why.NO_ACCOUNT


def test_whom_wechat_no_longer_calls_active_has_the_word_list(wechat, community):
    writer = make_reachable(make_flat(community), person="li")
    item_id = put(community, writer)
    assert work_on_checks() == 0
    assert (check(item_id).why, check(item_id).code) == (Why.NO_ACCOUNT, 61010)
    assert work_on_checks() == 0
    assert wechat.asked(TEXT_CHECK) == 1


FAULTS = [Fault.RATE_LIMIT, Fault.BUSY, Fault.TIME_OUT, Fault.SLOW, Fault.UNANSWERED, Fault.SERVER_ERROR, Fault.MALFORMED, Fault.TOKEN]  # fmt: skip


@pytest.mark.parametrize("make", [put, photo])
@pytest.mark.parametrize("fault", FAULTS)
def test_while_the_check_fails_the_item_is_held_and_asked_again(
    wechat, community, writer, clock, fault, make
):
    make_policy(checking.PASSED_IS_PUBLIC, True)
    item_id, path = make(community, writer), MEDIA_CHECK if make is photo else TEXT_CHECK
    wechat.fails(fault, path)
    assert work_on_checks() == 0
    assert (check(item_id).state, item(item_id).state) == (Checking.WAITING, State.PENDING)
    assert check(item_id).sentence == "检查暂时不通，已留着，过一会儿再查。"
    asked = wechat.asked(path)
    assert work_on_checks() == 0
    assert wechat.asked(path) == asked
    wechat.heals()
    clock.advance(minutes=1)
    assert work_on_checks() == 1
    assert check(item_id).state is (Checking.ASKED if make is photo else Checking.DONE)


def test_a_check_that_stays_away_leaves_the_item_to_people(wechat, community, writer, clock):
    item_id = put(community, writer)
    wechat.fails(Fault.SERVER_ERROR)
    until = clock.now + ACTIVE_FOR
    while clock.now < until:
        work_on_checks()
        clock.advance(minutes=1)
    assert check(item_id).attempts == 7
    clock.advance(minutes=30)
    work_on_checks()
    assert (check(item_id).state, check(item_id).why) == (Checking.LEFT, Why.AWAY)
    assert item(item_id).state is State.PENDING
    assert [one.id for one in queries.waiting(community.id).items] == [item_id]


def test_three_failures_in_a_row_end_the_look_and_all_that_waits_is_kept(wechat, community, writer, clock):
    ids = [put(community, writer, f"第 {number} 条", number) for number in range(1, 9)]
    wechat.fails(Fault.SERVER_ERROR, TEXT_CHECK)
    assert work_on_checks() == 0
    assert wechat.asked(TEXT_CHECK) == 3
    assert {check(one).state for one in ids} == {Checking.WAITING}
    wechat.heals()
    clock.advance(minutes=1)
    assert work_on_checks() == 8


def test_a_look_ends_after_a_while_and_wakes_to_the_next(wechat, community, writer, monkeypatch):
    woken = []
    monkeypatch.setattr(checks, "LOOK_SECONDS", 0)
    monkeypatch.setattr(checks, "wake", woken.append)
    for number in range(1, checking.AT_ONCE + 2):
        put(community, writer, f"第 {number} 条", number)
    assert (work_on_checks(), woken) == (checking.AT_ONCE, ["checks"])
    assert work_on_checks() == 1


def test_a_worker_that_died_loses_its_hand_and_the_item_is_asked_again(wechat, community, writer, clock):
    item_id = put(community, writer)
    with unit_of_work():
        checking.take_in(clock.now)
        (question,) = checking.claim(clock.now)
    assert work_on_checks() == 0
    clock.advance(minutes=5)
    assert work_on_checks() == 1
    with unit_of_work():
        checking.settle(question, checking.Answer(Found.RISKY, 20006), now=clock.now)
    assert check(item_id).found is Found.PASS


def test_two_workers_at_once_ask_each_once(wechat, community, writer):
    for number in range(1, 7):
        put(community, writer, f"第 {number} 条", number)
    at_once(wechat.app, [work_on_checks, work_on_checks])
    assert wechat.asked(TEXT_CHECK) == 6


def test_what_people_decided_first_is_not_asked_about(wechat, community, writer, clock):
    item_id = put(community, writer)
    with unit_of_work():
        checking.take_in(clock.now)
        actions.pass_text(
            item_id, community_id=community.id, acts_seen=0, actor=Actor(ActorKind.STAFF, 3, "李经办"),
            now=clock.now,
        )  # fmt: skip
    assert work_on_checks() == 0
    assert check(item_id).why is Why.NEEDLESS
    assert wechat.asked(TEXT_CHECK) == 0


def test_what_came_before_wechat_was_there_is_left_to_people(wechat, community, writer, clock):
    put(community, writer, at=clock.now - ACTIVE_FOR)
    assert work_on_checks() == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ModerationCheck)) == 0


def test_a_house_without_wechat_asks_nobody(app, clock):
    make_item(make_community(), now=clock.now)
    assert work_on_checks() == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ModerationCheck)) == 0
