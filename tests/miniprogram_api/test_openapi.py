"""The description of the API: valid, complete, and true of errors."""

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from miniprogram_api.openapi import PROBLEM
from server.infra.problems import PROBLEM_JSON


@pytest.fixture
def spec(client):
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json


def operations(spec):
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_validates_as_openapi_3_1(spec):
    assert spec["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(spec).iter_errors()] == []


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(spec):
    names = [operation.get("operationId") for _, operation in operations(spec)]
    assert None not in names
    assert len(names) == len(set(names))
    assert [where for where, operation in operations(spec) if not operation.get("summary")] == []


def test_only_the_api_is_described(spec):
    assert [path for path in spec["paths"] if not path.startswith("/api/v1/")] == []


def test_every_refusal_is_a_problem_in_its_own_media_type(spec):
    for where, operation in operations(spec):
        for status, response in operation["responses"].items():
            if status[0] == "4":
                assert response["content"] == {PROBLEM_JSON: {"schema": PROBLEM}}, f"{where} {status}"


def test_every_creating_call_asks_for_a_key(spec):
    for where, operation in operations(spec):
        if "201" in operation["responses"]:
            named = {(one["in"], one["name"]): one["required"] for one in operation["parameters"]}
            assert named.get(("header", "Idempotency-Key")) is True, where
            assert "409" in operation["responses"], where


def examples(spec):
    for where, operation in operations(spec):
        for said in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media in said.get("content", {}).values():
                if "example" in media:
                    yield where, media["schema"], media["example"]


def test_every_example_keeps_to_the_schema_it_stands_beside(spec):
    found = list(examples(spec))
    assert {"GET /api/v1/communities/{community_id}", "POST /api/v1/tickets"} <= {one for one, _, _ in found}
    for where, schema, example in found:
        checked = OAS31Validator({**schema, "components": spec["components"]})
        assert [(where, error.json_path, error.message) for error in checked.iter_errors(example)] == []


def test_bearer_tokens_are_the_only_way_in(spec):
    schemes = spec["components"]["securitySchemes"]
    assert [(one["type"], one["scheme"]) for one in schemes.values()] == [("http", "bearer")]
    guarded = {where for where, operation in operations(spec) if operation.get("security")}
    assert "POST /api/v1/ballots/{ballot_id}/votes" in guarded
    assert "GET /api/v1/receipts/{code}" not in guarded


def test_the_voters_body_has_room_for_choices_and_no_weight(spec):
    body = spec["components"]["schemas"]["VoteIn"]
    assert set(body["properties"]) == {"choices", "flat_id"}
    assert body["additionalProperties"] is False


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing-here", 404, "not_found"),
        ("GET", "/api/v1/ballots", 401, "unauthenticated"),
        ("DELETE", "/api/v1/ballots", 405, "method_not_allowed"),
        ("GET", f"/api/v1/ballots/{10**30}", 404, "not_found"),
        ("GET", "/api/v1/receipts/AAAA", 404, "no_receipt"),
    ],
)
def test_errors_are_problem_details_with_a_code_and_a_sentence(client, method, path, status, code):
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM_JSON)
    assert (answer.json["status"], answer.json["code"]) == (status, code)
    assert answer.json["type"] == f"/problems/{code}"
    assert answer.json["detail"]
