"""Phone pages inside WeChat: signed in by web authorization, bound once; and every page without it."""

import dataclasses
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from server.identity import actions
from server.identity import queries as identity
from server.identity.rules import WeChatApp
from server.infra.db import unit_of_work
from server.infra.wechat.sandbox import Fault, openid_of
from server.jobs.checks import work_on_checks
from server.messages import queries
from server.messages.actions import tell
from server.messages.rules import Recipient, Topic
from tests.factories.identity import PRIVACY, make_resident, sign_in_resident, slip_of
from tests.factories.ledger import make_community, make_flat
from tests.miniprogram_api.phones import forms_of
from tests.wechat import OFFICIAL

IN_WECHAT = {"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"}


@pytest.fixture
def resident(app):
    return make_resident(make_flat(make_community()))


def leave(client, address: str) -> str:
    """Go to WeChat and be sent back: the address, with code and state, that the browser is to open."""
    away = client.get(address, headers=IN_WECHAT)
    assert away.status_code == 302
    with requests.Session() as http:
        http.trust_env = False
        back = http.get(away.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://xiangyi.test/wechat/back?code=")
    return back.removeprefix("http://xiangyi.test")


def bind(client, resident) -> None:
    sign_in_resident(client, resident)
    assert client.get(leave(client, "/me/wechat")).headers["Location"] == "/me/flats"


def test_bound_once_the_next_browser_signs_in_and_goes_where_it_wanted(wechat, app, resident):
    bind(app.test_client(), resident)
    client = app.test_client()
    assert client.get("/inbox", headers=IN_WECHAT).headers["Location"] == "/enter"
    assert "用微信登录" in client.get("/enter", headers=IN_WECHAT).text
    assert client.get(leave(client, "/wechat/sign-in")).headers["Location"] == "/inbox"
    assert client.get("/inbox").status_code == 200


def test_an_account_that_is_bound_nowhere_is_asked_to_scan_and_not_kept(wechat, app, client):
    assert client.get(leave(client, "/wechat/sign-in")).headers["Location"] == "/enter"
    assert "还没有绑定过房屋" in client.get("/enter").text
    assert identity.wechat_account(WeChatApp.OFFICIAL, openid_of(OFFICIAL, "guest")) is None


def test_a_state_of_another_browser_or_used_before_signs_nobody_in(wechat, app, resident):
    bind(app.test_client(), resident)
    mine, other = app.test_client(), app.test_client()
    back = leave(mine, "/wechat/sign-in")
    leave(other, "/wechat/sign-in")
    assert other.get(back).headers["Location"] == "/enter"
    assert other.get("/me").headers["Location"] == "/enter"
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert mine.get(back).headers["Location"] == "/me"
    assert (
        app.test_client().get(f"/wechat/back?code=code-guest-9&state={state}").headers["Location"] == "/enter"
    )


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=", "?code=x&state=%E4%BD%A0", "?code=x&state=" + "a" * 5000]
)
def test_coming_back_with_nonsense_is_told_what_to_do(wechat, client, query):
    assert client.get(f"/wechat/back{query}").headers["Location"] == "/enter"
    assert "没有登录成" in client.get("/enter").text


def test_an_account_bound_to_someone_else_is_not_taken_over(wechat, app, resident):
    bind(app.test_client(), resident)
    client = sign_in_resident(app.test_client(), make_resident(make_flat(make_community())))
    client.get(leave(client, "/me/wechat"))
    assert "已经绑定过" in client.get("/me/flats").text
    account = identity.wechat_account(WeChatApp.OFFICIAL, openid_of(OFFICIAL, "guest"))
    assert account is not None
    assert account.resident_id == resident.id


def test_letting_go_is_one_press(wechat, app, client, resident, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    bind(client, resident)
    assert "解除微信绑定" in client.get("/me/flats").text
    client.post("/me/wechat/let-go")
    page = client.get("/me/flats", headers=IN_WECHAT).text
    assert "绑定这个微信" in page
    assert "解除微信绑定" not in page


@pytest.mark.parametrize("fault", [Fault.TIME_OUT, Fault.SERVER_ERROR, Fault.RATE_LIMIT, Fault.MALFORMED])
def test_with_wechat_away_pages_work_and_say_so(wechat, client, resident, fault):
    back = leave(client, "/wechat/sign-in")
    wechat.fails(fault)
    assert client.get(back).headers["Location"] == "/enter"
    page = client.get("/enter", headers=IN_WECHAT).text
    assert "微信没有应答" in page
    sign_in_resident(client, resident)
    for address in ("/me", "/me/flats", "/inbox", "/enter"):
        assert client.get(address, headers=IN_WECHAT).status_code == 200


def test_with_wechats_servers_gone_all_that_residents_do_on_the_web_goes_on(
    wechat, app, client, resident, monkeypatch
):
    """Nobody answers there at all: not an error, not a late answer, no connection."""
    gone = dataclasses.replace(
        app.config["SETTINGS"].wechat, base_url="http://127.0.0.1:1", open_url="http://127.0.0.1:1"
    )
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], wechat=gone))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    wechat.another_process()
    slip = slip_of(make_flat(make_community()))
    entered = client.post(
        f"/s/{slip.code}", data={"agree": "yes", "privacy_version": PRIVACY}, headers=IN_WECHAT
    )
    assert entered.status_code == 302
    for address in (
        "/",
        "/enter",
        "/me",
        "/me/flats",
        "/inbox",
        "/notices",
        "/tickets/new",
    ):
        assert client.get(address, headers=IN_WECHAT, follow_redirects=True).status_code == 200
    sent = client.post(
        "/tickets/new",
        data={"category": "lift", "where": "community", "words": "门关不上", "client_key": "gone-1"},
        headers=IN_WECHAT,
    )
    assert sent.status_code == 302
    assert work_on_checks() == 0
    assert config(client).status_code == 503


