"""A list of mine, what is wrong around, one ticket with all that happened, and the resident's word on it."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.guard import resident_page
from miniprogram_api.pages.tickets.pages import ticket_pages
from miniprogram_api.session import me
from miniprogram_api.tickets.reading import attachment_of, seen, tickets_around
from miniprogram_api.tickets.reporting import say
from miniprogram_api.tickets.schemas import NoteIn
from miniprogram_api.tickets.shapes import due_for
from server.attachments import queries as kept_photos
from server.infra.clock import now
from server.infra.web.addresses import LAST_PAGE
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Forbidden, Invalid, Problem, Refused
from server.tickets import queries
from server.tickets.rules.clocks import is_overdue
from server.tickets.rules.seeing import Deed

Page = str | Response | tuple[str, int]
SAID = {
    Deed.CONFIRM: "记下了，谢谢你。",
    Deed.REOPEN: "记下了。已经告诉办理的人，重新办。",
    Deed.WITHDRAW: "撤回了。",
    Deed.JOIN: "加上你了。办到哪一步，会发消息告诉你。",
}


@ticket_pages.get("/tickets")
@resident_page
def listing() -> str:
    page = queries.of_resident(me().id, _page_number())
    return render_template("phone/tickets/list.html", page=page, is_mine=True, now=now())


@ticket_pages.get("/tickets/around")
@resident_page
def around() -> str:
    page = tickets_around(me().id, now(), _page_number())
    return render_template("phone/tickets/list.html", page=page, is_mine=False, now=now())


@ticket_pages.get("/tickets/<int:ticket_id>")
@resident_page
def ticket_page(ticket_id: int) -> str:
    return _draw(ticket_id)


@ticket_pages.get("/tickets/<int:ticket_id>/photos/<int:photo_id>")
@resident_page
def photo(ticket_id: int, photo_id: int) -> Response:
    found = attachment_of(ticket_id, photo_id, me().id, now())
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(kept_photos.content(found), content_type="image/jpeg", headers=headers)


@ticket_pages.post("/tickets/<int:ticket_id>/join")
@resident_page
def join(ticket_id: int) -> Page:
    return _say(ticket_id, Deed.JOIN)


@ticket_pages.post("/tickets/<int:ticket_id>/confirm")
@resident_page
def confirm(ticket_id: int) -> Page:
    return _say(ticket_id, Deed.CONFIRM)


@ticket_pages.post("/tickets/<int:ticket_id>/reopen")
@resident_page
def reopen(ticket_id: int) -> Page:
    return _say(ticket_id, Deed.REOPEN)


@ticket_pages.post("/tickets/<int:ticket_id>/withdraw")
@resident_page
def withdraw(ticket_id: int) -> Page:
    return _say(ticket_id, Deed.WITHDRAW)


def _say(ticket_id: int, deed: Deed) -> Page:
    try:
        note = load_form(NoteIn)["note"] if deed is Deed.REOPEN else ""
        say(ticket_id, deed, request.form.get("client_key", ""), me(), note)
    except (Invalid, Refused, Conflict, Forbidden) as problem:
        return _draw(ticket_id, problem), problem.status
    flash(SAID[deed], "go")
    return redirect(url_for("mobile.ticket_pages.ticket_page", ticket_id=ticket_id))


def _draw(ticket_id: int, problem: Problem | None = None) -> str:
    found = seen(ticket_id, me().id, now())
    return render_template(
        "phone/tickets/ticket.html",
        seen=found,
        ticket=found.row,
        may={one.value for one in found.may},
        due_for=due_for(found.row),
        is_overdue=is_overdue(found.row.due_at, now()),
        problem=problem,
        typed=request.form,
        client_keys={one.value: secrets.token_urlsafe(16) for one in found.may},
        community=found.at.community,
        help_phone=found.at.help_phone,
    )


def _page_number() -> int:
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdecimal() else 1
