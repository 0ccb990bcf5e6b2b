"""What WeChat's API answers. Beside each: the page of developers.weixin.qq.com that documents it."""

import io
import secrets
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import qrcode
from flask import Blueprint, Response, current_app, jsonify, request

from server.infra.wechat.sandbox.callbacks import call_back
from server.infra.wechat.sandbox.state import Fault, Order, State, openid_of, unionid_of

api = Blueprint("api", __name__)

Answer = Response
LONGEST_SCENE = 32
LONGEST_TEXT = 2500
#: Words that the stand-in's check does not like, so that each verdict can be tried.
RISKY, REVIEW = ("赌博", "枪支"), ("加微信", "代购")
LABELS = {"pass": 100, "review": 20001, "risky": 20006}


def state() -> State:
    return cast(State, current_app.extensions["state"])


def refused(code: int, said: str) -> Answer:
    return jsonify(errcode=code, errmsg=said)


def with_token(view: Callable[[str, dict[str, Any]], Answer]) -> Callable[[], Answer]:
    """Checks access_token and the body; hands over the account and what was asked."""

    @wraps(view)
    def guarded() -> Answer:
        token = request.args.get("access_token", "")
        if not token:
            return refused(41001, "access_token missing")
        appid = state().account_of_token(token)
        if appid is None:
            return refused(40001, "invalid credential, access_token is invalid or not latest")
        asked = request.get_json(force=True, silent=True) if request.method == "POST" else {}
        if not isinstance(asked, dict):
            return refused(47001, "data format error")
        return view(appid, asked)

    return guarded


@api.get("/cgi-bin/token")
def token() -> Answer:
    """miniprogram/dev/OpenApiDoc/mp-access-token/getAccessToken.html"""
    if not (request.args.get("appid") and request.args.get("secret")):
        return refused(41002, "appid missing")
    value, seconds = state().classic_token(request.args["appid"])
    return jsonify(access_token=value, expires_in=seconds)


@api.post("/cgi-bin/stable_token")
def stable_token() -> Answer:
    """miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html"""
    asked = request.get_json(force=True, silent=True) or {}
    if asked.get("grant_type") != "client_credential":
        return refused(40002, "invalid grant_type")
    if not asked.get("appid"):
        return refused(41002, "appid missing")
    if not asked.get("secret"):
        return refused(41004, "appsecret missing")
    value, seconds = state().stable_token(asked["appid"], is_forced=bool(asked.get("force_refresh")))
    return jsonify(access_token=value, expires_in=seconds)


@api.get("/sns/jscode2session")
def jscode2session() -> Answer:
    """miniprogram/dev/OpenApiDoc/user-login/code2Session.html (no access_token among its parameters)"""
    person = state().use_code(request.args.get("js_code", ""))
    if isinstance(person, int):
        return refused(person, "invalid code" if person == 40029 else "code been used")
    openid = openid_of(request.args.get("appid", ""), person)
    state().note_seen(openid)
    return jsonify(session_key=secrets.token_urlsafe(16), openid=openid, unionid=unionid_of(person))


@api.post("/wxa/business/getuserphonenumber")
@with_token
def getuserphonenumber(appid: str, asked: dict[str, Any]) -> Answer:
    """miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html. Here the code ends with the number."""
    person = state().use_code(str(asked.get("code", "")))
    if isinstance(person, int):
        return refused(person, "invalid code")
    number = str(asked["code"]).rpartition("-")[2]
    return jsonify(
        errcode=0,
        errmsg="ok",
        phone_info={
            "phoneNumber": f"86{number}",
            "purePhoneNumber": number,
            "countryCode": "86",
            "watermark": {"timestamp": int(time.time()), "appid": appid},
        },
    )


@api.post("/wxa/getwxacodeunlimit")
@with_token
def getwxacodeunlimit(appid: str, asked: dict[str, Any]) -> Answer:
    """miniprogram/dev/OpenApiDoc/qrcode-link/qr-code/getUnlimitedQRCode.html. The picture is a plain QR, not a sun code."""
    scene = str(asked.get("scene", ""))
    if not 0 < len(scene) <= LONGEST_SCENE:
        return refused(40169, "invalid length for scene, or the data is not json string")
    if str(asked.get("page", "")).startswith("/"):
        return refused(41030, "invalid page")
    picture = io.BytesIO()
    qrcode.make(f"{appid}:{asked.get('page', '')}?scene={scene}").save(picture)
    return Response(picture.getvalue(), content_type="image/png")


@api.post("/cgi-bin/message/subscribe/send")
@with_token
def subscribe_send(appid: str, asked: dict[str, Any]) -> Answer:
    """miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html"""
    if not asked.get("touser"):
        return refused(40003, "invalid openid")
    if not asked.get("template_id"):
        return refused(40037, "invalid template_id")
    data = asked.get("data")
    if not isinstance(data, dict) or not all(
        isinstance(one, dict) and one.get("value") for one in data.values()
    ):
        return refused(47003, "argument invalid")
    # thing: at most 20 characters (the page's table of parameters).
    if any(name.startswith("thing") and len(one["value"]) > 20 for name, one in data.items()):
        return refused(47003, "argument invalid! data.thing.value is too long")
    return jsonify(errcode=0, errmsg="ok", msgid=int(_sent(appid, asked)))


