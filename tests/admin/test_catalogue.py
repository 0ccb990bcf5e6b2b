import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.identity.rules import Role
from tests.admin.forms import post_form
from tests.factories.catalogue import consent, get_item, make_list, make_list_in_force, photo_bytes
from tests.factories.divisions import get_division
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


def officer(client: FlaskClient, role: Role = Role.COUNTY_OFFICER, division: str = "520102") -> int:
    sign_in_staff(client, make_staff(role, division=division))
    return get_division(division).id


ITEM = {
    "code": "B90",
    "item_class": "B",
    "name": "雨污分流",
    "description": "把雨水管和污水管分开。",
    "lead_department": "住房城乡建设",
    "matter": "other",
    "default_scope": "community",
    "place": "surrounding",
    "unit": "household",
    "unit_cost": "1,200.50",
    "government_share": "1/3",
    "owners_share": "1/3",
    "others_share": "1/3",
    "split_by": "household",
}


def test_a_county_brings_its_own_list_in_force_step_by_step(client: FlaskClient) -> None:
    here = officer(client)
    new = f"/admin/divisions/{here}/catalogue/new"
    form = {"name": "南明区 2026 年清单", "source": "起草稿", "based_on": "1"}
    drafted = post_form(client, new, f"/admin/divisions/{here}/catalogue", form)
    page = drafted.headers["Location"]
    assert "登记本级政府同意" in client.get(page).text
    added = post_form(client, f"{page}/contents/new", f"{page}/contents", ITEM)
    assert added.status_code == 302
    shown = client.get(page).text
    assert "每户 1,200.50 元" in shown
    assert "政府 1/3，业主 1/3，其他 1/3；业主的按户平摊" in shown
    assert "小区周边" in shown
    assert (
        post_form(client, page, f"{page}/filing", {"filed_no": "1", "filed_on": "2026-03-02"}).status_code
        == 422
    )
    consented = {"approved_by": "南明区人民政府", "approved_on": "2026-03-02"}
    assert post_form(client, page, f"{page}/consent", consented).status_code == 302
    assert (
        post_form(
            client, page, f"{page}/filing", {"filed_no": "黔建备 1", "filed_on": "2026-03-02"}
        ).status_code
        == 302
    )
    early = post_form(client, page, f"{page}/force", {"valid_from": "2026-03-01"})
    assert early.status_code == 422
    assert "生效日期不能早于今天" in early.text
    assert post_form(client, page, f"{page}/force", {"valid_from": "2026-03-02"}).status_code == 302
    community = make_community()
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    used = client.get(f"/admin/communities/{community.id}/catalogue").text
    assert "南明区 2026 年清单" in used
    assert "雨污分流" in used
    officer(client)
    assert "为什么停用" in client.get(page).text
    unsaid = post_form(client, page, f"{page}/end", {"ends_on": "2026-03-01", "reason": "改用省里的"})
    assert unsaid.status_code == 422
    assert "停用日期不能早于今天" in unsaid.text
    end = {"ends_on": "2026-03-02", "reason": "改用省里的"}
    assert post_form(client, page, f"{page}/end", end).status_code == 302
    assert "已停用" in client.get(page).text
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    assert "南明区 2026 年清单" not in client.get(f"/admin/communities/{community.id}/catalogue").text


