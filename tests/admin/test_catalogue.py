import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community

pytestmark = pytest.mark.usefixtures("clock")


def test_a_committee_reads_the_list_of_its_place_in_plain_words(client: FlaskClient) -> None:
    community = make_community()
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    page = client.get(f"/admin/communities/{community.id}/catalogue").text
    assert "加装电梯" in page
    assert "给没有电梯的楼装一部新电梯" in page
    assert "民法典第 278 条第（七）项" in page
    assert "只征求意见" in page
    assert client.get(f"/admin/communities/{make_community().id}/catalogue").status_code == 404


def test_versions_are_listed_with_their_source(client: FlaskClient) -> None:
    sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division="520102"))
    assert "黔建办函〔2020〕3 号" in client.get("/admin/catalogue").text
    assert "提升类" in client.get("/admin/catalogue/1").text
    assert client.get("/admin/catalogue/99").status_code == 404
