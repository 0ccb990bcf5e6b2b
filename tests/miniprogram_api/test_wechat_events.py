"""What WeChat calls us with: taken once, kept sealed, answered; everything else turned away before a row is read."""

import dataclasses
import json
import time

import pytest
import sqlalchemy as sa

from server.identity.rules import WeChatApp
from server.infra.db import db, unit_of_work
from server.infra.wechat import events
from server.infra.wechat.callbacks import seal, signature
from server.infra.wechat.events import WeChatEvent
from server.infra.wechat.sandbox import openid_of
from server.infra.wechat_settings import API_URL
from server.jobs.messages import work_on_deliveries
from server.messages import queries
from server.messages.actions import tell
from server.messages.models import MessageDelivery
from server.messages.rules import Bringing, Recipient, Topic
from server.moderation import checking
from tests.factories.identity import make_resident, make_token
from tests.factories.ledger import make_community, make_flat
from tests.factories.policies import make_policy
from tests.factories.wechat import make_delivery, make_following, make_reachable
from tests.wechat import AES_KEY, MINI, OFFICIAL, TOKEN

ADDRESS = "/api/v1/wechat/events"


def call(client, facts: dict, *, at: int | None = None, token: str = TOKEN, appid: str = MINI):
    sealed = seal(json.dumps(facts), AES_KEY, appid)
    stamp, nonce = str(at or int(time.time())), "n1"
    query = {"timestamp": stamp, "nonce": nonce, "msg_signature": signature(token, stamp, nonce, sealed)}
    return client.post(ADDRESS, query_string=query, data=json.dumps({"Encrypt": sealed}))


def kept() -> list[WeChatEvent]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(WeChatEvent).order_by(WeChatEvent.received_at)))


def test_the_first_call_is_greeted_back_only_when_it_is_wechats(wechat, client):
    stamp = str(int(time.time()))
    query = {"timestamp": stamp, "nonce": "n", "signature": signature(TOKEN, stamp, "n"), "echostr": "123"}
    assert client.get(ADDRESS, query_string=query).text == "123"
    assert client.get(ADDRESS, query_string=query | {"nonce": "m"}).status_code == 403


def test_an_unknown_event_is_kept_once_sealed_and_answered(wechat, client, clock):
    facts = {"Event": "brand_new", "FromUserName": "o-secret-person", "CreateTime": 1}
    for _ in range(3):
        assert call(client, facts).text == "success"
    (row,) = kept()
    assert (row.name, json.loads(row.body)) == ("brand_new", facts)
    raw = db.session.execute(sa.text("SELECT body FROM wechat_events")).scalar_one()
    assert b"o-secret-person" not in bytes(raw)
    clock.advance(days=30)
    with unit_of_work():
        assert events.sweep(clock.now) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"token": "other"}, id="a false signature"),
        pytest.param({"at": 1_600_000_000}, id="a call of long ago"),
        pytest.param({"appid": "wx-other"}, id="sealed for another"),
    ],
)
def test_what_is_not_wechats_is_turned_away_and_not_kept(wechat, client, clock, wrong):
    assert call(client, {"Event": "e"}, **wrong).status_code == 403
    assert kept() == []


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"<xml>", b"\xff\xfe", b"{" + b"x" * 70_000, b'{"a":' * 12_000]
)
def test_noise_is_turned_away(wechat, client, body):
    assert client.post(ADDRESS, data=body).status_code == 403


def test_a_flood_of_false_calls_reads_nothing_and_the_house_goes_on(wechat, client):
    """A hash each, and no statement: what they cost is bounded, and who comes meanwhile is served."""
    asked = []
    listener = lambda *_: asked.append(1)  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    try:
        for number in range(300):
            assert call(client, {"Event": "e", "CreateTime": number}, token="other").status_code == 403
        assert asked == []
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", listener)
    assert client.get("/enter").status_code == 200


def test_a_flood_of_one_event_has_one_effect(wechat, client, clock):
    for _ in range(100):
        assert call(client, {"Event": "e", "CreateTime": 1}).text == "success"
    assert len(kept()) == 1


def test_an_event_that_breaks_us_is_not_taken_for_done_and_can_come_again(
    wechat, app, client, clock, monkeypatch
):
    def breaks(*_args, **_more):
        raise RuntimeError("broken")

    facts = {"Event": "wxa_media_check", "trace_id": "t1", "result": {"suggest": "pass", "label": 100}}
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(checking, "take_verdict", breaks)
    assert call(client, facts).status_code == 500
    assert kept() == []
    monkeypatch.undo()
    assert call(client, facts).text == "success"
    assert len(kept()) == 1


def test_without_a_token_set_nobody_is_believed(app, client):
    assert call(client, {"Event": "e"}).status_code == 403


def _sent_row(clock) -> MessageDelivery:
    row_id = make_delivery(make_community(), Bringing.WAITING).id
    assert work_on_deliveries() == 1
    row = db.session.get(MessageDelivery, row_id, populate_existing=True)
    assert row is not None
    return row


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    ("code", "status", "state"),
    [("0", "success", Bringing.DELIVERED), ("43101", "user refuse", Bringing.REFUSED)],
)
def test_how_a_message_went_is_written_down(wechat, client, clock, wrapped, code, status, state):
    row = _sent_row(clock)
    one = {"TemplateId": "T", "MsgID": row.wechat_number, "ErrorCode": code, "ErrorStatus": status}
    facts = {"SubscribeMsgSentEvent": {"List": [one]}} if wrapped else {"List": one}
    assert call(client, {"Event": "subscribe_msg_sent_event", **facts}).status_code == 200
    assert db.session.get(MessageDelivery, row.id, populate_existing=True).state is state