def test_outside_wechat_or_without_an_account_nothing_is_offered(app, wechat, client):
    assert "用微信登录" not in client.get("/enter").text
    app.config["WECHAT_HAS_OFFICIAL"] = False
    assert "用微信登录" not in client.get("/enter", headers=IN_WECHAT).text
    assert client.get("/wechat/sign-in").headers["Location"] == "/enter"
    assert "还没有接入微信" in client.get("/enter").text


# ------------------------------------------------------------------ the JS-SDK

CONFIG = "/wechat/script-config"
TICKET = "/cgi-bin/ticket/getticket"


def config(client, url: str = "http://xiangyi.test/notices/1?from=x"):
    return client.get(CONFIG, query_string={"url": url})


def test_a_page_is_signed_for_its_exact_address_without_what_follows_a_hash(wechat, client):
    made = config(client, "http://xiangyi.test/notices/1?a=1#objections").json
    (ticket,) = wechat.state.tickets
    signed = (
        f"jsapi_ticket={ticket}&noncestr={made['nonce']}&timestamp={made['timestamp']}"
        "&url=http://xiangyi.test/notices/1?a=1"
    )
    assert made["signature"] == hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
    assert made["appid"] == OFFICIAL
    assert config(client).headers["Cache-Control"] == "no-store"
    assert wechat.asked(TICKET) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://xiangyi.test",
        "http://xiangyi.test.evil.example/",
        "https://evil.example/?http://xiangyi.test/",
        "http://xiangyi.test/" + "a" * 2000,
    ],
)
def test_no_address_but_ours_is_signed(wechat, client, url):
    assert config(client, url).status_code == 422
    assert wechat.asked(TICKET) == 0


@pytest.mark.parametrize(
    "fault", [Fault.TIME_OUT, Fault.SERVER_ERROR, Fault.RATE_LIMIT, Fault.MALFORMED, Fault.TOKEN]
)
def test_while_wechat_is_away_no_page_is_signed_and_every_page_stands(wechat, client, resident, fault):
    wechat.fails(fault)
    assert (config(client).status_code, config(client).json["code"]) == (503, "wechat_away")
    sign_in_resident(client, resident)
    for address in ("/enter", "/me/flats"):
        assert client.get(address, headers=IN_WECHAT).status_code == 200


def test_a_house_without_an_official_account_signs_nothing(app, client):
    assert (config(client).status_code, config(client).json["code"]) == (409, "wechat_absent")


def test_the_sdk_is_sent_to_wechats_own_browser_alone(app, wechat, client, resident):
    sign_in_resident(client, resident)
    for address in ("/enter", "/me/flats"):
        assert "js/wechat" not in client.get(address).text
        inside = client.get(address, headers=IN_WECHAT).text
        assert 'data-wechat="scan" hidden' in inside
        (script,) = re.findall(r'src="([^"]+js/wechat[^"]+)"', inside)
    with client.get(script, headers={"Accept-Encoding": "gzip"}) as sent:
        assert len(sent.data) < 10 * 1024
    app.config["WECHAT_HAS_OFFICIAL"] = False
    assert "js/wechat" not in client.get("/enter", headers=IN_WECHAT).text


# ------------------------------------------------------------------ messages


def test_who_bound_the_official_account_has_messages_brought_until_they_say_no(wechat, app, client, clock):
    resident = make_resident(make_flat(make_community()))
    phone = sign_in_resident(client, resident)
    assert "发到微信" not in phone.get("/inbox").text, "not bound"
    with unit_of_work():
        actions.bind_wechat(
            resident.id,
            WeChatApp.OFFICIAL,
            "o-1",
            "",
            actor=actions.resident_actor(resident.id),
            now=clock.now,
        )
    for wanted, allowed in (("yes", len(Topic)), ("yes", len(Topic)), ("no", 0), ("yes", len(Topic))):
        (form,) = [one for one in forms_of(phone.get("/inbox").text) if one.action == "/me/wechat/messages"]
        phone.post("/me/wechat/messages", data=form.fields | {"wanted": wanted})
        assert len(queries.permissions_left(resident.id, WeChatApp.OFFICIAL)) == allowed
    form.fields.pop("wanted", None)
    assert phone.post("/me/wechat/messages", data=form.fields).status_code == 422


def test_a_message_that_was_brought_is_read_by_opening_it_and_leads_on(app, client, clock):
    resident = make_resident(make_flat(make_community()))
    with unit_of_work():
        tell(
            [Recipient.resident(resident.id)], kind="ballots.opened", subject="开始投票了", body="",
            link="/ballots/7", community_id=None, now=clock.now,
        )  # fmt: skip
    (letter,) = queries.inbox([Recipient.resident(resident.id)]).items
    address = f"/inbox/{letter.id}"
    assert client.get(address).location == "/enter"
    assert queries.unread_count([Recipient.resident(resident.id)]) == 1
    phone = sign_in_resident(client, resident)
    assert phone.get(address).location == "/ballots/7"
    assert queries.inbox([Recipient.resident(resident.id)]).items[0].read_at == clock.now
    other = sign_in_resident(app.test_client(), make_resident(make_flat(make_community())))
    assert other.get(address).status_code == 404
