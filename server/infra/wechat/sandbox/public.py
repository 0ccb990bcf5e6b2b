"""The one page of WeChat that a browser is sent to: web authorization (offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html)."""

import secrets
from typing import cast
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as Answer

from server.infra.wechat.sandbox.state import State, openid_of, unionid_of

pages = Blueprint("pages", __name__)
#: Whom a browser signs in as, unless the cookie `person` names another.
GUEST = "guest"


@pages.get("/connect/oauth2/authorize")
def authorize() -> Answer:
    """Base scope: WeChat asks the person nothing and sends the browser back with a code."""
    back = request.args.get("redirect_uri", "")
    if urlsplit(back).scheme not in {"http", "https"} or request.args.get("response_type") != "code":
        return Response("redirect_uri 参数错误", 400)
    code = f"code-{request.cookies.get('person', GUEST)}-{secrets.token_hex(8)}"
    joined = urlencode({"code": code, "state": request.args.get("state", "")})
    return redirect(f"{back}{'&' if '?' in back else '?'}{joined}")


@pages.get("/sns/oauth2/access_token")
def access_token() -> Response:
    known = cast(State, current_app.extensions["state"])
    person = known.use_code(request.args.get("code", ""))
    if isinstance(person, int):
        return jsonify(errcode=person, errmsg="invalid code")
    return jsonify(
        access_token=secrets.token_hex(20),
        expires_in=7200,
        refresh_token=secrets.token_hex(20),
        openid=openid_of(request.args.get("appid", ""), person),
        scope="snsapi_base",
        is_snapshotuser=0,
        unionid=unionid_of(person),
    )
