"""Tickets as JSON: reporting what is wrong, what is like it, following it up, and the resident's word on it."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from miniprogram_api.guard import auth
from miniprogram_api.schemas import PICTURE, KeyIn, problems
from miniprogram_api.session import me
from miniprogram_api.tickets.reading import attachment_of, listed, seen, similar, spot_of
from miniprogram_api.tickets.reporting import count_photos, keep_photos, say, take_report
from miniprogram_api.tickets.schemas import (
    MovedTicketOut,
    NoteIn,
    SimilarIn,
    SimilarOut,
    TakenTicketOut,
    TicketIn,
    TicketPageOut,
    TicketPhotoIn,
    TicketPhotoOut,
    TicketsIn,
    TicketsOut,
)
from miniprogram_api.tickets.shapes import seen_shape, ticket_shape
from server.attachments import queries as kept_photos
from server.attachments.actions import draw_anew
from server.infra.clock import now
from server.tickets.rules.seeing import Deed

EXAMPLE = {"code": "A2B3C4D5", "category": "water", "words": "水管一直滴水", "photos": []}

tickets = APIBlueprint("tickets", __name__, url_prefix="/api/v1/tickets", tag="报修投诉")


@tickets.get("")
@tickets.auth_required(auth)
@tickets.input(TicketsIn, location="query", arg_name="query")
@tickets.output(TicketsOut)
@tickets.doc(
    operation_id="list_tickets",
    summary="我报的、等我说一声的，或小区里还没办完的",
    responses=problems(401, 422),
)
def listing(query: dict[str, Any]) -> dict[str, Any]:
    moment, page = now(), query["page"]
    found = listed(query["scope"], me().id, page, moment)
    items = [ticket_shape(one, moment) for one in found.items]
    return {"items": items, "number": found.number, "last": found.last, "total": found.total}


@tickets.get("/similar")
@tickets.auth_required(auth)
@tickets.input(SimilarIn, location="query", arg_name="query")
@tickets.output(SimilarOut)
@tickets.doc(
    operation_id="list_similar_tickets",
    summary="可能是同一件的",
    responses=problems(401, 403, 404, 422),
)
def alike(query: dict[str, Any]) -> dict[str, Any]:
    """Ask before sending: whoever has the same trouble joins, and is told of each step."""
    moment = now()
    found = similar(spot_of(me().id, query), query["category"], moment)
    return {"items": [ticket_shape(one, moment) for one in found]}


@tickets.post("/photos")
@tickets.auth_required(auth)
@tickets.input(TicketPhotoIn, location="form_and_files", arg_name="sent")
@tickets.output(TicketPhotoOut)
@tickets.doc(
    operation_id="send_ticket_photo", summary="先传一张照片", responses=problems(400, 401, 413, 422, 429)
)
def send_photo(sent: dict[str, Any]) -> dict[str, Any]:
    """It is drawn anew, without place and time. What it answers with is this person's alone."""
    count_photos(1, me())
    return {"photo": keep_photos([draw_anew(sent["photo"].read())], me())[0]}


@tickets.post("")
@tickets.auth_required(auth)
@tickets.input(KeyIn, location="headers", arg_name="key")
@tickets.input(TicketIn, example=EXAMPLE)
@tickets.output(TakenTicketOut, status_code=201)
@tickets.doc(
    operation_id="report_ticket",
    summary="报修、投诉",
    responses=problems(400, 401, 403, 404, 409, 415, 422, 429),
)
def report(key: dict[str, str], json_data: dict[str, Any]) -> dict[str, Any]:
    row = take_report(json_data, key["client_key"], me())
    return seen_shape(seen(row.id, me().id, now()), now())


@tickets.get("/<int:ticket_id>")
@tickets.auth_required(auth)
@tickets.output(TicketPageOut)
@tickets.doc(operation_id="get_ticket", summary="办到哪一步了", responses=problems(401, 404))
def page(ticket_id: int) -> dict[str, Any]:
    return seen_shape(seen(ticket_id, me().id, now()), now())


@tickets.get("/<int:ticket_id>/photos/<int:photo_id>")
@tickets.auth_required(auth)
@tickets.doc(operation_id="get_ticket_photo", summary="看照片", responses=PICTURE | problems(401, 404))
def photo(ticket_id: int, photo_id: int) -> Response:
    found = attachment_of(ticket_id, photo_id, me().id, now())
    return Response(kept_photos.content(found), content_type="image/jpeg")


@tickets.post("/<int:ticket_id>/joins")
@tickets.auth_required(auth)
@tickets.input(KeyIn, location="headers", arg_name="key")
@tickets.output(MovedTicketOut, status_code=201)
@tickets.doc(operation_id="join_ticket", summary="我也遇到了", responses=problems(401, 404, 409, 422))
def join(ticket_id: int, key: dict[str, str]) -> dict[str, Any]:
    """From now on told of each step."""
    return _said(ticket_id, Deed.JOIN, key)


@tickets.post("/<int:ticket_id>/confirmations")
@tickets.auth_required(auth)
@tickets.input(KeyIn, location="headers", arg_name="key")
@tickets.output(MovedTicketOut, status_code=201)
@tickets.doc(operation_id="confirm_ticket", summary="解决了", responses=problems(401, 403, 404, 409, 422))
def confirm(ticket_id: int, key: dict[str, str]) -> dict[str, Any]:
    return _said(ticket_id, Deed.CONFIRM, key)


@tickets.post("/<int:ticket_id>/reopenings")
@tickets.auth_required(auth)
@tickets.input(KeyIn, location="headers", arg_name="key")
@tickets.input(NoteIn, example={"note": "还在滴水"})
@tickets.output(MovedTicketOut, status_code=201)
@tickets.doc(
    operation_id="reopen_ticket",
    summary="没解决，重新打开",
    responses=problems(400, 401, 403, 404, 409, 415, 422),
)
def reopen(ticket_id: int, key: dict[str, str], json_data: dict[str, Any]) -> dict[str, Any]:
    """It keeps the time it was first reported, and reaches whoever worked on it."""
    return _said(ticket_id, Deed.REOPEN, key, json_data["note"])


@tickets.post("/<int:ticket_id>/withdrawals")
@tickets.auth_required(auth)
@tickets.input(KeyIn, location="headers", arg_name="key")
@tickets.output(MovedTicketOut, status_code=201)
@tickets.doc(operation_id="withdraw_ticket", summary="撤回", responses=problems(401, 403, 404, 409, 422))
def withdraw(ticket_id: int, key: dict[str, str]) -> dict[str, Any]:
    return _said(ticket_id, Deed.WITHDRAW, key)


def _said(ticket_id: int, deed: Deed, key: dict[str, str], note: str = "") -> dict[str, Any]:
    say(ticket_id, deed, key["client_key"], me(), note)
    return seen_shape(seen(ticket_id, me().id, now()), now())
