"""The mini program shows phone pages: its session is handed to that browser by a code, once, and the browser has its cookie.

No token stands in an address. The code is good for a minute and once, and leads on to a page of the house at once, so that
what stays in a history or a log opens nothing.
"""

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Regexp
from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from miniprogram_api.guard import auth, open_to_all
from miniprogram_api.schemas import problems
from miniprogram_api.session import me, remember, signed_in
from miniprogram_api.wechat.blueprint import wechat
from server.identity import actions, queries
from server.identity.rules.apps import HAND_OVER_GOOD_FOR
from server.infra import throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.kernel.errors import NotFound

hand_over_pages = Blueprint("hand_over_pages", __name__)

#: Nobody opens more pages than this.
MOST_CODES = "60/minute"
#: A page of the house: one slash, no host, no backslash, no blank.
PAGE = r"/(?![/\\])[^\s\\]*\Z"


class HandOverIn(Schema):
    to = Line(
        300,
        load_default="/",
        validate=Regexp(PAGE, error="只能去这里的页面，写成 /tickets/21 这样。"),
        metadata={"description": "接着打开哪一页，只能是这里的地址，例如 /tickets/21。"},
    )


class HandOverOut(Schema):
    path = String(required=True, metadata={"description": "接在网址后面，放进 web-view。只能打开一次。"})
    seconds = Integer(required=True, metadata={"description": "多少秒以内要打开"})


@wechat.post("/sessions/current/hand-overs")
@wechat.auth_required(auth)
@wechat.input(HandOverIn, arg_name="body", example={"to": "/tickets"})
@wechat.output(HandOverOut, example={"path": "/hand-over/7h1s0penS0nlY0nceAndF0rAM1nute_-", "seconds": 60})
@wechat.doc(
    operation_id="hand_over_session",
    summary="把登录带进 web-view 里的网页",
    description="地址里没有令牌，只有一个码：一分钟内有效，打开一次就作废，退出登录也作废。",
    responses=problems(400, 401, 422, 429),
)
def hand_over(body: dict[str, str]) -> dict[str, Any]:
    token = request.authorization.token if request.authorization else None
    with unit_of_work():
        throttle.hit(MOST_CODES, "hand-over", str(me().id))
        code = actions.hand_over(token or "", body["to"], now=now())
    return {"path": f"/hand-over/{code}", "seconds": int(HAND_OVER_GOOD_FOR.total_seconds())}


@hand_over_pages.get("/hand-over/<code>")
@open_to_all
def take_over(code: str) -> Response | str:
    """Whoever is signed in here already is asked: a link must not make another person of them."""
    here, theirs = signed_in(), queries.resident_of_hand_over(code, now())
    if here is not None and theirs is not None and theirs != here.id:
        return render_template("phone/entrance/take_over.html", code=code)
    return _taken_over(code)


@hand_over_pages.post("/hand-over/<code>")
@open_to_all
def take_over_all_the_same(code: str) -> Response:
    return _taken_over(code)


def _taken_over(code: str) -> Response:
    failure: NotFound | None = None
    try:
        with unit_of_work():
            resident, target = actions.take_over(code, now=now())
    except NotFound:
        failure = NotFound("这个入口过期了，或已经用过。请回到小程序，再点一次。", code="hand_over_over")
    if failure is not None:
        raise failure
    remember(resident)
    answer = redirect(target)
    answer.headers["Cache-Control"] = "no-store"
    return answer
