"""The API of coming in: slip to token, proving, disputing, letting go; errors as problem details."""

import itertools

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from server.identity import queries
from server.identity.rules import Level
from server.infra import throttle
from server.infra.db import unit_of_work
from server.messages import queries as messages
from server.messages.rules import Recipient
from tests.conftest import Clock
from tests.factories.identity import PRIVACY, make_binding, make_token, slip_of
from tests.factories.ledger import make_community, make_flat, make_owner

API = "/api/v1"
NAME, PHONE = "买买提·吐尔逊", "13800001234"
_count = itertools.count(1)


def key(value: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": value or f"key-{next(_count)}"}


def owned_flat():
    flat = make_flat(make_community("桂花苑"), room="501")
    return flat, make_owner(flat, name=NAME, phone=PHONE)


def session_of(client: FlaskClient, flat, headers: dict[str, str] | None = None):
    body = {"slip_code": slip_of(flat).code, "privacy_version": PRIVACY}
    return client.post(f"{API}/sessions", json=body, headers=headers or key())


def signed_in(client: FlaskClient, flat) -> tuple[dict[str, str], int]:
    headers = {"Authorization": f"Bearer {session_of(client, flat).json['token']}"}
    return headers, client.get(f"{API}/bindings", headers=headers).json[0]["id"]


def prove(
    client: FlaskClient, headers, binding_id: int, tail: str = "1234", use: dict[str, str] | None = None
):
    body = {"name": NAME, "way": "phone", "tail": tail}
    return client.post(f"{API}/bindings/{binding_id}/proofs", json=body, headers=headers | (use or key()))


def test_a_slip_says_whose_it_is_and_what_is_kept(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    code = slip_of(flat).code
    found = client.get(f"{API}/slips/{code[:4]} {code[4:].lower()}").json
    assert (found["community"], found["label"]) == ("桂花苑", "1 栋 1 单元 501")
    assert found["privacy"]["version"] == PRIVACY
    assert client.get(f"{API}/privacy-notice").json == found["privacy"]


def test_a_slip_is_changed_for_a_token_and_the_token_for_me(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    opened = session_of(client, flat)
    assert opened.status_code == 201
    me = client.get(f"{API}/me", headers={"Authorization": f"Bearer {opened.json['token']}"}).json
    assert me["resident_id"] == opened.json["resident_id"]
    assert me["accepted_privacy_version"] == PRIVACY
    bound = me["bindings"][0]
    assert (bound["flat_id"], bound["level"], bound["is_frozen"]) == (flat.id, "reached", False)
    assert "vote" not in bound["may"]


def test_the_same_request_again_gives_the_same_token_and_another_body_is_a_conflict(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    flat, _ = owned_flat()
    first, again = session_of(client, flat, key("k")), session_of(client, flat, key("k"))
    assert again.json == first.json
    other = session_of(client, make_flat(make_community()), key("k"))
    assert (other.status_code, other.json["code"]) == (409, "client_key_reused")


def test_a_signed_out_token_opens_nothing(app: APIFlask, client: FlaskClient, clock: Clock):
    headers, _ = signed_in(client, owned_flat()[0])
    assert client.delete(f"{API}/sessions/current", headers=headers).status_code == 204
    assert client.get(f"{API}/me", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        pytest.param({}, {"slip_code": "X", "privacy_version": PRIVACY}, 422, "invalid", id="no-key"),
        pytest.param(
            {"Idempotency-Key": "k" * 81},
            {"slip_code": "X", "privacy_version": PRIVACY},
            422,
            "invalid",
            id="long-key",
        ),
        pytest.param({"Idempotency-Key": "k"}, {"privacy_version": PRIVACY}, 422, "invalid", id="no-code"),
        pytest.param(
            {"Idempotency-Key": "k"},
            {"slip_code": "\0", "privacy_version": PRIVACY},
            422,
            "invalid",
            id="nul",
        ),
        pytest.param(
            {"Idempotency-Key": "k"},
            {"slip_code": "WRONG", "privacy_version": PRIVACY},
            404,
            "slip_unknown",
            id="unknown",
        ),
    ],
)
def test_what_is_not_in_form_is_told_as_a_problem(
    app: APIFlask, client: FlaskClient, headers: dict[str, str], body: dict[str, str], status: int, code: str
):
    answer = client.post(f"{API}/sessions", json=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]


def test_another_version_of_the_notice_must_be_read_first(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    body = {"slip_code": slip_of(flat).code, "privacy_version": "1999-1"}
    answer = client.post(f"{API}/sessions", json=body, headers=key())
    assert (answer.status_code, answer.json["code"]) == (409, "privacy_version_changed")


def test_wrong_codes_are_counted_by_address_and_a_right_one_still_opens(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    flat, _ = owned_flat()
    with unit_of_work():
        for _ in range(30):
            throttle.hit("30/10 minute", "slip", "127.0.0.1")
    answer = client.get(f"{API}/slips/WRONG")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert session_of(client, flat).status_code == 201


def test_a_proven_owner_may_vote_and_everyone_of_the_flat_is_told_once(
    app: APIFlask, client: FlaskClient, clock: Clock
):
    flat, owner = owned_flat()
    beside = make_binding(flat)
    headers, binding_id = signed_in(client, flat)
    same = key("prove")
    assert prove(client, headers, binding_id, use=same).json == {"level": "owner"}
    assert prove(client, headers, binding_id, use=same).status_code == 201
    bound = client.get(f"{API}/bindings", headers=headers).json[0]
    assert (bound["level"], bound["means"]) == ("owner", "name_and_phone")
    assert "vote" in bound["may"]
    assert queries.residents_of_owner(owner.id)
    told = messages.inbox([Recipient.resident(beside.resident_id), Recipient.flat(flat.id)])
    assert [one.subject for one in told.items] == ["1 栋 1 单元 501：有人核实为业主"]


def test_wrong_tries_are_remembered_and_lock_the_flat(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    headers, binding_id = signed_in(client, flat)
    for left in (4, 3, 2, 1, 0):
        answer = prove(client, headers, binding_id, "0000")
        assert (answer.status_code, answer.json["code"]) == (409, "proof_wrong")
        assert (f"还能试 {left} 次" in answer.json["detail"]) is (left > 0)
    other_headers, other_binding = signed_in(client, flat)
    locked = prove(client, other_headers, other_binding)
    assert (locked.status_code, locked.json["code"]) == (409, "proof_locked")
    assert "3 月 3 日 09:00" in locked.json["detail"]
    clock.advance(hours=24)
    assert prove(client, other_headers, other_binding).status_code == 201


def test_a_proof_needs_a_tail_and_one_of_two_ways(app: APIFlask, client: FlaskClient, clock: Clock):
    headers, binding_id = signed_in(client, owned_flat()[0])
    for body in (
        {"name": NAME},
        {"name": NAME, "way": "face", "tail": "1234"},
        {"name": " ", "tail": "1234"},
    ):
        answer = client.post(f"{API}/bindings/{binding_id}/proofs", json=body, headers=headers | key())
        assert answer.status_code == 422


def test_another_flat_is_added_by_its_slip(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, other = owned_flat()[0], make_flat(make_community())
    headers, _ = signed_in(client, flat)
    body = {"slip_code": slip_of(other).code, "privacy_version": PRIVACY}
    added = client.post(f"{API}/bindings", json=body, headers=headers | key("add"))
    assert added.status_code == 201
    assert client.post(f"{API}/bindings", json=body, headers=headers | key("add")).json == added.json
    assert [one["flat_id"] for one in client.get(f"{API}/bindings", headers=headers).json] == [
        flat.id,
        other.id,
    ]


def test_a_dispute_freezes_and_the_disputed_is_told(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, owner = owned_flat()
    proven = make_binding(flat, owner=owner)
    headers, _ = signed_in(client, flat)
    beside = client.get(f"{API}/bindings/beside", headers=headers).json
    assert [(one["id"], one["level"]) for one in beside] == [(proven.id, "owner")]
    assert not {"name", "resident_id", "owner_id"} & set(beside[0])
    asked = client.post(
        f"{API}/bindings/{proven.id}/disputes", json={"text": "没有这个人"}, headers=headers | key()
    )
    assert (asked.status_code, asked.json["is_frozen"]) == (201, True)
    assert queries.flats_of(proven.resident_id)[0].level is Level.REACHED
    assert "提出异议" in messages.inbox([Recipient.resident(proven.resident_id)]).items[0].subject


def test_the_committee_is_asked_once(app: APIFlask, client: FlaskClient, clock: Clock):
    headers, binding_id = signed_in(client, owned_flat()[0])
    address, body = f"{API}/bindings/{binding_id}/requests", {"name": NAME}
    first = client.post(address, json=body, headers=headers | key("ask"))
    assert first.status_code == 201
    assert client.post(address, json=body, headers=headers | key("ask")).json == first.json
    assert client.post(address, json=body, headers=headers | key()).status_code == 409


def test_letting_go_ends_the_binding_and_nothing_else(app: APIFlask, client: FlaskClient, clock: Clock):
    headers, binding_id = signed_in(client, owned_flat()[0])
    assert client.delete(f"{API}/bindings/{binding_id}", headers=headers).status_code == 204
    assert client.get(f"{API}/bindings", headers=headers).json == []
    assert client.delete(f"{API}/bindings/{binding_id}", headers=headers).status_code == 404


def test_a_token_of_another_resident_is_another_person(app: APIFlask, client: FlaskClient, clock: Clock):
    flat, _ = owned_flat()
    _, binding_id = signed_in(client, flat)
    resident = queries.resident(make_binding(flat).resident_id)
    assert resident
    assert prove(client, make_token(resident), binding_id).status_code == 404
