"""Phone pages inside WeChat's browser: signing in by web authorization, binding the account once, letting it go.

Everything works without it: whoever comes with another browser, or while WeChat is away, comes in by the slip.
"""

import hmac
import secrets
import time
from dataclasses import asdict

from flask import Blueprint, current_app, flash, jsonify, redirect, request, session, url_for
from marshmallow import Schema
from marshmallow.fields import String
from marshmallow.validate import OneOf
from werkzeug.wrappers import Response

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.session import me, remember, signed_in
from miniprogram_api.wechat.asking import asked, asked_with_code
from server.attachments import queries as attachments
from server.identity import actions, queries
from server.identity.rules import WeChatApp
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.settings import Settings
from server.infra.web.forms import load_form
from server.infra.wechat import official_account, pictures
from server.infra.wechat.gateway import Identity
from server.kernel.errors import Invalid, NotFound, Problem
from server.messages import actions as messages
from server.messages import delivery
from server.messages import queries as letters
from server.messages.rules import Topic
from server.moderation import checking
from server.moderation import queries as moderation

wechat_pages = Blueprint("wechat_pages", __name__)

_STATE, _UNTIL, _BIND = "wechat_state", "wechat_until", "wechat_bind"


class BringForm(Schema):
    wanted = String(
        required=True, validate=OneOf(["yes", "no"], error="请点“发到我的微信”或“不再发到微信”。")
    )


#: From leaving for WeChat to coming back.
GOOD_SECONDS = 600
LONGEST_ADDRESS = 2000


@wechat_pages.get("/wechat/sign-in")
@open_to_all
def sign_in() -> Response:
    return _leave(is_binding=False)


@wechat_pages.get("/me/wechat")
@resident_page
def bind() -> Response:
    return _leave(is_binding=True)


@wechat_pages.post("/me/wechat/let-go")
@resident_page
def let_go() -> Response:
    with unit_of_work():
        actions.let_wechat_go(me().id, actor=me().actor, now=now())
    flash("解除好了。下次要扫信箱里的码进来。", "go")
    return redirect(url_for("mobile.binding_pages.my_flats"))


@wechat_pages.get("/wechat/script-config")
@open_to_all
def script_config() -> Response:
    """What a page of ours, open in WeChat, hands to wx.config. Only our own addresses are signed; the page does without."""
    url = request.args.get("url", "")
    is_ours = url.startswith(f"{current_app.config['PUBLIC_URL']}/") and len(url) <= LONGEST_ADDRESS
    try:
        if not is_ours:
            raise Invalid("只给本站的页面签名。")
        made = asked(lambda: official_account().script_config(url))
    except Problem as problem:
        answer = jsonify(code=problem.code, detail=problem.message)
        answer.status_code = problem.status
    else:
        answer = jsonify(asdict(made))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@wechat_pages.get("/wechat/pictures/<name>")
@open_to_all
def picture(name: str) -> Response:
    """For WeChat's servers alone, while they look at it: nobody else can know the address, and it ends with the verdict."""
    item_id = pictures.item_of(name, now())
    item = (
        moderation.item_by_id(item_id) if item_id is not None and checking.is_asked_about(item_id) else None
    )
    if item is None or item.attachment_id is None:
        raise NotFound
    data = attachments.content(item.attachment_id)
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(data, content_type="image/jpeg", headers=headers)


@wechat_pages.post("/me/wechat/messages")
@resident_page
def bring() -> Response:
    """Whether the official account may bring what there is to tell; the inbox has it all either way."""
    form = load_form(BringForm)
    with unit_of_work():
        if form["wanted"] == "no":
            delivery.end_permissions(me().id, app=WeChatApp.OFFICIAL, now=now())
        else:
            # What holds for long is not given twice, so that a second tap changes nothing without a key of its own.
            for topic in Topic:
                messages.allow(
                    me().id, topic, is_lasting=True, app=WeChatApp.OFFICIAL, actor=me().actor, now=now(),
                    client_key=secrets.token_urlsafe(16),
                )  # fmt: skip
    flash(
        "好，以后有事发到你的微信。" if form["wanted"] == "yes" else "好，不再发到微信。消息里随时看得到。",
        "go",
    )
    return redirect(url_for("mobile.inbox_pages.inbox"))


def brings(resident_id: int) -> bool | None:
    """Whether they let the official account bring messages; None where it cannot: not bound, or no template."""
    settings: Settings = current_app.config["SETTINGS"]
    if not current_app.config["WECHAT_HAS_OFFICIAL"]:
        return None
    if queries.wechat_account_of(resident_id, WeChatApp.OFFICIAL) is None:
        return None
    if not delivery.official_templates(now(), is_stand_in=settings.wechat.is_stand_in):
        return None
    return bool(letters.permissions_left(resident_id, WeChatApp.OFFICIAL))


@wechat_pages.get("/wechat/back")
@open_to_all
def come_back() -> Response:
    """WeChat sends the browser here. The state must be the one this very browser left with, and is good once."""
    state, until, is_binding = session.pop(_STATE, ""), session.pop(_UNTIL, 0), session.pop(_BIND, False)
    given, code = request.args.get("state", ""), request.args.get("code", "")[:128]
    is_ours = bool(state) and hmac.compare_digest(str(state).encode(), given.encode()) and until > time.time()
    if not is_ours or not code:
        return _stays("没有登录成。请再点一次“用微信登录”，或扫信箱里的二维码。")
    try:
        who = asked_with_code(lambda: official_account().identity_of(code))
        return _bound(who) if is_binding and signed_in() else _signed_in(who)
    except Problem as problem:
        return _stays(problem.message)


# Links and not forms: the page's security policy keeps a form from being led to another house.
def _leave(*, is_binding: bool) -> Response:
    state = secrets.token_urlsafe(24)
    back = current_app.config["PUBLIC_URL"] + url_for("mobile.wechat_pages.come_back")
    try:
        address = asked(lambda: official_account().authorize_url(back, state))
    except Problem as problem:
        return _stays(problem.message)
    session[_STATE], session[_UNTIL], session[_BIND] = state, int(time.time()) + GOOD_SECONDS, is_binding
    return redirect(address)


def _signed_in(who: Identity) -> Response:
    """Someone whom we know; whoever is new comes by the slip first, and nothing of them is kept."""
    known = queries.wechat_account(WeChatApp.OFFICIAL, who.openid)
    resident = queries.resident(known.resident_id) if known else queries.resident_of_union(who.unionid)
    if resident is None:
        return _stays("这个微信还没有绑定过房屋。请先扫信箱里的二维码，进来以后绑定一次，下次就不用扫了。")
    with unit_of_work():
        actions.sign_in_by_wechat(
            WeChatApp.OFFICIAL, who.openid, who.unionid, privacy_version=None, now=now()
        )
    remember(resident)
    return redirect(str(session.pop("back_to", "")) or url_for("mobile.home_pages.home"))


def _bound(who: Identity) -> Response:
    with unit_of_work():
        actions.bind_wechat(me().id, WeChatApp.OFFICIAL, who.openid, who.unionid, actor=me().actor, now=now())
    flash("绑定好了。下次在微信里打开，点一下就进来。", "go")
    return redirect(url_for("mobile.binding_pages.my_flats"))


def _stays(sentence: str) -> Response:
    """Where the person was: among their homes, or at the ways to come in."""
    flash(sentence, "wait")
    where = "binding_pages.my_flats" if signed_in() else "entrance.how_to_come_in"
    return redirect(url_for(f"mobile.{where}"))
