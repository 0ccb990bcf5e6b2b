"""Contributions on the desk, sent as a browser sends its forms."""

import pytest

from server.contributions import queries
from server.contributions.rules import Kind
from server.identity.rules import Role
from server.infra.db import db
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.contributions import enter, make_pledge
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_flat
from tests.factories.projects import NOW


@pytest.fixture
def community(app, clock):
    clock.set(NOW)
    return make_community("甲院")


@pytest.fixture
def desk(app, community):
    return lambda role: browser_of(app, make_staff(role, community=community))


def at(community, path="") -> str:
    return f"/admin/communities/{community.id}/contributions{path}"


def test_a_promise_on_paper_is_entered_given_and_confirmed_by_two_persons(desk, community):
    make_flat(community, building="3", entrance="1", room="501")
    clerk, reviewer = desk(Role.CLERK), desk(Role.REVIEWER)
    sent = {"building": "3", "entrance": "1", "room": "501", "kind": "money", "amount": "500"}
    assert "填多少" in post_form(clerk, at(community, "/new"), at(community), {**sent, "amount": ""}).text
    assert "台账里没有" in post_form(clerk, at(community, "/new"), at(community), {**sent, "room": "9"}).text
    answer = post_form(clerk, at(community, "/new"), at(community), sent)
    assert answer.status_code == 302
    page = answer.headers["Location"]
    assert "不写名的住户" in clerk.get(page).text
    given = {"kind": "given", "amount": "300.50", "happened_on": "2026-03-01", "document": "收据 18 号"}
    assert (
        "还没有到" in post_form(clerk, page, f"{page}/entries", {**given, "happened_on": "2026-04-01"}).text
    )
    assert post_form(clerk, page, f"{page}/entries", given).status_code == 302
    (entry,) = queries.waiting(community.id)
    look = at(community, f"/entries/{entry.id}")
    assert "要由另一个人确认" in clerk.get(look).text
    assert "为什么退回" in post_form(reviewer, look, f"{look}/review", {"is_confirmed": "false"}).text
    assert post_form(reviewer, look, f"{look}/review", {"is_confirmed": "true"}).status_code == 302
    db.session.expire_all()
    text = reviewer.get(at(community)).text
    assert "300.50 元" in text and "居民自愿出钱" in text


def test_hours_are_whole_and_a_mistake_is_put_right_with_a_minus(desk, community):
    pledge = make_pledge(make_flat(community), Kind.LABOUR, 8)
    enter(pledge, 8)
    clerk = desk(Role.CLERK)
    page = at(community, f"/{pledge.id}")
    minus = {"kind": "given", "amount": "-2", "happened_on": "2026-03-01", "document": "多记了"}
    assert "填整数" in post_form(clerk, page, f"{page}/entries", {**minus, "amount": "1.5"}).text
    assert post_form(clerk, page, f"{page}/entries", minus).status_code == 302


def test_only_the_committee_reads_who_promised_what(desk, community):
    pledge = make_pledge(make_flat(community))
    for role in (Role.PROPERTY_MANAGER, Role.IMPLEMENTING_BODY, Role.BUILDING_LEAD):
        assert desk(role).get(at(community)).status_code == 403
    assert desk(Role.REVIEWER).get(at(community, f"/{pledge.id}")).status_code == 200
