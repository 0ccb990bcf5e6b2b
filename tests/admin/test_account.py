"""Signing in to the back office: counted failures, the second factor, sessions that end."""

import re
import time

import pyotp
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from server.audit import queries as audit
from server.identity import actions, queries
from server.identity.rules import Role
from server.infra import throttle
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from tests.admin.forms import post_form
from tests.factories.identity import BEFORE, PASSWORD, make_staff, sign_in_staff, staff_actor
from tests.factories.ledger import make_community

SIGN_IN = "/admin/sign-in"


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD, **more: str):
    return post_form(client, SIGN_IN, SIGN_IN, {"username": username, "password": password, **more})


def test_the_right_password_leads_home_and_is_on_record(app: APIFlask, client: FlaskClient):
    staff = make_staff(username="wang.li")
    answer = sign_in(client, " WANG.LI ")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    assert client.get("/admin/account").status_code == 200
    assert [one.verb for one in audit.entries_about("staff", staff.id)] == ["identity.sign_in"]


def test_wrong_name_and_wrong_password_are_told_in_the_same_words(app: APIFlask, client: FlaskClient):
    make_staff(username="wang.li")
    said = [
        re.sub(r'value="[^"]*"', "", sign_in(client, name, "不是这个密码").text)
        for name in ("wang.li", "no.body")
    ]
    assert said[0] == said[1]
    assert "登录名或密码不对" in said[0]


def test_ten_failures_lock_the_name_for_a_while_and_no_other(app: APIFlask, client: FlaskClient):
    make_staff(username="wang.li")
    make_staff(username="li.jun")
    for _ in range(10):
        assert sign_in(client, "wang.li", "不是这个密码").status_code == 422
    locked = sign_in(client, "wang.li")
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 0
    assert sign_in(client, "li.jun").status_code == 302


def test_successes_are_not_counted(app: APIFlask, client: FlaskClient):
    make_staff(username="wang.li")
    for _ in range(12):
        other = app.test_client()
        assert sign_in(other, "wang.li").status_code == 302


def test_an_address_that_fails_with_many_names_is_locked(app: APIFlask, client: FlaskClient):
    make_staff(username="wang.li")
    with unit_of_work():
        for _ in range(60):
            throttle.hit("60/15 minute", "sign-in-from", "127.0.0.1")
    assert sign_in(client, "wang.li").status_code == 429


@pytest.mark.parametrize(
    ("back", "where"),
    [
        pytest.param("/admin/communities/3/codes", "/admin/communities/3/codes", id="our-page"),
        pytest.param("https://example.org/", "/admin/", id="elsewhere"),
        pytest.param("//example.org/admin/", "/admin/", id="no-scheme"),
        pytest.param("/admin/\\example.org", "/admin/", id="backslash"),
    ],
)
def test_after_signing_in_only_our_own_pages_are_gone_back_to(
    app: APIFlask, client: FlaskClient, back: str, where: str
):
    make_staff(username="wang.li")
    assert sign_in(client, "wang.li", next=back).headers["Location"] == where


def with_second_factor(username: str):
    staff, secret = make_staff(username=username), actions.new_secret()
    earlier = int(time.time()) - 90
    with unit_of_work():
        codes = actions.switch_on(
            staff,
            secret=secret,
            code=pyotp.TOTP(secret).at(earlier),
            real_time=earlier,
            actor=staff_actor(staff),
            now=BEFORE,
        )
    return staff, pyotp.TOTP(secret), codes


def test_with_a_second_factor_the_password_alone_opens_nothing(app: APIFlask, client: FlaskClient):
    _, totp, _ = with_second_factor("wang.li")
    assert sign_in(client, "wang.li").headers["Location"].startswith("/admin/sign-in/code")
    assert client.get("/admin/account").status_code == 302
    wrong = post_form(client, "/admin/sign-in/code", "/admin/sign-in/code", {"code": "000000"})
    assert wrong.status_code == 422
    right = post_form(client, "/admin/sign-in/code", "/admin/sign-in/code", {"code": totp.now()})
    assert right.headers["Location"] == "/admin/"
    assert client.get("/admin/account").status_code == 200


