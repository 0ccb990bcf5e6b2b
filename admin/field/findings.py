"""What was found on a round, as a phone sends it: each a ticket of its own, each once."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Response

from admin.field.blueprint import field
from admin.field.items import Takers, answered, drawn_anew
from admin.field.schemas import FindingIn, load_item
from admin.guard import check, needs
from admin.session import me
from server.attachments import actions as attachments
from server.identity.rules import Permission, Role
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.formats import chinatime
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.tickets import actions
from server.tickets.rules.reports import NewTicket, check_report
from server.tickets.rules.words import Source

_COMPANY = frozenset({Role.PROPERTY_CLERK, Role.PROPERTY_MANAGER})


@field.post("/tour/items")
@needs(Permission.ENTER_TICKET)
def take_findings() -> Response:
    return answered(_TAKERS, lambda _item: None)


def _take_finding(item: dict[str, Any]) -> None:
    form = load_item(FindingIn, item)
    community_id, instant = form["community_id"], now()
    check(Permission.ENTER_TICKET, community_id)
    building_id = _building_of(community_id, form["entrance_id"], form["facility_id"])
    photos = drawn_anew("photo", form["photos"])
    with unit_of_work():
        new = NewTicket(
            community_id=community_id,
            category=form["category"],
            source=source_of_me(community_id),
            client_key=form["key"],
            words=form["words"],
            building_id=building_id,
            entrance_id=form["entrance_id"],
            facility_id=form["facility_id"],
            is_danger=form["is_danger"],
            photos=[attachments.keep_photo(one, actor=me().actor, now=instant).id for one in photos],
        )
        # When it was found tells nobody what it was: what lacks words lacks them still.
        check_report(new)
        actions.report(replace(new, words=_words(form["words"], form["at"])), actor=me().actor, now=instant)


def source_of_me(community_id: int) -> Source:
    """The company's own round, or the committee's."""
    path = ledger.place(community_id)
    mine = {
        grant.role
        for grant in me().grants
        if grant.community_id == community_id
        or (grant.community_id is None and path is not None and path.is_under(grant.division_path))
    }
    return Source.COMPANY if mine & _COMPANY else Source.PATROL


def _building_of(community_id: int, entrance_id: int | None, facility_id: int | None) -> int | None:
    """Raises NotFound where the place is not in this community."""
    if facility_id is not None:
        facility = ledger.facility(facility_id, community_id)
        if facility is None:
            raise NotFound
        return facility.building_id
    if entrance_id is None:
        return None
    for one in ledger.entrances(community_id):
        if one.id == entrance_id:
            return one.building_id
    raise NotFound


def _words(said: str, at: datetime | None) -> str:
    """With when it was found, for it may have waited for a network: its clock runs from when we heard of it."""
    return f"{said}\n（{chinatime(at, china_day(at))} 巡查发现）".strip() if at else said


_TAKERS: Takers = {"ticket": _take_finding}
