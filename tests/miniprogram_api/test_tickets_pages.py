"""Tickets as pages: three taps without scripts, and what was typed stays whatever goes wrong."""

import io
import re
from datetime import timedelta

import pytest

from miniprogram_api.tickets import reporting
from server.identity.rules import Level
from server.infra.db import unit_of_work
from server.tickets import queries
from server.tickets.actions import remind_and_close_due
from server.tickets.rules.words import Act, Source, State
from tests.conftest import START
from tests.factories.ledger import make_community, make_facility, make_flat
from tests.factories.projects import a_picture
from tests.factories.tickets import make_ticket, move, poster_of
from tests.miniprogram_api.phones import links_of, make_phone


@pytest.fixture
def home(app, clock):
    clock.set(START)
    community = make_community()
    return community, make_flat(community, "3", "1", "101")


@pytest.fixture
def phone(app, home):
    return make_phone(app, home[1], level=Level.REACHED)


def with_photo(data=None, name="a.jpg"):
    return (io.BytesIO(a_picture() if data is None else data), name)


def mine(phone):
    return queries.of_resident(phone.actor.id).items


def test_three_taps_from_the_poster_to_the_report(home, phone):
    community, _ = home
    lift = make_facility(community, name="3 栋 1 单元电梯")
    poster = phone.get(f"/p/{poster_of(community, lift)}")
    assert "报修、投诉" in poster
    assert "/tickets/new" in links_of(poster)
    code = poster_of(community, lift)
    tiles = phone.get(f"/tickets/new?code={code}")
    assert "3 栋 1 单元电梯" in tiles
    assert f"/tickets/new?code={code}&amp;category=lift" in tiles
    form = phone.get(f"/tickets/new?code={code}&category=lift")
    page = phone.fill(form, "/tickets/new", photo=with_photo())
    assert "收到了" in page
    assert "办到哪一步" in page
    assert re.search(r"/tickets/\d+/photos/\d+", page)
    row = mine(phone)[0]
    assert (row.facility_id, row.state, row.source) == (lift.id, State.NEW, Source.RESIDENT_QR)
    shown = phone.client.get(re.search(r"/tickets/\d+/photos/\d+", page).group())
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")


def test_whoever_is_not_signed_in_is_led_back_to_the_report(app, home):
    community, _ = home
    code = poster_of(community, make_facility(community))
    browser = app.test_client()
    assert browser.get(f"/tickets/new?code={code}").headers["Location"] == "/enter"
    with browser.session_transaction() as cookie:
        assert cookie["back_to"] == f"/tickets/new?code={code}"


def test_the_home_page_leads_there_and_asks_where_it_is(phone):
    assert "/tickets/new" in links_of(phone.get("/me"))
    tiles = phone.get("/tickets/new")
    assert "where=entrance" in tiles
    assert "你家里" in tiles
    assert "你家里" not in phone.get("/tickets/new?where=community")
    form = phone.get("/tickets/new?where=community&category=noise")
    phone.fill(form, "/tickets/new", words="半夜装修", contact_name="李奶奶", is_danger="yes")
    row = mine(phone)[0]
    assert (row.source, row.place, row.priority.value, row.contact_name) == (
        Source.ON_BEHALF, "小区公共区域", "p0", "李奶奶",
    )  # fmt: skip


def test_a_file_that_is_no_picture_is_told_so_and_the_words_stay(phone):
    form = phone.get("/tickets/new?category=water")
    page = phone.fill(form, "/tickets/new", words="厨房一直滴水", photo=with_photo(b"no picture", "病毒.exe"))
    assert phone.status == 422
    assert "这个文件不是照片" in page
    assert "厨房一直滴水" in page
    assert mine(phone) == []
    phone.fill(page, "/tickets/new", photo=with_photo())
    assert [one.words for one in mine(phone)] == ["厨房一直滴水"]


def test_pictures_that_were_sent_stay_when_words_are_missing(phone):
    form = phone.get("/tickets/new?category=fee")
    page = phone.fill(form, "/tickets/new", contact_phone="找老张", photo=with_photo())
    assert phone.status == 422
    assert "照片收好了 1 张" in page
    phone.fill(page, "/tickets/new", contact_phone="13800138000")
    row = mine(phone)[0]
    assert len(queries.photos(row.id)) == 1


def test_a_complaint_without_a_word_is_asked_for_one(phone):
    page = phone.fill(phone.get("/tickets/new?category=noise"), "/tickets/new")
    assert phone.status == 422
    assert "写一句是什么事" in page


def test_too_many_pictures_are_told_and_none_is_kept(phone):
    form = phone.get("/tickets/new?category=water")
    page = phone.fill(form, "/tickets/new", photo=[with_photo(name=f"{n}.jpg") for n in range(7)])
    assert (phone.status, "最多传 6 张" in page) == (422, True)


def test_whoever_reported_reads_that_it_came_until_somebody_takes_it_on(app, home, phone):
    word = "收到了。办到哪一步，会发消息告诉你。"
    neighbour = make_phone(app, make_flat(home[0], "3", "1", "102"), level=Level.REACHED)
    phone.fill(phone.get("/tickets/new?category=water&where=entrance"), "/tickets/new", words="漏水")
    ticket = mine(phone)[0]
    for _ in range(2):
        assert word in phone.get(f"/tickets/{ticket.id}")
    theirs = neighbour.get(f"/tickets/{ticket.id}")
    assert ("我也遇到了" in theirs, word in theirs) == (True, False)
    move(ticket.id, "accept")
    assert word not in phone.get(f"/tickets/{ticket.id}")


