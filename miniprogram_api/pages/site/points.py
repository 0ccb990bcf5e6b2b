"""The punch list on the phone: what was found, raising a point, and looking whether one is right now."""

from flask import flash, request

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.pages.site.drawing import Page, back_to, draw, mine, site_pages
from miniprogram_api.works import acting
from miniprogram_api.works.schemas import LookIn, PointIn
from miniprogram_api.works.seats import Seat, seat_if_any
from server.infra.web.addresses import page_asked
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.projects import queries
from server.projects.queries import PointCard


@site_pages.get("/points")
@open_to_all
def points_page(community_id: int) -> Page:
    return _page(community_id, seat_if_any(community_id))


@site_pages.get("/points/new")
@resident_page
def new_point(community_id: int) -> Page:
    return _new(mine(community_id))


@site_pages.post("/points")
@resident_page
def raise_point(community_id: int) -> Page:
    seat = mine(community_id)
    try:
        form = load_form(PointIn)
        acting.raise_point(seat, form, request.files.getlist("photo"), request.form.get("client_key", ""))
    except NotFound:
        raise
    except Problem as error:
        return _new(seat, error)
    flash("记进整改清单了。改好了会发消息，请你去看。", "go")
    return back_to("points_page", community_id)


@site_pages.get("/points/<int:point_id>")
@resident_page
def point_page(community_id: int, point_id: int) -> Page:
    seat = mine(community_id)
    return _point(seat, acting.seen_point(seat, point_id))


@site_pages.post("/points/<int:point_id>/looks")
@resident_page
def look(community_id: int, point_id: int) -> Page:
    seat = mine(community_id)
    card = acting.seen_point(seat, point_id)
    try:
        acting.look_at_point(seat, point_id, load_form(LookIn), request.form.get("client_key", ""))
    except Problem as error:
        return _point(seat, card, error)
    flash("记下了，谢谢你去看。", "go")
    return back_to("points_page", community_id)


def _page(community_id: int, seat: Seat | None) -> Page:
    page = queries.points(community_id, page_asked())
    return draw(
        "points.html",
        community_id,
        seat=seat,
        page=page,
        mine=queries.points_of(seat.flat_ids) if seat else [],
        open_count=queries.open_counts([community_id]).get(community_id, 0),
    )


def _new(seat: Seat, error: Problem | None = None) -> Page:
    items = [(card.id, card.label) for card in queries.items_of_community(seat.community_id)]
    typed = dict(request.form) if error else None
    return draw("point_new.html", seat.community_id, typed, error, seat=seat, items=items)


def _point(seat: Seat, card: PointCard, error: Problem | None = None) -> Page:
    typed = dict(request.form) if error else None
    is_mine = card.point.flat_id in seat.flat_ids
    return draw("point.html", seat.community_id, typed, error, seat=seat, card=card, is_mine=is_mine)
