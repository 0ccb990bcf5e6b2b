"""Through every door that WeChat has here, with the stand-in failing in each of its ways: no secret, no code, no person's name
at WeChat is in any line of any log, in any error or in any answer."""

import json
import logging
import time

import pytest

from server.identity.actions import resident_actor
from server.infra.clock import now
from server.infra.wechat.callbacks import seal, signature
from server.infra.wechat.sandbox import Fault, openid_of, unionid_of
from server.jobs.checks import work_on_checks
from server.jobs.due import run_due
from server.moderation import checking
from tests.factories.identity import PRIVACY, make_resident, sign_in_resident
from tests.factories.ledger import make_community, make_flat
from tests.factories.moderation import make_item, make_photo_item
from tests.factories.wechat import make_reachable
from tests.miniprogram_api.test_wechat_pages import IN_WECHAT, leave
from tests.wechat import AES_KEY, MINI, MINI_SECRET, OFFICIAL, OFFICIAL_SECRET, STABLE, TOKEN

#: Put together here: a trace shows the lines of this file too.
CODE, PHONE, WORDS = "-".join(("code", "hidden", "1")), "138" + "0" * 7 + "1", "张三" + "家的事"


def event(client, facts: dict, token: str = TOKEN) -> int:
    sealed = seal(json.dumps(facts), AES_KEY, MINI)
    stamp = str(int(time.time()))
    query = {"timestamp": stamp, "nonce": "n", "msg_signature": signature(token, stamp, "n", sealed)}
    return client.post(
        "/api/v1/wechat/events", query_string=query, data=json.dumps({"Encrypt": sealed})
    ).status_code


def go_through(app, wechat, community, monkeypatch, fault: Fault | None) -> str:
    """Everything once. Returns all that the doors answered."""
    client, told = app.test_client(), []
    writer = make_reachable(make_flat(community), person="hidden")
    wechat.state.note_seen(wechat.openid("hidden"))
    resident = make_resident(make_flat(community))
    back = leave(sign_in_resident(client, resident), "/me/wechat")
    for text in ("", "枪支"):
        make_item(community, WORDS + text, about_id=1 + len(text), actor=resident_actor(writer), now=now())
    make_photo_item(community, actor=resident_actor(writer), now=now())
    if fault is not None:
        wechat.fails(fault)
    body = {"code": CODE, "privacy_version": PRIVACY}
    told.append(client.post("/api/v1/sessions/wechat", json=body, headers={"Idempotency-Key": "one"}).text)
    told.append(client.get(back, headers=IN_WECHAT).text)
    told.append(client.get("/me/flats", headers=IN_WECHAT).text)
    told.append(client.get("/wechat/script-config?url=http://xiangyi.test/").text)
    work_on_checks()
    run_due()
    facts = {"FromUserName": wechat.openid("hidden"), "Event": "wxa_media_check", "trace_id": "t1"}
    assert event(client, facts | {"result": {"suggest": "pass", "label": 100}}) == 200
    assert event(client, facts | {"result": "nonsense", "trace_id": "t2"}) == 200
    assert event(client, facts | {"Event": "brand_new"}) == 200
    assert event(client, facts, token="other") == 403
    monkeypatch.setattr(checking, "take_verdict", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert event(client, facts | {"trace_id": "t3"}) == 500
    return "".join(told)


def broken(trace_id, *_args, now, **_more):
    raise LookupError("this went wrong")


@pytest.mark.parametrize("fault", [None, *Fault])
def test_nothing_that_is_nobodys_business_is_told_by_any_door_or_log(
    wechat, app, clock, caplog, capfd, monkeypatch, fault
):
    caplog.set_level(logging.DEBUG)
    answers = go_through(app, wechat, make_community(), monkeypatch, fault)
    written = capfd.readouterr()
    text = written.out + written.err + caplog.text
    assert "this went wrong" in text, "a test that reads no log proves nothing"
    # One token for each account, and one by force for each that is not taken.
    assert wechat.asked(STABLE) <= 4
    tokens = [value for held in wechat.state.stable.values() for value in held[:1]]
    secrets = [MINI_SECRET, OFFICIAL_SECRET, AES_KEY, TOKEN, CODE, *tokens, *wechat.state.tickets]
    people = [openid_of(one, name) for one in (MINI, OFFICIAL) for name in ("hidden", "guest")]
    people += [unionid_of("hidden"), unionid_of("guest"), WORDS]
    for hidden in (*secrets, *people):
        assert hidden not in text
        assert hidden not in answers
