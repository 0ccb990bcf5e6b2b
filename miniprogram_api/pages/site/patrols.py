"""Patrols: what the residents' supervisors saw, for everyone; and walking one, for a supervisor."""

from flask import flash, request

from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.pages.site.drawing import Page, back_to, draw, mine, site_pages
from miniprogram_api.works import acting
from miniprogram_api.works.schemas import PatrolForm
from miniprogram_api.works.seats import Seat, seat_if_any
from server.infra.clock import now
from server.infra.web.addresses import page_asked
from server.infra.web.forms import load_form
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound, Problem
from server.projects import queries
from server.projects.rules.points import Mark


@site_pages.get("/patrols")
@open_to_all
def patrols_page(community_id: int) -> Page:
    seat = seat_if_any(community_id)
    return draw(
        "patrols.html",
        community_id,
        seat=seat,
        page=queries.patrols(community_id, page_asked(), size=10),
        households=len(queries.supervisors(community_id)),
        watches=seat is not None and seat.watches() is not None,
    )


@site_pages.get("/patrols/new")
@resident_page
def new_patrol(community_id: int) -> Page:
    return _new(mine(community_id))


@site_pages.post("/patrols")
@resident_page
def walk(community_id: int) -> Page:
    seat = mine(community_id)
    try:
        form = load_form(PatrolForm)
        acting.patrol(
            seat, _marks(community_id), form, request.files.getlist("photo"), request.form.get("client_key", "")
        )  # fmt: skip
    except NotFound:
        raise
    except Problem as error:
        return _new(seat, error)
    flash("交上去了。不合格的已经进了整改清单。", "go")
    return back_to("patrols_page", community_id)


def _marks(community_id: int) -> dict[str, Mark]:
    """Each line of the checklist is a field of its own, by its place in the list."""
    words = {mark.value: mark for mark in Mark}
    lines = queries.checklist(community_id, china_day(now()))
    found = {line: words.get(request.form.get(f"mark-{place}", "")) for place, line in enumerate(lines)}
    return {line: mark for line, mark in found.items() if mark is not None}


def _new(seat: Seat, error: Problem | None = None) -> Page:
    return draw(
        "patrol_new.html",
        seat.community_id,
        dict(request.form) if error else None,
        error,
        seat=seat,
        watches=seat.watches() is not None,
        checklist=queries.checklist(seat.community_id, china_day(now())),
        marks=[(mark.value, mark.name_zh) for mark in Mark],
    )
