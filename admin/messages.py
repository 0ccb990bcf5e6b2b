"""The desk's inbox, and the list that is printed for homes without a phone."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.guard import needs, signed_in_only
from admin.session import me
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.addresses import page_asked
from server.kernel.chinatime import china_day, start_of
from server.ledger import queries as ledger
from server.messages import actions, queries
from server.messages.rules import Recipient

messages = Blueprint("messages", __name__)

A_WEEK = timedelta(days=7)


@messages.get("/messages")
@signed_in_only
def inbox_page() -> str:
    mine = [Recipient.staff(me().id)]
    page = queries.inbox(mine, page_asked())
    return render_template("office/messages/inbox.html", page=page, unread=queries.unread_count(mine))


@messages.post("/messages/<int:message_id>/read")
@signed_in_only
def read_message(message_id: int) -> Response:
    """Mark it read and go where it leads."""
    with unit_of_work():
        letter = actions.mark_read(message_id, [Recipient.staff(me().id)], now=now())
    return redirect(letter.link or url_for("admin.messages.inbox_page"))


@messages.get("/communities/<int:community_id>/messages/print")
@needs(Permission.SEE_MESSAGES)
def print_list(community_id: int) -> str:
    since = _since()
    community = ledger.community(community_id)
    return render_template(
        "office/messages/print.html",
        community_id=community_id,
        community_name=community.name if community else "",
        homes=queries.printable(community_id, since),
        since=since,
        contact=ledger.contact(community_id),
        back_href=url_for("admin.messages.told_page", community_id=community_id),
    )


@messages.get("/communities/<int:community_id>/messages")
@needs(Permission.SEE_MESSAGES)
def told_page(community_id: int) -> str:
    """What homes of the community were told, before it is printed."""
    since = _since()
    homes = queries.printable(community_id, since)
    return render_template("office/messages/told.html", community_id=community_id, homes=homes, since=since)


def _since() -> datetime:
    """From the day asked for; otherwise of the last week."""
    try:
        day = date.fromisoformat(request.args.get("since", ""))
    except ValueError:
        day = china_day(now()) - A_WEEK
    return start_of(max(day, datetime.fromtimestamp(0, UTC).date()))
