"""Following what was reported: one request, many of them, and the one that a program knows by its own name.

What anybody reads here is what neighbours may read: category, place and state; words once somebody looked at them. The program
that reported reads its own words and link as it sent them. Troubles inside a home are not here at all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request

from miniprogram_api.open311.asking import Query, query
from miniprogram_api.open311.blueprint import open311
from miniprogram_api.open311.guard import jurisdiction, key_used, readable
from miniprogram_api.open311.places import address_id, addresses
from miniprogram_api.open311.writing import written
from server.divisions.models import Division
from server.infra.clock import now
from server.kernel.chinatime import CHINA
from server.kernel.errors import NotFound
from server.kernel.signs import has_unseen
from server.ledger import queries as ledger
from server.moderation import queries as moderation
from server.open311 import queries as programs
from server.open311.models import Open311Report
from server.projects.queries import Reach
from server.tickets import queries
from server.tickets.models import Ticket, TicketAct
from server.tickets.queries import WORDS_OF, Selected
from server.tickets.rules.words import State

NO_SUCH = "这个 jurisdiction_id 下没有编号 {} 的报修。"
ENDED = tuple(one for one in State if one.is_ended)
OPEN = tuple(one for one in State if not one.is_ended)


@open311.get("/requests.<any(json,xml):form>")
@readable
def service_requests(form: str) -> Response:
    within, instant = jurisdiction(request.args.get("jurisdiction_id")), now()
    asked = query(request.args, instant)
    rows = _asked(asked, within, instant)
    return written(form, "service_requests", _told(rows, instant))


@open311.get("/requests/<int:request_id>.<any(json,xml):form>")
@readable
def service_request(request_id: int, form: str) -> Response:
    within = jurisdiction(request.args.get("jurisdiction_id"))
    rows = _public([request_id], within)
    if not rows:
        raise NotFound(NO_SUCH.format(request_id))
    return written(form, "service_requests", _told(rows, now()))


@open311.get("/tokens/<token>.<any(json,xml):form>")
@readable
def request_of_token(token: str, form: str) -> Response:
    """Our services answer with an id at once. A program whose answer was lost on the way finds it here by what it called its
    request; where two programs use the same name, its key says whose."""
    within, key = jurisdiction(request.args.get("jurisdiction_id")), key_used()
    found = [] if has_unseen(token) else programs.reports_called(token, key.id if key else None)
    rows = _public([one.ticket_id for one in found], within)
    if len(found) != 1 or not rows:
        raise NotFound("没有找到这个 token 的报修。")
    return written(form, "service_requests", [{"service_request_id": str(rows[0].id), "token": token}])


def _asked(asked: Query, within: Division, instant: datetime) -> Sequence[Ticket]:
    if asked.ids is not None:
        return _public(asked.ids, within)
    selected = Selected(
        _reach(within),
        states=() if asked.is_open is None else OPEN if asked.is_open else ENDED,
        categories=asked.categories,
        since=asked.since,
        # Both ends of the span are in it.
        until=asked.until + timedelta(microseconds=1),
        is_shared=True,
    )
    return queries.tickets(selected, instant, asked.page, size=asked.size, newest_first=True).items


def _public(ids: Sequence[int], within: Division) -> list[Ticket]:
    return [one for one in queries.tickets_among(ids, _reach(within)) if one.flat_id is None]


def _reach(within: Division) -> Reach:
    return Reach([within.path])


def _told(rows: Sequence[Ticket], instant: datetime) -> list[dict[str, Any]]:
    ids = [one.id for one in rows]
    came, moved = programs.reports(ids), queries.moved_at(ids)
    read, where = moderation.standing(WORDS_OF, ids), _addresses(rows)
    extended = request.args.get("extensions") == "true"
    acts = queries.acts_of(ids) if extended else {}
    joined = queries.joined_counts(ids) if extended else {}
    told = []
    for row in rows:
        sent = _own(came.get(row.id))
        one = _request(row, came.get(row.id), where[row.id], moved[row.id])
        one["description"] = (row.words if sent else read[row.id].text) or None
        one["media_url"] = row.media_url or None if sent else None
        if extended:
            one |= _extensions(row, acts[row.id], joined.get(row.id, 0), instant)
        told.append(one)
    return told


def _own(report: Open311Report | None) -> bool:
    """Whether the program that asks is the one that reported."""
    key = key_used()
    return key is not None and report is not None and report.key_id == key.id


def _request(row: Ticket, report: Open311Report | None, address: str, moved_at: datetime) -> dict[str, Any]:
    """Every field of the specification, in its order."""
    return {
        "service_request_id": str(row.id),
        "status": "closed" if row.state.is_ended else "open",
        "status_notes": row.state.name_zh,
        "service_name": row.category.name_zh,
        "service_code": row.category.value,
        "description": None,
        "agency_responsible": row.contractor or None,
        "service_notice": None,
        "requested_datetime": w3(row.opened_at),
        "updated_datetime": w3(row.ended_at or moved_at),
        "expected_datetime": w3(row.fixed_by) if row.fixed_by and row.state.is_open else None,
        "address": address,
        "address_id": address_id(row.community_id, row.building_id, row.entrance_id, row.facility_id),
        "zipcode": None,
        "lat": _degrees(report.lat) if report else None,
        "long": _degrees(report.long) if report else None,
        "media_url": None,
    }


def _extensions(row: Ticket, acts: Sequence[TicketAct], joined: int, instant: datetime) -> dict[str, Any]:
    """What GeoReport has no word for; see docs/open311.md. What people wrote in an act stays here."""
    return {
        "extended_attributes": {
            "state": row.state.value,
            "state_name": row.state.name_zh,
            "priority": row.priority.value,
            "priority_name": row.priority.name_zh,
            "source": row.source.value,
            "is_overdue": row.is_overdue(instant),
            "level": row.level.value,
            "level_name": row.level.name_zh,
            "reopened": row.reopened,
            "joined": joined,
            "under_warranty": bool(row.contractor),
        },
        "notes": [
            {"datetime": w3(one.at), "type": one.act.value, "description": one.act.name_zh} for one in acts
        ],
    }


def _addresses(rows: Sequence[Ticket]) -> dict[int, str]:
    communities = {}
    for community_id, place in ledger.places(list({one.community_id for one in rows})).items():
        found = ledger.community(community_id)
        communities[community_id] = (found.name if found else "", place.division_path)
    return addresses(communities, {one.id: (one.community_id, one.place) for one in rows})


def w3(instant: datetime) -> str:
    """ "2026-03-02T09:00:00+08:00"."""
    return instant.astimezone(CHINA).isoformat(timespec="seconds")


def _degrees(millionths: int | None) -> float | None:
    return None if millionths is None else millionths / 1_000_000