def test_switching_a_template_off_in_wechat_ends_what_was_allowed(wechat, client, clock):
    topic, other = Topic.VOTE_OPENS, Topic.DECISION_STANDS
    resident_id = make_reachable(make_flat(make_community()), topic, other, person="wang", is_lasting=True)
    off = {"TemplateId": f"sandbox-{topic.value}", "SubscribeStatusString": "reject"}
    facts = {"Event": "subscribe_msg_change_event", "FromUserName": wechat.openid("wang"), "List": [off]}
    call(client, facts)
    assert queries.permissions_left(resident_id) == {other: 1}
    call(client, facts | {"FromUserName": "nobody", "CreateTime": 2})


def test_how_a_message_of_the_official_account_went_is_written_down(wechat, client, clock):
    resident_id = make_following(make_flat(make_community()))
    with unit_of_work():
        tell(
            [Recipient.resident(resident_id)], kind="ballots.opened", subject="开始投票了", body="",
            community_id=None, now=clock.now,
        )  # fmt: skip
    assert work_on_deliveries() == 1
    row = db.session.scalars(sa.select(MessageDelivery)).one()
    # The mini program's messages are numbered apart: the same number there is another message.
    other = {"MsgID": row.wechat_number, "ErrorCode": "0", "ErrorStatus": "success"}
    call(client, {"Event": "subscribe_msg_sent_event", "List": [other]})
    assert db.session.get(MessageDelivery, row.id, populate_existing=True).state is Bringing.SENT
    done = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": row.wechat_number, "Status": "success"}
    call(client, done, appid=OFFICIAL)
    assert db.session.get(MessageDelivery, row.id, populate_existing=True).state is Bringing.DELIVERED


def test_who_stops_following_the_account_is_brought_nothing_by_it(wechat, client, clock):
    resident_id = make_following(make_flat(make_community()), person="li")
    openid = openid_of(OFFICIAL, "li")
    call(client, {"Event": "unsubscribe", "FromUserName": openid, "CreateTime": 1}, appid=OFFICIAL)
    assert queries.permissions_left(resident_id, WeChatApp.OFFICIAL) == {}
    call(client, {"Event": "unsubscribe", "FromUserName": "nobody", "CreateTime": 2}, appid=OFFICIAL)


def test_a_resident_allows_messages_and_the_same_request_counts_once(wechat, client, clock):
    key = {"Idempotency-Key": "first"}
    body = {"code": "code-wang-1", "privacy_version": "2026-1"}
    token = client.post("/api/v1/sessions/wechat", json=body, headers=key).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    known = client.get("/api/v1/message-permissions", headers=headers).json["topics"]
    assert [one["left"] for one in known] == [0] * len(Topic)
    assert known[0]["template_id"] == "sandbox-vote_opens"
    wanted = {"topics": ["vote_opens", "objection_answered"]}
    for _ in range(2):
        answer = client.post("/api/v1/message-permissions", json=wanted, headers=headers | key)
        assert answer.status_code == 201
        left = {one["topic"]: one["left"] for one in answer.json["topics"]}
        assert {topic for topic, count in left.items() if count} == set(wanted["topics"])
        assert max(left.values()) == 1
    other = client.post("/api/v1/message-permissions", json={"topics": ["vote_opens"]}, headers=headers | key)
    assert other.status_code == 409
    wrong = client.post(
        "/api/v1/message-permissions", json={"topics": ["x"]}, headers=headers | {"Idempotency-Key": "n"}
    )
    assert wrong.status_code == 422


def test_the_examples_of_permissions_are_true(wechat, client, clock):
    token = client.post(
        "/api/v1/sessions/wechat",
        json={"code": "code-wang-1", "privacy_version": "2026-1"},
        headers={"Idempotency-Key": "first"},
    ).json["token"]
    operation = client.get("/api/v1/openapi.json").json["paths"]["/api/v1/message-permissions"]["post"]
    told = operation["requestBody"]["content"]["application/json"]["example"]
    said = operation["responses"]["201"]["content"]["application/json"]["example"]
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    answer = client.post("/api/v1/message-permissions", json=told, headers=headers)
    assert said["topics"][0] in answer.json["topics"]


def test_a_lasting_template_is_allowed_for_long_and_another_once(wechat, client, clock):
    make_policy("wechat.template_vote_opens", "T1 thing1 date2 长期")
    make_policy("wechat.template_report_answered", "T2 thing1 date2")
    resident = make_resident(make_flat(make_community()))
    settings = client.application.config["SETTINGS"]
    real = dataclasses.replace(settings.wechat, base_url=API_URL)
    client.application.config["SETTINGS"] = dataclasses.replace(settings, wechat=real)
    wanted = {"topics": ["vote_opens", "report_answered"]}
    answer = client.post(
        "/api/v1/message-permissions", json=wanted, headers=make_token(resident) | {"Idempotency-Key": "k"}
    )
    found = {one["topic"]: one for one in answer.json["topics"]}
    assert [found[topic]["is_lasting"] for topic in wanted["topics"]] == [True, False]
    assert [found[topic]["template_id"] for topic in wanted["topics"]] == ["T1", "T2"]
    assert queries.has_lasting(resident.id, Topic.VOTE_OPENS)
    assert not queries.has_lasting(resident.id, Topic.REPORT_ANSWERED)
