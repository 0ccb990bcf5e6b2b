"""Returns and bulletins at the desk: each office acts for itself and for nobody above, below or beside."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.identity.rules import Role
from server.reports import queries
from server.reports.rules.returns import State
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff
from tests.factories.reports import (
    GUIYANG,
    GUIZHOU,
    MONTH,
    NANMING,
    YUNYAN,
    YUNYAN_STREET,
    make_place,
    send_back,
    set_facts,
    submit,
)

pytestmark = pytest.mark.usefixtures("clock")
SEEN = re.compile(r'name="seen" value="(\w+)"')


@pytest.fixture
def counties(clock) -> None:
    clock.advance(days=1, hours=2)
    set_facts(make_place(), households=100)
    set_facts(make_place(YUNYAN_STREET), households=50)


def desk(app: Flask, role: Role, division: str) -> FlaskClient:
    return browser_of(app, make_staff(role, division=division))


def month(code: str = NANMING, act: str = "") -> str:
    return f"/admin/reports/{get_division(code).id}/monthly/2026-02{act}"


def send(browser: FlaskClient, act: str, code: str = NANMING, **data: str) -> TestResponse:
    seen = SEEN.search(browser.get(month(code)).text)
    return post_form(browser, month(code), month(code, act), {"seen": seen.group(1) if seen else "x", **data})


def state(code: str = NANMING) -> State:
    row = queries.report(get_division(code).id, MONTH)
    return row.state if row is not None else State.DRAFT


def test_a_return_goes_from_county_to_prefecture_to_province(app: Flask, counties: None) -> None:
    county, city, province = (
        desk(app, Role.COUNTY_OFFICER, NANMING),
        desk(app, Role.CITY_OFFICER, GUIYANG),
        desk(app, Role.PROVINCE_OFFICER, GUIZHOU),
    )
    assert (
        send(county, "/override", key="communities", value="2", reason="有一个小区漏登了").status_code == 302
    )
    page = county.get(month()).text
    assert '2 个</span> <span class="quiet">按记录 1 个' in page
    assert send(county, "/submit").status_code == 302
    assert "报给贵阳市" in page
    assert send(city, "/return", reason="开工数和照片对不上").status_code == 302
    assert "开工数和照片对不上" in county.get(month()).text
    assert send(county, "/submit").status_code == 302
    assert send(city, "/accept").status_code == 302
    assert state() is State.ACCEPTED
    assert "没有报来的 1 个：云岩区" in city.get(month(GUIYANG)).text
    assert send(city, "/submit", GUIYANG).status_code == 302
    assert send(province, "/accept", GUIYANG).status_code == 302
    assert state(GUIYANG) is State.ACCEPTED


def test_the_office_whose_turn_it_is_finds_it_in_its_messages(app: Flask, counties: None) -> None:
    county, city, province = (
        desk(app, Role.COUNTY_OFFICER, NANMING),
        desk(app, Role.CITY_OFFICER, GUIYANG),
        desk(app, Role.PROVINCE_OFFICER, GUIZHOU),
    )
    once = {"client_key": "the-same-form"}
    seen = SEEN.search(county.get(month()).text)
    for _ in range(2):
        post_form(county, month(), month(NANMING, "/submit"), {"seen": seen.group(1) if seen else "", **once})
    assert city.get("/admin/messages").text.count("南明区报来了 2026 年 2 月的月报") == 1
    assert send(city, "/return", reason="开工数和照片对不上").status_code == 302
    told = county.get("/admin/messages").text
    assert "2026 年 2 月的月报退回来了" in told and "开工数和照片对不上" in told
    # Neither the office that acted nor the one above it, which only reaches down here.
    assert "退回来了" not in city.get("/admin/messages").text
    assert "月报" not in province.get("/admin/messages").text


@pytest.mark.parametrize(
    ("role", "home", "act"),
    [
        pytest.param(Role.COUNTY_OFFICER, YUNYAN, "/submit", id="another-county-submits"),
        pytest.param(Role.CITY_OFFICER, GUIYANG, "/submit", id="the-office-above-submits-for-it"),
        pytest.param(Role.CITY_OFFICER, GUIYANG, "/override", id="the-office-above-corrects-it"),
        pytest.param(Role.CITY_OFFICER, "5203", "/accept", id="another-prefecture-accepts"),
        pytest.param(Role.PROVINCE_OFFICER, GUIZHOU, "/accept", id="the-province-skips-the-prefecture"),
        pytest.param(Role.PROVINCE_OFFICER, GUIZHOU, "/return", id="the-province-returns-over-its-head"),
    ],
)  # fmt: skip
def test_nobody_acts_for_another_office(app: Flask, counties: None, role: Role, home: str, act: str) -> None:
    submit()
    browser = desk(app, role, home)
    make_place("520302001001")
    token_page = f"/admin/reports/{get_division(home).id}/sheets"
    assert post_form(browser, token_page, month(NANMING, act), {"seen": "x"}).status_code == 404
    assert state() is State.SUBMITTED


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(app: Flask, counties: None) -> None:
    county = desk(app, Role.COUNTY_OFFICER, NANMING)
    answer = send(county, "/override", key="communities", value="二", reason="改")
    assert answer.status_code == 422
    assert "填 0 或比 0 大的整数。" in answer.text
    answer = send(county, "/override", key="communities", value="7", reason="改改")
    assert "写清楚为什么改" in answer.text
    assert 'value="7"' in answer.text


def test_money_is_typed_in_yuan_as_it_is_shown(app: Flask, counties: None) -> None:
    county = desk(app, Role.COUNTY_OFFICER, NANMING)
    assert "（分）" not in county.get(month()).text
    sent = {"key": "funds_received", "value": "1,200.50", "reason": "有一笔到账还没录"}
    assert send(county, "/override", **sent).status_code == 302
    assert "1,200.50 元" in county.get(month()).text
    for wrong in ("12.345", "十万", "-1"):
        answer = send(county, "/override", **{**sent, "value": wrong})
        assert answer.status_code == 422 and f'value="{wrong}"' in answer.text, wrong


def test_figures_that_moved_are_looked_at_again(app: Flask, counties: None) -> None:
    county = desk(app, Role.COUNTY_OFFICER, NANMING)
    answer = send(county, "/submit", seen="0" * 32)
    assert answer.status_code == 409
    assert "再看一遍" in answer.text
    assert state() is State.DRAFT


def test_a_returned_one_shows_what_became_of_it(app: Flask, counties: None) -> None:
    submit()
    send_back()
    page = desk(app, Role.COUNTY_OFFICER, NANMING).get(month()).text
    assert "退回来了，原因" in page
    assert "县里经办人" in page


def test_a_bulletin_is_written_edited_sent_and_read_below(app: Flask, counties: None) -> None:
    submit()
    city, county, away = (
        desk(app, Role.CITY_OFFICER, GUIYANG),
        desk(app, Role.COUNTY_OFFICER, NANMING),
        desk(app, Role.COUNTY_OFFICER, "520302"),
    )
    drafted = post_form(city, month(GUIYANG), month(GUIYANG, "/bulletin"), {})
    here = drafted.headers["Location"]
    assert "报来 1 个" in city.get(here).text
    assert county.get(here).status_code == 404
    wrong = post_form(city, here, here, {"title": "二月通报", "text": ""})
    assert wrong.status_code == 422
    assert 'value="二月通报"' in wrong.text
    assert post_form(city, here, here, {"title": "二月通报", "text": "开工慢的抓紧。"}).status_code == 302
    # What was typed last goes out, although nobody saved it.
    empty = post_form(city, here, f"{here}/send", {"title": "二月通报", "text": " "})
    assert (empty.status_code, county.get(here).status_code) == (422, 404)
    last = {"title": "二月通报", "text": "开工慢的抓紧。月底再看。"}
    for _ in range(2):
        assert post_form(city, here, f"{here}/send", last).status_code == 302
    assert "开工慢的抓紧。月底再看。" in county.get(here).text
    assert "二月通报" in county.get(f"/admin/reports/{get_division(NANMING).id}/bulletins").text
    assert away.get(here).status_code == 404
    sheets = f"/admin/reports/{get_division(NANMING).id}/sheets"
    assert post_form(county, sheets, here, {"title": "改", "text": "改"}).status_code == 404
    assert (
        post_form(city, sheets.replace(NANMING, ""), here, {"title": "改", "text": "改"}).status_code == 409
    )
