"""The pages that only WeChat leads to, looked at: messages turned on in the inbox, a browser of somebody else, what was given up."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from server.identity.rules import Role
from server.infra.db import unit_of_work
from server.messages.actions import tell
from server.messages.rules import Bringing, Recipient
from tests.factories.identity import make_resident, make_staff, make_token, sign_in_resident, sign_in_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.wechat import make_delivery, make_following
from tests.journeys.visitor import DESK, PHONE, Visitor

pytestmark = pytest.mark.deep


@pytest.fixture
def address(app) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visitor_as(browser, address):
    came = []

    def come(client, size) -> Visitor:
        cookies = [{"name": one.key, "value": one.value, "url": address} for one in client._cookies.values()]
        came.append(Visitor.arrive(browser, address, size))
        came[-1].context.add_cookies(cookies)
        return came[-1]

    yield come
    for visitor in came:
        visitor.leave()
        assert not visitor.complaints, "\n".join(map(str, visitor.complaints))


def test_the_inbox_offers_to_bring_messages_and_takes_it_back(wechat, app, client, clock, visitor_as):
    resident = make_resident(make_flat(make_community()))
    make_following(None, resident.id)
    with unit_of_work():
        tell(
            [Recipient.resident(resident.id)], kind="ballots.closing", subject="明天截止，你家还没投：加装电梯",
            body="3 月 31 日 18:00 截止。手机上投，或到居委会拿纸票。", link="/ballots/7", community_id=None, now=clock.now,
        )  # fmt: skip
    visitor = visitor_as(sign_in_resident(client, resident), PHONE)
    visitor.visit("/inbox")
    visitor.press("不再发到微信")
    visitor.reads("先关注公众号")
    visitor.press("发到我的微信")
    visitor.reads("以后有事发到你的微信")


def test_a_browser_of_somebody_else_asks_before_it_changes(app, client, visitor_as):
    here, there = (make_resident(make_flat(make_community())) for _ in range(2))
    visitor = visitor_as(sign_in_resident(client, here), PHONE)
    asked = client.post(
        "/api/v1/sessions/current/hand-overs", json={"to": "/inbox"}, headers=make_token(there)
    )
    visitor.visit(asked.json["path"])
    visitor.reads("另一个人")
    visitor.press("换过来")
    assert visitor.path == "/inbox"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_was_given_up_is_seen_and_sent_again(wechat, app, client, visitor_as, size):
    community = make_community()
    for state in (Bringing.GIVEN_UP, Bringing.SENT, Bringing.DELIVERED, Bringing.REFUSED):
        make_delivery(community, state)
    visitor = visitor_as(sign_in_staff(client, make_staff(Role.REVIEWER, community=community)), size)
    visitor.visit(f"/admin/communities/{community.id}/messages/wechat")
    visitor.reads("微信一直没有应答")
    visitor.press("重发：开始投票了")
    visitor.reads("没有发不出去的消息")
