"""The boards of tickets, their figures, and reports that come by telephone."""

import io
import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.tickets import actions, queries
from server.tickets.models import Ticket
from server.tickets.rules.words import Category, Level, Priority, Source
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.admin.ticket_desks import NANMING, STREET, a_photo, act, board, page_of, reload
from tests.conftest import START
from tests.factories import works
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_facility, make_flat
from tests.factories.management import make_contract
from tests.factories.projects import make_project
from tests.factories.tickets import COMMITTEE, make_ticket, move

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def community(app):
    return make_community("九洲巷小区")


@pytest.fixture
def company(app, community):
    return browser_of(app, make_staff(Role.PROPERTY_CLERK, community=community, name="王师傅"))


@pytest.fixture
def committee(app, community):
    return browser_of(app, make_staff(Role.CLERK, community=community, name="周主任"))


@pytest.fixture
def reviewer(app, community):
    return browser_of(app, make_staff(Role.REVIEWER, community=community, name="李书记"))


def test_what_is_due_first_stands_first_and_late_ones_are_named_so(company, community, clock):
    normal, urgent = make_ticket(community.id), make_ticket(community.id, Category.LIFT)
    page = company.get(f"{board(community)}?tab=open").text
    assert page.index(page_of(urgent)) < page.index(page_of(normal))
    assert "超时</span>" not in page
    clock.advance(minutes=20)
    late = company.get(f"{board(community)}?tab=overdue").text
    assert page_of(urgent) in late
    assert page_of(normal) not in late


def test_today_holds_what_is_due_before_the_day_is_over(company, community):
    today, later = make_ticket(community.id), make_ticket(community.id)
    move(later.id, "accept")
    page = company.get(board(community)).text
    assert 'aria-current="page">今天要办' in page
    assert page_of(today) in page
    assert page_of(later) not in page


def test_each_office_begins_with_what_came_up_to_it(app, committee, community):
    row = make_ticket(community.id, Category.LIFT)
    assert page_of(row) not in committee.get(board(community)).text
    with unit_of_work():
        actions.escalate_due(START + timedelta(days=1))
    assert reload(row).level is Level.COMMITTEE
    assert page_of(row) in committee.get(board(community)).text
    street = browser_of(app, make_staff(Role.STREET_OFFICER, division=STREET))
    assert page_of(row) not in street.get("/admin/tickets").text
    with unit_of_work():
        actions.escalate_due(START + timedelta(days=2))
    assert page_of(row) in street.get("/admin/tickets").text


def test_a_board_is_narrowed_by_what_and_how_urgent(company, community):
    lift, water = make_ticket(community.id, Category.LIFT), make_ticket(community.id)
    here = f"{board(community)}?tab=open"
    assert page_of(water) not in company.get(f"{here}&category=lift").text
    assert page_of(lift) not in company.get(f"{here}&priority=p2").text
    assert "没有这样的工单" in company.get(f"{here}&priority=p0").text
    assert company.get(f"{here}&category=magic&priority=9&page=0").status_code == 200


def test_ended_ones_are_kept_apart(company, community):
    row = make_ticket(community.id)
    move(row.id, "withdraw")
    assert page_of(row) in company.get(f"{board(community)}?tab=ended").text
    assert page_of(row) not in company.get(f"{board(community)}?tab=open").text


def test_a_board_over_many_communities_names_each_and_asks_no_more_for_more_rows(app, community):
    officer = browser_of(app, make_staff(Role.COUNTY_OFFICER, division=NANMING))

    def statements() -> int:
        found = []
        listen = lambda *_: found.append(1)  # noqa: E731 - an event wants a callable that it can take off again
        sa.event.listen(db.engine, "before_cursor_execute", listen)
        try:
            page = officer.get("/admin/tickets?tab=open")
            assert page.status_code == 200
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", listen)
        return len(found)

    make_ticket(community.id)
    few = statements()
    for number in range(4):
        make_ticket(make_community(f"第{number}小区").id)
    assert statements() <= few
    assert "第3小区" in officer.get("/admin/tickets?tab=open").text
    assert few <= 14


