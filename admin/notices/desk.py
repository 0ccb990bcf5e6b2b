"""What the notices' pages share: the blueprint, finding what an address names, and drawing the sheet."""

import secrets
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for
from flask import current_app as app
from werkzeug.wrappers import Response

from server.divisions.queries import full_name
from server.infra import qr
from server.infra.clock import now
from server.kernel.errors import Invalid, NotFound, Problem
from server.kernel.masking import mask_name
from server.ledger import queries as ledger
from server.notices import queries
from server.notices.models import Notice, Objection
from server.notices.rules import Channel, has_begun, is_over

notices = Blueprint("notices", __name__, url_prefix="/communities/<int:community_id>/notices")

Page = str | Response | tuple[str, int]


def found_notice(notice_id: int, community_id: int) -> Notice:
    row = queries.notice(notice_id, community_id)
    if row is None:
        raise NotFound
    return row


def state_of(row: Notice, at: datetime) -> tuple[str, str]:
    """The word and its tone."""
    if row.is_withdrawn:
        return "已撤下", "quiet"
    if not has_begun(row.opens_on, at):
        return "还没开始", "info"
    return ("已期满", "quiet") if is_over(row.ends_at, at) else (f"正在{row.kind.name_zh}", "go")


def page_of(row: Notice) -> str:
    return url_for("admin.notices.notice_page", community_id=row.community_id, notice_id=row.id)


def show(row: Notice, typed: dict[str, Any], fields: dict[str, Any]) -> str:
    found = queries.objections(row.id)
    flats = ledger.flats_by_ids({one.flat_id for one in found if one.flat_id})
    return render_template(
        "office/notices/show.html",
        **sheet_of(row),
        state=state_of(row, now()),
        entries=[(one, author_of(one), flats.get(one.flat_id or 0)) for one in found],
        obstacles=queries.obstacles_to_final(row.id, now()),
        postings=queries.postings(row.id),
        channels=[(one.value, one.name_zh) for one in Channel if one is not Channel.ONLINE],
        typed=typed,
        fields=fields,
        client_key=secrets.token_urlsafe(16),
        right_now=now(),
    )


def author_of(objection: Objection) -> str:
    """Masked: whoever answers needs the words, not the name."""
    if objection.author_name:
        return mask_name(objection.author_name)
    return "居民" if objection.resident_id else "没有留名"


def sheet_of(row: Notice) -> dict[str, Any]:
    community = ledger.community(row.community_id)
    place = ledger.place(row.community_id)
    address = f"{app.config['PUBLIC_URL']}/notices/{row.id}"
    return {
        "notice": row,
        "community_name": community.name if community else "",
        "division_name": full_name(place.division_path) if place else "",
        "qr": qr.svg(address, f"扫码看这份{row.kind.name_zh}"),
        "address": address,
    }


def error_fields(error: Problem, otherwise: str) -> dict[str, list[str]]:
    fields = error.fields if isinstance(error, Invalid) else {}
    return fields or {otherwise: [error.message]}
