from datetime import date

import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from server.policies import queries
from server.policies.rules import KEYS
from tests.admin.forms import post_form
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community
from tests.factories.policies import make_policy

pytestmark = pytest.mark.usefixtures("clock")
TODAY = date(2026, 3, 2)


def officer(client: FlaskClient, role: Role = Role.COUNTY_OFFICER, division: str = "520102") -> str:
    """Sign in an officer of this division; its settings' address."""
    sign_in_staff(client, make_staff(role, division=division))
    return settings_of(division)


def settings_of(code: str) -> str:
    return f"/admin/divisions/{get_division(code).id}/policies"


TYPED = {"value": "10", "valid_from": "2026-04-01", "basis": "document", "basis_text": "南建发〔2026〕1 号"}


def test_a_county_sets_a_longer_period_from_a_day_on(client: FlaskClient) -> None:
    here = officer(client)
    one = f"{here}/ballot.shortest_days"
    assert post_form(client, one, one, TYPED).status_code == 302
    path = get_division("520102016").path
    assert queries.number("ballot.shortest_days", path, date(2026, 3, 31)) == 5
    assert queries.number("ballot.shortest_days", path, date(2026, 4, 1)) == 10
    page = client.get(f"{here}?on=2026-04-01").text
    assert "南明区（2026-04-01 起）：南建发〔2026〕1 号" in page
    assert "这里设的" in page
    assert "南建发" not in client.get(f"{here}?on=2026-03-31").text.split("这里改过的")[0]


def test_a_county_moves_the_day_by_which_projects_start(client: FlaskClient) -> None:
    here = officer(client)
    one = f"{here}/milestone.start_by"
    wrong = post_form(client, one, one, {**TYPED, "value": "02-30"})
    assert wrong.status_code == 422
    assert "要填几月几日，例如 06-30" in wrong.text
    assert post_form(client, one, one, {**TYPED, "value": "7-31"}).status_code == 302
    assert "7 月 31 日" in client.get(f"{here}?on=2026-04-01").text
    assert "6 月 30 日" in client.get(f"{here}?on=2026-03-31").text


@pytest.mark.parametrize("key", KEYS)
def test_every_setting_has_its_page_and_form(client: FlaskClient, key: str) -> None:
    page = client.get(f"{officer(client)}/{key}")
    assert page.status_code == 200
    assert KEYS[key].name_zh in page.text
    assert 'name="value"' in page.text


@pytest.mark.parametrize(
    ("key", "typed", "field"),
    [
        pytest.param("ballot.notice_period", {"value": "14"}, "15 到 90", id="less-than-the-law"),
        pytest.param("ballot.shortest_days", {"value": "x"}, "整数", id="not-a-number"),
        pytest.param(
            "ballot.shortest_days", {"valid_from": "2026-03-01"}, "不能早于今天", id="from-a-past-day"
        ),
        pytest.param("ballot.shortest_days", {"basis_text": ""}, "写上依据", id="without-a-ground"),
    ],
)
def test_a_wrong_setting_comes_back_with_the_sentence(
    client: FlaskClient, key: str, typed: dict[str, str], field: str
) -> None:
    one = f"{officer(client)}/{key}"
    answer = post_form(client, one, one, {**TYPED, **typed})
    assert answer.status_code == 422
    assert field in answer.text


def test_working_days_can_be_chosen_where_the_law_does_not_count(client: FlaskClient) -> None:
    one = f"{officer(client)}/result.notice_period"
    assert post_form(client, one, one, {**TYPED, "value": "5", "unit": "workdays"}).status_code == 302
    assert queries.period("result.notice_period", get_division("520102").path, date(2026, 4, 1)).in_workdays


def test_a_setting_is_ended_and_the_one_above_holds(client: FlaskClient) -> None:
    make_policy("binding.tries", 9, division_id=get_division("520102").id)
    one = f"{officer(client)}/binding.tries"
    typed = {"valid_from": "2026-03-02", "basis_text": "废止通知"}
    assert post_form(client, one, f"{one}/end", {**typed, "basis_text": ""}).status_code == 422
    assert post_form(client, one, f"{one}/end", typed).status_code == 302
    assert queries.number("binding.tries", get_division("520102").path, TODAY) == 5
    assert "按上一级" in client.get(one).text


