"""The session's cookie is sent when it says something new, or when a day has gone by; not with every answer."""

from datetime import timedelta

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from server.infra.web import cookies


def house(secret: str) -> Flask:
    app = Flask("cookies")
    app.secret_key = secret
    cookies.keep_sessions(app)

    @app.get("/in/<name>")
    def come_in(name: str) -> str:
        session["name"] = name
        session.permanent = True
        return name

    @app.get("/who")
    def who() -> str:
        return str(session.get("name", "nobody"))

    @app.get("/out")
    def go() -> str:
        session.clear()
        return "gone"

    return app


@pytest.fixture
def client() -> FlaskClient:
    return house("one").test_client()


def test_a_session_that_did_not_change_sends_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" in client.get("/in/ann").headers
    answer = client.get("/who")
    assert (answer.text, answer.headers.get("Set-Cookie")) == ("ann", None)
    assert answer.headers["Vary"] == "Cookie"


def test_a_session_that_changed_sends_its_cookie_at_once(client: FlaskClient) -> None:
    client.get("/in/ann")
    assert "Set-Cookie" in client.get("/in/bob").headers
    assert client.get("/who").text == "bob"


def test_a_cookie_of_yesterday_is_renewed(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/in/ann")
    monkeypatch.setattr(cookies, "RENEWED_AFTER", timedelta(seconds=-1))
    answer = client.get("/who")
    assert (answer.text, "Set-Cookie" in answer.headers) == ("ann", True)


def test_a_cookie_that_is_too_old_names_nobody(client: FlaskClient) -> None:
    client.get("/in/ann")
    client.application.permanent_session_lifetime = timedelta(seconds=-1)
    assert client.get_cookie("session") is not None
    assert client.get("/who").text == "nobody"


def test_a_cookie_of_another_key_names_nobody(client: FlaskClient) -> None:
    client.get("/in/ann")
    cookie = client.get_cookie("session")
    assert cookie is not None
    stranger = house("two").test_client()
    stranger.set_cookie("session", cookie.value)
    assert stranger.get("/who").text == "nobody"


def test_the_cookie_goes_with_what_it_held(client: FlaskClient) -> None:
    client.get("/in/ann")
    client.get("/out")
    assert client.get_cookie("session") is None
    assert client.get("/who").text == "nobody"
