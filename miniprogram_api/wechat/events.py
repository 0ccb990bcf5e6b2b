"""What WeChat's servers call us with: signed, fresh and sealed for us, or refused before anything is read or written."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import structlog
from flask import Blueprint, Response, current_app, request

from miniprogram_api.guard import open_to_all
from server.identity import queries as identity
from server.identity.rules import WeChatApp
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.settings import Settings
from server.infra.wechat.callbacks import (
    LARGEST_CALLBACK,
    Event,
    NotFromWeChat,
    check,
    finding_of,
    opened,
    sealed_part,
)
from server.infra.wechat.events import keep
from server.messages import delivery
from server.moderation import checking
from server.moderation.rules.checking import Found

log = structlog.get_logger(__name__)
#: As the house keeps it; WeChat's own have 32 to 40 signs.
LONGEST_TRACE = 80
wechat_events = Blueprint("wechat_events", __name__, url_prefix="/api/v1/wechat")


@wechat_events.get("/events")
@open_to_all
def greet() -> Response:
    """WeChat asks once, when an operator enters this address there."""
    try:
        _check("signature")
    except NotFromWeChat:
        return Response("not taken\n", 403, content_type="text/plain")
    return Response(request.args.get("echostr", "")[:200], content_type="text/plain")


@wechat_events.post("/events")
@open_to_all
def take() -> Response:
    """Answered "success" as soon as it is kept: WeChat would send it again otherwise, which changes nothing."""
    try:
        event = _event()
    except NotFromWeChat:
        return Response("not taken\n", 403, content_type="text/plain")
    with unit_of_work():
        if keep(event, now()):
            HANDLERS.get(event.name, _unknown)(event, now())
    return Response("success", content_type="text/plain")


def _event() -> Event:
    # Read only so far, whether it says how long it is or not.
    body = request.stream.read(LARGEST_CALLBACK + 1)
    if len(body) > LARGEST_CALLBACK:
        raise NotFromWeChat
    sealed = sealed_part(body)
    _check("msg_signature", sealed)
    wechat = _settings().wechat
    return opened(sealed, wechat.aes_key, frozenset({wechat.mini_appid, wechat.official_appid} - {""}))


def _check(name: str, *sealed: str) -> None:
    asked = request.args
    check(
        _settings().wechat.token, asked.get(name, ""), asked.get("timestamp", ""), asked.get("nonce", ""),
        *sealed, now=datetime.now(UTC),
    )  # fmt: skip


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


# ------------------------------------------------------------------ event by event


def _sent(event: Event, at: datetime) -> None:
    """subscribe_msg_sent_event: how a message that WeChat took went."""
    for one in _listed(event, "SubscribeMsgSentEvent"):
        code = str(one.get("ErrorCode") or "0")
        is_success = str(one.get("ErrorStatus")) == "success" or code == "0"
        number = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0
        delivery.note_report(
            str(one.get("MsgID") or ""), app=WeChatApp.MINI, is_success=is_success, code=number, now=at
        )


def _finished(event: Event, at: datetime) -> None:
    """TEMPLATESENDJOBFINISH: how a message of the official account went."""
    delivery.note_report(
        str(event.facts.get("MsgID") or ""), app=WeChatApp.OFFICIAL,
        is_success=event.facts.get("Status") == "success", code=0, now=at,
    )  # fmt: skip


def _unfollowed(event: Event, at: datetime) -> None:
    """unsubscribe: someone does not follow the official account any more, and can be brought nothing by it."""
    account = identity.wechat_account(WeChatApp.OFFICIAL, event.openid)
    if account is not None:
        delivery.end_permissions(account.resident_id, app=WeChatApp.OFFICIAL, now=at)


def _changed(event: Event, at: datetime) -> None:
    """subscribe_msg_change_event: someone switched a template off in WeChat's own settings."""
    account = identity.wechat_account(WeChatApp.MINI, event.openid)
    topics = {
        template.id: topic
        for topic, template in delivery.templates(at, is_stand_in=_settings().wechat.is_stand_in).items()
    }
    for one in _listed(event, "SubscribeMsgChangeEvent"):
        topic = topics.get(str(one.get("TemplateId")))
        if account is not None and topic is not None and one.get("SubscribeStatusString") == "reject":
            delivery.end_permissions(account.resident_id, topic, app=WeChatApp.MINI, now=at)


def _checked(event: Event, at: datetime) -> None:
    """wxa_media_check: what WeChat makes of a picture that it was asked about."""
    trace, result = str(event.facts.get("trace_id") or ""), event.facts.get("result")
    if not 0 < len(trace) <= LONGEST_TRACE:
        log.warning("a verdict without a trace was kept")
        return
    is_seen = str(event.facts.get("errcode") or "0") == "0" and isinstance(result, dict)
    finding = finding_of(result) if is_seen and isinstance(result, dict) else None
    found = Found(finding.verdict.value) if finding is not None else None
    if not checking.take_verdict(trace, found, finding.label if finding else None, now=at):
        log.info("a verdict about something not asked was kept")


def _kept_only(_event: Event, _at: datetime) -> None:
    """Nothing follows from it here: permissions are counted when the mini program hands them over."""


def _unknown(event: Event, _at: datetime) -> None:
    log.info("an event that the house does not know was kept", name=event.name)


HANDLERS: dict[str, Callable[[Event, datetime], None]] = {
    "subscribe_msg_sent_event": _sent,
    "subscribe_msg_change_event": _changed,
    "subscribe_msg_popup_event": _kept_only,
    "TEMPLATESENDJOBFINISH": _finished,
    "unsubscribe": _unfollowed,
    "wxa_media_check": _checked,
}


def _listed(event: Event, wrapper: str) -> Iterator[dict[str, Any]]:
    """The entries, however wrapped: XML puts them in an element named after the event, JSON in a list or one object."""
    inside = event.facts.get(wrapper)
    found = (inside if isinstance(inside, dict) else event.facts).get("List")
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict):
            yield one
