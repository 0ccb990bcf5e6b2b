"""Home: what waits, and the whole way from the letterbox to the receipt."""

import re
from datetime import date

import pytest

from server.identity.rules import Level
from server.infra.db import db, unit_of_work
from server.ledger.models import Community
from server.messages.rules import Recipient
from server.projects import queries as projects
from server.tickets.actions import join
from server.tickets.rules.words import Category
from tests.conftest import START
from tests.factories.ballots import CLOSES, VOTING, cast, make_electorate, make_opened, make_vote
from tests.factories.ledger import make_community, make_flat, make_owner
from tests.factories.messages import make_message
from tests.factories.notices import make_notice
from tests.factories.projects import NOW, make_project
from tests.factories.tickets import key, make_ticket, move
from tests.factories.works import adopt, book, offer, plan
from tests.miniprogram_api.phones import Phone, forms_of, links_of, make_phone, slip_of


@pytest.fixture
def voting(app, clock):
    clock.set(VOTING)
    return make_vote()


def test_it_shows_what_waits_for_this_person(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    notice = make_notice(_community(flats[0]), title="物业费公示", now=VOTING)
    make_message(Recipient.resident(phone.actor.id), now=VOTING)
    page = phone.get("/me")
    for words in (
        "小区改造表决",
        "去投票",
        "物业费公示",
        "可以提异议",
        "没看过",
        "1 栋 1 单元 101",
        "已核实业主",
    ):
        assert words in page
    assert {f"/ballots/{ballot.id}", f"/notices/{notice.id}", "/inbox", "/receipts"} <= set(links_of(page))


def test_a_repair_that_is_said_to_be_done_waits_for_the_word_of_whoever_reported_it(app, clock):
    community = make_community()
    flat, other = make_flat(community, room="101"), make_flat(community, room="102")
    phone, joined = make_phone(app, flat, level=Level.REACHED), make_phone(app, other, level=Level.REACHED)
    ticket = make_ticket(community.id, reporter_id=phone.actor.id)
    shared = make_ticket(community.id, Category.POWER, place="南门路灯")
    for one, who in ((ticket, joined), (shared, joined)):
        with unit_of_work():
            join(one.id, resident_id=who.actor.id, client_key=key(), actor=who.actor, now=START)
    assert "修好了吗" not in phone.get("/me")
    for one in (ticket, shared):
        move(one.id, "accept", "dispatch", "arrive", "start_work", "finish")
    page = phone.get("/me")
    assert ("修好了吗" in page, f"/tickets/{ticket.id}" in page, "南门路灯" in page) == (True, True, False)
    # Whoever joined speaks where nobody with an account reported it.
    page = joined.get("/me")
    assert (f"/tickets/{ticket.id}" in page, f"/tickets/{shared.id}" in page) == (False, True)
    move(ticket.id, "confirm", actor=phone.actor)
    assert "修好了吗" not in phone.get("/me")


def test_work_inside_the_home_waits_for_a_time_and_then_says_when(app, clock):
    community = make_community()
    flat = make_flat(community, room="101")
    item = adopt(make_project(community), community, "换户内水管")
    phone = make_phone(app, flat, level=Level.REACHED)
    assert "上门" not in phone.get("/me")
    plan(item)
    offer(item, date(2026, 3, 10), date(2026, 3, 11))
    clock.set(NOW)
    page = phone.get("/me")
    assert ("约个时间上门" in page, "换户内水管" in page) == (True, True)
    assert f"/communities/{community.id}/works/visits" in links_of(page)
    card = projects.slots([item.id], date(2026, 3, 10))[0]
    book(card, flat)
    page = phone.get("/me")
    assert ("有人上门：3 月 10 日" in page, "约个时间上门" in page) == (True, False)
    clock.set(card.begins_at)
    assert "上门" not in phone.get("/me")


def _community(flat):
    return db.session.get(Community, flat.community_id)


def test_it_says_so_once_the_home_has_voted(app, voting):
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    cast(ballot, phone.actor)
    page = phone.get("/me")
    assert "你家投过了" in page
    assert "去投票" not in page


def test_a_tenant_is_told_what_they_may_not_do_and_why(app, voting):
    _, flats = voting
    page = make_phone(app, flats[0], level=Level.REACHED).get("/me")
    assert "投票要先核实你是业主" in page
    assert "去投票" not in page


def test_after_the_closing_nothing_is_asked_any_more(app, voting, clock):
    _, flats = voting
    phone = make_phone(app, flats[0])
    clock.set(CLOSES)
    assert "去投票" not in phone.get("/me")


def test_homes_in_two_communities_stand_side_by_side(app, voting):
    _, flats = voting
    other, others = make_electorate(name="另一个小区")
    make_opened(other, title="另一处的投票")
    page = make_phone(app, flats[0], others[0]).get("/me")
    assert "另一个小区" in page
    assert "另一处的投票" in page


def test_every_page_it_leads_to_opens(app, voting):
    _, flats = voting
    phone = make_phone(app, flats[0])
    for address in links_of(phone.get("/me"), "/me"):
        phone.get(address)
        assert phone.status == 200, address


def test_from_the_letterbox_to_the_receipt(app, clock):
    """A person with a slip in hand, who was sent the ballot's address: in, proven, voted, looked up."""
    clock.set(VOTING)
    community = make_community(name="向阳小区")
    home = make_flat(community, room="501", area="88.00")
    make_owner(home, name="陈桂兰", phone="13812345678")
    make_owner(make_flat(community, room="502", area="88.00"))
    ballot = make_opened(community)
    code = slip_of(home).code
    phone = Phone(app, app.test_client(), None, "")

    page = phone.get(f"/ballots/{ballot.id}")
    assert "先扫信箱里的码" in page
    page = phone.fill(page, "/enter", code=code)
    page = phone.fill(page, f"/s/{code}", agree="yes")
    assert "小区改造表决" in page, "after coming in one is led back to what one came for"
    assert "你现在不能投" in page
    flats = phone.get("/me/flats")
    (flat_page,) = [link for link in links_of(flats) if re.fullmatch(r"/me/flats/\d+", link)] or [
        phone.last.request.path
    ]
    prove = phone.get(f"{flat_page}/prove")
    phone.fill(prove, "/prove", name="陈桂兰", way="phone", tail="5678")
    page = phone.get(f"/ballots/{ballot.id}")
    review = phone.fill(page, "/review", **{"choice-m1": "for", "choice-m2": "米白"})
    ticket = phone.fill(review, "/votes")
    assert "这一票收到了" in ticket
    assert "向阳小区" in ticket
    assert "1 栋 1 单元 501" in ticket
    (look_up,) = [link for link in links_of(ticket) if link.startswith("/r/")]
    assert "已计入" in app.test_client().get(look_up).text
    assert not forms_of(app.test_client().get(look_up).text)


def test_the_api_leads_the_same_way(app, clock):
    clock.set(VOTING)
    community = make_community()
    home = make_flat(community, room="501", area="88.00")
    make_owner(home, name="陈桂兰", phone="13812345678")
    make_owner(make_flat(community, room="502", area="88.00"))
    ballot = make_opened(community)
    anyone = app.test_client()
    slip = anyone.get(f"/api/v1/slips/{slip_of(home).code}").json
    opened = anyone.post(
        "/api/v1/sessions",
        json={"slip_code": slip_of(home).code, "privacy_version": slip["privacy"]["version"]},
        headers={"Idempotency-Key": "one"},
    ).json
    phone = Phone(app, anyone, None, opened["token"])
    binding_id = phone.api("GET", "/me").json["bindings"][0]["id"]
    proof = phone.api(
        "POST",
        f"/bindings/{binding_id}/proofs",
        {"name": "陈桂兰", "way": "phone", "tail": "5678"},
        client_key="two",
    )
    assert proof.status_code in {200, 201}, proof.text
    body = {"choices": {"m1": "for", "m2": "米白"}}
    vote = phone.api("POST", f"/ballots/{ballot.id}/votes", body, client_key="three")
    assert vote.status_code == 201, vote.text
    assert anyone.get(f"/api/v1/receipts/{vote.json['receipt']}").json["standing"] == "included"


def test_a_first_visit_weighs_under_100_kilobytes(app, voting):
    """The page and all it asks for, as the browser fetches them compressed or not."""
    ballot, flats = voting
    phone = make_phone(app, flats[0])
    for address in ("/me", f"/ballots/{ballot.id}", f"/ballots/{ballot.id}/result"):
        page = phone.get(address)
        weight = len(page.encode())
        for asset in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)):
            with phone.client.get(asset, headers={"Accept-Encoding": "gzip"}) as answer:
                assert answer.status_code == 200
                weight += len(answer.data)
        assert weight < 100_000, f"{address} weighs {weight}"
