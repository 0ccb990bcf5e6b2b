"""Joint matters as JSON: what is raised, raising something, standing behind it, one with its whole way, and meetings."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from miniprogram_api.guard import auth
from miniprogram_api.matters.reading import (
    add_photo,
    drawn,
    flats_in,
    own_card,
    own_meeting,
    photo_seen,
    raise_matter,
    stand_behind,
    step_back,
    supported,
)
from miniprogram_api.matters.schemas import (
    MatterPageOut,
    MatterPhotoIn,
    MattersOut,
    MeetingPageOut,
    RaisedMatterOut,
    RaiseIn,
    SupportIn,
)
from miniprogram_api.matters.shapes import as_out, meeting_page_out, whole_out
from miniprogram_api.paging import PageIn
from miniprogram_api.schemas import PICTURE, KeyIn, problems
from miniprogram_api.session import me
from server.attachments import queries as kept
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.matters import queries

matters = APIBlueprint("matters", __name__, url_prefix="/api/v1", tag="议事会")

EXAMPLE = {
    "community_id": 7,
    "kind": "request",
    "title": "3 栋门口的灯不亮",
    "text": "晚上看不见台阶，老人摔过，请修一下。",
}


@matters.get("/communities/<int:community_id>/matters")
@matters.auth_required(auth)
@matters.input(PageIn, location="query", arg_name="query")
@matters.output(MattersOut)
@matters.doc(operation_id="list_matters", summary="小区里大家提的事", responses=problems(401, 404, 422))
def listing(community_id: int, query: dict[str, int]) -> dict[str, Any]:
    """Newest first; what nobody looked at yet is not among them."""
    flats_in(community_id, me())
    page = queries.public_matters(community_id, now(), query["page"])
    behind = supported(list(page.items), me())
    return {
        "number": page.number,
        "last": page.last,
        "total": page.total,
        "items": [as_out(card, me(), behind) for card in page.items],
    }


@matters.post("/matters")
@matters.auth_required(auth)
@matters.input(KeyIn, location="headers", arg_name="key")
@matters.input(RaiseIn, example=EXAMPLE)
@matters.output(RaisedMatterOut, status_code=201)
@matters.doc(
    operation_id="raise_matter",
    summary="提一件事",
    responses=problems(400, 401, 403, 404, 409, 415, 422, 429),
)
def create(key: dict[str, str], json_data: dict[str, Any]) -> Any:
    """Others read it once somebody has looked at it; it is owed an answer at once."""
    with unit_of_work():
        row = raise_matter(json_data["community_id"], json_data, key["client_key"], me())
    return as_out(own_card(row.id, me(), now()), me(), set())


@matters.get("/matters/<int:matter_id>")
@matters.auth_required(auth)
@matters.output(MatterPageOut)
@matters.doc(operation_id="get_matter", summary="一件事，从提出到办好", responses=problems(401, 404))
def show(matter_id: int) -> dict[str, Any]:
    moment = now()
    return whole_out(own_card(matter_id, me(), moment), me(), moment)


@matters.post("/matters/<int:matter_id>/photos")
@matters.auth_required(auth)
@matters.input(MatterPhotoIn, location="form_and_files", arg_name="sent")
@matters.output(MatterPageOut)
@matters.doc(
    operation_id="add_matter_photo",
    summary="给自己提的事加一张照片",
    responses=problems(400, 401, 403, 404, 409, 413, 422, 429),
)
def send_photo(matter_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """Drawn anew, without place and time. The same one again changes nothing. Neighbours see it once it was looked at."""
    card = own_card(matter_id, me(), now())
    for one in drawn([sent["photo"]], me()):
        with unit_of_work():
            add_photo(card, one, me())
    return whole_out(own_card(matter_id, me(), now()), me(), now())


@matters.get("/matters/<int:matter_id>/photos/<int:photo_id>")
@matters.auth_required(auth)
@matters.doc(operation_id="get_matter_photo", summary="看照片", responses=PICTURE | problems(401, 404))
def photo(matter_id: int, photo_id: int) -> Response:
    return Response(kept.content(photo_seen(matter_id, photo_id, me(), now())), content_type="image/jpeg")


@matters.put("/matters/<int:matter_id>/support")
@matters.auth_required(auth)
@matters.input(SupportIn, example={"is_supported": True})
@matters.output(MatterPageOut)
@matters.doc(
    operation_id="support_matter",
    summary="我家支持，或收回支持",
    responses=problems(400, 401, 403, 404, 409, 415, 422),
)
def support(matter_id: int, json_data: dict[str, bool]) -> dict[str, Any]:
    """A home counts once, whoever of it speaks; sent again it changes nothing."""
    card = own_card(matter_id, me(), now())
    act = stand_behind if json_data["is_supported"] else step_back
    with unit_of_work():
        act(card, me())
    return whole_out(own_card(matter_id, me(), now()), me(), now())


@matters.get("/meetings/<int:meeting_id>")
@matters.auth_required(auth)
@matters.output(MeetingPageOut)
@matters.doc(operation_id="get_meeting", summary="一次议事会", responses=problems(401, 404))
def meeting(meeting_id: int) -> dict[str, Any]:
    moment = now()
    return meeting_page_out(own_meeting(meeting_id, me(), moment), moment)