@api.post("/cgi-bin/message/template/send")
@with_token
def template_send(appid: str, asked: dict[str, Any]) -> Answer:
    """offiaccount/Message_Management/Template_Message_Interface.html"""
    if not asked.get("touser"):
        return refused(40003, "invalid openid")
    if not asked.get("template_id"):
        return refused(40037, "invalid template_id")
    number = state().note_sent(asked)
    # The same page, "event push": the end of a sending.
    finished = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": number, "Status": "success"}
    _later(state(), appid, {"FromUserName": asked["touser"], "MsgType": "event", **finished})
    return jsonify(errcode=0, errmsg="ok", msgid=int(number))


def _sent(appid: str, asked: dict[str, Any]) -> str:
    known = state()
    number = known.note_sent(asked)
    _later(
        known,
        appid,
        {
            "FromUserName": asked["touser"],
            "MsgType": "event",
            "Event": "subscribe_msg_sent_event",
            "List": {
                "TemplateId": asked.get("template_id"),
                "MsgID": number,
                "ErrorCode": "0",
                "ErrorStatus": "success",
            },
        },
    )
    return number


@api.post("/wxa/msg_sec_check")
@with_token
def msg_sec_check(_appid: str, asked: dict[str, Any]) -> Answer:
    """miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html, version 2"""
    if asked.get("version") != 2 or not asked.get("openid") or asked.get("scene") not in {1, 2, 3, 4}:
        return refused(40129, "invalid scene or version")
    if not state().is_active(str(asked["openid"])):
        return refused(61010, "code is expired")
    state().checked.append(asked)
    content = str(asked.get("content", ""))
    if len(content) > LONGEST_TEXT:
        return refused(45002, "content size out of limit")
    suggest = _suggest(content)
    return jsonify(
        errcode=0,
        errmsg="ok",
        result={"suggest": suggest, "label": LABELS[suggest]},
        detail=[
            {
                "strategy": "content_model",
                "errcode": 0,
                "suggest": suggest,
                "label": LABELS[suggest],
                "prob": 90,
            }
        ],
        trace_id=secrets.token_hex(16),
    )


def _suggest(content: str) -> str:
    if any(word in content for word in RISKY):
        return "risky"
    return "review" if any(word in content for word in REVIEW) else "pass"


@api.post("/wxa/media_check_async")
@with_token
def media_check_async(appid: str, asked: dict[str, Any]) -> Answer:
    """miniprogram/dev/OpenApiDoc/sec-center/sec-check/mediaCheckAsync.html; the verdict comes as a callback"""
    if asked.get("version") != 2 or not asked.get("openid") or not asked.get("media_url"):
        return refused(40129, "invalid scene or version")
    if not state().is_active(str(asked["openid"])):
        return refused(61010, "code is expired")
    state().checked.append(asked)
    trace, suggest = secrets.token_hex(16), state().pictures
    event = {
        "FromUserName": asked["openid"],
        "MsgType": "event",
        "Event": "wxa_media_check",
        "appid": appid,
        "trace_id": trace,
        "version": 2,
    }
    order: Order | None = request.environ.get("sandbox.order")
    if order is None or order.fault is not Fault.SILENT:
        found = {"errcode": 0, "errmsg": "ok", "result": {"suggest": suggest, "label": LABELS[suggest]}}
        _later(state(), appid, event | found, look_at=str(asked["media_url"]))
    return jsonify(errcode=0, errmsg="ok", trace_id=trace)


@api.get("/cgi-bin/ticket/getticket")
@with_token
def getticket(_appid: str, _asked: dict[str, Any]) -> Answer:
    """offiaccount/OA_Web_Apps/JS-SDK.html, appendix 1"""
    ticket = secrets.token_hex(32)
    state().tickets.append(ticket)
    return jsonify(errcode=0, errmsg="ok", ticket=ticket, expires_in=7200)


@api.post("/wxa/generate_urllink")
@with_token
def generate_urllink(_appid: str, _asked: dict[str, Any]) -> Answer:
    """miniprogram/dev/OpenApiDoc/qrcode-link/url-link/generateUrlLink.html"""
    return jsonify(errcode=0, errmsg="ok", url_link=f"https://wxaurl.cn/{secrets.token_urlsafe(8)}")


def _later(known: State, appid: str, event: dict[str, Any], look_at: str = "") -> None:
    if known.callback_url:
        event = {"ToUserName": "gh_sandbox", "CreateTime": int(time.time()), **event}
        threading.Thread(target=call_back, args=(known, appid, event, look_at), daemon=True).start()
