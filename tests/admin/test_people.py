"""Opening accounts and handing out roles as pages; the audit as those in charge may read it."""

import re

from apiflask import APIFlask
from flask.testing import FlaskClient

from server.identity import queries
from server.identity.rules import Role
from server.kernel.chinatime import china_day
from tests.admin.forms import post_form
from tests.conftest import START, Clock
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_community

NANMING, YUNYAN = "520102", "520103"
TODAY = china_day(START)


def officer(client: FlaskClient):
    staff = make_staff(Role.COUNTY_OFFICER, division=NANMING, name="赵敏")
    sign_in_staff(client, staff)
    return staff


def form(**facts: str) -> dict[str, str]:
    return {
        "name": "王丽",
        "username": "wang.li",
        "role": "clerk",
        "place_text": "九洲",
        "place": "",
        **facts,
    }


def test_an_account_is_opened_with_its_first_role_and_a_password_shown_once(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    community = make_community("桂花苑")
    officer(client)
    done = post_form(client, "/admin/staff/new", "/admin/staff", form(place_text="桂花苑"))
    assert done.status_code == 200
    password = re.search(r"[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}", done.text)
    assert password
    staff = queries.staff_named("wang.li")
    assert staff
    assert staff.must_change_password
    assert [row.community_id for row in queries.at_desk(staff.id, TODAY).grants] == [community.id]
    assert password.group() not in client.get(f"/admin/staff/{staff.id}").text
    answer = post_form(
        app.test_client(),
        "/admin/sign-in",
        "/admin/sign-in",
        {"username": "wang.li", "password": password.group()},
    )
    assert answer.status_code == 302


def test_the_same_form_twice_opens_one_account(app: APIFlask, client: FlaskClient, clock: Clock):
    make_community("桂花苑")
    officer(client)
    sent = form(place_text="桂花苑", client_key="same")
    assert post_form(client, "/admin/staff/new", "/admin/staff", sent).status_code == 200
    assert post_form(client, "/admin/staff/new", "/admin/staff", sent).status_code == 409


def test_a_name_of_several_places_is_asked_back_and_nothing_is_made(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    first, _ = make_community("桂花苑一期"), make_community("桂花苑二期")
    officer(client)
    asked = post_form(client, "/admin/staff/new", "/admin/staff", form(place_text="桂花苑"))
    assert asked.status_code == 422
    assert "桂花苑一期" in asked.text
    assert "桂花苑二期" in asked.text
    assert queries.staff_named("wang.li") is None
    chosen = form(place_text="桂花苑", place=f"c{first.id}")
    assert post_form(client, "/admin/staff/new", "/admin/staff", chosen).status_code == 200


def test_a_place_beyond_my_reach_is_as_unknown_as_one_that_does_not_exist(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    foreign = make_community("云岩花园", code="520103024")
    officer(client)
    said = [
        re.sub(
            r'value="[^"]*"', "", post_form(client, "/admin/staff/new", "/admin/staff", form(**facts)).text
        )
        for facts in ({"place_text": "云岩花园", "place": f"c{foreign.id}"}, {"place_text": "没有的小区"})
    ]
    assert said[0] == said[1]
    assert queries.staff_named("wang.li") is None


def test_a_clerk_does_not_become_reviewer_of_the_same_community(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    community = make_community("桂花苑")
    clerk = make_staff(Role.CLERK, community=community)
    officer(client)
    page = f"/admin/staff/{clerk.id}"
    refused = post_form(client, page, f"{page}/grants", form(role="reviewer", place_text="桂花苑"))
    assert refused.status_code == 422
    assert "另一个人复核" in refused.text
    assert len(queries.at_desk(clerk.id, TODAY).grants) == 1


def test_a_role_is_revoked_and_an_account_closed_and_opened_again(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    clerk = make_staff(Role.CLERK, community=make_community())
    officer(client)
    page, grant = f"/admin/staff/{clerk.id}", queries.grants_ahead(clerk.id, TODAY)[0]
    assert post_form(client, page, f"{page}/disable", {"reason": "调离"}).status_code == 302
    assert clerk.disabled_at is not None
    assert post_form(client, page, f"{page}/enable", {}).status_code == 302
    assert clerk.disabled_at is None
    assert post_form(client, page, f"{page}/grants/{grant.id}/revoke", {"reason": "换岗"}).status_code == 302
    assert queries.grants_ahead(clerk.id, TODAY) == []
    assert clerk.name in client.get("/admin/staff").text


def test_the_list_holds_only_people_inside_my_reach(app: APIFlask, client: FlaskClient, clock: Clock):
    make_staff(Role.CLERK, community=make_community(), name="本县经办")
    make_staff(Role.COUNTY_OFFICER, division=YUNYAN, name="邻县干部")
    officer(client)
    page = client.get("/admin/staff").text
    assert "本县经办" in page
    assert "邻县干部" not in page


def test_the_audit_shows_what_was_done_in_my_reach_and_nothing_beside(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    here, there = make_community("桂花苑"), make_community("云岩花园", code="520103024")
    sign_in_staff(client, make_staff(Role.AUDITOR, community=here))
    page = client.get("/admin/audit").text
    assert f"小区 {here.id}<" in page or f"community {here.id}<" in page
    assert f"community {there.id}<" not in page
    assert client.get(f"/admin/communities/{there.id}/audit").status_code == 404
    assert client.get(f"/admin/communities/{here.id}/audit?verb=nothing").text.count("没有记录") == 1
