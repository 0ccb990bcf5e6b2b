"""谁管我们, by page and by call."""

from datetime import date, timedelta

import pytest

from server.identity.rules import Level
from server.infra.db import unit_of_work
from server.management import actions
from server.management.actions import Look
from server.management.rules.accounts import Book, Direction
from server.management.rules.fees import FeeUnit
from server.management.rules.watch import Verdict
from server.tickets.rules.figures import FORMULAS_ZH
from server.tickets.rules.words import Category
from tests.factories import decisions as made
from tests.factories.ballots import make_electorate
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.management import make_contract, make_entry, make_round, publish
from tests.factories.policies import make_policy
from tests.factories.projects import ENTERS, NOW, key, make_photo
from tests.factories.reports import recompute, set_facts
from tests.factories.tickets import COMMITTEE, make_ticket, move
from tests.miniprogram_api.phones import make_phone

pytestmark = pytest.mark.usefixtures("clock")


def managed():
    community, flats = make_electorate()
    row = make_contract(community)
    with unit_of_work():
        actions.set_fee(
            row.id, community_id=community.id, amount_fen=85, unit=FeeUnit.SQUARE_METRE, from_on=date(2026, 1, 1),
            document="协议", client_key=key(), actor=ENTERS, now=NOW,
        )  # fmt: skip
    return community, flats


def test_everyone_reads_who_manages_for_how_much_and_where_to_complain(client):
    community, _ = managed()
    page = f"/communities/{community.id}/management"
    text = client.get(page).text
    for words in (
        "九洲巷社区居委会",
        "社区托管",
        "0.85 元/㎡·月",
        "2026 年 12 月 31 日",
        "0851-85550123",
        "还没公布过",
    ):
        assert words in text, words
    assert ENTERS.label not in text
    assert page in client.get(f"/communities/{community.id}").text


def test_only_what_was_published_is_read(client):
    community, _ = managed()
    make_entry(community, 120_050, words="停车费")
    book = f"/communities/{community.id}/management/books/public_income"
    assert "停车费" not in client.get(book).text
    publish(community)
    make_entry(community, 777, words="后来的", direction=Direction.OUT)
    text = client.get(book).text
    assert "1,200.50 元" in text
    assert "后来的" not in text
    assert "7.77" not in client.get(f"/communities/{community.id}/management").text


def test_a_book_that_is_late_says_so(client, clock):
    community, _ = managed()
    clock.set(NOW.replace(month=7, day=1))
    assert "逾期没公布" not in client.get(f"/communities/{community.id}/management").text
    clock.set(NOW.replace(month=7, day=2))
    assert "逾期没公布" in client.get(f"/communities/{community.id}/management").text


def test_how_they_did_is_told_from_the_last_round(client):
    community, _ = managed()
    make_round(community, date(2025, 11, 1))
    worse = {
        "green": Look(Verdict.FELL_BACK, "枯了", make_photo()),
        "lights": Look(Verdict.HOLDS, "", make_photo()),
    }
    make_round(community, date(2025, 11, 1), 3, **worse)
    assert "2 / 3 项（竣工后 3 个月）" in client.get(f"/communities/{community.id}/management").text


MANY = {
    "tickets_ended": 60, "tickets_on_time": 40, "tickets_open": 30, "tickets_overdue": 10, "tickets_confirmed": 30,
    "tickets_unconfirmed": 20, "tickets_reopened": 9,
}  # fmt: skip


def finished(community, *hours, at=NOW):
    """Reports that took so many hours each, confirmed by the resident."""
    for took in hours:
        one, then = make_ticket(community.id, at=at).id, at + timedelta(hours=took)
        move(one, "accept", "dispatch", "arrive", "start_work", "finish", at=then)
        move(one, "confirm", actor=COMMITTEE, at=then)


def test_small_counts_of_reports_are_hidden_here_as_on_the_page_of_the_community(app, clock):
    community, flats = managed()
    phone, page = make_phone(app, flats[0]), f"/communities/{community.id}"
    finished(community, 2, 3)
    make_ticket(community.id, Category.GAS, at=NOW)
    clock.set(NOW + timedelta(days=4))
    recompute(community.id, now=NOW + timedelta(days=4))
    figures = phone.api("GET", f"{page}/management").json["figures"]
    assert {one["value"] for one in figures if one["label"] != "账目公布"} == {"数太少，不公布"}
    told = phone.get(f"{page}/management").split("管得怎么样")[1]
    for one in ("66.7%", "100.0%", "2 小时 30 分钟", "办结 2", "2 件"):
        assert one not in told + str(figures), one
    assert "数太少，不公布" in told
    assert "数太少，不公布" in phone.get(page)


def test_what_is_told_of_reports_is_what_the_page_of_the_community_tells(client):
    community, _ = managed()
    page = f"/communities/{community.id}/management"
    assert "报修按时办结率" not in client.get(page).text
    finished(community, 2, 3)
    recompute(community.id)
    set_facts(community, **MANY)
    found = [client.get(address).text for address in (page, f"/communities/{community.id}")]
    for words in ("40 / 70 件 (57.1%)", "30 / 60 件 (50.0%)", "9 件", "20 件"):
        assert all(words in text for text in found), words
    assert "2 小时 30 分钟" in found[0]


