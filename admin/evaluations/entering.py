"""Keying in the paper of a household that asks for it: once, while nobody of the household has answered."""

import secrets
from typing import Any

from flask import flash, redirect, render_template, request

from admin.evaluations.desk import ITEM, EntryIn, Page, evaluations, found, page_of, said_of
from admin.guard import needs
from admin.session import me
from server.evaluations import actions, queries
from server.evaluations.queries import RoundCard, Seat
from server.evaluations.rules.answering import LONGEST_WORDS
from server.evaluations.rules.words import FURTHER, Aspect, Fee, ItemMark, Mark
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.forms import load_values
from server.kernel.errors import Invalid, NotFound, Problem


@evaluations.get("/<int:round_id>/papers/new")
@needs(Permission.ENTER_EVALUATIONS)
def new_paper(community_id: int, round_id: int) -> Page:
    of = found(community_id, round_id)
    return _form(of, _seat(of, request.args.get("household", None, int)), {}, None)


@evaluations.post("/<int:round_id>/papers")
@needs(Permission.ENTER_EVALUATIONS)
def enter_paper(community_id: int, round_id: int) -> Page:
    of = found(community_id, round_id)
    seat = _seat(of, request.form.get("household_id", None, int))
    try:
        form = load_values(EntryIn(), _sent())
        with unit_of_work():
            actions.enter_paper(
                round_id,
                seat.household_id,
                said_of(form),
                community_id=community_id,
                client_key=form["client_key"],
                actor=me().actor,
                now=now(),
            )
    except Problem as error:
        return _form(of, seat, request.form.to_dict(), error)
    flash(f"{seat.label}录好了。另一个人复核过才算。", "go")
    return redirect(page_of(of, "missing"))


def _seat(of: RoundCard, household_id: int | None) -> Seat:
    if household_id is None:
        raise NotFound
    return queries.seat(of.panel_id, household_id)


def _sent() -> dict[str, Any]:
    form = {name: value for name, value in request.form.items() if value.strip()}
    items = {name.removeprefix(ITEM): form.pop(name) for name in list(form) if name.startswith(ITEM)}
    return {**form, "items": items}


def _form(of: RoundCard, seat: Seat, typed: dict[str, str], error: Problem | None) -> Page:
    fields = error.fields if isinstance(error, Invalid) else {}
    drawn = render_template(
        "office/evaluations/paper_new.html",
        round=of,
        seat=seat,
        items=queries.items(of.panel_id),
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
        refusal="" if error is None or fields else error.message,
        marks=list(Mark),
        item_marks=list(ItemMark),
        fees=list(Fee),
        overall=Aspect.OVERALL,
        further=FURTHER,
        longest=LONGEST_WORDS,
    )
    return drawn if error is None else (drawn, error.status)