def test_a_recovery_code_opens_once(app: APIFlask, client: FlaskClient):
    _, _, codes = with_second_factor("wang.li")
    for expected in (302, 422):
        sign_in(client, "wang.li")
        answer = post_form(client, "/admin/sign-in/code", "/admin/sign-in/code", {"code": codes[0]})
        assert answer.status_code == expected
        with client.session_transaction() as session:
            session.pop("_user_id", None)


def test_codes_cannot_be_guessed_on_and_on(app: APIFlask, client: FlaskClient):
    with_second_factor("wang.li")
    sign_in(client, "wang.li")
    for _ in range(8):
        assert (
            post_form(client, "/admin/sign-in/code", "/admin/sign-in/code", {"code": "000000"}).status_code
            == 422
        )
    assert (
        post_form(client, "/admin/sign-in/code", "/admin/sign-in/code", {"code": "000000"}).status_code == 429
    )


def test_the_code_page_needs_the_password_first(client: FlaskClient):
    assert client.get("/admin/sign-in/code").status_code == 404


def test_a_second_factor_is_switched_on_with_a_code_and_shows_its_recovery_codes_once(
    app: APIFlask, client: FlaskClient
):
    staff = make_staff()
    sign_in_staff(client, staff)
    page = client.get("/admin/account/second-factor").text
    assert '<svg class="qr"' in page
    with client.session_transaction() as session:
        secret = session["totp_new"]
    address = "/admin/account/second-factor"
    assert post_form(client, address, address, {"code": "12"}).status_code == 422
    done = post_form(client, address, address, {"code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200
    assert len(re.findall(r'<li class="code">', done.text)) == 8
    assert queries.recovery_codes_left(staff.id) == 8


def test_a_new_password_signs_other_browsers_out_and_keeps_this_one(app: APIFlask, client: FlaskClient):
    make_staff(username="wang.li")
    other = app.test_client()
    sign_in(client, "wang.li")
    sign_in(other, "wang.li")
    form = {"old": PASSWORD, "new": "桂花开了 2026 年秋", "again": "桂花开了 2026 年秋"}
    assert post_form(client, "/admin/account/password", "/admin/account/password", form).status_code == 302
    assert client.get("/admin/account").status_code == 200
    assert other.get("/admin/account").status_code == 302


def test_a_first_password_must_be_replaced_before_anything_else(app: APIFlask, client: FlaskClient):
    community = make_community()
    staff = make_staff(Role.CLERK, community=community)
    with unit_of_work():
        actions.reset_password(
            staff.id, password="初始的一句话 2026", granter=None, actor=COMMAND, now=BEFORE
        )
    sign_in_staff(client, staff)
    for address in (f"/admin/communities/{community.id}/codes", "/admin/account"):
        assert client.get(address).headers["Location"] == "/admin/account/password"
    assert client.get("/admin/account/password").status_code == 200


def test_a_disabled_account_is_out_at_the_next_click(app: APIFlask, client: FlaskClient):
    staff = make_staff()
    sign_in_staff(client, staff)
    assert client.get("/admin/account").status_code == 200
    with unit_of_work():
        actions.disable_staff(staff.id, reason="调离", granter=None, actor=COMMAND, now=BEFORE)
    assert client.get("/admin/account").status_code == 302


def test_a_session_ends_after_a_days_work(app: APIFlask, client: FlaskClient):
    sign_in_staff(client, make_staff())
    with client.session_transaction() as session:
        session["staff_until"] = int(time.time()) - 1
    assert client.get("/admin/account").status_code == 302


def test_signing_out_of_the_office_leaves_the_resident_in(app: APIFlask, client: FlaskClient):
    sign_in_staff(client, make_staff())
    with client.session_transaction() as session:
        session["resident"] = "1.1"
    post_form(client, "/admin/account", "/admin/sign-out", {})
    with client.session_transaction() as session:
        assert session["resident"] == "1.1"
    assert client.get("/admin/account").status_code == 302
