"""Appointments for work inside the flat: the times that are free, booking one, moving to another, letting go."""

from flask import flash, request

from miniprogram_api.guard import resident_page
from miniprogram_api.pages.site.drawing import Page, back_to, draw, mine, site_pages
from miniprogram_api.works import acting
from miniprogram_api.works.schemas import VisitIn
from miniprogram_api.works.seats import Seat
from server.infra.clock import now
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.ledger.queries import FlatCard
from server.projects import queries
from server.projects.queries import SlotCard


@site_pages.get("/visits")
@resident_page
def visits_page(community_id: int) -> Page:
    return _page(mine(community_id))


@site_pages.post("/visits")
@resident_page
def book(community_id: int) -> Page:
    seat = mine(community_id)
    try:
        form = load_form(VisitIn)
        acting.book(seat, form["slot_id"], form["flat_id"], request.form.get("client_key", ""))
    except NotFound:
        raise
    except Problem as error:
        return _page(seat, error)
    flash("约好了。改时间、取消，都在这一页。", "go")
    return back_to("visits_page", community_id)


@site_pages.post("/visits/<int:appointment_id>/cancel")
@resident_page
def cancel(community_id: int, appointment_id: int) -> Page:
    seat = mine(community_id)
    try:
        acting.let_go(seat, appointment_id)
    except NotFound:
        raise
    except Problem as error:
        return _page(seat, error)
    flash("取消了。想好了再约。", "go")
    return back_to("visits_page", community_id)


def free_for(seat: Seat) -> list[tuple[FlatCard, SlotCard]]:
    """What each flat of this person may take and does not hold, in the order of time."""
    held = {(row.flat_id, row.slot_id) for row, _ in queries.appointments_of(seat.flat_ids)}
    return [
        (flat, card)
        for flat in seat.flats
        for card in queries.slots_for(seat.community_id, flat.building_id, flat.entrance_id, now())
        if card.left and (flat.id, card.slot.id) not in held
    ]


def _page(seat: Seat, error: Problem | None = None) -> Page:
    booked = queries.appointments_of(seat.flat_ids)
    labels = {flat.id: flat.label for flat in seat.flats}
    return draw(
        "visits.html",
        seat.community_id,
        None,
        error,
        seat=seat,
        booked=[(row, card, labels[row.flat_id]) for row, card in booked if now() < card.begins_at],
        held={(row.flat_id, row.item_id) for row, card in booked if now() < card.ends_at},
        free=free_for(seat),
    )
