"""What these pages share: the blueprint, whose home it is, and drawing a page with what was typed."""

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from miniprogram_api.session import me
from miniprogram_api.works.seats import Seat, seat_if_any, seat_of
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem
from server.ledger import queries as ledger

site_pages = Blueprint("site_pages", __name__, url_prefix="/communities/<int:community_id>/works")

Page = str | Response | tuple[str, int]


def mine(community_id: int) -> Seat:
    """Raises NotFound where this person has no home there."""
    return seat_of(community_id, me())


def draw(
    template: str,
    community_id: int,
    typed: Any = None,
    error: Problem | None = None,
    *,
    seat: Seat | None = None,
    **shown: Any,
) -> Page:
    community = ledger.community(community_id)
    if community is None:
        raise NotFound
    seat = seat or seat_if_any(community_id)
    fields = error.fields if isinstance(error, Invalid) else {}
    page = render_template(
        f"phone/works/{template}",
        community_id=community_id,
        community=community.name,
        help_phone=ledger.contact(community_id)[1],
        seat=seat,
        flats=[(flat.id, flat.label) for flat in seat.flats] if seat else [],
        typed={"client_key": secrets.token_urlsafe(16), **(typed or {})},
        fresh=lambda: secrets.token_urlsafe(16),
        fields=fields,
        refusal="" if error is None or fields else error.message,
        today=china_day(now()),
        **shown,
    )
    return page if error is None else (page, error.status)


def back_to(view: str, community_id: int, anchor: str = "") -> Response:
    address = url_for(f"mobile.site_pages.{view}", community_id=community_id, _anchor=anchor or None)
    return redirect(address, 303)
