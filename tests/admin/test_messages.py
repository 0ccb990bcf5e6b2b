import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from server.messages import queries
from server.messages.rules import Recipient
from tests.admin.forms import post_form
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.messages import NOW, make_message

pytestmark = pytest.mark.usefixtures("clock")


def test_a_message_is_read_and_leads_on(client: FlaskClient) -> None:
    staff = make_staff(Role.CLERK, community=make_community())
    sign_in_staff(client, staff)
    assert "还没有消息" in client.get("/admin/messages").text
    me = Recipient.staff(staff.id)
    make_message(me, subject="有异议待答复", link="/admin/catalogue")
    assert "1 条没看" in client.get("/admin/messages").text
    message_id = queries.inbox([me]).items[0].id
    answer = post_form(client, "/admin/messages", f"/admin/messages/{message_id}/read", {})
    assert (answer.status_code, answer.location) == (302, "/admin/catalogue")
    assert queries.unread_count([me]) == 0
    assert "都看过了" in client.get("/admin/messages").text


def test_anothers_message_answers_as_one_that_does_not_exist(client: FlaskClient) -> None:
    community = make_community()
    mine, other = make_staff(Role.CLERK, community=community), make_staff(Role.REVIEWER, community=community)
    make_message(Recipient.staff(other.id))
    message_id = queries.inbox([Recipient.staff(other.id)]).items[0].id
    sign_in_staff(client, mine)
    assert post_form(client, "/admin/messages", f"/admin/messages/{message_id}/read", {}).status_code == 404


def test_what_homes_were_told_prints_by_home(client: FlaskClient) -> None:
    community = make_community("一号院")
    flat = make_flat(community, "3", "2", "501")
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    told = f"/admin/communities/{community.id}/messages"
    assert "没有告知过住户" in client.get(told).text
    make_message(Recipient.flat(flat.id), subject="要投票了", community_id=community.id, now=NOW)
    assert "3 栋 2 单元 501" in client.get(told).text
    sheet = client.get(f"{told}/print").text
    assert "要投票了" in sheet
    assert "0851-85551234" in sheet
    assert "要投票了" not in client.get(f"{told}/print?since=2026-03-03").text
    assert client.get(f"{told}?since=0001-01-01").status_code == 200
    assert client.get(f"{told}?since=9999-12-31").status_code == 200
    assert client.get(f"/admin/communities/{make_community().id}/messages").status_code == 404
