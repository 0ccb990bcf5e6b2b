"""WeChat, as the house knows it: what can be asked of it (`gateway`), and the one place that finds who answers.

Only this folder imports wechatpy, and only when WeChat is first asked: a house without an AppID never loads it. No call is
made while a unit of work is open: a slow answer from outside must hold no lock of ours.
"""

from typing import cast

from flask import Flask, current_app

from server.infra.settings import Settings
from server.infra.wechat.errors import (
    CredentialRefused,
    Limited,
    LoginCodeRefused,
    NotConfigured,
    PersonAbsent,
    PersonRefused,
    Rejected,
    Unreachable,
    WeChatError,
)
from server.infra.wechat.gateway import MiniProgram, OfficialAccount

__all__ = [
    "CredentialRefused",
    "Limited",
    "LoginCodeRefused",
    "MiniProgram",
    "NotConfigured",
    "OfficialAccount",
    "PersonAbsent",
    "PersonRefused",
    "Rejected",
    "Unreachable",
    "WeChatError",
    "init_wechat",
    "mini_program",
    "official_account",
]


def init_wechat(app: Flask, settings: Settings) -> None:
    """Note which accounts there are; nothing is asked of anybody yet."""
    app.extensions["wechat"] = {}
    app.config["WECHAT_HAS_MINI"] = bool(settings.wechat.mini_appid)
    app.config["WECHAT_HAS_OFFICIAL"] = bool(settings.wechat.official_appid)


def mini_program() -> MiniProgram:
    """Raises NotConfigured where the operator has entered no AppID."""
    if not current_app.config["WECHAT_HAS_MINI"]:
        raise NotConfigured
    return cast(MiniProgram, _made("mini"))


def official_account() -> OfficialAccount:
    """Raises NotConfigured where the operator has entered no official account."""
    if not current_app.config["WECHAT_HAS_OFFICIAL"]:
        raise NotConfigured
    return cast(OfficialAccount, _made("official"))


def _made(kind: str) -> object:
    """Two threads that come first may each make one; they are alike, and share the token in the database."""
    known = current_app.extensions["wechat"]
    if kind not in known:
        from server.infra.wechat import clients  # noqa: PLC0415 - wechatpy is slow to load, and few processes need it

        wechat = cast(Settings, current_app.config["SETTINGS"]).wechat
        known[kind] = (
            clients.MiniProgramOverHttp(wechat) if kind == "mini" else clients.OfficialAccountOverHttp(wechat)
        )
    return known[kind]
