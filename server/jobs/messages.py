"""The job that brings messages to telephones: claimed in one unit of work, sent outside any, settled each in its own."""

import time

import structlog
from flask import current_app

from server.identity.rules import WeChatApp
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.queue import wake
from server.infra.settings import Settings
from server.infra.wechat import PersonRefused, Unreachable, WeChatError, mini_program, official_account
from server.messages import delivery
from server.messages.delivery import Outcome, Parcel, Ways
from server.messages.rules import Template, Topic

log = structlog.get_logger(__name__)

#: After so many tries in a row that may pass, WeChat is away: the rest waits for the next look.
MOST_FAILURES = 3
#: Ten thousand messages take minutes: whatever else falls due meanwhile has its turn in between.
LOOK_SECONDS = 20.0


def work_on_deliveries() -> int:
    """Send what is due, for so long; the rest is the next look's, to which it wakes. Returns how many WeChat took."""
    open_ways, taken, failures = ways(), 0, 0
    until = time.monotonic() + LOOK_SECONDS
    while failures < MOST_FAILURES:
        with unit_of_work():
            parcels = delivery.claim(now(), open_ways)
        if not parcels:
            break
        for number, parcel in enumerate(parcels):
            outcome = _send(parcel)
            with unit_of_work():
                delivery.settle(parcel, outcome, now=now())
            taken += outcome.is_sent
            failures = failures + 1 if outcome.is_passing else 0
            if failures == MOST_FAILURES:
                with unit_of_work():
                    delivery.put_back(parcels[number + 1 :], now=now())
                break
        if time.monotonic() >= until:
            wake("messages")
            break
    return taken


def ways() -> Ways:
    """Of the apps that the operator has. None where there is none: everything waits in the inbox."""
    settings: Settings = current_app.config["SETTINGS"]
    found: dict[WeChatApp, dict[Topic, Template]] = {}
    if current_app.config["WECHAT_HAS_MINI"]:
        found[WeChatApp.MINI] = delivery.templates(now(), is_stand_in=settings.wechat.is_stand_in)
    if current_app.config["WECHAT_HAS_OFFICIAL"]:
        found[WeChatApp.OFFICIAL] = delivery.official_templates(
            now(), is_stand_in=settings.wechat.is_stand_in
        )
    return found


def _send(parcel: Parcel) -> Outcome:
    try:
        number = _given_over(parcel)
    except WeChatError as error:
        log.warning("a message was not taken", kind=type(error).__name__, code=error.code)
        return Outcome(
            is_sent=False,
            code=error.code,
            is_passing=error.is_passing,
            is_refused=isinstance(error, PersonRefused),
            is_unsure=isinstance(error, Unreachable) and error.code != -1,
        )
    return Outcome(is_sent=True, number=number)


def _given_over(parcel: Parcel) -> str:
    """Returns WeChat's number of it. It opens the message itself, which then counts as read, and from there what it is of."""
    data = dict(parcel.data)
    if parcel.app is WeChatApp.MINI:
        return mini_program().send_subscribe(parcel.openid, parcel.template_id, data, page_of(parcel))
    address = f"{current_app.config['PUBLIC_URL']}/inbox/{parcel.message_id}"
    return official_account().send_template(parcel.openid, parcel.template_id, data, address)


def page_of(parcel: Parcel) -> str:
    """The mini program's page that opens a message."""
    return f"pages/web/web?message={parcel.message_id}"
