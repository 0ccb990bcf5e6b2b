"""A community entered by hand: where, what, by whom, and once."""

import re
import secrets

import pytest
import sqlalchemy as sa

from server.audit.models import AuditEntry
from server.divisions import queries as divisions
from server.identity.rules import Role
from server.infra.db import db
from server.ledger import queries
from server.ledger.models import Community
from tests.admin.browsers import browser_of
from tests.admin.forms import post_form
from tests.factories.identity import make_staff
from tests.factories.ledger import make_community

COUNTY = "520102"
NEW, SEND = "/admin/communities/new", "/admin/communities"


def street():
    """The first street of the county whose committees are in the list."""
    return next(one for one in divisions.children(divisions.by_code(COUNTY).id) if divisions.children(one.id))


def committee():
    return divisions.children(street().id)[0]


def facts(**given):
    usual = {
        "name": "棉纺厂家属院",
        "location_type": "city",
        "kind": "community",
        "exclusion": "none",
    }
    return usual | {"division": committee().id} | given


@pytest.fixture
def officer(app, clock):
    return browser_of(app, make_staff(Role.COUNTY_OFFICER, division=COUNTY))


def send(browser, **given):
    return post_form(browser, NEW, SEND, facts(**given))


def test_one_goes_down_the_tree_to_the_committee_and_enters_the_community(officer):
    page = officer.get(NEW).text
    assert street().name in page and "下一步" in page and 'name="name"' not in page
    page = officer.get(f"{NEW}?division={street().id}").text
    assert committee().name in page and 'name="name"' in page
    made = send(
        officer,
        code="NM-012",
        address="九洲巷 8 号",
        built_year="1996",
        floor_area="125000.50",
        problems=["has_poor_environment", "lacks_management"],
        has_maintenance_fund="no",
        property_mode="none",
        ownership_kind="mixed",
    )
    assert made.status_code == 302, made.text
    row = db.session.scalars(sa.select(Community)).one()
    assert made.location == f"/admin/communities/{row.id}/ledger"
    assert (row.name, row.code, row.division_id, row.built_year) == (
        "棉纺厂家属院",
        "NM-012",
        committee().id,
        1996,
    )
    assert (str(row.floor_area), row.has_poor_environment, row.has_lacking_facilities) == (
        "125000.50",
        True,
        False,
    )
    assert row.has_maintenance_fund is False and row.has_owners_committee is None
    told = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "ledger.create_community")).one()
    assert told.community_id == row.id
    page = officer.get(made.location).text
    assert "棉纺厂家属院建好了" in page and "125,000.50" in page


def test_sent_twice_it_is_made_once(officer):
    key = secrets.token_urlsafe(12)
    first, second = (send(officer, client_key=key) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.location == second.location
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Community)) == 1


@pytest.mark.parametrize("name", ["棉纺厂家属院", " 棉纺厂家属院　"])
def test_the_same_name_in_the_same_committee_is_refused_with_what_was_typed(officer, name):
    send(officer)
    again = send(officer, name=name, address="留着这句")
    assert again.status_code == 409
    assert "已经有同名的小区" in again.text and "留着这句" in again.text and 'id="f-name-error"' in again.text


def test_the_same_name_next_door_is_another_community(officer):
    send(officer)
    assert send(officer, division=divisions.children(street().id)[1].id).status_code == 302


def test_a_number_that_another_community_has_is_refused(officer):
    send(officer, code="NM-012")
    again = send(officer, name="别的小区", code="NM-012")
    assert again.status_code == 409 and 'id="f-code-error"' in again.text
    assert send(officer, name="没有编号的").status_code == send(officer, name="也没有").status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param({"name": ""}, "name", id="a-name-is-needed"),
        pytest.param({"name": "ﷺ" * 40}, "name", id="a-name-that-grows-too-long-in-its-one-spelling"),
        pytest.param({"floor_area": "0"}, "floor_area", id="no-area-is-zero"),
        pytest.param({"floor_area": "1.005"}, "floor_area", id="an-area-has-two-places"),
        pytest.param({"floor_area": "很大"}, "floor_area", id="an-area-is-a-number"),
        pytest.param({"built_year": "96"}, "built_year", id="a-year-has-four-digits"),
        pytest.param({"division": ""}, "division", id="a-place-is-needed"),
    ],
)
def test_what_is_wrong_stands_by_its_field(officer, wrong, field):
    answer = send(officer, **wrong)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Community)) == 0


def test_a_county_is_no_place_for_a_community(officer):
    answer = send(officer, division=divisions.by_code(COUNTY).id)
    assert answer.status_code == 422
    assert "街道或居委会" in answer.text


def test_the_clerk_of_a_committee_is_led_there_at_once(app, clock):
    browser = browser_of(app, make_staff(Role.CLERK, division=committee().code))
    page = browser.get(NEW).text
    assert committee().name in page and 'name="name"' in page


@pytest.mark.parametrize("place", ["520103", "99999999999999999999999", "0", "-1"])
def test_a_place_beyond_reach_is_as_if_it_were_not(officer, place):
    division = divisions.by_code(place).id if place == "520103" else place
    assert officer.get(f"{NEW}?division={division}").status_code == 404
    assert officer.get(f"/admin/communities?division={division}").status_code == 404
    assert send(officer, division=division).status_code == 404


def test_whoever_has_single_communities_is_sent_to_the_street(app, clock):
    browser = browser_of(app, make_staff(Role.CLERK, community=make_community("甲小区")))
    page = browser.get(NEW).text
    assert "请找街道办" in page and "<select" not in page
    assert send(browser).status_code == 404
    assert "新建小区" not in browser.get("/admin/communities").text


def test_whoever_may_only_read_does_not_create(app, clock):
    browser = browser_of(app, make_staff(Role.AUDITOR, division=COUNTY))
    assert browser.get(NEW).status_code == 403
    assert "新建小区" not in browser.get("/admin/communities").text


def test_buildings_are_added_by_hand_after_it(app, clock, officer):
    send(officer)
    community = db.session.scalars(sa.select(Community)).one()
    clerk = browser_of(app, make_staff(Role.CLERK, community=community))
    page = clerk.get(f"/admin/communities/{community.id}/ledger").text
    new_flat = re.search(r'href="([^"]+/flats/new)"', page)
    assert new_flat
    done = post_form(
        clerk,
        new_flat[1],
        f"/admin/communities/{community.id}/buildings",
        {"name": "3栋", "entrances": "1、2"},
    )
    assert done.status_code == 302
    assert [one.entrances for one in queries.building_lines(community.id)] == [2]
