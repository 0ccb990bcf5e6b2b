"""Messages that did not get to a telephone: seen with their reason, and sent again."""

import re

import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from server.infra.clock import now
from server.infra.db import db, unit_of_work
from server.messages.actions import mark_read
from server.messages.models import Message, MessageDelivery
from server.messages.rules import Bringing, Recipient
from tests.admin.forms import post_form
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community
from tests.factories.wechat import make_delivery

pytestmark = pytest.mark.usefixtures("clock")


def test_what_was_given_up_is_seen_with_its_reason_and_sent_again(client: FlaskClient) -> None:
    community = make_community()
    page = f"/admin/communities/{community.id}/messages/wechat"
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    assert "没有发不出去的消息" in client.get(page).text
    row_id = make_delivery(community).id
    make_delivery(make_community("别的小区"))
    text = client.get(page).text
    assert text.count("重发：") == 1
    assert "微信一直没有应答" in text
    answer = post_form(client, page, f"{page}/{row_id}/resend", {})
    assert (answer.status_code, answer.location) == (302, page)
    row = db.session.get(MessageDelivery, row_id, populate_existing=True)
    assert row is not None
    assert (row.state, row.attempts) == (Bringing.WAITING, 0)
    assert post_form(client, page, f"{page}/{row_id}/resend", {}).status_code == 409


def test_what_was_given_up_waits_for_whoever_may_send_it_again(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    community = make_community()
    day = f"/admin/communities/{community.id}/today"
    staff = {role: make_staff(role, community=community) for role in (Role.CLERK, Role.AUDITOR)}

    def is_told(role: Role) -> bool:
        sign_in_staff(client, staff[role])
        return "微信消息没发成" in client.get(day).text

    make_delivery(community, Bringing.SENT)
    make_delivery(make_community("别的小区"))
    assert not is_told(Role.CLERK)
    make_delivery(community)
    assert [is_told(role) for role in staff] == [False, False]
    monkeypatch.setitem(client.application.config, "WECHAT_HAS_MINI", True)
    assert [is_told(role) for role in staff] == [True, False]


def test_how_many_were_opened_is_counted_and_not_by_whom(client: FlaskClient) -> None:
    community = make_community()
    page = f"/admin/communities/{community.id}/messages/wechat"
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    rows = [make_delivery(community, Bringing.SENT) for _ in range(2)]
    with unit_of_work():
        letters = [db.session.get_one(Message, row.message_id) for row in rows]
        for letter in letters:
            letter.created_at = now()
    row, message = rows[0], letters[0]
    reader = Recipient.resident(row.resident_id)
    with unit_of_work():
        mark_read(row.message_id, [reader, Recipient.flat(message.recipient_id)], now=now())
    cells = re.sub(r"<[^>]+>|\s+", "", client.get(page).text)
    assert "发出了2" in cells
    assert "其中点开看过的1" in cells


def test_who_only_looks_on_sees_and_does_not_send(client: FlaskClient) -> None:
    community = make_community()
    page = f"/admin/communities/{community.id}/messages/wechat"
    row_id = make_delivery(community).id
    sign_in_staff(client, make_staff(Role.AUDITOR, division="520102"))
    assert "重发：" not in client.get(page).text
    assert post_form(client, page, f"{page}/{row_id}/resend", {}).status_code == 403
