"""The job that brings messages to telephones: claimed in one unit of work, sent outside any, settled each in its own."""

from collections.abc import Mapping
from urllib.parse import quote

import structlog
from flask import current_app

from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.settings import Settings
from server.infra.wechat import PersonRefused, Unreachable, WeChatError, mini_program
from server.messages import delivery
from server.messages.delivery import Outcome, Parcel
from server.messages.rules import Template, Topic

log = structlog.get_logger(__name__)

#: After so many tries in a row that may pass, WeChat is away: the rest waits for the next look.
MOST_FAILURES = 3


def work_on_deliveries() -> int:
    """Send what is due. Returns how many WeChat took."""
    if not current_app.config["WECHAT_HAS_MINI"]:
        return 0
    by_topic, taken, failures = templates(), 0, 0
    while failures < MOST_FAILURES:
        with unit_of_work():
            parcels = delivery.claim(now(), by_topic)
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
    return taken


def templates() -> Mapping[Topic, Template]:
    settings: Settings = current_app.config["SETTINGS"]
    return delivery.templates(now(), is_stand_in=settings.wechat.is_stand_in)


def _send(parcel: Parcel) -> Outcome:
    try:
        number = mini_program().send_subscribe(
            parcel.openid, parcel.template_id, dict(parcel.data), _page(parcel.link)
        )
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


def _page(link: str) -> str:
    """The mini program's page that opens ours: the phone page stands in it."""
    return f"pages/web/web?to={quote(link, safe='')}" if link else "pages/home/home"
