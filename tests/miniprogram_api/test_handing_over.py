"""The mini program's session in the browser that it shows: a code of a minute, good once, to a page of the house."""

import pytest
import sqlalchemy as sa

from server.identity.models import HandOver
from server.infra.db import db
from tests.factories.identity import make_resident, make_token, sign_in_resident
from tests.factories.ledger import make_community, make_flat
from tests.miniprogram_api.phones import forms_of

HAND_OVER = "/api/v1/sessions/current/hand-overs"


@pytest.fixture
def resident(app):
    return make_resident(make_flat(make_community()))


def minted(client, headers, to="/inbox"):
    answer = client.post(HAND_OVER, json={"to": to}, headers=headers)
    assert answer.status_code == 200
    return answer.json["path"]


def is_in(browser) -> bool:
    return browser.get("/inbox").status_code == 200


def test_a_code_signs_the_browser_in_leads_on_and_is_good_once(app, client, resident):
    headers = make_token(resident)
    path = minted(client, headers, "/inbox?page=1#top")
    browser, second = app.test_client(), app.test_client()
    answer = browser.get(path)
    assert (answer.status_code, answer.location) == (302, "/inbox?page=1#top")
    assert answer.headers["Cache-Control"] == "no-store"
    assert is_in(browser)
    refused = second.get(path)
    assert refused.status_code == 404
    assert "请回到小程序，再点一次" in refused.text
    assert not is_in(second)


def test_no_token_stands_in_the_address_and_no_code_in_the_table(app, client, resident):
    headers = make_token(resident)
    path = minted(client, headers)
    assert headers["Authorization"].removeprefix("Bearer ") not in path
    code = path.rpartition("/")[2]
    row = db.session.scalars(sa.select(HandOver)).one()
    assert code.encode() not in row.code_hash
    assert code not in row.target


@pytest.mark.parametrize(("seconds", "status"), [(59, 302), (60, 404)])
def test_a_code_is_good_for_a_minute(app, client, clock, resident, seconds, status):
    path = minted(client, make_token(resident))
    clock.advance(seconds=seconds)
    assert app.test_client().get(path).status_code == status


def test_a_code_of_a_session_that_was_closed_opens_nothing(app, client, resident):
    headers = make_token(resident)
    path = minted(client, headers)
    client.delete("/api/v1/sessions/current", headers=headers)
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "inbox", "/a b", "/a\\b", "/" + "a" * 300, "",
    ],
)  # fmt: skip
def test_it_leads_to_pages_of_the_house_alone(client, resident, to):
    answer = client.post(HAND_OVER, json={"to": to}, headers=make_token(resident))
    assert answer.status_code == 422
    assert db.session.scalars(sa.select(HandOver)).all() == []


def test_without_a_token_there_is_no_code(client, app):
    assert client.post(HAND_OVER, json={"to": "/"}).status_code == 401
    assert app.test_client().get("/hand-over/made-up").status_code == 404


def test_a_link_makes_nobody_another_person_unasked(app, client, resident):
    other = make_resident(make_flat(make_community()))
    browser = sign_in_resident(app.test_client(), other)
    path = minted(client, make_token(resident), "/me/flats")
    asked = browser.get(path)
    assert "另一个人" in asked.text
    (form,) = [one for one in forms_of(asked.text) if one.action == path]
    assert browser.post(path).status_code == 400, "not without the form's own token"
    assert browser.post(path, data=form.fields).location == "/me/flats"
    with browser.session_transaction() as session:
        assert session["resident"].startswith(f"{resident.id}.")


def test_whoever_is_in_already_is_not_asked(app, client, resident):
    browser = sign_in_resident(app.test_client(), resident)
    assert browser.get(minted(client, make_token(resident))).location == "/inbox"


def test_what_is_over_is_not_kept(client, clock, resident):
    headers = make_token(resident)
    minted(client, headers)
    clock.advance(minutes=2)
    minted(client, headers)
    assert len(db.session.scalars(sa.select(HandOver)).all()) == 1


def test_the_example_of_the_description_is_true(client, resident):
    operation = client.get("/api/v1/openapi.json").json["paths"][HAND_OVER]["post"]
    told = operation["requestBody"]["content"]["application/json"]["example"]
    said = operation["responses"]["200"]["content"]["application/json"]["example"]
    answer = client.post(HAND_OVER, json=told, headers=make_token(resident))
    assert answer.json.keys() == said.keys()
    assert answer.json["seconds"] == said["seconds"]
    assert answer.json["path"].rpartition("/")[0] == said["path"].rpartition("/")[0]
    assert len(answer.json["path"]) == len(said["path"])
