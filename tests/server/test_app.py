"""The walls of the house: health, and how it refuses."""

import pytest
import sqlalchemy as sa
from flask import request

from server.app import create_app
from server.infra import migrated
from server.infra.settings import load_settings


def test_healthz_answers_while_the_process_lives(client):
    assert client.get("/healthz").status_code == 200


def test_readyz_answers_on_the_newest_migration(client):
    assert client.get("/readyz").status_code == 200


def test_readyz_refuses_an_older_migration(client, monkeypatch):
    monkeypatch.setattr("server.app.newest_migration", lambda: "9999")
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "flask db upgrade" in answer.text


def test_readyz_refuses_when_the_database_does_not_answer(client, monkeypatch):
    def no_answer() -> str:
        raise sa.exc.OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr("server.app.applied_migration", no_answer)
    assert client.get("/readyz").status_code == 503
    assert migrated.applied_migration()


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/api/v1/nothing-here", "application/problem+json"), ("/nothing-here", "text/html; charset=utf-8")],
)
def test_an_address_that_does_not_exist_is_told_in_the_callers_own_form(client, path, kind):
    answer = client.get(path)
    assert (answer.status_code, answer.content_type) == (404, kind)
    assert "没有找到" in answer.text


@pytest.mark.parametrize(("proxies", "seen"), [("0", "127.0.0.1"), ("1", "203.0.113.9")])
def test_the_callers_address_is_taken_from_a_proxy_of_ours_only(tmp_path, proxies, seen):
    settings = load_settings({"APP_ENV": "test", "INSTANCE_DIR": str(tmp_path), "TRUSTED_PROXIES": proxies})
    app = create_app(settings=settings)
    app.add_url_rule("/who", view_func=lambda: request.remote_addr or "", endpoint="who")
    client = app.test_client()
    assert client.get("/who", headers={"X-Forwarded-For": "203.0.113.9"}).text == seen


def test_a_header_that_a_page_sets_itself_is_not_said_twice(app):
    with app.test_request_context():
        answer = app.make_response("")
        answer.headers["referrer-policy"] = "no-referrer"
        hardened = app.process_response(answer)
    assert hardened.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert hardened.headers.getlist("X-Frame-Options") == ["DENY"]


def test_a_template_knows_what_the_house_knows_and_what_it_was_given(app):
    template = app.jinja_env.from_string("{{ asset_url is defined }} {{ own }}", globals={"own": "ours"})
    assert template.render() == "True ours"
    assert "own" not in app.jinja_env.globals
