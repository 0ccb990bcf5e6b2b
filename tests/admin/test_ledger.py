"""The ledger's pages: what each shows, mends and keeps to itself."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from server.audit.models import AuditEntry
from server.identity.rules import Role
from server.infra.db import db
from server.ledger import queries
from server.ledger.models import Community, Flat, Household
from server.ledger.rules.words import AreaSource, FlatUse, HouseholdState, Pool, PropertyMode
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.conftest import Clock
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community, make_facility, make_flat, make_ownership
from tests.factories.management import make_contract
from tests.factories.plans import make_move

TODAY = date(2026, 3, 2)
PHONE = "13800001111"


@pytest.fixture
def community(app: APIFlask) -> Community:
    return make_community("棉纺厂家属院")


@pytest.fixture
def flat(community: Community) -> Flat:
    flat = make_flat(community, "3", "2", "501")
    make_ownership(flat, "欧阳·买买提", phone=PHONE)
    return flat


@pytest.fixture
def clerk(app: APIFlask, clock: Clock, community: Community) -> FlaskClient:
    return browser_of(app, make_staff(Role.CLERK, community=community))


def at(community: Community, path: str = "") -> str:
    return f"/admin/communities/{community.id}{path}"


def test_the_community_page_says_whether_it_may_be_renovated_and_why(
    clerk: FlaskClient, community: Community, flat: Flat
) -> None:
    page = clerk.get(at(community, "/ledger")).text
    assert "符合条件" in page and "1996 年建成" in page and "67.70 ㎡" in page


def test_a_list_shows_masked_names_only(clerk: FlaskClient, community: Community, flat: Flat) -> None:
    for path in ("/flats", f"/flats/{flat.id}"):
        page = clerk.get(at(community, path)).text
        assert "3 栋 2 单元 501" in page and "欧***" in page
        assert "欧阳" not in page and PHONE not in page


def test_flats_are_found_by_building_room_and_lacking_area(
    clerk: FlaskClient, community: Community, flat: Flat
) -> None:
    make_flat(community, "1", "1", "101", area=None)
    make_flat(community, "1", "1", "102", area_source=AreaSource.ESTIMATE)

    def shown(query: str) -> list[str]:
        return re.findall(r'/flats/\d+">([^<]+)</a>', clerk.get(at(community, f"/flats?{query}")).text)

    building = queries.buildings(community.id)[0]
    assert shown(f"building={building.id}") == ["1 栋 1 单元 101", "1 栋 1 单元 102"]
    assert shown("text=501室") == ["3 栋 2 单元 501"]
    assert shown("lacking=yes") == ["1 栋 1 单元 101", "1 栋 1 单元 102"]


def test_owners_in_full_are_shown_by_a_post_with_a_purpose_and_told_in_the_audit(
    clerk: FlaskClient, community: Community, flat: Flat
) -> None:
    page, action = at(community, f"/flats/{flat.id}"), at(community, f"/flats/{flat.id}/owners/show")
    assert clerk.get(action).status_code == 405
    refused = post_form(clerk, page, action, {"purpose": "看"})
    assert refused.status_code == 422 and PHONE not in refused.text
    shown = post_form(clerk, page, action, {"purpose": "电话通知开会"})
    assert "欧阳·买买提" in shown.text and PHONE in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "ledger.show_owners")).all()
    assert [one.facts["purpose"] for one in entries] == ["电话通知开会"]


def test_who_manages_by_contract_goes_before_what_the_ledger_was_entered_with(
    app: APIFlask, clock: Clock
) -> None:
    community = make_community(property_mode=PropertyMode.NONE)
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    assert "<dd>台账记载：无</dd>" in clerk.get(at(community, "/ledger")).text
    make_contract(community, starts_on=date(2026, 1, 1))
    assert "；台账记载：无</dd>" in clerk.get(at(community, "/ledger")).text


def test_an_auditor_sees_the_ledger_but_no_name_in_full(
    app: APIFlask, clock: Clock, community: Community, flat: Flat
) -> None:
    auditor = browser_of(app, make_staff(Role.AUDITOR, division="520102"))
    page = auditor.get(at(community, f"/flats/{flat.id}")).text
    assert "显示完整信息" not in page and "换业主" not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = auditor.post(
        at(community, f"/flats/{flat.id}/owners/show"),
        data={"csrf_token": token.group(1), "purpose": "随便看看"},
    )
    assert answer.status_code == 403


def test_another_communitys_pages_are_as_if_they_were_not(
    clerk: FlaskClient, community: Community, flat: Flat
) -> None:
    other = make_community("别的小区")
    other_flat = make_flat(other)
    paths = ["/ledger", "/flats", "/facilities", "/ledger/edit", "/ledger/export"]
    assert {clerk.get(at(other, path)).status_code for path in paths} == {404}
    # The flat of another community is not reached through one's own.
    assert clerk.get(at(community, f"/flats/{other_flat.id}")).status_code == 404
    assert "别的小区" not in clerk.get("/admin/communities").text


def test_a_county_officer_narrows_the_list_to_a_division(
    app: APIFlask, clock: Clock, community: Community
) -> None:
    officer = browser_of(app, make_staff(Role.COUNTY_OFFICER, division="520102"))
    assert "棉纺厂家属院" in officer.get("/admin/communities?text=棉纺厂").text
    assert "没有找到" in officer.get("/admin/communities?text=不存在的").text
    page = officer.get(f"/admin/communities?division={community.division_id}").text
    assert "九洲巷" in page and "棉纺厂家属院" in page
    assert officer.get("/admin/communities?division=1").status_code == 404


def test_a_communitys_facts_are_mended(clerk: FlaskClient, community: Community) -> None:
    sent = {
        "name": "棉纺厂宿舍",
        "location_type": "city",
        "kind": "community",
        "built_year": "1998",
        "exclusion": "none",
        "problems": ["lacks_accessibility"],
        "has_maintenance_fund": "no",
    }
    page = at(community, "/ledger/edit")
    wrong = post_form(clerk, page, page, {**sent, "built_year": "98 年"})
    assert wrong.status_code == 422 and "四位年份" in wrong.text and "棉纺厂宿舍" in wrong.text
    assert post_form(clerk, page, page, sent).status_code == 302
    found = db.session.get(Community, community.id, populate_existing=True)
    assert found is not None
    assert (found.name, found.built_year, found.has_maintenance_fund) == ("棉纺厂宿舍", 1998, False)
    assert (found.lacks_accessibility, found.has_lacking_facilities) == (True, False)


def test_a_community_changes_its_pool_by_a_logged_move_and_not_in_its_facts(
    app: APIFlask, clerk: FlaskClient, community: Community
) -> None:
    page = at(community, "/ledger/edit")
    assert 'name="pool"' not in clerk.get(page).text
    sent = {"name": "甲", "location_type": "city", "kind": "community", "exclusion": "none", "pool": "plan"}
    assert post_form(clerk, page, page, sent).status_code == 302
    assert db.session.get(Community, community.id, populate_existing=True).pool is Pool.RESERVE
    make_move(community, Pool.IMPLEMENT)
    officer = browser_of(app, make_staff(Role.COUNTY_OFFICER, division="520102"))
    shown = officer.get(at(community, "/ledger")).text
    assert "实施一批" in shown and at(community, "/pool") in shown


def test_a_building_and_a_flat_are_entered_by_hand(clerk: FlaskClient, community: Community) -> None:
    page = at(community, "/flats/new")
    assert (
        post_form(clerk, page, at(community, "/buildings"), {"name": "5栋", "entrances": "1、2"}).status_code
        == 302
    )
    entrance = queries.entrances(community.id)[1]
    sent = {"entrance_id": str(entrance.id), "room": "301", "use": "dwelling", "area": "61.5"}
    wrong = post_form(clerk, page, at(community, "/flats"), sent)
    assert wrong.status_code == 422 and "面积的来源" in wrong.text
    assert (
        post_form(clerk, page, at(community, "/flats"), {**sent, "area_source": "survey"}).status_code == 302
    )
    again = post_form(clerk, page, at(community, "/flats"), {**sent, "area_source": "survey"})
    assert again.status_code == 422 and "已经有这个房号" in again.text
    assert [one.label for one in queries.flats(community.id).items] == ["5 栋 2 单元 301"]


def test_a_flat_is_mended_and_a_wrong_one_removed(
    clerk: FlaskClient, community: Community, flat: Flat
) -> None:
    page = at(community, f"/flats/{flat.id}/edit")
    post_form(clerk, page, page, {"use": "dwelling", "area": "70.25", "area_source": "survey", "floor": "5"})
    card = queries.flat(flat.id)
    assert card is not None and str(card.area) == "70.25" and card.floor == 5
    show = at(community, f"/flats/{flat.id}")
    assert post_form(clerk, show, f"{show}/remove", {}).status_code == 409
    empty = make_flat(community, "9", "1", "1", use=FlatUse.SHOP)
    show = at(community, f"/flats/{empty.id}")
    assert post_form(clerk, show, f"{show}/remove", {}).status_code == 302
    assert queries.flat(empty.id) is None


def test_a_sale_is_entered_once_however_often_it_is_sent(
    clerk: FlaskClient, community: Community, flat: Flat
) -> None:
    page = at(community, f"/flats/{flat.id}/owners/change")
    sent = {"on": "2026-02-01", "kind": "person", "name": "李四", "client_key": "sale-1"}
    assert post_form(clerk, page, page, {**sent, "phone": "12"}).status_code == 422
    for _ in range(2):
        assert post_form(clerk, page, page, sent).status_code == 302
    assert [card.name for card in queries.owners_of_flat(flat.id, TODAY)] == ["李四"]
    assert len(queries.ownership_history(flat.id)) == 2


def test_a_co_owner_is_added_and_chosen_to_vote(clerk: FlaskClient, community: Community, flat: Flat) -> None:
    page = at(community, f"/flats/{flat.id}/owners/new")
    assert post_form(clerk, page, page, {"kind": "person", "name": "张三", "share": "1/2"}).status_code == 302
    added = queries.owners_of_flat(flat.id, TODAY)[1]
    show = at(community, f"/flats/{flat.id}")
    assert post_form(clerk, show, f"{show}/representative", {"owner_id": str(added.id)}).status_code == 302
    assert queries.owner_rows(community.id, on=TODAY)[0].representative_id == added.id


def test_an_owner_is_spelled_right(clerk: FlaskClient, community: Community, flat: Flat) -> None:
    owner = queries.owners_of_flat(flat.id, TODAY)[0]
    page = at(community, f"/flats/{flat.id}/owners/{owner.id}/mend")
    assert "欧阳" not in clerk.get(page).text
    assert post_form(clerk, page, page, {"name": "欧阳·买买江"}).status_code == 302
    assert queries.owners_of_flat(flat.id, TODAY)[0].name == "欧阳·买买江"
    assert clerk.get(at(community, f"/flats/{flat.id}/owners/{owner.id + 999}/mend")).status_code == 404


def test_households_are_split_marked_and_joined(clerk: FlaskClient, community: Community, flat: Flat) -> None:
    show = at(community, f"/flats/{flat.id}")
    assert post_form(clerk, show, f"{show}/households", {}).status_code == 302
    second = db.session.scalars(sa.select(Household).where(Household.number == 2)).one()
    assert post_form(clerk, show, f"{show}/households/{second.id}", {"state": "vacant"}).status_code == 302
    assert queries.states_of([flat.id])[flat.id] == [HouseholdState.OCCUPIED, HouseholdState.VACANT]
    assert post_form(clerk, show, f"{show}/households/{second.id}/close", {}).status_code == 302
    assert len(queries.households_of_flat(flat.id)) == 1


def test_facilities_are_listed_and_mended_by_their_number(clerk: FlaskClient, community: Community) -> None:
    make_facility(community, "DT-1", name="电梯")
    page = at(community, "/facilities")
    assert (
        post_form(clerk, page, page, {"code": "DT-1", "kind": "lift", "name": "东侧电梯"}).status_code == 302
    )
    assert post_form(clerk, page, page, {"code": "DT-2", "kind": "lift"}).status_code == 422
    assert [one.name for one in queries.facilities(community.id)] == ["东侧电梯"]


def test_an_export_is_masked_unless_asked_in_full_and_always_told(
    clerk: FlaskClient, community: Community, flat: Flat
) -> None:
    page = at(community, "/ledger/export")
    assert post_form(clerk, page, page, {"purpose": ""}).status_code == 422
    answers = [
        post_form(clerk, page, page, {"purpose": "核对产权面积", **more}) for more in ({}, {"is_full": "yes"})
    ]
    assert all(answer.data.startswith(b"PK") for answer in answers)
    told = sa.select(AuditEntry).where(AuditEntry.verb == "ledger.export").order_by(AuditEntry.id)
    entries = db.session.scalars(told).all()
    assert [one.facts["is_full"] for one in entries] == [False, True]
    # An office may take the ledger out, but no name in full.
    officer = browser_of(clerk.application, make_staff(Role.COUNTY_OFFICER, division="520102"))
    assert post_form(officer, page, page, {"purpose": "核对产权面积", "is_full": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"built_year": "96"}, "built_year", id="a-year-has-four-digits"),
        pytest.param({"built_year": "2201"}, "built_year", id="no-year-after-the-last-one"),
        pytest.param({"floor_area": "10000000.01"}, "floor_area", id="no-community-is-that-large"),
    ],
)
def test_a_wrong_fact_of_a_community_stands_by_its_field(clerk, community, typed, field) -> None:
    usual = {"name": "甲", "location_type": "city", "kind": "community", "exclusion": "none"}
    page = at(community, "/ledger/edit")
    answer = post_form(clerk, page, page, usual | typed)
    assert answer.status_code == 422 and f'id="f-{field}-error"' in answer.text


def test_a_community_does_not_take_the_name_of_its_neighbour(clerk, community) -> None:
    neighbour = make_community("乙小区")
    assert neighbour.division_id == community.division_id
    usual = {"location_type": "city", "kind": "community", "exclusion": "none"}
    page = at(community, "/ledger/edit")
    answer = post_form(clerk, page, page, usual | {"name": "乙小区"})
    assert answer.status_code == 409 and "已经有同名的小区" in answer.text
