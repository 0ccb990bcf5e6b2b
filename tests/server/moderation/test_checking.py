"""WeChat's check of what residents put forward, over HTTP to the stand-in: asked once, held while it fails, never lost."""

import json
import threading
import time
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

from server.contributions.queries import ABOUT as PLEDGE
from server.contributions.queries import NAME
from server.identity import actions as identity
from server.identity.actions import resident_actor
from server.identity.rules import WeChatApp
from server.infra.clock import now
from server.infra.db import db, unit_of_work
from server.infra.wechat import pictures
from server.infra.wechat.callbacks import seal, signature
from server.infra.wechat.sandbox import Fault
from server.jobs.checks import work_on_checks
from server.jobs.due import run_due
from server.kernel.actor import CLOCK, Actor, ActorKind
from server.matters.queries import ABOUT as MATTER
from server.moderation import actions, checking, queries
from server.moderation.models import LooseVerdict, ModerationCheck, ModerationItem
from server.moderation.rules.checking import (
    ACTIVE_FOR,
    CALLS_BACK_WITHIN,
    WAITS,
    Checking,
    Found,
    Why,
    next_try,
)
from server.moderation.rules.states import State
from tests.factories.crowds import at_once
from tests.factories.identity import make_resident
from tests.factories.ledger import make_community, make_flat
from tests.factories.moderation import NOW, make_item, make_photo_item
from tests.factories.policies import make_policy
from tests.factories.wechat import make_reachable
from tests.wechat import AES_KEY, MEDIA_CHECK, MINI, TEXT_CHECK, TOKEN

CLEAN = "希望多装几盏路灯"


@pytest.fixture
def community(wechat, clock):
    return make_community()


@pytest.fixture
def writer(wechat, community):
    """A resident who was in the mini program just now."""
    wechat.state.note_seen(wechat.openid("wang"))
    return make_reachable(make_flat(community), person="wang")


def put(community, writer: int, text: str = CLEAN, about_id: int = 1, *, at: datetime | None = None) -> int:
    return make_item(community, text, about_id=about_id, actor=resident_actor(writer), now=at or now()).id


def photo(community, writer: int, **about) -> int:
    return make_photo_item(community, actor=resident_actor(writer), now=now(), **about).id


def check(item_id: int) -> ModerationCheck:
    db.session.rollback()
    row = db.session.get(ModerationCheck, item_id)
    assert row is not None
    return row


def item(item_id: int) -> ModerationItem:
    db.session.rollback()
    row = db.session.get(ModerationItem, item_id)
    assert row is not None
    return row


def call_back(client, trace: str, **facts) -> int:
    body = {
        "Event": "wxa_media_check", "FromUserName": "o1", "appid": MINI, "trace_id": trace, "version": 2,
        "errcode": 0, "errmsg": "ok", "result": {"suggest": "pass", "label": 100},
    } | facts  # fmt: skip
    sealed = seal(json.dumps(body), AES_KEY, MINI)
    stamp = str(int(time.time()))
    query = {"timestamp": stamp, "nonce": "n", "msg_signature": signature(TOKEN, stamp, "n", sealed)}
    answer = client.post("/api/v1/wechat/events", query_string=query, data=json.dumps({"Encrypt": sealed}))
    return answer.status_code


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


# ------------------------------------------------------------------ pictures


@pytest.mark.parametrize(
    ("result", "found", "state"),
    [
        ({"suggest": "pass", "label": 100}, Found.PASS, State.PENDING),
        ({"suggest": "review", "label": "20002"}, Found.REVIEW, State.HELD),
        ({"suggest": "risky", "label": 20002}, Found.RISKY, State.HELD),
        ({"suggest": "brand new"}, Found.REVIEW, State.HELD),
    ],
)
def test_a_picture_waits_for_the_call_back_that_bears_its_trace(
    wechat, community, writer, client, result, found, state
):
    item_id, other = photo(community, writer), photo(community, writer, about_id=2, colour="red")
    work_on_checks()
    assert check(item_id).sentence == "微信正在看照片。"
    assert call_back(client, check(item_id).trace_id, result=result) == 200
    assert (check(item_id).found, item(item_id).state) == (found, state)
    assert check(other).state is Checking.ASKED


def test_a_call_back_told_again_or_otherwise_changes_nothing(wechat, community, writer, client):
    item_id = photo(community, writer)
    work_on_checks()
    trace = check(item_id).trace_id
    for _ in range(3):
        assert call_back(client, trace) == 200
    assert call_back(client, trace, result={"suggest": "risky", "label": 20002}, CreateTime=9) == 200
    assert (check(item_id).found, item(item_id).state) == (Found.PASS, State.PENDING)


