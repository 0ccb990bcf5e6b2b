"""Damage that the works did: what this household claimed, by when it is answered, and claiming. Nobody else reads it."""

from flask import flash, request

from miniprogram_api.guard import resident_page
from miniprogram_api.pages.site.drawing import Page, back_to, draw, mine, site_pages
from miniprogram_api.works import acting
from miniprogram_api.works.schemas import ClaimIn
from miniprogram_api.works.seats import Seat
from server.infra.clock import now
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem
from server.projects import queries


@site_pages.get("/claims")
@resident_page
def claims_page(community_id: int) -> Page:
    return _page(mine(community_id))


@site_pages.post("/claims")
@resident_page
def make_claim(community_id: int) -> Page:
    seat = mine(community_id)
    try:
        form = load_form(ClaimIn)
        row = acting.claim(seat, form, request.files.getlist("photo"), request.form.get("client_key", ""))
    except NotFound:
        raise
    except Problem as error:
        return _page(seat, error)
    flash(f"收到了。最晚 {row.due_on.month} 月 {row.due_on.day} 日答复，会发消息告诉你。", "go")
    return back_to("claims_page", community_id)


def _page(seat: Seat, error: Problem | None = None) -> Page:
    here = [card for card in queries.claims_of(seat.flat_ids) if card.claim.community_id == seat.community_id]
    return draw(
        "claims.html",
        seat.community_id,
        dict(request.form) if error else None,
        error,
        seat=seat,
        claims=here,
        due_on=queries.answer_due(seat.community_id, now()),
        items=[(card.id, card.label) for card in queries.items_of_community(seat.community_id)],
    )