def test_each_figure_of_reports_has_its_formula_and_what_nobody_confirmed_is_counted_apart(client):
    community, _ = managed()
    finished(community, 2)
    recompute(community.id)
    set_facts(community, **MANY)
    text = client.get(f"/communities/{community.id}/management").text
    for label, value, figure in (
        ("按时办结率", "40 / 70 件 (57.1%)", "on_time"),
        ("居民确认率", "30 / 60 件 (50.0%)", "confirmed_rate"),
        ("办理用时（中位数）", "2 小时 0 分钟", "median"),
        ("重新打开", "9 件", "reopened"),
        ("未确认结束", "20 件", "unconfirmed"),
    ):
        assert label in text
        assert f"{value}（{FORMULAS_ZH[figure].split('=')[1].strip()}）" in text


def test_reports_are_counted_over_the_days_that_the_place_set_and_the_page_says_so(app, clock):
    community, flats = managed()
    make_policy("ticket.figures_days", 30, division_id=get_division("520102").id)
    later = NOW + timedelta(days=40)
    finished(community, 2, 3)
    finished(community, 5, at=later)
    clock.set(later + timedelta(days=1))
    recompute(community.id, now=later + timedelta(days=1))
    set_facts(community, **MANY)
    phone, page = make_phone(app, flats[0]), f"/communities/{community.id}/management"
    text, by_call = phone.get(page), phone.api("GET", page).json
    assert "近 30 天里办结的" in text
    assert by_call["figures_note"] in text
    assert "5 小时 0 分钟" in text
    assert "接手" not in text


def test_whoever_took_over_within_these_days_is_not_told_to_have_done_what_was_before(client):
    community, _ = managed()
    page = f"/communities/{community.id}/management"
    assert "天里办结的" not in client.get(page).text
    finished(community, 2)
    recompute(community.id)
    assert "2026 年 1 月 1 日接手，接手以前的也算在里面" in client.get(page).text


VOTED = "业主投票选的，看结果"


@pytest.mark.parametrize(
    ("make", "fall", "became"),
    [
        pytest.param(made.make_final, None, "", id="stands"),
        pytest.param(made.make_final, made.annul, "作出的决定后来被法院撤销了", id="revoked"),
        pytest.param(made.make_published, made.declare_void, "后来宣布作废，什么也没有定", id="void"),
    ],
)
def test_a_vote_that_decides_nothing_any_more_is_not_told_as_the_owners_choice(client, make, fall, became):
    counted = made.make_counted()
    row = make(counted)
    make_contract(counted.community, chosen_by=counted.ballot.id, document="")
    if fall is not None:
        fall(row)
    text = client.get(f"/communities/{counted.community.id}/management").text
    assert (VOTED in text, "业主表决选定" in text, became in text) == (not became, not became, True)
    assert f"/ballots/{counted.ballot.id}/result" in text


def test_a_neighbour_is_led_to_report_and_a_resident_of_elsewhere_is_not(app, client):
    community, flats = managed()
    pages = [f"/communities/{community.id}{rest}" for rest in ("", "/management")]
    neighbour, outsider = (
        make_phone(app, flats[0]),
        make_phone(app, make_flat(make_community()), level=Level.REACHED),
    )
    for page in pages:
        assert 'href="/tickets/new' in client.get(page).text
        assert f"/tickets/new?flat_id={flats[0].id}" in neighbour.get(page)
        assert f"/communities/{community.id}/matters" in neighbour.get(page)
        assert "/tickets/new" not in outsider.get(page)
    assert "/tickets/around" in neighbour.get(pages[0])


def test_without_a_management_the_page_leads_to_the_committee(client):
    community = make_community()
    text = client.get(f"/communities/{community.id}/management").text
    assert "现在没有登记谁来管" in text
    assert client.get("/communities/987654/management").status_code == 404
    assert client.get(f"/communities/{community.id}/management/books/petty").status_code == 404
    assert client.get("/communities/987654/management/books/public_income").status_code == 404
    assert "还没公布过" in client.get(f"/communities/{community.id}/management/books/public_income").text


def test_a_resident_asks_the_same_by_call(app):
    community, flats = managed()
    make_entry(community, 120_050)
    publish(community)
    phone = make_phone(app, flats[0])
    found = phone.api("GET", f"/communities/{community.id}/management").json
    assert (found["manager"]["name"], found["manager"]["fee"]) == ("九洲巷社区居委会", "0.85 元/㎡·月")
    income = found["books"][0]
    assert (income["came_in"], income["balance"], income["published_through"]) == (
        120_050,
        120_050,
        "2026-03-02",
    )
    page = phone.api("GET", f"/communities/{community.id}/management/books/public_income").json
    assert (page["total"], page["items"][0]["amount_fen"], page["items"][0]["is_countered"]) == (
        1,
        120_050,
        False,
    )
    empty = phone.api("GET", f"/communities/{community.id}/management/books/{Book.MAINTENANCE_FUND}").json
    assert empty["items"] == []


def test_another_community_answers_like_none_by_call(app):
    _, flats = managed()
    foreign = make_community()
    phone = make_phone(app, flats[0])
    for community_id in (foreign.id, 987_654):
        for rest in ("", "/books/public_income"):
            assert phone.api("GET", f"/communities/{community_id}/management{rest}").status_code == 404
