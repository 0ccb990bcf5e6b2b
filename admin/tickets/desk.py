"""What the pages of tickets share: the blueprint, whose ticket it is, how a step is taken from a form, and the forms' page."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import Schema
from marshmallow.fields import Enum, Integer
from werkzeug.wrappers import Response

from admin.guard import holds
from admin.session import me
from server.attachments import actions as attachments
from server.attachments.actions import Photo
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.web.addresses import LARGEST_ID
from server.infra.web.fields import Line, Words
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem
from server.ledger import queries as ledger
from server.ledger.models import Community
from server.management import queries as management
from server.tickets import queries
from server.tickets.actions import Step
from server.tickets.models import Ticket
from server.tickets.rules.states import LONGEST_WORDS, LONGEST_WORKER, MOST_PHOTOS
from server.tickets.rules.words import Priority

tickets = Blueprint("tickets", __name__)

Page = str | Response | tuple[str, int]
PRIORITY: dict[str, Any] = {"unknown": "选紧急程度。"}


class StepIn(Schema):
    """What a form of an act holds; each act takes what it needs of it."""

    note = Words(LONGEST_WORDS, load_default="")
    #: The version of the ticket that stood on the page.
    seen = Integer(load_default=None)
    priority = Enum(Priority, by_value=True, load_default=None, error_messages=PRIORITY)
    assignee_id = Integer(load_default=None)
    worker = Line(LONGEST_WORKER, load_default="")
    into_id = Integer(load_default=None)
    client_key = Line(80, required=True)


def found(community_id: int, ticket_id: int) -> Ticket:
    """The ticket, where it is of this community; another is as if it were not."""
    return queries.known(ticket_id, community_id)


def community(community_id: int) -> Community:
    row = ledger.community(community_id)
    if row is None:
        raise NotFound
    return row


def company_of(community_ids: Collection[int], instant: datetime) -> dict[int, str]:
    """Who manages each of these communities by the contract in force that day; those that nobody manages are left out."""
    found = management.managers(community_ids, china_day(instant))
    return {community_id: card.name for community_id, card in found.items()}


def sees_home(row: Ticket) -> bool:
    """Whoever must come or call is told which home it is; whoever only looks on is not."""
    return any(holds(one, row.community_id) for one in (Permission.WORK_TICKET, Permission.CALL_BACK_TICKET))


def drawn_photos() -> list[Photo]:
    """The pictures of the form, drawn anew; before the unit of work, for it takes its time."""
    files = [one for one in request.files.getlist("photo") if one.filename]
    if len(files) > MOST_PHOTOS:
        sentence = f"最多传 {MOST_PHOTOS} 张照片。"
        raise Invalid(sentence, fields={"photo": [sentence]})
    return [attachments.draw_anew(one.read()) for one in files]


def kept_photos(photos: list[Photo]) -> list[int]:
    """Inside the unit of work: keep them; their ids."""
    return [attachments.keep_photo(one, actor=me().actor, now=now()).id for one in photos]


def step_of(row: Ticket, form: dict[str, Any], photos: list[Photo]) -> Step:
    """Inside the unit of work: the step that this form asks for, its pictures kept."""
    kept = kept_photos(photos)
    return Step(me().actor, now(), form["client_key"], form["note"], kept, form["seen"], row.community_id)


def row_id(value: int | None) -> int | None:
    """An id that a form named; one that no table holds is none."""
    return value if value is not None and 0 < value <= LARGEST_ID else None


def page_of(row: Ticket) -> str:
    return url_for("admin.tickets.show_ticket", community_id=row.community_id, ticket_id=row.id)


def back_to(row: Ticket) -> Response:
    return redirect(page_of(row))


def form_page(template: str, row: Ticket, typed: dict[str, Any], error: Problem | None, **shown: Any) -> Page:
    """A form of a ticket; after a refusal with what was typed and the sentences at their fields."""
    fields = error.fields if isinstance(error, Invalid) else {}
    drawn = render_template(
        f"office/tickets/{template}",
        row=row,
        typed={"seen": row.version, "client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        refusal="" if error is None or fields else error.message,
        **shown,
    )
    return drawn if error is None else (drawn, error.status)
