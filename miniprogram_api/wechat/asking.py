"""Asking WeChat on behalf of a resident: each of its failures becomes a sentence that says what to do next."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from flask import current_app, request

from server.infra import throttle
from server.infra.db import unit_of_work
from server.infra.wechat import LoginCodeRefused, NotConfigured, PersonAbsent, WeChatError
from server.kernel.errors import Invalid, Problem, Refused, Throttled, Unavailable

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")

#: Wrong login codes from one address: each costs a call to WeChat.
WRONG_CODES = "60/10 minute"


def asked(call: Callable[[], Answer]) -> Answer:
    """The answer, or the Problem that the resident is told. Not inside a unit of work."""
    failure: WeChatError | None = None
    try:
        return call()
    except WeChatError as error:
        failure = error
    raise problem_of(failure)


def asked_with_code(call: Callable[[], Answer]) -> Answer:
    """The same, with a code that somebody sent: wrong ones are counted against the address they come from."""
    address = request.remote_addr or ""
    if not throttle.remaining(WRONG_CODES, "wechat-code", address):
        raise Throttled(throttle.TOO_FAST, retry_after=600)
    try:
        return asked(call)
    except Invalid:
        with unit_of_work():
            throttle.hit(WRONG_CODES, "wechat-code", address)
        raise


def problem_of(error: WeChatError) -> Problem:
    if isinstance(error, NotConfigured):
        return Refused("这里还没有接入微信。请扫信箱里的二维码进来。", code="wechat_absent")
    if isinstance(error, LoginCodeRefused | PersonAbsent):
        sentence = "微信登录过期了。请再点一次登录。"
        return Invalid(sentence, fields={"code": [sentence]}, code="wechat_code")
    log.warning("wechat failed", kind=type(error).__name__, code=error.code)
    return Unavailable("微信没有应答。请过一会儿再试，或扫信箱里的二维码进来，一样能办。", code="wechat_away")


def is_in_wechat() -> bool:
    """Whether this page is open in WeChat's own browser, and an official account is there to sign in by."""
    return bool(current_app.config["WECHAT_HAS_OFFICIAL"]) and "MicroMessenger" in request.headers.get(
        "User-Agent", ""
    )
