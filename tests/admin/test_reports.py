"""The reports at the desk: each level sees its own subtree, and what lies beside it answers as if it did not exist."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from server.identity.rules import Role
from server.infra.db import db
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community
from tests.factories.reports import (
    GUIYANG,
    GUIZHOU,
    NANMING,
    YUNYAN,
    YUNYAN_STREET,
    make_place,
    recompute,
    set_facts,
)

pytestmark = pytest.mark.usefixtures("clock")
STREET = "520102028"
ABSENT = 987_654_321
PAGES = (
    "", "/communities", "/compare", "/trend", "/funds", "/funds/communities", "/monthly/2026-02", "/bulletins", "/sheets",
)  # fmt: skip


@pytest.fixture
def places() -> None:
    """One community in Nanming, one in Yunyan, another prefecture's in Zunyi."""
    make_place(name="九洲巷小区", flats=3)
    make_place(YUNYAN_STREET, name="毓秀小区")
    make_place("520302001001", name="大兴路小区")


def sit(client: FlaskClient, role: Role, division: str) -> FlaskClient:
    return sign_in_staff(client, make_staff(role, division=division))


def address(code: str, page: str = "") -> str:
    return f"/admin/reports/{get_division(code).id}{page}"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("role", "home"),
    [
        pytest.param(Role.STREET_OFFICER, STREET, id="street"),
        pytest.param(Role.COUNTY_OFFICER, NANMING, id="county"),
        pytest.param(Role.CITY_OFFICER, GUIYANG, id="prefecture"),
        pytest.param(Role.PROVINCE_OFFICER, GUIZHOU, id="province"),
        pytest.param(Role.AUDITOR, NANMING, id="auditor"),
    ],
)
def test_each_level_opens_its_own_pages(
    client: FlaskClient, places: None, role: Role, home: str, page: str
) -> None:
    answer = sit(client, role, home).get(address(home, page))
    assert answer.status_code == 200
    assert get_division(home).name in answer.text


@pytest.mark.parametrize("page", [*PAGES, "/monthly"])
@pytest.mark.parametrize(
    ("role", "home", "beside"),
    [
        pytest.param(Role.STREET_OFFICER, STREET, YUNYAN_STREET, id="street-beside"),
        pytest.param(Role.STREET_OFFICER, STREET, NANMING, id="street-above"),
        pytest.param(Role.COUNTY_OFFICER, NANMING, YUNYAN, id="county-beside"),
        pytest.param(Role.COUNTY_OFFICER, NANMING, GUIYANG, id="county-above"),
        pytest.param(Role.CITY_OFFICER, GUIYANG, "5203", id="prefecture-beside"),
        pytest.param(Role.CITY_OFFICER, GUIYANG, GUIZHOU, id="prefecture-above"),
    ],
)
def test_what_lies_beside_or_above_answers_as_if_it_did_not_exist(
    client: FlaskClient, places: None, role: Role, home: str, beside: str, page: str
) -> None:
    desk = sit(client, role, home)
    there, nowhere = desk.get(address(beside, page)), desk.get(f"/admin/reports/{ABSENT}{page}")
    assert there.status_code == nowhere.status_code == 404
    assert there.text.replace(str(get_division(beside).id), "") == nowhere.text.replace(
        str(ABSENT), ""
    ).replace(str(get_division(beside).id), "")


def test_the_first_page_is_the_persons_own_division(client: FlaskClient, places: None) -> None:
    desk = sit(client, Role.CITY_OFFICER, GUIYANG)
    text = desk.get("/admin/reports").text
    assert "<h1>贵阳市</h1>" in text
    assert "2 个小区，5 户" in text
    assert "南明区" in text
    assert "遵义市" not in text


def test_whoever_keeps_one_community_has_no_roll_up(client: FlaskClient) -> None:
    community = make_community()
    desk = sign_in_staff(client, make_staff(Role.CLERK, community=community))
    assert desk.get("/admin/reports").status_code == 403


