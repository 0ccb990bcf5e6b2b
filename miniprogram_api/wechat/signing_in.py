"""The mini program: wx.login's code for a token, and the telephone's number as a proof."""

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from sqlalchemy.exc import IntegrityError

from miniprogram_api.binding import proving
from miniprogram_api.binding.entering import SessionOut, current_privacy
from miniprogram_api.guard import auth, open_to_all
from miniprogram_api.schemas import KeyIn, problems
from miniprogram_api.session import me
from miniprogram_api.wechat.asking import asked_with_code
from miniprogram_api.wechat.blueprint import wechat
from server.identity import actions
from server.identity.models import ApiToken
from server.identity.rules import Level, WeChatApp
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line
from server.infra.wechat import mini_program
from server.infra.wechat.gateway import Identity
from server.kernel.errors import Conflict


class LoginIn(Schema):
    code = Line(128, required=True, metadata={"description": "wx.login 给的 code，用一次就作废。"})
    privacy_version = Line(
        20,
        load_default=None,
        metadata={
            "description": "刚刚读过并同意的告知书版本。第一次登录要带，不带时答 409（privacy_needed），什么也不记。"
        },
    )


class WeChatSessionOut(SessionOut):
    """The session of the mini program; the same as of a slip."""


class PhoneProofIn(Schema):
    name = Line(
        60,
        load_default="",
        metadata={"description": "产权证上的姓名。同一个号码登记了几位业主时才要填，那时答 422。"},
    )
    code = Line(128, required=True, metadata={"description": "getPhoneNumber 按钮给的 code，用一次就作废。"})


class PhoneProofOut(Schema):
    level = String(required=True)


@wechat.post("/sessions/wechat")
@wechat.input(KeyIn, location="headers", arg_name="key")
@wechat.input(LoginIn, arg_name="body")
@wechat.output(WeChatSessionOut, status_code=201)
@wechat.doc(
    operation_id="open_wechat_session",
    summary="用 wx.login 的 code 换令牌",
    description="令牌和扫码得到的一样用。还没有绑定房屋的，接着扫入户码：POST /bindings。",
    responses=problems(400, 409, 429, 503),
)
@open_to_all
def open_wechat_session(key: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    row, token = session_for(body["code"], body["privacy_version"], key["client_key"])
    return {"token": token, "expires_at": row.expires_at, "resident_id": row.resident_id}


@wechat.delete("/wechat-accounts/current")
@wechat.auth_required(auth)
@wechat.output({}, status_code=204)
@wechat.doc(
    operation_id="let_wechat_go",
    summary="解除微信绑定",
    description="记下的微信编号都删掉，这个令牌还能用到退出。下次要扫入户码进来。再发一次也是 204。",
    responses=problems(401),
)
def let_go() -> str:
    with unit_of_work():
        actions.let_wechat_go(me().id, actor=me().actor, now=now())
    return ""


@wechat.post("/bindings/<int:binding_id>/phone-proofs")
@wechat.auth_required(auth)
@wechat.input(KeyIn, location="headers", arg_name="key")
@wechat.input(PhoneProofIn, arg_name="body", example={"code": "bound-by-the-button"})
@wechat.output(PhoneProofOut, status_code=201)
@wechat.doc(
    operation_id="prove_by_phone",
    summary="用微信绑定的手机号核实业主",
    description="微信核过的整个号码和台账对一次，不保存。",
    responses=problems(400, 401, 404, 409, 422, 429, 503),
)
def prove_by_phone(binding_id: int, key: dict[str, str], body: dict[str, str]) -> dict[str, Any]:
    if proving.my_binding(binding_id).standing is Level.OWNER:
        # The same request again: WeChat took its code the first time.
        return {"level": "owner"}
    number = asked_with_code(lambda: mini_program().phone_of(body["code"]))
    proving.prove_by_number(binding_id, body["name"], number, key["client_key"])
    return {"level": "owner"}


def session_for(code: str, privacy_version: str | None, client_key: str) -> tuple[ApiToken, str]:
    before = actions.wechat_session_before(client_key, code)
    if before is not None:
        return before
    if privacy_version is not None and privacy_version != current_privacy(None).version:
        raise Conflict("告知书换了新的版本。请重新读一遍再进入。", code="privacy_version_changed")
    who = asked_with_code(lambda: mini_program().identity_of(code))
    try:
        return _opened(who, code, privacy_version, client_key)
    except IntegrityError:
        # The same person signed in on two ways at once: now the other's row is there to be found.
        return _opened(who, code, privacy_version, client_key)


def _opened(who: Identity, code: str, privacy_version: str | None, client_key: str) -> tuple[ApiToken, str]:
    with unit_of_work():
        before = actions.wechat_session_before(client_key, code)
        if before is not None:
            return before
        resident_id = actions.sign_in_by_wechat(
            WeChatApp.MINI, who.openid, who.unionid, privacy_version=privacy_version, now=now()
        )
        return actions.open_wechat_session(resident_id, code, now=now(), client_key=client_key)
