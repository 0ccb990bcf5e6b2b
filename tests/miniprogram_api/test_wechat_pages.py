"""Phone pages inside WeChat: signed in by web authorization, bound once; and every page without it."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from server.identity import actions
from server.identity import queries as identity
from server.identity.rules import WeChatApp
from server.infra.db import unit_of_work
from server.infra.wechat.sandbox import Fault, openid_of
from server.messages import queries
from server.messages.actions import tell
from server.messages.rules import Recipient, Topic
from tests.factories.identity import make_resident, sign_in_resident
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


def test_outside_wechat_or_without_an_account_nothing_is_offered(app, wechat, client):
    assert "用微信登录" not in client.get("/enter").text
    app.config["WECHAT_HAS_OFFICIAL"] = False
    assert "用微信登录" not in client.get("/enter", headers=IN_WECHAT).text
    assert client.get("/wechat/sign-in").headers["Location"] == "/enter"
    assert "还没有接入微信" in client.get("/enter").text


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