def test_figures_are_given_by_communities_and_by_households_with_those_that_lack_them(
    client: FlaskClient,
) -> None:
    one, two, three = make_place(), make_place(), make_place()
    set_facts(one, households=300, asked=300, answered=120)
    set_facts(two, households=100, asked=100, answered=90)
    set_facts(three, households=50)
    text = sit(client, Role.COUNTY_OFFICER, NANMING).get(address(NANMING)).text
    assert "210 / 400 户 (52.5%)" in text  # never the mean of 40 % and 90 %
    assert "答得够多 2 / 2 个 (100.0%)" in text
    assert "没有做过调查 1 个" in text


@pytest.mark.parametrize(
    ("show", "named", "others"),
    [
        pytest.param("all", "甲乙丙", "", id="all"),
        pytest.param("reached", "甲", "乙丙", id="reached"),
        pytest.param("rest", "乙", "甲丙", id="rest"),
        pytest.param("without", "丙", "甲乙", id="without-the-record"),
    ],
)
def test_every_figure_leads_to_the_rows_behind_it(
    client: FlaskClient, show: str, named: str, others: str
) -> None:
    made = {word: make_place(name=f"{word}小区") for word in "甲乙丙"}
    set_facts(made["甲"], asked=100, answered=90)
    set_facts(made["乙"], asked=100, answered=9)
    page = sit(client, Role.COUNTY_OFFICER, NANMING).get(
        address(NANMING, f"/communities?figure=coverage&show={show}")
    )
    table = page.text.split("<tbody>")[1]
    assert all(f"{word}小区" in table for word in named)
    assert not any(f"{word}小区" in table for word in others)
    assert f"/admin/communities/{made[named[0]].id}/today" in table


@pytest.mark.parametrize(
    "query",
    [
        "/communities?figure=nothing",
        "/communities?show=nothing",
        "/compare?figure=nothing",
        "/trend?figure=coverage",
        "/monthly/2026-13",
        "/monthly/feb",
    ],
)
def test_a_figure_or_month_there_is_none_of_is_not_found(
    client: FlaskClient, places: None, query: str
) -> None:
    assert sit(client, Role.COUNTY_OFFICER, NANMING).get(address(NANMING, query)).status_code == 404


def test_a_comparison_ranks_only_where_enough_answered(client: FlaskClient) -> None:
    nanming, yunyan = make_place(), make_place(YUNYAN_STREET)
    set_facts(nanming, households=100, asked=100, answered=60)
    set_facts(yunyan, households=100, asked=20, answered=20)
    text = sit(client, Role.CITY_OFFICER, GUIYANG).get(address(GUIYANG, "/compare")).text
    ranked, unranked = text.split("不排名的</h2>")
    assert "南明区" in ranked
    assert "第 1" in ranked
    assert "只涉及 20 户，不到 30 户，不排名。" in unranked


def test_the_trend_counts_from_the_days_on_which_stages_were_reached(client: FlaskClient) -> None:
    one, two = make_place(), make_place()
    set_facts(one, project_id=1, households=60, started_on=date(2026, 1, 31))
    set_facts(two, project_id=2, households=40, started_on=date(2026, 2, 1))
    text = sit(client, Role.COUNTY_OFFICER, NANMING).get(address(NANMING, "/trend?figure=started")).text
    january = text.split("2026 年 1 月")[1].split("</tr>")[0]
    assert "1 / 2 个 (50.0%)" in january
    assert "60 / 100 户 (60.0%)" in january
    assert "0 / 2 个 (0.0%)" in text.split("2025 年 12 月")[1].split("</tr>")[0]


def test_an_empty_division_says_what_comes_first(client: FlaskClient) -> None:
    text = sit(client, Role.COUNTY_OFFICER, NANMING).get(address(NANMING)).text
    assert "这里还没有登记小区" in text


def test_the_page_says_as_of_when_and_what_is_not_in_it_yet(client: FlaskClient) -> None:
    make_place()
    make_community()
    text = sit(client, Role.COUNTY_OFFICER, NANMING).get(address(NANMING)).text
    assert "数截至 3 月 3 日 10:00" in text
    assert "还有 1 个小区刚登记" in text
    recompute()
    assert "刚登记" not in client.get(address(NANMING)).text