def test_what_was_answered_and_opened_again_has_not_just_come(phone):
    phone.fill(phone.get("/tickets/new?category=water"), "/tickets/new", words="漏水")
    ticket = mine(phone)[0]
    move(ticket.id, "refuse")
    page = phone.get(f"/tickets/{ticket.id}")
    again = phone.fill(page, f"/tickets/{ticket.id}/reopen", note="还在漏")
    assert ("重新办" in again, "收到了。" in again) == (True, False)


def test_sending_twice_is_one_ticket(phone):
    form = phone.get("/tickets/new?category=water")
    for _ in range(2):
        assert "收到了" in phone.fill(form, "/tickets/new", words="漏水")
    assert len(mine(phone)) == 1
    changed = phone.fill(form, "/tickets/new", words="别的事")
    assert (phone.status, "别的事" in changed) == (409, True)
    phone.fill(changed, "/tickets/new")
    assert len(mine(phone)) == 2


@pytest.mark.parametrize("has_photo", [False, True])
def test_a_telephone_that_sends_thousands_is_told_to_wait_and_keeps_its_words(phone, monkeypatch, has_photo):
    monkeypatch.setattr(reporting, "REPORTS", "1/hour")
    for words in ("第一件", "第二件"):
        form = phone.get("/tickets/new?category=water")
        photo = {"photo": with_photo()} if has_photo else {}
        page = phone.fill(form, "/tickets/new", words=words, **photo)
    assert phone.status == 429
    assert int(phone.last.headers["Retry-After"]) > 0
    assert "报得太多" in page
    assert "第二件" in page
    assert [one.words for one in mine(phone)] == ["第一件"]


def test_a_category_that_there_is_not_leads_back_to_the_tiles(phone):
    form = phone.get("/tickets/new?category=water")
    page = phone.fill(form, "/tickets/new", category="dragon", words="有龙")
    assert phone.status == 422
    assert "什么坏了" in page
    assert "什么坏了" in phone.get("/tickets/new?category=dragon")


@pytest.mark.parametrize("query", ["where=moon", "flat_id=x", "flat_id=987654", "code=NOSUCHCODE"])
def test_an_address_that_was_not_made_here_is_not_found(phone, query):
    phone.get(f"/tickets/new?{query}")
    assert phone.status == 404


def test_whoever_has_several_homes_chooses_which(app, home):
    community, flat = home
    other = make_flat(community, "5", "2", "502")
    phone = make_phone(app, flat, other, level=Level.REACHED)
    tiles = phone.get("/tickets/new")
    assert f"flat_id={other.id}" in tiles
    phone.fill(phone.get(f"/tickets/new?flat_id={other.id}&category=water"), "/tickets/new")
    assert mine(phone)[0].flat_id == other.id


def test_the_same_is_suggested_and_joined(app, home, phone):
    community, flat = home
    first = make_ticket(community.id, entrance_id=flat.entrance_id)
    form = phone.get("/tickets/new?where=entrance&category=water")
    assert "是不是这一件" in form
    page = phone.get(f"/tickets/{first.id}")
    assert "谁在办" not in page
    page = phone.fill(page, "/join")
    assert "加上你了" in page
    assert [one.id for one in mine(phone)] == [first.id]


def test_the_residents_word_on_what_was_done(home, phone):
    phone.fill(phone.get("/tickets/new?category=water"), "/tickets/new", words="漏水")
    ticket = mine(phone)[0]
    assert "撤回" in phone.get(f"/tickets/{ticket.id}")
    move(ticket.id, "accept", "dispatch", "arrive", "finish")
    page = phone.get(f"/tickets/{ticket.id}")
    assert "王师傅" in page
    # What was done stands beside the question, and so do both answers.
    asked = page.split("解决了吗？")[1].split("</section>")[0]
    assert ("好的。" in asked, 'href="#reopen"' in asked, 'id="reopen"' in page) == (True, True, True)
    with unit_of_work():
        remind_and_close_due(START + timedelta(days=4))
    assert "好的。" in phone.get(f"/tickets/{ticket.id}").split("解决了吗？")[1].split("</section>")[0]
    empty = phone.fill(page, "/reopen", note="")
    assert phone.status == 422
    assert "请填写这一项" in empty
    page = phone.fill(page, "/reopen", note="还在滴水")
    assert "重新打开过" in page
    assert "还在滴水" in page
    move(ticket.id, "arrive", "finish")
    page = phone.fill(phone.get(f"/tickets/{ticket.id}"), "/confirm")
    assert "居民已确认" in page
    assert [one.act for one in queries.acts(ticket.id)][-3:] == [Act.ARRIVE, Act.FINISH, Act.CONFIRM]


def test_a_word_out_of_order_is_told_what_stands(home, phone):
    phone.fill(phone.get("/tickets/new?category=water"), "/tickets/new")
    ticket = mine(phone)[0]
    page = phone.get(f"/tickets/{ticket.id}")
    move(ticket.id, "accept", "arrive", "finish")
    late = phone.fill(page, "/withdraw")
    assert phone.status == 409
    assert "等居民确认" in late


def test_neighbours_read_the_list_around_and_nothing_of_a_home(home, phone):
    community, flat = home
    make_ticket(community.id, place="南门")
    make_ticket(community.id, flat_id=flat.id, words="我家的事")
    page = phone.get("/tickets/around?page=x")
    assert "南门" in page
    assert "3 栋 1 单元" not in page
    assert "还没有报过" in phone.get("/tickets")
