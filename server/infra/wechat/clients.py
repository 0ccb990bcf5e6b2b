"""The real clients: wechatpy's code, with our transport below it and our tokens inside it.

Each call is made at most twice: once more with a new token where WeChat says that the token is stale.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatException
from wechatpy.oauth import WeChatOAuth

from server.infra.db import db
from server.infra.wechat import tokens
from server.infra.wechat.callbacks import finding_of
from server.infra.wechat.errors import TOKEN_IS_STALE, Unreachable, WeChatError, named
from server.infra.wechat.gateway import CheckScene, Finding, Identity, ScriptConfig, Verdict
from server.infra.wechat.transport import session
from server.infra.wechat_settings import LONGEST_SCENE, WeChatSettings

API = "https://api.weixin.qq.com/"
LONGEST_CHECKED = 2500
Answer = TypeVar("Answer")


class Calling(WeChatClient):  # type: ignore[misc]
    """wechatpy's client, whose token comes from the shared store and whose every failure is one of our words."""

    def __init__(self, appid: str, secret: str, http: requests.Session) -> None:
        super().__init__(appid, secret, auto_retry=False)
        self._http = http

    @property
    def access_token(self) -> str:
        return self.token_now("")

    def token_now(self, refused: str) -> str:
        return tokens.token(f"{self.appid}:token", self._fetch_stable, refused=refused)

    def ask(self, path: str, data: Mapping[str, Any] | None = None, **params: Any) -> dict[str, Any]:
        """POST `data`, or GET without; the token is added. Returns the answer as WeChat gave it."""
        return _object(self.ask_raw(path, data, **params))

    def ask_raw(self, path: str, data: Mapping[str, Any] | None = None, **params: Any) -> Any:
        used = self.token_now("")
        try:
            return self._ask_once(path, data, params | {"access_token": used})
        except WeChatError as error:
            if error.code not in TOKEN_IS_STALE:
                raise
        return self._ask_once(path, data, params | {"access_token": self.token_now(used)})

    def ask_bare(self, path: str, **params: Any) -> dict[str, Any]:
        """A call that carries the secret and no token. None keeps wechatpy from fetching one and adding it."""
        return _object(self._ask_once(path, None, params | {"access_token": None}))

    def _ask_once(self, path: str, data: Mapping[str, Any] | None, params: dict[str, Any]) -> Any:
        method = "get" if data is None else "post"
        options = {} if data is None else {"data": dict(data)}
        return clean(lambda: self._request(method, path, api_base_url=API, params=dict(params), **options))

    def _fetch_stable(self, is_forced: bool) -> tokens.Fresh:
        body = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret,
            "force_refresh": is_forced,
        }
        found = _object(self._ask_once("cgi-bin/stable_token", body, {"access_token": None}))
        return tokens.Fresh(_text(found, "access_token"), _number(found, "expires_in"))


def clean(call: Callable[[], Answer]) -> Answer:
    """Run a call of wechatpy. What it raises holds the request with the secret and the answer with the person: neither
    leaves here, not even as the cause or the context of our own error."""
    if db.session().info.get("unit_of_work"):
        raise RuntimeError("WeChat is not called while a unit of work is open")
    try:
        return call()
    except WeChatError as ours:
        failure = type(ours)(ours.code)
    except WeChatException as theirs:
        failure = _named(theirs)
    except (requests.RequestException, ValueError, KeyError, TypeError):
        failure = Unreachable()
    raise failure


def _named(error: WeChatException) -> WeChatError:
    if error.errcode is not None:
        return named(int(error.errcode))
    answer = getattr(error, "response", None)
    return Unreachable(answer.status_code if answer is not None else 0)


def _object(answer: Any) -> dict[str, Any]:
    # wechatpy hands over the response itself where it could not read it.
    if not isinstance(answer, dict):
        raise Unreachable
    return answer


def _text(answer: Mapping[str, Any], name: str) -> str:
    found = answer.get(name)
    if not isinstance(found, str) or not found:
        raise Unreachable
    return found


def _number(answer: Mapping[str, Any], name: str) -> int:
    found = answer.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Unreachable
    return found


def _identity(answer: Mapping[str, Any]) -> Identity:
    return Identity(_text(answer, "openid"), str(answer.get("unionid") or ""))


