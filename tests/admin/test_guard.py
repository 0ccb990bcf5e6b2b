"""What stands round every page of the back office: the list at its side, and buttons only for those who may."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from admin.menu import COMMUNITY_ENTRIES, OFFICE_ENTRIES
from server.identity.rules import ALLOWED, Permission, Role
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community


def test_every_line_of_the_menu_leads_to_a_page_that_asks_for_the_same(app: APIFlask):
    for entry in (*COMMUNITY_ENTRIES, *OFFICE_ENTRIES):
        view = app.view_functions.get(entry.endpoint)
        assert view is not None, entry
        guard = getattr(view, "guard", None)
        assert guard == (entry.permission or "signed_in"), entry


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.PROPERTY_CLERK, Role.AUDITOR])
def test_the_menu_shows_what_the_person_may_open_and_no_more(app: APIFlask, client: FlaskClient, role: Role):
    community = make_community()
    sign_in_staff(client, make_staff(role, community=community))
    page = client.get("/admin/account").text
    for entry in OFFICE_ENTRIES:
        is_shown = entry.permission is None or role in ALLOWED[entry.permission]
        assert (f"<span>{entry.label}</span>" in page) is is_shown, entry


def test_a_button_stands_only_where_it_may_be_pressed(app: APIFlask, client: FlaskClient):
    sign_in_staff(client, make_staff(Role.AUDITOR, division="520102"))
    assert "开一个账号" not in client.get("/admin/staff").text
    sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division="520102"))
    assert "开一个账号" in client.get("/admin/staff").text


def test_whoever_may_see_a_place_but_not_do_this_is_told_so(app: APIFlask, client: FlaskClient):
    community = make_community()
    sign_in_staff(client, make_staff(Role.PROPERTY_MANAGER, community=community))
    answer = client.get(f"/admin/communities/{community.id}/codes")
    assert answer.status_code == 403
    assert "你的岗位没有这项权限" in answer.text


def test_the_permission_of_a_route_is_the_one_in_the_table(app: APIFlask):
    used = {getattr(view, "guard", None) for view in app.view_functions.values()}
    assert {
        Permission.PRINT_CODES,
        Permission.CONFIRM_BINDING,
        Permission.MANAGE_STAFF,
        Permission.SEE_AUDIT,
    } <= used
