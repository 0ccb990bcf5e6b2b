"""The privacy notice, and taking one's agreement back."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.binding.entering import current_privacy
from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.session import forget, me, signed_in
from server.identity import actions, queries
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import LARGEST_ID
from server.ledger import queries as ledger

privacy = Blueprint("privacy", __name__)

Page = str | Response | tuple[str, int]


@privacy.get("/privacy")
@open_to_all
def notice() -> Page:
    resident = signed_in()
    community_id = _community_id()
    contact = ledger.contact(community_id) if community_id else ("", "", "")
    return render_template(
        "phone/privacy/notice.html",
        notice=current_privacy(community_id),
        contact=contact,
        help_phone=contact[1],
        accepted=queries.accepted_privacy(resident.id) if resident else None,
    )


@privacy.get("/privacy/withdraw")
@resident_page
def withdraw_form() -> Page:
    return render_template("phone/privacy/withdraw.html", flats=queries.flats_of(me().id))


@privacy.post("/privacy/withdraw")
@resident_page
def withdraw() -> Page:
    with unit_of_work():
        actions.withdraw_consent(me().id, actor=me().actor, now=now())
    forget()
    return redirect(url_for("mobile.privacy.withdrawn"))


@privacy.get("/privacy/withdrawn")
@open_to_all
def withdrawn() -> Page:
    return render_template("phone/privacy/withdrawn.html")


def _community_id() -> int | None:
    """Of the address, or of the resident's first home: the committee there is who answers for the data."""
    asked = request.args.get("community", 0, int)
    if 0 < asked <= LARGEST_ID:
        return asked
    resident = signed_in()
    homes = queries.flats_of(resident.id) if resident else []
    return homes[0].community_id if homes else None
