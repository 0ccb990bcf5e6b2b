"""The reports at the desk: each level sees its own subtree, and what lies beside it answers as if it did not exist."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
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
PAGES = ("", "/communities", "/compare", "/trend", "/monthly/2026-02", "/bulletins", "/sheets")


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