def test_nobody_sees_or_sets_sideways(client: FlaskClient) -> None:
    here = officer(client)
    sideways = settings_of("520103")
    assert client.get(sideways).status_code == 404
    refused = post_form(client, f"{here}/binding.tries", f"{sideways}/binding.tries", TYPED)
    assert refused.status_code == 404
    assert client.get(settings_of("5201")).status_code == 200
    above = post_form(client, f"{here}/binding.tries", f"{settings_of('5201')}/binding.tries", TYPED)
    assert above.status_code == 403
    assert client.get(f"{here}/no.such.key").status_code == 404
    assert client.get("/admin/divisions/999999/policies").status_code == 404


def test_a_clerk_reads_the_settings_of_the_place_and_changes_none(client: FlaskClient) -> None:
    sign_in_staff(client, make_staff(Role.CLERK, community=make_community()))
    own = client.get("/admin/policies")
    assert own.status_code == 302
    page = client.get(own.location)
    assert "表决前公告多久" in page.text
    assert "15 日" in page.text
    assert 'name="value"' not in client.get(f"{own.location}/binding.tries").text


def test_the_province_enters_the_holidays_of_a_new_year(client: FlaskClient) -> None:
    officer(client, Role.PROVINCE_OFFICER, "52")
    page = "/admin/holidays?year=2027"
    assert "还没公布" in client.get(page).text
    typed = {"day": "2027-02-08", "what": "off", "name": "春节", "source": "国办发明电"}
    assert post_form(client, page, "/admin/holidays", typed).status_code == 302
    worked = {"day": "2027-02-20", "what": "worked", "name": "春节调休", "source": "国办发明电"}
    assert post_form(client, page, "/admin/holidays", worked).status_code == 302
    monday = {**worked, "day": "2027-02-22"}
    assert post_form(client, page, "/admin/holidays", monday).status_code == 422
    announced = post_form(client, page, "/admin/holidays/2027/announce", {"source": "国办发明电〔2026〕7 号"})
    assert announced.status_code == 302
    calendar = queries.work_calendar()
    assert not calendar.is_workday(date(2027, 2, 8))
    assert calendar.is_workday(date(2027, 2, 20))
    assert not calendar.is_provisional(date(2027, 2, 8))
    assert "安排已公布" in client.get(page).text


def test_a_county_reads_the_calendar_and_leaves_it_to_the_province(client: FlaskClient) -> None:
    here = officer(client)
    page = client.get("/admin/holidays?year=2026").text
    assert "元旦" in page
    assert "改一天" not in page
    typed = {"day": "2026-05-06", "what": "off", "name": "春节", "source": "x"}
    assert post_form(client, f"{here}/binding.tries", "/admin/holidays", typed).status_code == 403


@pytest.mark.parametrize(
    "address", ["/admin/holidays?year=1", "/admin/holidays?year=x", "/admin/holidays?year=99999"]
)
def test_years_beyond_the_calendar_are_brought_back_into_it(client: FlaskClient, address: str) -> None:
    officer(client)
    assert client.get(address).status_code == 200


def test_a_list_of_words_is_typed_a_line_each_and_read_back(client: FlaskClient) -> None:
    one = f"{officer(client)}/moderation.words"
    typed = {**TYPED, "value": "卖房\r\n 广告\r\n卖房\r\n", "valid_from": "2026-03-02"}
    assert post_form(client, one, one, typed).status_code == 302
    path = get_division("520102016").path
    assert queries.setting("moderation.words", path, TODAY).value == ["卖房", "广告"]
    page = client.get(one).text
    assert "卖房、广告" in page
    assert "卖房\n广告</textarea>" in page
    assert post_form(client, one, one, {**typed, "value": "卖"}).status_code == 422
    assert post_form(client, one, one, {**typed, "value": ""}).status_code == 302
    assert queries.setting("moderation.words", path, TODAY).value == []
    assert "没有词" in client.get(one).text
