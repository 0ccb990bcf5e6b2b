"""What is not the company's to say: whether a clock may stand, and what the resident said when the committee called."""

from enum import StrEnum
from typing import Any

from flask import flash, request
from marshmallow import Schema
from marshmallow.fields import Boolean, Enum, Integer

from admin.guard import needs
from admin.tickets.desk import Page, back_to, form_page, found, step_of, tickets
from server.identity.rules import Permission
from server.infra.db import unit_of_work
from server.infra.web.fields import Line, Words
from server.infra.web.forms import load_form
from server.kernel.errors import Problem
from server.tickets import actions, queries
from server.tickets.models import Ticket
from server.tickets.rules.states import LONGEST_WORDS, possible
from server.tickets.rules.words import Act

VERDICT: dict[str, Any] = {"required": "选同意还是不同意。", "invalid": "选同意还是不同意。"}
SAID: dict[str, Any] = {"required": "选居民怎么说。", "unknown": "选居民怎么说。"}


class Said(StrEnum):
    """What the resident said."""

    CONFIRM = "confirm"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"

    @property
    def act(self) -> Act:
        return Act(self.value)


WORDS = {
    Said.CONFIRM: ("解决了", "记成居民确认。"),
    Said.REOPEN: ("没解决", "重新打开，办的人会收到。写清楚哪里没解决。"),
    Said.WITHDRAW: ("不用办了", "报错了，或者自己好了。"),
}


class _Words(Schema):
    note = Words(LONGEST_WORDS, load_default="")
    seen = Integer(load_default=None)
    client_key = Line(80, required=True)


class ReviewIn(_Words):
    is_granted = Boolean(required=True, error_messages=VERDICT)


class CallIn(_Words):
    said = Enum(Said, by_value=True, required=True, error_messages=SAID)


@tickets.get("/communities/<int:community_id>/tickets/<int:ticket_id>/suspension")
@needs(Permission.REVIEW_SUSPENSION)
def suspension_form(community_id: int, ticket_id: int) -> Page:
    return _suspension_page(found(community_id, ticket_id), {}, None)


@tickets.post("/communities/<int:community_id>/tickets/<int:ticket_id>/suspension")
@needs(Permission.REVIEW_SUSPENSION)
def review_suspension(community_id: int, ticket_id: int) -> Page:
    row = found(community_id, ticket_id)
    try:
        form = load_form(ReviewIn)
        with unit_of_work():
            actions.review_suspension(ticket_id, step_of(row, form, []), is_granted=form["is_granted"])
    except Problem as error:
        return _suspension_page(found(community_id, ticket_id), dict(request.form), error)
    flash("同意了，时间停了。" if form["is_granted"] else "没有同意，时间接着走。", "go")
    return back_to(row)


@tickets.get("/communities/<int:community_id>/tickets/<int:ticket_id>/call-back")
@needs(Permission.CALL_BACK_TICKET)
def call_back_form(community_id: int, ticket_id: int) -> Page:
    return _call_page(found(community_id, ticket_id), {}, None)


@tickets.post("/communities/<int:community_id>/tickets/<int:ticket_id>/call-back")
@needs(Permission.CALL_BACK_TICKET)
def call_back(community_id: int, ticket_id: int) -> Page:
    row = found(community_id, ticket_id)
    try:
        form = load_form(CallIn)
        with unit_of_work():
            getattr(actions, form["said"].value)(ticket_id, step_of(row, form, []))
    except Problem as error:
        return _call_page(found(community_id, ticket_id), dict(request.form), error)
    flash(f"记下了：居民说{WORDS[form['said']][0]}。", "go")
    return back_to(row)


def _suspension_page(row: Ticket, typed: dict[str, Any], error: Problem | None) -> Page:
    asked = [one for one in queries.acts(row.id) if one.act is Act.ASK_SUSPENSION]
    return form_page("suspension.html", row, typed, error, asked=asked[-1] if asked else None)


def _call_page(row: Ticket, typed: dict[str, Any], error: Problem | None) -> Page:
    cards = [
        (one.value, *WORDS[one])
        for one in Said
        if possible(row.state, one.act, is_answered=row.answered_at is not None)
    ]
    return form_page("call.html", row, typed, error, cards=cards)