def test_an_item_is_changed_with_its_picture_and_taken_out(client: FlaskClient) -> None:
    officer(client)
    draft = make_list()
    row = get_item("B06", draft.id)
    page, one = f"/admin/catalogue/{draft.id}", f"/admin/catalogue/{draft.id}/contents/{row.id}"
    assert 'value="B06"' in client.get(one).text
    typed = {**ITEM, "code": "B06", "name": "小区路"}
    assert (
        post_form(client, one, one, typed | {"photo": (io.BytesIO(photo_bytes()), "a.jpg")}).status_code
        == 302
    )
    assert client.get(f"{one}/picture").content_type == "image/jpeg"
    kept = post_form(client, one, one, typed)
    assert kept.status_code == 302
    assert client.get(f"{one}/picture").status_code == 200
    post_form(client, one, one, typed | {"drop_picture": "yes"})
    assert client.get(f"{one}/picture").status_code == 404
    assert post_form(client, one, f"{one}/remove", {}).status_code == 302
    assert "小区路" not in client.get(page).text.replace("已去掉“小区路”", "")
    assert client.get(one).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"owners_share": "1/2"}, "三方加起来要正好是 100%", id="shares-beyond-the-whole"),
        pytest.param({"unit_cost": "很多"}, "填多少元", id="no-amount"),
        pytest.param({"item_class": "X"}, "从列表里选一样", id="no-such-class"),
        pytest.param({"name": ""}, "写上这样内容叫什么", id="no-name"),
        pytest.param({"code": "B01"}, "已经有编号 B01", id="a-code-that-is-taken"),
        pytest.param({"photo": (io.BytesIO(b"no picture"), "a.jpg")}, "不是照片", id="no-picture"),
    ],
)
def test_a_wrong_item_keeps_what_was_typed_and_says_what_is_wrong(
    client: FlaskClient, typed: dict[str, Any], said: str
) -> None:
    officer(client)
    page = f"/admin/catalogue/{make_list().id}"
    answer = post_form(client, f"{page}/contents/new", f"{page}/contents", ITEM | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "把雨水管和污水管分开。" in answer.text


def test_headings_returns_and_discards_have_their_forms(client: FlaskClient) -> None:
    officer(client)
    draft = make_list()
    page = f"/admin/catalogue/{draft.id}"
    heading = {"name": "新名字", "source": "南府发〔2026〕3 号", "price_source": "造价信息 2026 年第 2 期"}
    assert post_form(client, f"{page}/heading", f"{page}/heading", heading).status_code == 302
    assert "造价信息 2026 年第 2 期" in client.get(page).text
    wrong = post_form(client, f"{page}/heading", f"{page}/heading", heading | {"name": ""})
    assert (wrong.status_code, "写上这份清单叫什么" in wrong.text) == (422, True)
    consent(draft)
    assert post_form(client, page, f"{page}/return", {}).status_code == 422
    assert post_form(client, page, f"{page}/return", {"reason": "要改"}).status_code == 302
    assert post_form(client, page, f"{page}/discard", {}).status_code == 302
    assert "已作废" in client.get(page).text


def test_a_copy_is_made_only_of_what_holds_there(client: FlaskClient) -> None:
    here = officer(client)
    beside = make_list_in_force("520103")
    new = f"/admin/divisions/{here}/catalogue/new"
    assert beside.name not in client.get(new).text
    form = {"name": "清单", "source": "起草稿", "based_on": str(beside.id)}
    answer = post_form(client, new, f"/admin/divisions/{here}/catalogue", form)
    assert (answer.status_code, "从列表里选一份" in answer.text) == (422, True)


def test_lists_beside_mine_and_drafts_above_me_are_not_there(client: FlaskClient) -> None:
    beside, above, settled = make_list("520103"), make_list("5201"), make_list_in_force("5201")
    officer(client)
    listed = client.get("/admin/catalogue").text
    assert settled.name in listed
    assert beside.name not in listed
    assert above.name not in listed
    for version in (beside, above):
        for path in ("", "/heading", "/contents/new"):
            assert client.get(f"/admin/catalogue/{version.id}{path}").status_code == 404
    assert client.get(f"/admin/catalogue/{settled.id}").status_code == 200
    assert client.get(f"/admin/catalogue/{settled.id}/heading").status_code == 403
    assert client.get(f"/admin/divisions/{get_division('520103').id}/catalogue/new").status_code == 404
    assert client.get(f"/admin/divisions/{get_division('5201').id}/catalogue/new").status_code == 404
    officer(client, Role.CITY_OFFICER, "5201")
    assert client.get(f"/admin/catalogue/{beside.id}").status_code == 200


def test_a_committee_reads_and_does_not_draft(client: FlaskClient) -> None:
    community = make_community()
    draft = make_list()
    sign_in_staff(client, make_staff(Role.CLERK, community=community))
    assert client.get("/admin/catalogue").status_code == 200
    assert "起草" not in client.get("/admin/catalogue").text.split("<main")[1]
    assert client.get(f"/admin/catalogue/{draft.id}").status_code == 404
    assert client.get(f"/admin/catalogue/{draft.id}/contents/new").status_code == 403
