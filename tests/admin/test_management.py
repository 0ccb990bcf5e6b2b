"""Management on the desk, as the committee, the property company and the offices above work with it."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from server.identity.rules import Role
from server.infra.db import db
from server.management import queries
from server.management.actions import Look
from server.management.rules.accounts import Book
from server.management.rules.handover import HandoverStep, StepState
from server.management.rules.watch import Verdict, WatchItem
from server.projects.queries import Reach
from server.projects.rules.acts import EventKind
from server.tickets import queries as tickets
from server.tickets.rules.words import Category, Priority, Source
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community
from tests.factories.management import CODE, make_company, make_contract, make_entry, make_round
from tests.factories.projects import NOW, a_picture, make_event, make_photo, make_project

pytestmark = pytest.mark.usefixtures("clock")
NANMING = "520102"


@pytest.fixture
def manager(app, community):
    return browser_of(app, make_staff(Role.PROPERTY_MANAGER, community=community, name="何经理"))


def at(community, rest=""):
    return f"/admin/communities/{community.id}/management{rest}"


def photo(shade=90):
    return io.BytesIO(a_picture(shade)), "a.jpg"


def finish(community, on=date(2026, 3, 1)):
    project = make_project(community)
    make_event(project, EventKind.STARTED, on)
    make_event(project, EventKind.FINISHED, on)


CONTRACT = {
    "mode": "work_unit", "manager": "铁路局房产处", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "document": "协议 1 号",
}  # fmt: skip


def test_the_clerk_records_who_manages_and_what_it_costs(clerk, community):
    assert "还没有记谁来管" in clerk.get(at(community)).text
    answer = post_form(
        clerk, at(community, "/contracts/new"), at(community, "/contracts"), {**CONTRACT, "photo": photo()}
    )
    assert answer.status_code == 302
    (card,) = queries.contracts_of(community.id)
    page = at(community, f"/contracts/{card.contract.id}")
    fee = {"amount": "0.85", "unit": "square_metre", "from_on": "2026-02-01", "document": "协议第 3 条"}
    assert post_form(clerk, page, f"{page}/fees", fee).status_code == 302
    contact = {"contact_phone": "0851-85550123", "contact_place": "门卫室"}
    assert post_form(clerk, page, f"{page}/contact", contact).status_code == 302
    text = clerk.get(at(community)).text
    for words in ("铁路局房产处", "0.85 元/㎡·月", "没有表决依据", "0851-85550123"):
        assert words in text, words
    picture = clerk.get(page).text.split("/management/evidence/")[1].split('"')[0]
    assert clerk.get(at(community, f"/evidence/{picture}")).content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"mode": "professional"}, 422, "要选是哪家公司"),
        ({"starts_on": "明天"}, 422, "填从哪天开始管"),
        ({"starts_on": "0001-01-01"}, 422, "年份不对"),
        ({"chosen_by": "987654"}, 422, "已经通过的表决"),
        ({"company_id": "987654"}, 422, "从列表里选"),
        ({"company_id": "很多"}, 422, "从列表里选"),
        ({"photo": (io.BytesIO(b"no picture"), "a.jpg")}, 422, "不是照片"),
    ],
)
def test_a_contract_that_cannot_stand_is_drawn_again_with_what_was_typed(
    clerk, community, change, status, words
):
    answer = post_form(
        clerk, at(community, "/contracts/new"), at(community, "/contracts"), {**CONTRACT, **change}
    )
    assert answer.status_code == status
    assert words in answer.text
    assert "铁路局房产处" in answer.text
    assert queries.contracts_of(community.id) == []


def test_a_second_management_waits_for_the_first_to_end(clerk, community):
    row = make_contract(community)
    again = post_form(clerk, at(community, "/contracts/new"), at(community, "/contracts"), CONTRACT)
    assert (again.status_code, "已经有人管" in again.text) == (409, True)
    page = at(community, f"/contracts/{row.id}")
    bare = post_form(clerk, page, f"{page}/end", {"last_on": "2026-01-31"})
    assert (bare.status_code, "为什么提前结束" in bare.text) == (422, True)
    assert (
        post_form(clerk, page, f"{page}/end", {"last_on": "2026-01-31", "reason": "撤场"}).status_code == 302
    )
    later = {**CONTRACT, "starts_on": "2026-02-01"}
    assert (
        post_form(clerk, at(community, "/contracts/new"), at(community, "/contracts"), later).status_code
        == 302
    )
    assert "撤场" in clerk.get(at(community)).text


def test_one_that_was_called_off_has_no_last_day_before_its_first(clerk, community):
    row = make_contract(community, starts_on=date(2026, 4, 1))
    page = at(community, f"/contracts/{row.id}")
    called_off = {"last_on": "2026-03-31", "reason": "没谈成"}
    assert post_form(clerk, page, f"{page}/end", called_off).status_code == 302
    shown = clerk.get(page).text
    assert "原定 2026 年 4 月 1 日 开始，没有开始" in shown
    assert "2026 年 4 月 1 日 至" not in shown


def test_a_company_is_registered_by_its_code(clerk):
    page = "/admin/property-companies"
    wrong = post_form(clerk, page, page, {"name": "安心物业", "code": CODE[:-1] + "0"})
    assert (wrong.status_code, "统一社会信用代码不对" in wrong.text) == (422, True)
    assert post_form(clerk, page, page, {"name": "安心物业", "code": CODE}).status_code == 302
    twice = post_form(clerk, page, page, {"name": "别家", "code": CODE})
    assert (twice.status_code, "已经登记过：安心物业" in twice.text) == (409, True)
    assert "安心物业" in clerk.get(f"{page}?text=安心").text


# ------------------------------------------------------------------ accounts

ENTRY = {
    "direction": "in",
    "amount": "1,200.5",
    "happened_on": "2026-03-01",
    "words": "停车费",
    "document": "收据 1",
}


def test_the_company_enters_takes_back_and_publishes(manager, community):
    make_contract(community)
    book = at(community, "/books/public_income")
    assert post_form(manager, book, f"{book}/entries", ENTRY).status_code == 302
    (line,) = queries.entries(community.id, Book.PUBLIC_INCOME).items
    assert line.entry.amount_fen == 120_050
    page = at(community, f"/entries/{line.entry.id}")
    assert "冲销会另记一笔 -1,200.50 元" in manager.get(page).text
    assert post_form(manager, page, f"{page}/counter", {"reason": "记错了"}).status_code == 302
    assert "已冲销" in manager.get(book).text
    assert post_form(manager, book, f"{book}/publications", {"through_on": "2026-03-02"}).status_code == 302
    again = post_form(manager, book, f"{book}/publications", {"through_on": "2026-03-02"})
    assert (again.status_code, "没有新的账目" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": "-5"}, "金额要大于 0"),
        ({"amount": "许多"}, "最多两位小数"),
        ({"happened_on": "2026-03-03"}, "这一天还没有到"),
        ({"direction": "sideways"}, "选收入还是支出"),
        ({"document": ""}, "写上凭证"),
    ],
)
def test_a_wrong_entry_is_said_at_its_field(manager, community, change, words):
    book = at(community, "/books/maintenance_fund")
    answer = post_form(manager, book, f"{book}/entries", {**ENTRY, **change})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert queries.entries(community.id, Book.MAINTENANCE_FUND).total == 0


def test_an_employee_enters_and_does_not_publish(app, community):
    employee = browser_of(app, make_staff(Role.PROPERTY_CLERK, community=community))
    book = at(community, "/books/public_income")
    assert post_form(employee, book, f"{book}/entries", ENTRY).status_code == 302
    assert "公布以后，到今天为止" not in employee.get(book).text
    assert post_form(employee, book, f"{book}/publications", {"through_on": "2026-03-02"}).status_code == 403


def test_a_book_that_does_not_exist_and_an_entry_of_elsewhere_are_not_found(clerk, community):
    foreign = make_entry(make_community())
    assert clerk.get(at(community, "/books/petty_cash")).status_code == 404
    assert clerk.get(at(community, f"/entries/{foreign.id}")).status_code == 404
    assert clerk.get(at(community, "/handover/party")).status_code == 404


# ------------------------------------------------------------------ handover and watch


def test_the_handover_is_tracked_step_by_step(clerk, community):
    page = at(community, "/handover/papers")
    bare = post_form(clerk, page, page, {"state": "done", "done_on": "2026-03-01"})
    assert (bare.status_code, "依据的文件" in bare.text) == (422, True)
    sent = {"state": "done", "done_on": "2026-03-01", "words": "移交清单", "photo": photo()}
    assert post_form(clerk, page, page, sent).status_code == 302
    assert queries.step_states([community.id])[community.id] == {HandoverStep.PAPERS: StepState.DONE}
    text = clerk.get(at(community)).text
    assert "还有 5 步" in text
    assert "移交清单" in text


def seen(**change):
    found = {f"{item.value}-verdict": "absent" for item in WatchItem}
    return {**found, "road-verdict": "holds", "road-photo": photo(), **change}


def test_a_round_is_walked_with_the_pictures_of_completion_beside(clerk, community):
    finish(community, date(2025, 11, 1))
    first, later = (at(community, f"/rounds/new/{months}") for months in (0, 3))
    assert "回潮了" not in clerk.get(first).text
    assert post_form(clerk, first, first, seen()).status_code == 302
    assert "竣工时的道路" in clerk.get(later).text
    worse = {"road-verdict": "fell_back", "road-words": "3 栋旁又塌了"}
    assert post_form(clerk, later, later, seen(**worse)).status_code == 302
    row = queries.rounds_of(community.id)[0]
    page = clerk.get(at(community, f"/rounds/{row.id}")).text
    assert page.count("<img") == 2
    assert "3 栋旁又塌了" in page
    (fact,) = queries.fallen_back([community.id])
    assert clerk.get(at(community, f"/findings/{fact.finding_id}/photo")).content_type == "image/jpeg"
    ticket = tickets.known(fact.ticket_id, community.id)
    assert (ticket.category, ticket.source, ticket.priority) == (Category.ROAD, Source.PATROL, Priority.P2)
    assert "竣工后 3 个月回头看，道路回潮：3 栋旁又塌了" in ticket.words
    assert len(tickets.photos(ticket.id)) == 1
    for text in (page, clerk.get(at(community)).text):
        assert f"/tickets/{ticket.id}" in text
    assert clerk.get(at(make_community(), f"/findings/{fact.finding_id}/photo")).status_code == 404


def test_what_fell_back_without_a_ticket_gets_one_and_asked_again_the_same(clerk, manager, community):
    finish(community, date(2025, 11, 1))
    make_round(community, date(2025, 11, 1))
    make_round(community, date(2025, 11, 1), 3, road=Look(Verdict.FELL_BACK, "又塌了", make_photo()))
    (before,) = queries.fallen_back([community.id])
    assert before.ticket_id is None
    path = at(community, f"/findings/{before.finding_id}/ticket")
    assert post_form(manager, at(community), path, {}).status_code == 403
    for _ in range(2):
        assert post_form(clerk, at(community), path, {}).status_code == 302
    (after,) = queries.fallen_back([community.id])
    assert tickets.known(after.ticket_id, community.id).words.endswith("道路回潮：又塌了")
    assert tickets.counts(Reach([], [community.id]), NOW)["open"] == 1
    held = queries.findings(queries.rounds_of(community.id)[1])[0].finding
    assert (
        post_form(clerk, at(community), at(community, f"/findings/{held.id}/ticket"), {}).status_code == 404
    )


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"green-verdict": ""}, 422, "选看到的情况"),
        ({"green-verdict": "holds"}, 422, "拍一张照片"),
        ({"green-verdict": "holds", "green-photo": (io.BytesIO(b"x"), "a.jpg")}, 422, "不是照片"),
        ({"green-words": "长" * 201}, 422, "最多 200 个字"),
        ({"road-verdict": "absent"}, 409, "一项都没看"),
    ],
)
def test_a_round_that_is_not_whole_is_not_taken(clerk, community, change, status, words):
    finish(community)
    page = at(community, "/rounds/new/0")
    answer = post_form(clerk, page, page, seen(**change))
    assert (answer.status_code, words in answer.text) == (status, True)
    assert "照片没有留住" in answer.text
    assert queries.rounds_of(community.id) == []


def test_a_round_before_its_time_or_without_a_completion_is_none(clerk, community):
    assert clerk.get(at(community, "/rounds/new/0")).status_code == 404
    finish(community)
    early = at(community, "/rounds/new/3")
    answer = post_form(clerk, early, early, seen())
    assert (answer.status_code, "还没到时候" in answer.text) == (409, True)
    assert clerk.get(at(community, "/rounds/new/7")).status_code == 404


def test_the_first_page_says_what_management_waits_for(clerk, manager, community, clock):
    first = at(community).replace("/management", "/today")
    assert "没有人管" not in clerk.get(first).text
    finish(community, date(2025, 11, 1))
    text = clerk.get(first).text
    assert ("改完了没有人管" in text, "该回头看了" in text, "账目该公布了" in text) == (True, True, False)
    assert "改完了没有人管" not in manager.get(first).text
    make_contract(community)
    clock.set(datetime(2026, 7, 2, 1, 0, tzinfo=UTC))
    for browser in (clerk, manager):
        text = browser.get(first).text
        assert ("改完了没有人管" in text, "账目该公布了" in text) == (False, True)


# ------------------------------------------------------------------ coverage


def test_the_county_sees_what_is_finished_without_anybody(app, clock):
    covered, expired, unfinished = make_community("甲院"), make_community("乙院"), make_community("丙院")
    for one in (covered, expired):
        finish(one, date(2025, 11, 1))
    make_project(unfinished)
    today = clock.now.date()
    make_contract(covered, starts_on=date(2025, 11, 1), ends_on=today)
    make_contract(expired, starts_on=date(2025, 11, 1), ends_on=today - timedelta(1))
    make_round(covered, date(2025, 11, 1))
    make_round(covered, date(2025, 11, 1), 3, road=Look(Verdict.FELL_BACK, "又塌了", make_photo()))
    county = browser_of(app, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    text = county.get("/admin/management-coverage").text
    alarms = text.split('id="alarms"')[1].split("</section>")[0]
    assert "乙院" in alarms
    assert "甲院" not in alarms
    assert "丙院" not in text
    assert "乙院" in text.split('id="due"')[1].split("</section>")[0]
    assert "又塌了" in text.split('id="fallen"')[1].split("</section>")[0]
    assert "今天没有人管" in county.get(at(expired)).text
    elsewhere = browser_of(app, make_staff(Role.COUNTY_OFFICER, division="520103"))
    assert "还没有改造完工的小区" in elsewhere.get("/admin/management-coverage").text


def test_coverage_costs_the_same_however_many_are_finished(app, clock):
    county = browser_of(app, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    for name in ("甲院", "乙院"):
        finish(make_community(name))
    few = statements_of(county)
    for name in ("丙院", "丁院", "戊院", "己院"):
        finish(make_community(name))
    assert statements_of(county) <= few


def statements_of(browser) -> int:
    counted = []

    def count(*_):
        counted.append(1)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert browser.get("/admin/management-coverage").status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)


def test_the_list_of_companies_offers_those_that_are_registered(clerk, community):
    company = make_company()
    assert company.name in clerk.get(at(community, "/contracts/new")).text
