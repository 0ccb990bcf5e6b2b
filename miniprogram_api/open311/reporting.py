"""Taking a report: form-encoded, with a key. The link to a picture is kept as a link; nobody here opens it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request
from marshmallow import Schema, ValidationError

from miniprogram_api.open311.asking import micro_degrees
from miniprogram_api.open311.blueprint import open311
from miniprogram_api.open311.guard import NO_KEY, by_key, count_report, jurisdiction_of, key_used, program
from miniprogram_api.open311.places import Spot, spot
from miniprogram_api.open311.services import attributes_of, category_of
from miniprogram_api.open311.writing import written
from server.identity.models import PlaceKind
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.formats import chinatime
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import Forbidden, Invalid
from server.open311 import actions as programs
from server.open311.actions import Sent
from server.open311.models import Open311Key
from server.tickets import actions
from server.tickets.actions import Step
from server.tickets.models import Ticket
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.states import LONGEST_WORDS
from server.tickets.rules.words import Category, Source

#: Of the specification.
LONGEST_DESCRIPTION = 4000
LONGEST_ANSWER = 200


class ReportIn(Schema):
    """`email`, `device_id` and `account_id` are not asked for: what is not needed is not kept."""

    description = Words(LONGEST_DESCRIPTION, load_default="")
    address_string = Line(500, load_default="")
    address_id = Line(300, load_default="")
    lat = Line(40, load_default="")
    long = Line(40, load_default="")
    media_url = Line(500, load_default="")
    first_name = Line(20, load_default="")
    last_name = Line(20, load_default="")
    phone = Line(30, load_default="")
    #: The program's own name for this request, so that one sent twice is one; a header of that name will do as well.
    client_key = Line(80, load_default="")


@open311.post("/requests.<any(json,xml):form>")
@by_key
def post_request(form: str) -> Response:
    key, instant = key_used(), now()
    if key is None:
        raise Forbidden(NO_KEY)
    ticket = _take(key, instant)
    notice = f"已收到，编号 {ticket.id}。"
    if ticket.fixed_by is not None:
        notice += f"应在 {chinatime(ticket.fixed_by, china_day(instant))} 前办好。"
    said = {"service_request_id": str(ticket.id), "service_notice": notice, "account_id": None}
    return written(form, "service_requests", [said])


def _take(key: Open311Key, instant: datetime) -> Ticket:
    within = jurisdiction_of(key, request.form.get("jurisdiction_id"))
    category = category_of(request.form.get("service_code"))
    if request.files:
        # Taken without its picture it would seem to have come whole.
        raise Invalid("这里不收照片文件，这一件没有报上。请把照片的网址填在 media_url，或者不带照片再发。")
    said = load_form(ReportIn)
    lat, long = micro_degrees(said["lat"], "lat", 90), micro_degrees(said["long"], "long", 180)
    if (lat is None) != (long is None):
        raise Invalid("lat 和 long 要一起填。")
    where = spot(said["address_id"], said["address_string"], lat is not None, within)
    token = _token(said, instant)
    client_key = f"open311-{key.id}-{hashlib.sha256(token.encode()).hexdigest()[:40]}"
    words = _words(category, said["description"], request.form)
    sent = Sent(token, said["address_string"], lat, long)
    actor = program(key)
    with unit_of_work():
        count_report(key)
        ticket = actions.report(
            _new(where, category, words[:LONGEST_WORDS], said, client_key), actor=actor, now=instant
        )
        if programs.keep_report(key, ticket.id, sent, now=instant):
            for at in range(LONGEST_WORDS, len(words), LONGEST_WORDS):
                step = Step(actor, instant, f"{client_key}-{at}", words[at : at + LONGEST_WORDS])
                actions.note(ticket.id, step)
    return ticket


def _new(where: Spot, category: Category, words: str, said: Mapping[str, str], client_key: str) -> NewTicket:
    of = {
        PlaceKind.BUILDING: "building_id",
        PlaceKind.ENTRANCE: "entrance_id",
        PlaceKind.FACILITY: "facility_id",
    }
    place: dict[str, Any] = {of[where.kind]: where.target_id} if where.kind in of else {}
    return NewTicket(
        community_id=where.community_id,
        category=category,
        source=Source.OPEN311,
        client_key=client_key,
        words=words,
        media_url=said["media_url"],
        contact_name=said["last_name"] + said["first_name"],
        contact_phone=said["phone"],
        **place,
    )


def _token(said: Mapping[str, str], instant: datetime) -> str:
    """What the program calls its request. One that does not say: the very same words on the same day are the same request."""
    named = request.headers.get("Idempotency-Key", "").strip() or said["client_key"]
    if named:
        return named[:80]
    fields = sorted((name, value) for name, value in request.form.items() if name != "api_key")
    whole = repr((china_day(instant), fields)).encode(errors="surrogatepass")
    return hashlib.sha256(whole).hexdigest()


def _words(category: Category, description: str, sent: Mapping[str, str]) -> str:
    """The description, with what was answered to the questions of the service before it."""
    asked = [_answered(one["code"], sent) for one in attributes_of(category)]
    return "\n".join(filter(None, [*asked, description]))


def _answered(code: str, sent: Mapping[str, str]) -> str:
    name = f"attribute[{code}]"
    try:
        return str(Line(LONGEST_ANSWER).deserialize(sent.get(name, "")))
    except ValidationError as error:
        raise Invalid("有一项填得不对。", fields={name: [str(one) for one in error.messages]}) from None