class MiniProgramOverHttp:
    """gateway.MiniProgram over HTTP."""

    def __init__(self, wechat: WeChatSettings) -> None:
        self._wechat = wechat
        self._client = Calling(wechat.mini_appid, wechat.mini_secret, session(wechat.base_url))

    def identity_of(self, login_code: str) -> Identity:
        found = self._client.ask_bare(
            "sns/jscode2session",
            appid=self._wechat.mini_appid,
            secret=self._wechat.mini_secret,
            js_code=login_code,
            grant_type="authorization_code",
        )
        return _identity(found)

    def phone_of(self, phone_code: str) -> str:
        found = self._client.ask("wxa/business/getuserphonenumber", {"code": phone_code})
        return _text(_object(found.get("phone_info")), "purePhoneNumber")

    def code_image(self, scene: str, page: str, *, width: int = 430) -> bytes:
        if not 0 < len(scene) <= LONGEST_SCENE:
            raise ValueError("a scene has 1 to 32 characters")
        body = {"scene": scene, "page": page, "width": width, "check_path": False, "env_version": "release"}
        answer = self._client.ask_raw("wxa/getwxacodeunlimit", body)
        content = getattr(answer, "content", b"")
        if not content.startswith((b"\x89PNG", b"\xff\xd8")):
            raise Unreachable
        return cast(bytes, content)

    def send_subscribe(self, openid: str, template_id: str, data: dict[str, str], page: str) -> str:
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "miniprogram_state": "formal",
            "lang": "zh_CN",
            "data": {name: {"value": value} for name, value in data.items()},
        }
        return str(self._client.ask("cgi-bin/message/subscribe/send", body).get("msgid") or "")

    def check_text(self, openid: str, text: str, scene: CheckScene) -> Finding:
        """Longer words are checked in pieces; the worst verdict holds."""
        found = [
            self._check_piece(openid, text[start : start + LONGEST_CHECKED], scene)
            for start in range(0, max(1, len(text)), LONGEST_CHECKED)
        ]
        return max(found, key=lambda one: list(Verdict).index(one.verdict))

    def _check_piece(self, openid: str, text: str, scene: CheckScene) -> Finding:
        body = {"version": 2, "openid": openid, "scene": int(scene), "content": text}
        return finding_of(_object(self._client.ask("wxa/msg_sec_check", body).get("result")))

    def check_media(self, openid: str, media_url: str, scene: CheckScene) -> str:
        body = {
            "version": 2, "openid": openid, "scene": int(scene), "media_url": media_url, "media_type": 2,
        }  # fmt: skip
        return _text(self._client.ask("wxa/media_check_async", body), "trace_id")

    def url_link(self, path: str, query: str) -> str:
        body = {"path": path, "query": query, "expire_type": 1, "expire_interval": 30}
        return _text(self._client.ask("wxa/generate_urllink", body), "url_link")


class OfficialAccountOverHttp:
    """gateway.OfficialAccount over HTTP."""

    def __init__(self, wechat: WeChatSettings) -> None:
        self._wechat = wechat
        self._http = session(wechat.base_url)
        self._client = Calling(wechat.official_appid, wechat.official_secret, self._http)

    def authorize_url(self, back_to: str, state: str) -> str:
        return str(self._oauth(back_to, state).authorize_url)

    def identity_of(self, code: str) -> Identity:
        # One for each call: it keeps the person it last asked about.
        return _identity(clean(lambda: self._oauth().fetch_access_token(code)))

    def script_config(self, url: str) -> ScriptConfig:
        ticket = tokens.token(f"{self._wechat.official_appid}:ticket", self._fetch_ticket)
        nonce, at = secrets.token_hex(8), int(time.time())
        signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={at}&url={url.partition('#')[0]}"
        signature = hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
        return ScriptConfig(self._wechat.official_appid, at, nonce, signature)

    def send_template(self, openid: str, template_id: str, data: dict[str, str], url: str) -> str:
        body = {
            "touser": openid,
            "template_id": template_id,
            "url": url,
            "data": {name: {"value": value} for name, value in data.items()},
        }
        return str(self._client.ask("cgi-bin/message/template/send", body).get("msgid") or "")

    def _oauth(self, back_to: str = "", state: str = "") -> WeChatOAuth:
        made = WeChatOAuth(self._wechat.official_appid, self._wechat.official_secret, back_to, state=state)
        made.OAUTH_BASE_URL = f"{self._wechat.open_url}/connect/"
        made._http = self._http  # noqa: SLF001 - it has no other door for a session
        return made

    def _fetch_ticket(self, is_forced: bool) -> tokens.Fresh:  # noqa: ARG002 - tokens.Fetch
        found = self._client.ask("cgi-bin/ticket/getticket", type="jsapi")
        return tokens.Fresh(_text(found, "ticket"), _number(found, "expires_in"))
