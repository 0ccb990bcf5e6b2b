"""The money of the works, added up to the fen; what residents give of their own accord, shown as each of them wishes."""

from flask import flash, request

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.pages.site.drawing import Page, back_to, draw, mine, site_pages
from miniprogram_api.works import acting
from miniprogram_api.works.schemas import PledgeIn
from miniprogram_api.works.seats import Seat
from miniprogram_api.works.shapes import measured
from server.contributions import queries
from server.contributions.rules import Kind, Shown
from server.infra.web.addresses import page_asked
from server.infra.web.forms import load_form
from server.kernel.errors import NotFound, Problem


@site_pages.get("/money")
@open_to_all
def money_page(community_id: int) -> Page:
    return draw(
        "money.html",
        community_id,
        funding=queries.funding(community_id),
        sums=queries.kind_sums(community_id),
        page=queries.pledges(community_id, page_asked(), size=20),
        measured=measured,
    )


@site_pages.get("/pledges")
@resident_page
def pledges_page(community_id: int) -> Page:
    return _page(mine(community_id))


@site_pages.post("/pledges")
@resident_page
def make_pledge(community_id: int) -> Page:
    seat = mine(community_id)
    try:
        form = load_form(PledgeIn)
        acting.pledge(seat, form, request.form.get("client_key", ""))
    except NotFound:
        raise
    except Problem as error:
        return _page(seat, error)
    flash("记下了，谢谢你。居委会会和你联系怎么交、怎么做。", "go")
    return back_to("pledges_page", community_id)


@site_pages.post("/pledges/<int:pledge_id>/take-back")
@resident_page
def take_back(community_id: int, pledge_id: int) -> Page:
    seat = mine(community_id)
    try:
        acting.take_back(seat, pledge_id)
    except NotFound:
        raise
    except Problem as error:
        return _page(seat, error)
    flash("收回了，不影响你办任何事。", "go")
    return back_to("pledges_page", community_id)


def _page(seat: Seat, error: Problem | None = None) -> Page:
    here = [
        card for card in queries.pledges_of(seat.flat_ids) if card.pledge.community_id == seat.community_id
    ]
    return draw(
        "pledges.html",
        seat.community_id,
        dict(request.form) if error else {"shown": Shown.ANONYMOUS.value},
        error,
        seat=seat,
        mine=here,
        kinds=[(kind.value, kind.name_zh) for kind in Kind],
        ways=[(shown.value, shown.name_zh) for shown in Shown],
        measured=measured,
    )
