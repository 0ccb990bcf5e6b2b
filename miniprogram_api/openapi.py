"""The description of the API as it is on the wire: what APIFlask leaves out or writes otherwise, put right once."""

from typing import Any

from apiflask import APIFlask
from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from miniprogram_api.schemas import TITLES
from server.infra.problems import PROBLEM_JSON
from server.infra.web.addresses import LARGEST_ID

PROBLEM = {"$ref": "#/components/schemas/Problem"}

#: RFC 9457, with our stable code and a sentence that says what to do next.
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "/problems/ 加上 code"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "不会变的代号，程序按它判断"},
        "detail": {"type": "string", "description": "给人看的一句话：怎么了，接下来怎么办"},
        "errors": {
            "type": "object",
            "description": "哪一项填得不对",
            "additionalProperties": True,
        },
        "reasons": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
    "example": {
        "type": "/problems/closed",
        "title": "Conflict",
        "status": 409,
        "code": "closed",
        "detail": "投票已经截止，截止时间是 3 月 31 日 18:00。",
    },
}


def describe_api(door: Blueprint) -> None:
    """Have the description finished where this door is hung into the house."""
    door.record_once(_register)


def _register(state: BlueprintSetupState) -> None:
    if isinstance(state.app, APIFlask):
        state.app.spec_processor(finish)  # type: ignore[arg-type]


def finish(spec: dict[str, Any]) -> dict[str, Any]:
    """Errors as problem details, bodies as required, ids within what a database holds."""
    spec["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    for name in ("HTTPError", "ValidationError", "ProblemOut"):
        spec["components"]["schemas"].pop(name, None)
    spec["info"]["description"] = (
        "居民这一侧的接口。先用入户码在 `POST /api/v1/sessions` 换令牌，之后放在 `Authorization: Bearer` 里。"
        "每个新建的请求都带 `Idempotency-Key`，重发不会办两次。"
    )
    spec.pop("servers", None)
    for path in spec["paths"].values():
        for operation in path.values():
            _finish_operation(operation)
    return spec


def _finish_operation(operation: dict[str, Any]) -> None:
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    for parameter in operation.get("parameters", ()):
        if parameter.get("in") == "path" and parameter["schema"].get("type") == "integer":
            parameter["schema"] |= {"minimum": 1, "maximum": LARGEST_ID}
    for status, response in operation["responses"].items():
        if status[0] in "45":
            response["description"] = TITLES.get(int(status), response["description"])
            response["content"] = {PROBLEM_JSON: {"schema": PROBLEM}}