def test_an_unknown_trace_is_kept_and_answered(wechat, client, clock):
    assert [call_back(client, "nobody-asked", CreateTime=at) for at in (1, 2)] == [200, 200]
    assert [row.trace_id for row in db.session.scalars(sa.select(LooseVerdict))] == ["nobody-asked"]
    clock.advance(days=30)
    run_due()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LooseVerdict)) == 0


def test_a_call_back_that_overtakes_the_writing_down_is_not_lost(wechat, community, writer, client, clock):
    item_id = photo(community, writer)
    with unit_of_work():
        checking.take_in(clock.now)
        (question,) = checking.claim(clock.now)
    call_back(client, "quick", result={"suggest": "risky", "label": 20002})
    with unit_of_work():
        checking.settle(question, checking.Answer(trace_id="quick"), now=clock.now)
    assert (check(item_id).found, item(item_id).state) == (Found.RISKY, State.HELD)


@pytest.mark.parametrize(
    "broken",
    [
        {"trace_id": ""},
        {"trace_id": "x" * 81},
        {"trace_id": {"a": 1}},
        {"result": "pass"},
        {"result": {"suggest": ["pass"], "label": {"x": 1}}},
        {"errcode": "x"},
    ],
)
def test_a_malformed_call_back_is_answered_and_passes_nothing(wechat, community, writer, client, broken):
    make_policy(checking.PASSED_IS_PUBLIC, True)
    item_id = photo(community, writer)
    work_on_checks()
    assert call_back(client, check(item_id).trace_id, **broken) == 200
    assert item(item_id).state.is_waiting


def test_a_picture_that_wechat_could_not_fetch_goes_to_people(wechat, community, writer, client):
    item_id = photo(community, writer)
    work_on_checks()
    call_back(client, check(item_id).trace_id, errcode=-1008, result=None)
    assert (check(item_id).state, check(item_id).why) == (Checking.LEFT, Why.UNSEEN)
    assert item(item_id).state is State.PENDING


def test_a_call_back_that_never_comes_leaves_the_picture_to_people_and_a_late_one_still_counts(
    wechat, community, writer, client, clock
):
    item_id = photo(community, writer)
    wechat.fails(Fault.SILENT, MEDIA_CHECK)
    work_on_checks()
    clock.advance(seconds=CALLS_BACK_WITHIN.total_seconds() - 1)
    assert run_due()["leave-unanswered-checks"] == 0
    clock.advance(seconds=1)
    assert run_due()["leave-unanswered-checks"] == 1
    assert check(item_id).sentence == "微信收了照片，一直没有回话。"
    call_back(client, check(item_id).trace_id, result={"suggest": "risky", "label": 20002})
    assert (check(item_id).found, item(item_id).state) == (Found.RISKY, State.HELD)


def test_the_picture_is_handed_out_only_while_wechat_looks_at_it(wechat, community, writer, client, clock):
    item_id = photo(community, writer)
    address = f"/wechat/pictures/{pictures.name_of(item_id, clock.now)}"
    assert client.get(address).status_code == 404
    work_on_checks()
    answer = client.get(address)
    assert (answer.status_code, answer.content_type, answer.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "no-store",
    )
    stem, _, seal_ = address.rpartition("-")
    forged = f"{stem}-{'0' * len(seal_)}"
    for false in (
        forged,
        address + "0",
        "/wechat/pictures/1",
        "/wechat/pictures/²-1-a",
        address.replace("-", "--"),
    ):
        assert client.get(false).status_code == 404
    clock.advance(hours=1)
    assert client.get(address).status_code == 404
    clock.advance(hours=-1)
    call_back(client, check(item_id).trace_id)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(("attempts", "wait"), [(1, WAITS[0]), (4, WAITS[3]), (9, timedelta(minutes=30))])
def test_tries_come_slower_and_never_end(attempts, wait):
    assert next_try(attempts, NOW) - NOW == wait


@pytest.mark.parametrize(
    ("says", "found", "state"), [("pass", Found.PASS, State.PENDING), ("risky", Found.RISKY, State.HELD)]
)
def test_over_http_wechat_fetches_the_picture_and_calls_back(
    wechat, community, writer, monkeypatch, says, found, state
):
    """The house itself serves: the stand-in asks for the picture at the address it was given, and calls back there."""
    server = make_server("127.0.0.1", 0, wechat.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    here = f"http://127.0.0.1:{server.port}"
    monkeypatch.setitem(wechat.app.config, "PUBLIC_URL", here)
    wechat.state.callback_url, wechat.state.pictures = f"{here}/api/v1/wechat/events", says
    try:
        item_id = photo(community, writer)
        assert work_on_checks() == 1
        until = time.monotonic() + 10
        while check(item_id).state is Checking.ASKED and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert (check(item_id).found, item(item_id).state) == (found, state)
