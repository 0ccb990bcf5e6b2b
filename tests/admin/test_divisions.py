import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(client: FlaskClient) -> FlaskClient:
    return sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division="520102"))


def test_the_tree_is_browsed_from_the_province_down(desk: FlaskClient) -> None:
    assert "贵州省" in desk.get("/admin/divisions").text
    province = desk.get(f"/admin/divisions/{get_division('52').id}").text
    assert "贵阳市" in province
    assert "贵安新区" in province
    assert "没有代码" in province


def test_a_search_finds_by_name_and_by_code(desk: FlaskClient) -> None:
    assert "贵州省 贵阳市 南明区" in desk.get("/admin/divisions?q=南明区").text
    assert "贵州省 贵阳市 南明区" in desk.get("/admin/divisions?q=520102").text
    assert "没有找到" in desk.get("/admin/divisions?q=没有这个地方").text


def test_old_and_new_codes_lead_to_one_another(desk: FlaskClient) -> None:
    old = desk.get(f"/admin/divisions/{get_division('520221').id}").text
    assert "已撤销" in old
    assert "水城区（520204）" in old
    new = desk.get(f"/admin/divisions/{get_division('520204').id}").text
    assert "水城县（520221）" in new
    assert "2020 年 7 月 18 日 起" in new


def test_there_is_no_such_division(desk: FlaskClient) -> None:
    assert desk.get("/admin/divisions/999999").status_code == 404


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/admin/divisions").status_code == 302
