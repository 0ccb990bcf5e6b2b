"""Every figure leads to the rows behind it: of a return's line, of a division below, of a comparison."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from server.reports.queries import behind, sheet
from server.reports.rules.returns import ENTRIES
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.reports import GUIYANG, MONTH, NANMING, NOW, YUNYAN, make_place, set_facts, submit

pytestmark = pytest.mark.usefixtures("clock")


def line(code: str, key: str = "started") -> str:
    return f"/admin/reports/{get_division(code).id}/monthly/2026-02/line?key={key}"


@pytest.fixture
def places() -> None:
    set_facts(
        make_place(name="开了工的"), households=90, asked=80, answered=60, project_id=1,
        started_on=date(2026, 2, 9), funds_planned=123_456,
    )  # fmt: skip
    set_facts(make_place(name="没开工的"), households=70, project_id=2)
    make_place("520103025", name="毓秀小区")


def test_a_line_of_a_return_leads_to_its_communities(client: FlaskClient, places: None) -> None:
    desk = sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    month = desk.get(f"/admin/reports/{get_division(NANMING).id}/monthly/2026-02").text
    assert f"/admin/reports/{get_division(NANMING).id}/monthly/2026-02/line?key=started" in month
    table = desk.get(line(NANMING)).text.split("<tbody>")[1]
    assert "开了工的" in table
    assert "没开工的" not in table
    assert "1,234.56 元" in desk.get(line(NANMING, "funds_planned")).text
    assert "没有记录" in desk.get(line(NANMING, "heads")).text


def test_a_line_added_up_leads_to_the_offices_it_came_from(client: FlaskClient, places: None) -> None:
    submit(NANMING)
    desk = sign_in_staff(client, make_staff(Role.CITY_OFFICER, division=GUIYANG))
    below = desk.get(line(GUIYANG)).text.split("<tbody>")[1]
    assert line(NANMING) in below
    assert "1 个" in below.split("南明区")[1].split("</tr>")[0]
    assert "没有报来" in below.split("云岩区")[1].split("</tr>")[0]


@pytest.mark.parametrize(
    "page",
    [pytest.param(line, id="beside"), pytest.param(lambda _: line(NANMING, "none"), id="no-such-line")],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, places: None, page) -> None:
    desk = sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    assert desk.get(page(YUNYAN)).status_code == 404


def test_the_rows_behind_a_line_add_up_to_it(places: None) -> None:
    of = get_division(NANMING)
    values = sheet(of, MONTH, NOW).values
    for entry in ENTRIES:
        assert sum(value for _, value in behind(of, MONTH, entry)) == (values[entry.key] or 0)


def test_figures_of_divisions_lead_to_their_communities(client: FlaskClient, places: None) -> None:
    desk = sign_in_staff(client, make_staff(Role.CITY_OFFICER, division=GUIYANG))
    there = f"/admin/reports/{get_division(NANMING).id}/communities?figure=coverage&amp;show=all"
    for page in ("", "/compare?figure=coverage"):
        assert there in desk.get(f"/admin/reports/{get_division(GUIYANG).id}{page}").text


def test_a_line_is_followed_over_the_months_it_was_handed_in(client: FlaskClient, places: None) -> None:
    submit(NANMING)
    desk = sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    here = f"/admin/reports/{get_division(NANMING).id}/trend/returns"
    table = desk.get(f"{here}?key=answered").text.split("<tbody>")[1]
    assert "60 户" in table.split("2026 年 2 月")[1].split("</tr>")[0]
    assert "没有记录" in table.split("2026 年 1 月")[1].split("</tr>")[0]
    assert desk.get(f"{here}?key=none").status_code == 404
    assert desk.get(f"/admin/reports/{get_division(YUNYAN).id}/trend/returns").status_code == 404
    city = sign_in_staff(client, make_staff(Role.CITY_OFFICER, division=GUIYANG))
    assert "还没有报过" in city.get(f"/admin/reports/{get_division(GUIYANG).id}/trend/returns").text
