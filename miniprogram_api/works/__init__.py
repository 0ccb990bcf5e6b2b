"""The works as JSON: what is done when, appointments, the punch list, claims, patrols, money and promises."""

from datetime import timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from miniprogram_api.guard import auth
from miniprogram_api.paging import PageIn
from miniprogram_api.schemas import PICTURE, KeyIn, problems
from miniprogram_api.session import me
from miniprogram_api.works import acting, shapes
from miniprogram_api.works.reading import buried, photo_seen, project_cards
from miniprogram_api.works.schemas import (
    BookedOut,
    ClaimIn,
    ClaimsOut,
    FundingOut,
    HiddenWorksOut,
    LookIn,
    MadeClaimOut,
    MadePledgeOut,
    PatrolIn,
    PatrolOut,
    PatrolsOut,
    PledgeIn,
    PledgesOut,
    PointIn,
    PointsOut,
    RaisedPointOut,
    VisitIn,
    VisitsOut,
    WholePointOut,
    WorksOut,
)
from miniprogram_api.works.seats import Seat, seat_of
from server.attachments import queries as kept
from server.contributions import queries as contributions
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid
from server.projects import queries
from server.projects.rules.points import Mark

site = APIBlueprint("site", __name__, url_prefix="/api/v1/communities/<int:community_id>", tag="改造施工")
#: What a call of these may be refused with that sends a form, or reads a page of a list.
FORM = (400, 401, 403, 404, 409, 413, 422, 429)
AHEAD = 31


def _seat(community_id: int) -> Seat:
    return seat_of(community_id, me())


@site.get("/works")
@site.auth_required(auth)
@site.output(WorksOut)
@site.doc(operation_id="get_works", summary="哪天做什么、哪天安静", responses=problems(401, 403, 404))
def works(community_id: int) -> dict[str, Any]:
    seat, today = _seat(community_id), china_day(now())
    items = queries.items_of_community(seat.community_id)
    days = [today + timedelta(days=n) for n in range(AHEAD)]
    return {
        "projects": list(map(shapes.project_shape, project_cards(community_id))),
        "structures": {state.value: number for state, number in queries.public_counts(community_id).items()},
        "items": [shapes.item_shape(card, today) for card in items],
        "noise_hours": queries.noise_hours(community_id, today),
        "quiet_days": [
            {"day": day, "reason": reason}
            for day, reason in queries.quiet_reasons(community_id, days).items()
        ],
        "utilities": [shapes.utility_shape(card) for card in queries.utility_works(community_id, items)],
        "open_points": queries.open_counts([community_id]).get(community_id, 0),
        "checklist": queries.checklist(community_id, today),
    }


# ------------------------------------------------------------------ appointments


@site.get("/visits")
@site.auth_required(auth)
@site.output(VisitsOut)
@site.doc(operation_id="list_visits", summary="约好的和还能约的上门时间", responses=problems(401, 403, 404))
def visits(community_id: int) -> dict[str, Any]:
    seat = _seat(community_id)
    held = {(row.flat_id, row.slot_id) for row, _ in queries.appointments_of(seat.flat_ids)}
    return {
        "booked": [row for row, _ in queries.appointments_of(seat.flat_ids)],
        "free": [
            shapes.slot_shape(flat, card)
            for flat in seat.flats
            for card in queries.slots_for(community_id, flat.building_id, flat.entrance_id, now())
            if card.left and (flat.id, card.slot.id) not in held
        ],
    }


@site.post("/visits")
@site.auth_required(auth)
@site.input(KeyIn, location="headers", arg_name="key")
@site.input(VisitIn, example={"slot_id": 1})
@site.output(BookedOut, status_code=201)
@site.doc(
    operation_id="book_visit",
    summary="约上门；已经约了同一项的，改到这个时间",
    responses=problems(400, 401, 403, 404, 409, 415, 422),
)
def book(community_id: int, key: dict[str, str], json_data: dict[str, Any]) -> Any:
    seat = _seat(community_id)
    return acting.book(seat, json_data["slot_id"], json_data["flat_id"], key["client_key"])


