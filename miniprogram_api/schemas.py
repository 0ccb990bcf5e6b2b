"""What calls of several concepts share: the client key of a creating request, the shape of a refusal, a page of things."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Dict, Integer, List, Nested, String
from apiflask.validators import Length

from server.infra.replay import LONGEST_KEY


class KeyIn(Schema):
    """The header of every creating request. Sent again with the same body it gives the first answer, with another 409."""

    client_key = String(
        required=True,
        data_key="Idempotency-Key",
        validate=Length(1, LONGEST_KEY, error="请求编号要有 1 到 80 个字符。"),
        metadata={"description": "自己生成的请求编号，例如一个 UUID。同一编号重发不会重复办理。"},
        error_messages={"required": "缺少请求头 Idempotency-Key。"},
    )


class ReasonOut(Schema):
    code = String(required=True)
    message = String(required=True)


class ProblemOut(Schema):
    """RFC 9457 problem details, with a stable code and a Chinese sentence."""

    type = String(required=True)
    title = String(required=True)
    status = Integer(required=True)
    code = String(required=True)
    detail = String(required=True)
    errors = Dict(keys=String())
    reasons = List(Nested(ReasonOut))


#: For `doc(responses=problems(409, 429))`: what may be refused, told in the description of the API.
TITLES = {
    400: "请求体不是 JSON",
    401: "没有登录，或令牌已失效",
    403: "认得你，但这件事你不能办",
    404: "没有，或不是你的",
    409: "规则不允许，或同一请求编号用在了另一份内容上",
    413: "太大",
    415: "请求体不是 JSON",
    422: "填得不对",
    429: "太快了，稍后再试",
    503: "微信没有应答，稍后再试",
}


def problems(*statuses: int) -> dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]:
    """Documented refusals of a route, each with the problem body."""
    return {
        status: {
            "description": TITLES[status],
            "content": {"application/problem+json": {"schema": ProblemOut}},
        }
        for status in statuses
    }


#: Documented answer of a route that gives a picture.
PICTURE: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "照片", "content": {"image/jpeg": {}}}
}
