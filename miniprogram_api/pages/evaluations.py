"""Judging on the phone: the form in a few taps, what was sent, and for everyone what all answered once a round is over."""

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from miniprogram_api.communities.reading import own_words
from miniprogram_api.evaluations import reading
from miniprogram_api.evaluations.reading import OwnRound
from miniprogram_api.evaluations.schemas import EvaluationIn, said_of
from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.session import me
from server.evaluations import actions, queries
from server.evaluations.queries import RoundCard, Seat
from server.evaluations.rules.answering import LONGEST_WORDS, Said
from server.evaluations.rules.rates import FORMULA_ZH
from server.evaluations.rules.words import FURTHER, Aspect, Fee, ItemMark, Mark, Stage
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.forms import load_values
from server.kernel.disclosure import note_zh
from server.kernel.errors import Conflict, Invalid, NotFound, Refused
from server.ledger import queries as ledger
from server.reports.queries import traces_of

evaluation_pages = Blueprint("evaluation_pages", __name__)

Page = str | Response | tuple[str, int]
ITEM = "item."


@evaluation_pages.get("/me/evaluations/<int:round_id>")
@resident_page
def judge(round_id: int) -> Page:
    here = reading.own_round(round_id, me(), now())
    if here.of.stage(now()) is Stage.OVER:
        return redirect(_result_url(here.of))
    seat = here.seat(request.args.get("household", None, int))
    own = queries.own_answer(here.of.id, seat.household_id)
    values = _as_form(own.said) if own else {}
    return _form(here, seat, values, has_answered=own is not None)


@evaluation_pages.post("/me/evaluations/<int:round_id>")
@resident_page
def give(round_id: int) -> Page:
    here = reading.own_round(round_id, me(), now())
    seat = here.seat(request.form.get("household_id", None, int))
    try:
        form = load_values(EvaluationIn(), _sent(seat))
        with unit_of_work():
            actions.give_answer(
                round_id,
                seat.household_id,
                said_of(form),
                client_key=request.form.get("client_key", ""),
                actor=me().actor,
                now=now(),
            )
    except (Invalid, Refused, Conflict) as error:
        fields = error.fields if isinstance(error, Invalid) else {}
        shown = _form(here, seat, request.form.to_dict(), fields, "" if fields else error.message)
        return shown, error.status
    return redirect(url_for(".sent", round_id=round_id, household=seat.household_id), 303)


@evaluation_pages.get("/me/evaluations/<int:round_id>/sent")
@resident_page
def sent(round_id: int) -> Page:
    """What was sent, and for what is not good the way to report it."""
    here = reading.own_round(round_id, me(), now())
    seat = here.seat(request.args.get("household", None, int))
    row = queries.own_answer(round_id, seat.household_id)
    if row is None:
        return redirect(url_for(".judge", round_id=round_id, household=seat.household_id))
    return render_template(
        "phone/evaluations/sent.html",
        **_about(here.of),
        seat=seat,
        row=row,
        said=row.said,
        titles=queries.items(here.of.panel_id),
        lows=[(low, of.href) for low, of in reading.reports_of(here, seat, queries.low_marks_of(row))],
        others=[one for one in here.seats if one.household_id != seat.household_id],
        is_open=here.of.stage(now()) is Stage.OPEN,
        Aspect=Aspect,
    )


# ------------------------------------------------------------------ for everyone


@evaluation_pages.get("/communities/<int:community_id>/evaluations")
@open_to_all
def listing(community_id: int) -> Page:
    moment = now()
    return render_template(
        "phone/evaluations/list.html",
        **_place(community_id),
        rounds=[(of, of.stage(moment)) for of in queries.public_rounds(community_id, moment)],
    )


@evaluation_pages.get("/communities/<int:community_id>/evaluations/<int:round_id>")
@open_to_all
def result_page(community_id: int, round_id: int) -> Page:
    """Of a round that is over; while it runs the page says until when, and nothing else."""
    moment = now()
    of = reading.public_round(round_id, moment, community_id)
    stage = of.stage(moment)
    about = {**_about(of), "stage": stage}
    if stage is Stage.OPEN:
        return render_template("phone/evaluations/result.html", **about, result=None)
    found = reading.public_result(of, moment)
    return render_template(
        "phone/evaluations/result.html",
        **about,
        result=found.shown,
        trend=found.trend,
        odd=found.odd,
        least=found.least,
        words=found.words,
        formula=FORMULA_ZH,
        note=note_zh(found.least),
    )


@evaluation_pages.get("/communities/<int:community_id>/trace")
@open_to_all
def trace_page(community_id: int) -> Page:
    """You said, was decided, was done, still holds: each thing as one line."""
    return render_template(
        "phone/evaluations/trace.html", **_place(community_id), traces=traces_of(community_id, now())
    )


@evaluation_pages.get("/communities/<int:community_id>/trace/mine")
@resident_page
def own_trace_page(community_id: int) -> Page:
    """The same with what this person said themselves; nobody else reaches it, and no list of it is kept."""
    found = own_words(community_id, me(), now())
    return render_template("phone/evaluations/own.html", **_place(community_id), own=found)


# ------------------------------------------------------------------ parts of the above


def _sent(seat: Seat) -> dict[str, Any]:
    """The form as the JSON of the same call: items by code, nothing of what was left out."""
    form = {name: value for name, value in request.form.items() if value.strip()}
    items = {name.removeprefix(ITEM): form.pop(name) for name in list(form) if name.startswith(ITEM)}
    return {**form, "items": items, "household_id": seat.household_id}


def _as_form(said: Said) -> dict[str, str]:
    values = {aspect.value: mark.value for aspect in Aspect if (mark := said.mark(aspect))}
    values |= {f"{ITEM}{code}": mark.value for code, mark in said.items.items()}
    return values | {"fee": said.fee.value if said.fee else "", "words": said.words}


def _form(
    here: OwnRound,
    seat: Seat,
    values: dict[str, str],
    fields: dict[str, list[str]] | None = None,
    refusal: str = "",
    *,
    has_answered: bool = False,
) -> str:
    return render_template(
        "phone/evaluations/judge.html",
        **_about(here.of),
        seat=seat,
        seats=here.seats,
        items=queries.items(here.of.panel_id),
        values={"client_key": secrets.token_urlsafe(16), **values},
        fields=fields or {},
        refusal=refusal,
        has_answered=has_answered,
        marks=list(Mark),
        item_marks=list(ItemMark),
        fees=list(Fee),
        further=FURTHER,
        overall=Aspect.OVERALL,
        longest=LONGEST_WORDS,
    )


def _about(of: RoundCard) -> dict[str, Any]:
    return {"round": of, **_place(of.community_id)}


def _place(community_id: int) -> dict[str, Any]:
    found = ledger.community(community_id)
    if found is None:
        raise NotFound
    return {
        "community_id": community_id,
        "community": found.name,
        "help_phone": ledger.contact(community_id)[1],
    }


def _result_url(of: RoundCard) -> str:
    return url_for(".result_page", community_id=of.community_id, round_id=of.id)