@site.delete("/visits/<int:appointment_id>")
@site.auth_required(auth)
@site.output({}, status_code=204)
@site.doc(operation_id="cancel_visit", summary="取消预约", responses=problems(401, 403, 404, 409))
def cancel(community_id: int, appointment_id: int) -> str:
    acting.let_go(_seat(community_id), appointment_id)
    return ""


# ------------------------------------------------------------------ the punch list, claims, patrols


@site.get("/points")
@site.auth_required(auth)
@site.input(PageIn, location="query", arg_name="query")
@site.output(PointsOut)
@site.doc(operation_id="list_points", summary="整改清单", responses=problems(401, 403, 404, 422))
def points(community_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """What others wrote stands here once somebody has looked at it; until then only its state."""
    seat = _seat(community_id)
    page = queries.points(community_id, query["page"])
    return {
        "number": page.number,
        "last": page.last,
        "total": page.total,
        "items": [
            shapes.point_shape(card, is_mine=card.point.flat_id in seat.flat_ids) for card in page.items
        ],
    }


@site.get("/points/<int:point_id>")
@site.auth_required(auth)
@site.output(WholePointOut)
@site.doc(operation_id="get_point", summary="一处整改，从提出到改好", responses=problems(401, 403, 404))
def show_point(community_id: int, point_id: int) -> dict[str, Any]:
    seat = _seat(community_id)
    card = acting.seen_point(seat, point_id)
    return shapes.whole_point_shape(card, is_mine=card.point.flat_id in seat.flat_ids)


@site.post("/points")
@site.auth_required(auth)
@site.input(KeyIn, location="headers", arg_name="key")
@site.input(PointIn, location="form_and_files", arg_name="sent")
@site.output(RaisedPointOut, status_code=201)
@site.doc(operation_id="raise_point", summary="提一处整改", responses=problems(*FORM))
def raise_point(community_id: int, key: dict[str, str], sent: dict[str, Any]) -> dict[str, Any]:
    row = acting.raise_point(_seat(community_id), sent, [sent["photo"]], key["client_key"])
    return shapes.point_shape(queries.point(row.id, community_id), is_mine=True)


@site.post("/points/<int:point_id>/looks")
@site.auth_required(auth)
@site.input(KeyIn, location="headers", arg_name="key")
@site.input(LookIn, example={"is_right": True})
@site.output(RaisedPointOut, status_code=201)
@site.doc(
    operation_id="look_at_point",
    summary="说这一处改好了没有",
    responses=problems(400, 401, 403, 404, 409, 415, 422),
)
def look(community_id: int, point_id: int, key: dict[str, str], json_data: dict[str, Any]) -> dict[str, Any]:
    seat = _seat(community_id)
    acting.look_at_point(seat, point_id, json_data, key["client_key"])
    card = queries.point(point_id, community_id)
    return shapes.point_shape(card, is_mine=card.point.flat_id in seat.flat_ids)


@site.get("/claims")
@site.auth_required(auth)
@site.output(ClaimsOut)
@site.doc(operation_id="list_claims", summary="我家提的施工损坏", responses=problems(401, 403, 404))
def claims(community_id: int) -> dict[str, Any]:
    found = queries.claims_of(_seat(community_id).flat_ids)
    return {"items": [shapes.claim_shape(card) for card in found if card.claim.community_id == community_id]}


@site.post("/claims")
@site.auth_required(auth)
@site.input(KeyIn, location="headers", arg_name="key")
@site.input(ClaimIn, location="form_and_files", arg_name="sent")
@site.output(MadeClaimOut, status_code=201)
@site.doc(operation_id="claim_damage", summary="施工弄坏了东西", responses=problems(*FORM))
def claim(community_id: int, key: dict[str, str], sent: dict[str, Any]) -> dict[str, Any]:
    row = acting.claim(_seat(community_id), sent, [sent["photo"]], key["client_key"])
    return shapes.claim_shape(queries.claim(row.id, community_id))


@site.get("/patrols")
@site.auth_required(auth)
@site.input(PageIn, location="query", arg_name="query")
@site.output(PatrolsOut)
@site.doc(operation_id="list_patrols", summary="监督员看到了什么", responses=problems(401, 403, 404, 422))
def patrols(community_id: int, query: dict[str, Any]) -> dict[str, Any]:
    seat, page = _seat(community_id), queries.patrols(community_id, query["page"])
    return {
        "number": page.number,
        "last": page.last,
        "total": page.total,
        "households": len(queries.supervisors(community_id)),
        "may_walk": seat.watches() is not None,
        "items": list(map(shapes.patrol_shape, page.items)),
    }


@site.post("/patrols")
@site.auth_required(auth)
@site.input(KeyIn, location="headers", arg_name="key")
@site.input(PatrolIn, location="form_and_files", arg_name="sent")
@site.output(PatrolOut, status_code=201)
@site.doc(operation_id="walk_patrol", summary="监督员巡查", responses=problems(*FORM))
def patrol(community_id: int, key: dict[str, str], sent: dict[str, Any]) -> dict[str, Any]:
    """The marks stand in the order of the checklist that `get_works` gives."""
    seat, lines = _seat(community_id), queries.checklist(community_id, china_day(now()))
    if len(sent["marks"]) != len(lines):
        sentence = f"清单有 {len(lines)} 条，每条选一个。"
        raise Invalid(sentence, fields={"marks": [sentence]})
    marks = dict(zip(lines, sent["marks"], strict=True))
    row = acting.patrol(seat, marks, sent, [sent["photo"]], key["client_key"])
    bad = sum(one["mark"] == Mark.BAD for one in row.answers)
    return {"id": row.id, "place": row.place, "walked_at": row.walked_at, "bad": bad}


# ------------------------------------------------------------------ pictures


@site.get("/hidden-works")
@site.auth_required(auth)
@site.output(HiddenWorksOut)
@site.doc(operation_id="list_hidden_works", summary="埋起来以前拍的", responses=problems(401, 403, 404))
def hidden(community_id: int) -> dict[str, Any]:
    """What goes out of sight is photographed first. For those who live there."""
    return {"items": list(map(shapes.buried_shape, buried(_seat(community_id).community_id)))}


@site.get("/photos/<int:evidence_id>")
@site.auth_required(auth)
@site.doc(
    operation_id="get_works_photo", summary="看改造施工的照片", responses=PICTURE | problems(401, 403, 404)
)
def photo(community_id: int, evidence_id: int) -> Response:
    """Another's that nobody has looked at yet answers as one that is not there."""
    found = photo_seen(community_id, evidence_id, _seat(community_id))
    return Response(kept.content(found), content_type="image/jpeg")


# ------------------------------------------------------------------ money and promises


@site.get("/funding")
@site.auth_required(auth)
@site.output(FundingOut)
@site.doc(operation_id="get_funding", summary="改造的钱从哪里来、用了多少", responses=problems(401, 403, 404))
def funding(community_id: int) -> dict[str, Any]:
    return shapes.funding_shape(contributions.funding(_seat(community_id).community_id))


@site.get("/pledges")
@site.auth_required(auth)
@site.input(PageIn, location="query", arg_name="query")
@site.output(PledgesOut)
@site.doc(operation_id="list_pledges", summary="邻居出的钱和力", responses=problems(401, 403, 404, 422))
def pledges(community_id: int, query: dict[str, Any]) -> dict[str, Any]:
    page = contributions.pledges(_seat(community_id).community_id, query["page"])
    return {
        "number": page.number,
        "last": page.last,
        "total": page.total,
        "items": [shapes.pledge_shape(card) for card in page.items],
    }


@site.post("/pledges")
@site.auth_required(auth)
@site.input(KeyIn, location="headers", arg_name="key")
@site.input(PledgeIn, example={"kind": "money", "amount": "200.00"})
@site.output(MadePledgeOut, status_code=201)
@site.doc(
    operation_id="make_pledge",
    summary="自愿出钱、出力、让地方、出主意",
    responses=problems(400, 401, 403, 404, 409, 415, 422, 429),
)
def make_pledge(community_id: int, key: dict[str, str], json_data: dict[str, Any]) -> Any:
    return acting.pledge(_seat(community_id), json_data, key["client_key"])


@site.delete("/pledges/<int:pledge_id>")
@site.auth_required(auth)
@site.output({}, status_code=204)
@site.doc(operation_id="take_pledge_back", summary="收回", responses=problems(401, 403, 404, 409))
def take_back(community_id: int, pledge_id: int) -> str:
    acting.take_back(_seat(community_id), pledge_id)
    return ""