def test_a_board_and_a_ticket_name_who_manages_by_the_contract_in_force(app, community, company, clock):
    row, unmanaged = make_ticket(community.id), make_ticket(make_community("无人管").id)
    on = clock.now.date()
    make_contract(community, manager="铁路局房产处", starts_on=on, ends_on=on)
    officer = browser_of(app, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    page = officer.get("/admin/tickets?tab=open").text
    assert (page.count("铁路局房产处"), "无人管" in page) == (1, True)
    assert "铁路局房产处" in company.get(page_of(row)).text
    assert "今天没有登记物业" in officer.get(page_of(unmanaged)).text
    clock.advance(days=1)
    assert "铁路局房产处" not in officer.get("/admin/tickets?tab=open").text


def test_whoever_was_sent_has_the_next_step_and_another_may_be_sent_instead(company, community):
    row = make_ticket(community.id)
    move(row.id, "accept")
    assert "派人</a>" in company.get(page_of(row)).text
    move(row.id, "dispatch")
    page = company.get(page_of(row)).text
    assert page.index("到场了") < page.index("别的办法") < page.index("换人")


def test_the_first_page_says_what_waits(app, company, reviewer, community, clock):
    row = make_ticket(community.id, Category.LIFT)
    today = f"/admin/communities/{community.id}/today"
    assert "工单待受理" in company.get(today).text
    assert "工单超时" not in company.get(today).text
    clock.advance(hours=1)
    assert "工单超时" in company.get(today).text
    move(row.id, "accept", at=clock.now)
    act(company, row, "ask_suspension", note="等料")
    assert "暂停待复核" in reviewer.get(today).text
    assert "工单等居民确认" not in reviewer.get(today).text
    move(make_ticket(community.id).id, "accept", "dispatch", "arrive", "start_work", "finish", at=clock.now)
    assert "工单等居民确认" in reviewer.get(today).text


def test_figures_stand_with_their_formula(company, community, clock):
    done, _late = make_ticket(community.id), make_ticket(community.id)
    move(done.id, "accept", "arrive", "finish", at=START + timedelta(hours=2))
    move(done.id, "confirm", actor=COMMITTEE, at=START + timedelta(hours=3))
    clock.advance(days=20)
    page = company.get(f"{board(community)}/figures").text
    assert all(
        words in page
        for words in ("50.0%", "1 ÷ (1 + 1)", "按时办结 ÷（办结 + 超时还没办完）", "2 小时 0 分钟")
    )
    assert "各小区" not in page
    assert "九洲巷小区" in company.get("/admin/tickets/figures?span=2026").text
    assert company.get("/admin/tickets/figures?span=magic").status_code == 200


def test_figures_of_what_went_to_contractors_stand_beside_those_of_communities(company, community, clock):
    lamps = works.adopt(make_project(community), community)
    works.plan(lamps)
    works.complete(lamps, date(2026, 3, 20))
    clock.set(START + timedelta(days=60))
    assert "施工单位" not in company.get(f"{board(community)}/figures").text
    routed = make_ticket(community.id, Category.POWER, at=clock.now)
    make_ticket(community.id, Category.WASTE, at=clock.now)
    assert routed.contractor == works.CONTRACTOR
    move(routed.id, "accept", "arrive", "finish", at=clock.now + timedelta(hours=2))
    move(routed.id, "confirm", actor=COMMITTEE, at=clock.now + timedelta(hours=3))
    clock.advance(hours=4)
    for page in (f"{board(community)}/figures", "/admin/tickets/figures"):
        _, _, of_them = company.get(page).text.partition("保修期内转给各施工单位的")
        cells = re.findall(r"<td[^>]*>(?:<[^>]+>)*([^<]+)", of_them)
        assert works.CONTRACTOR in of_them
        whole = "1 / 1 件 (100.0%)"
        assert [one.strip() for one in cells][:7] == ["1", "0", "0", whole, whole, "0", "0"]


def enter(browser, community, **typed):
    here = board(community)
    return post_form(browser, f"{here}/new", here, {"category": "water", "source": "phone", **typed})


def the_ticket():
    return db.session.scalars(sa.select(Ticket).order_by(Ticket.id.desc())).first()


def test_a_call_becomes_a_ticket(committee, community):
    flat, lift = make_flat(community, building="3", entrance="2", room="501"), make_facility(community)
    for typed, where in (
        ({}, (None, None, None)),
        ({"spot": f"f{lift.id}"}, (None, lift.id, None)),
        ({"spot": f"e{flat.entrance_id}"}, (flat.entrance_id, None, None)),
        ({"spot": f"e{flat.entrance_id}", "room": "501 室"}, (flat.entrance_id, None, flat.id)),
    ):
        answer = enter(
            committee, community, contact_name="王阿姨", contact_phone="13912345678", is_other="true", **typed
        )
        assert answer.status_code == 302, answer.text
        row = the_ticket()
        assert (row.entrance_id, row.facility_id, row.flat_id) == where
        assert (row.source, row.contact_name, row.reported_by[:6]) == (Source.PHONE, "王阿姨", "staff:")


def test_a_call_about_a_whole_building_is_named_after_it(committee, community):
    flat = make_flat(community, building="3", entrance="2")
    page = committee.get(f"{board(community)}/new").text
    assert all(f">{words}</option>" in page for words in ("3 栋", "3 栋 2 单元"))
    spot = f"b{flat.building_id}"
    assert enter(committee, community, spot=spot, place="屋顶").status_code == 302
    row = the_ticket()
    assert (row.building_id, row.entrance_id, row.place, row.words) == (
        flat.building_id,
        None,
        "3 栋",
        "屋顶",
    )
    answer = enter(committee, community, spot=spot, room="501")
    assert (answer.status_code, "也要选是哪个单元" in answer.text) == (422, True)


def test_a_building_without_entrances_of_its_own_is_offered_once(committee, community):
    make_flat(community, building="红楼", entrance="无")
    assert committee.get(f"{board(community)}/new").text.count(">红楼</option>") == 1


def test_a_place_of_another_community_is_nowhere_here(committee, community):
    flat = make_flat(make_community("别的小区"), building="3", entrance="2")
    assert enter(committee, community, spot=f"b{flat.building_id}", place="南门").status_code == 302
    assert (the_ticket().building_id, the_ticket().place) == (None, "南门")


def test_a_call_brings_its_pictures(committee, community):
    assert 'enctype="multipart/form-data"' in committee.get(f"{board(community)}/new").text
    for _ in range(2):
        assert enter(committee, community, photo=a_photo(), client_key="k").status_code == 302
    assert len(queries.photos(the_ticket().id).popitem()[1]) == 1


@pytest.mark.parametrize(
    ("pictures", "words"), [([b"no picture"], "这个文件不是照片"), ([b"one more"] * 7, "最多传 6 张照片")]
)
def test_a_wrong_picture_stops_a_call_and_keeps_what_was_typed(committee, community, pictures, words):
    sent = [(io.BytesIO(data), f"{number}.jpg") for number, data in enumerate(pictures)]
    answer = enter(committee, community, words="楼道漏水", contact_name="王阿姨", photo=sent)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert all(typed in answer.text for typed in ("楼道漏水", "王阿姨", "再选一次"))
    assert the_ticket() is None


def test_a_page_that_asks_whether_it_is_the_same_says_that_pictures_must_be_chosen_again(
    committee, community
):
    make_ticket(community.id)
    asked = enter(committee, community, photo=a_photo())
    assert (asked.status_code, "再选一次" in asked.text) == (200, True)
    assert "再选一次" not in enter(committee, community).text


def test_danger_comes_before_all(committee, community):
    enter(committee, community, is_danger="true", place="南门")
    assert (the_ticket().priority, the_ticket().place) == (Priority.P0, "南门")


def test_what_may_be_the_same_is_shown_before_it_is_taken(committee, community):
    first = make_ticket(community.id)
    answer = enter(committee, community, words="楼道漏水")
    assert answer.status_code == 200
    assert page_of(first) in answer.text
    assert "楼道漏水" in answer.text
    assert the_ticket().id == first.id
    assert enter(committee, community, words="楼道漏水", is_other="true").status_code == 302
    assert the_ticket().id != first.id


def test_a_call_about_a_facility_may_be_the_same_as_one_about_its_building(committee, community):
    flat = make_flat(community, building="3", entrance="2")
    lift = make_facility(community, building_id=flat.building_id)
    first = make_ticket(community.id, Category.LIFT, entrance_id=flat.entrance_id)
    answer = enter(committee, community, category="lift", spot=f"f{lift.id}")
    assert (answer.status_code, page_of(first) in answer.text) == (200, True)
    enter(committee, community, category="lift", spot=f"f{lift.id}", is_other="true")
    assert f"{first.id} 号" in committee.get(f"{page_of(the_ticket())}/work/merge").text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"category": ""}, "选是什么事"),
        ({"source": "open311"}, "选怎么知道的"),
        ({"room": "501"}, "也要选是哪个单元"),
        ({"spot": "e", "room": "999"}, "没有 999"),
        ({"contact_phone": "打给我"}, "电话只写数字"),
        ({"category": "noise"}, "写一句是什么事"),
        ({"words": "长" * 1001}, "最多 1000"),
    ],
)
def test_a_call_that_is_written_down_wrong_is_told_why(committee, community, typed, words):
    entrance = make_flat(community).entrance_id
    if typed.get("spot") == "e":
        typed = typed | {"spot": f"e{entrance}"}
    answer = enter(committee, community, contact_name="王阿姨", **typed)
    assert (answer.status_code, words in answer.text, "王阿姨" in answer.text) == (422, True, True)
    assert the_ticket() is None


def test_the_same_call_sent_twice_is_one_ticket(committee, community):
    for _ in range(2):
        assert enter(committee, community, client_key="k", is_other="true").status_code == 302
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Ticket)) == 1