# ------------------------------------------------------------------ after the works


def test_a_finished_community_that_nobody_manages_is_an_alarm_that_leads_to_it(client: FlaskClient) -> None:
    set_facts(make_place(name="有人管的"), is_covered=True)
    set_facts(make_place(name="没人管的"), is_covered=False)
    make_place(name="没完工的")
    desk = sit(client, Role.COUNTY_OFFICER, NANMING)
    assert "1 个完工的小区，今天没有人管" in desk.get(address(NANMING)).text
    alarms = desk.get(address(NANMING, "/communities?figure=covered&show=rest")).text
    assert "没人管的" in alarms
    assert "有人管的" not in alarms.replace("没人管的", "")
    assert "没完工的" in desk.get(address(NANMING, "/communities?figure=covered&show=without")).text


def test_what_people_think_is_a_share_only_where_enough_answered(client: FlaskClient) -> None:
    many, few = make_place(name="答的多的"), make_place(YUNYAN_STREET, name="答的少的")
    judged = {"judged_on": date(2026, 2, 1), "judged_households": 100}
    set_facts(many, **judged, judged_answered=60, judged_marked=60, judged_satisfied=45)
    set_facts(few, **judged, judged_answered=4, judged_marked=4, judged_satisfied=1)
    desk = sit(client, Role.CITY_OFFICER, GUIYANG)
    whole = desk.get(address(GUIYANG)).text
    assert "46 / 64 户 (71.9%)，区间 59.9% 到 81.4%" in whole
    behind = desk.get(address(GUIYANG, "/communities?figure=satisfied")).text
    assert "45 / 60 户 (75%)，区间" in behind or "45 / 60 户 (75.0%)，区间" in behind
    assert "答了 4 户，再有 26 户才写" in behind
    assert "1 / 4 户" not in behind
    compared = desk.get(address(GUIYANG, "/compare?figure=satisfied")).text
    assert "1 / 4 户" not in compared


def test_money_is_told_by_source_and_leads_to_the_communities_behind_it(client: FlaskClient) -> None:
    set_facts(
        make_place(name="有省里钱的"), funds_planned=300_00, funds_received=200_01, funds_spent=0,
        funds_by_source="province=20000/10001/0 residents=10000/10000/0", pledged=50_00, given=20_00, given_used=0,
    )  # fmt: skip
    set_facts(
        make_place(YUNYAN_STREET, name="只有居民钱的"), funds_planned=100, funds_received=100, funds_spent=0,
        funds_by_source="residents=100/100/0",
    )  # fmt: skip
    make_place(name="没记过钱的")
    desk = sit(client, Role.CITY_OFFICER, GUIYANG)
    text = desk.get(address(GUIYANG, "/funds")).text
    for told in ("省级配套", "居民出资", "201.01", "20.00 元", "没有资金记录的小区 1 个", "南明区", "云岩区"):
        assert told in text
    behind = desk.get(address(GUIYANG, "/funds/communities?source=province")).text
    assert "有省里钱的" in behind
    assert "只有居民钱的" not in behind
    every = desk.get(address(GUIYANG, "/funds/communities")).text
    assert "只有居民钱的" in every
    assert "没记过钱的" not in every
    assert desk.get(address(GUIYANG, "/funds/communities?source=nobody")).status_code == 404
    assert "没有小区有这样的资金" in desk.get(address(GUIYANG, "/funds/communities?source=loan")).text
    assert "还没有资金记录" in sit(client, Role.CITY_OFFICER, "5203").get(address("5203", "/funds")).text


def test_an_overview_reads_one_kept_row_a_community_however_many_there_are(client: FlaskClient) -> None:
    make_place()
    desk = sit(client, Role.CITY_OFFICER, GUIYANG)
    few = statements(desk)
    for number in range(3):
        make_place(name=f"第 {number} 个")
    assert statements(desk) == few


def statements(desk: FlaskClient) -> int:
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    page = address(GUIYANG)
    db.session.expunge_all()  # what the test itself has read
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert desk.get(page).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(told)
