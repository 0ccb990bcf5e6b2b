"""Voting on the telephone: read, choose, look again, confirm, keep the receipt; turnout and result."""

import secrets
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from miniprogram_api.ballots import cast, look_up_address, reading
from miniprogram_api.ballots.schemas import VoteIn
from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.homes import communities_of
from miniprogram_api.pages.ballots.results import scopes_drawn
from miniprogram_api.session import me, signed_in
from server.ballots import queries
from server.ballots.models import Ballot
from server.ballots.queries import VoterState
from server.ballots.rules.casting import full_choices
from server.decisions.queries.preliminary import Posted, preliminary_notices
from server.infra import qr
from server.infra.clock import now
from server.infra.web.forms import LEAD
from server.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Refused, Throttled
from server.ledger import queries as ledger

ballot_pages = Blueprint("ballot_pages", __name__)
#: Form fields of the choices: "choice-m1".
PREFIX = "choice-"


@ballot_pages.get("/ballots")
@resident_page
def listing() -> str:
    return render_template("phone/ballots/list.html", rows=reading.ballots_for(me().id, now()))


@ballot_pages.get("/ballots/<int:ballot_id>")
@resident_page
def ballot_page(ballot_id: int) -> str:
    return _draw(reading.own_ballot(ballot_id, me(), now()))


@ballot_pages.post("/ballots/<int:ballot_id>/review")
@resident_page
def review(ballot_id: int) -> str | tuple[str, int]:
    """Look again before it counts. Nothing is written yet; "change" leads back to the form with what was chosen."""
    of = reading.own_ballot(ballot_id, me(), now())
    state = queries.voter(of, me().id, now())
    sent = _sent()
    if not state.may_vote:
        return _too_late(of, Refused(state.message, code=state.code), sent)
    if request.form.get("then") == "change":
        return _draw(of, typed=sent)
    try:
        asked = _asked(of, state, sent)
    except Invalid as problem:
        return _draw(of, problem, sent), problem.status
    return _review(of, asked, state)


@ballot_pages.post("/ballots/<int:ballot_id>/votes")
@resident_page
def vote(ballot_id: int) -> Response | str | tuple[str, int]:
    of = reading.own_ballot(ballot_id, me(), now())
    sent = _sent()
    try:
        asked = _loaded(sent)
        receipt = cast(ballot_id, asked, request.form.get("client_key", ""), me())
    except Invalid as problem:
        return _draw(of, problem, sent), problem.status
    except Throttled as problem:
        state = queries.voter(of, me().id, now())
        return _review(of, asked, state, problem), problem.status
    except (Refused, Conflict, Forbidden) as problem:
        return _too_late(of, problem, sent)
    return redirect(
        url_for("mobile.ballot_pages.receipt_page", ballot_id=ballot_id, code=receipt.code), code=303
    )


@ballot_pages.get("/ballots/<int:ballot_id>/receipts/<code>")
@resident_page
def receipt_page(ballot_id: int, code: str) -> str:
    """The ticket to keep; only for whoever stands for the head that cast it."""
    of = reading.own_ballot(ballot_id, me(), now())
    state = queries.voter(of, me().id, now())
    found = next((one for one in state.receipts if one.code == code), None)
    if found is None:
        raise NotFound
    return render_template(
        "phone/ballots/receipt.html",
        **_about(of),
        receipt=found,
        state=state,
        place=_place(of),
        qr=qr.svg(look_up_address(found.code), "查这一票的二维码"),
    )


def _place(of: Ballot) -> str:
    """The homes a vote speaks for; nothing where someone stands for several heads."""
    held = queries.rights(of.id, of.community_id, me().id, now()).rights
    return "、".join(held[0].card.labels) if len(held) == 1 else ""


@ballot_pages.get("/ballots/<int:ballot_id>/result")
@open_to_all
def result_page(ballot_id: int) -> str:
    """Totals and tests, no names; before the count, when it is to be expected and how many took part."""
    moment = now()
    of = reading.public_ballot(ballot_id, moment)
    resident = signed_in()
    context = {
        **_about(of),
        "turnout": reading.turnout_for(of, resident, moment),
        "result": None,
        "scopes": [],
    }
    try:
        context["result"] = found = reading.result_for(of, resident, moment)
        context["scopes"] = scopes_drawn(of, found)
        context["sample"] = queries.sample(of)
        context["hanging"] = _hanging(of)
    except Refused as problem:
        context["why_none"] = problem.message
    return render_template("phone/ballots/result.html", **context)


# ------------------------------------------------------------------ drawing


def _about(of: Ballot) -> dict[str, Any]:
    """What every page of a ballot shows at its head and foot."""
    community = ledger.community(of.community_id)
    name, phone, place = ledger.contact(of.community_id)
    moment = now()
    resident = signed_in()
    return {
        "ballot": of,
        "stage": queries.stage(of, moment),
        "closes_at": reading.closing(of),
        "community": community.name if community else "",
        "contact": {"name": name, "phone": phone, "place": place},
        "help_phone": phone,
        "is_neighbour": resident is not None and of.community_id in communities_of(resident.id),
    }


def _hanging(of: Ballot) -> Posted | None:
    """The notice of the preliminary result that hangs now: the result is not final, and this is where one objects."""
    newest = next(iter(preliminary_notices(of.id)), None)
    return newest if newest is not None and not newest.is_withdrawn and now() < newest.ends_at else None


def _draw(of: Ballot, problem: Problem | None = None, typed: dict[str, Any] | None = None) -> str:
    moment = now()
    return render_template(
        "phone/ballots/ballot.html",
        **_about(of),
        hanging=_hanging(of),
        motions=reading.asked_motions(of),
        who_votes=queries.limits_text(of),
        notice_id=reading.notice_of(of),
        state=queries.voter(of, me().id, moment),
        turnout=reading.turnout_for(of, me(), moment),
        typed=typed or {"choices": {}, "flat_id": None},
        fields=_by_field(problem) if isinstance(problem, Invalid) else {},
        problem=problem,
        prefix=PREFIX,
    )


def _review(of: Ballot, asked: dict[str, Any], state: VoterState, problem: Problem | None = None) -> str:
    flat_id = asked["flat_id"]
    card = next((card for card in state.heads if flat_id in (None, *card.flat_ids)), None)
    return render_template(
        "phone/ballots/review.html",
        **_about(of),
        chosen=_chosen(of, asked["choices"]),
        flat_id=flat_id,
        labels=card.labels if card else [],
        state=state,
        problem=problem,
        prefix=PREFIX,
        client_key=request.form.get("client_key") or secrets.token_urlsafe(16),
    )


def _too_late(of: Ballot, problem: Problem, sent: dict[str, Any]) -> tuple[str, int]:
    """Not taken: said plainly, with what was chosen kept for whoever sent it."""
    chosen = _chosen(of, sent["choices"])
    page = render_template("phone/ballots/not_taken.html", **_about(of), problem=problem, chosen=chosen)
    return page, problem.status


def _chosen(of: Ballot, choices: dict[str, str]) -> list[tuple[reading.AskedMotion, reading.Choice]]:
    """What was sent, in words. What is no answer to a motion is left out."""
    return [
        (motion, choice)
        for motion in reading.asked_motions(of)
        for choice in motion.choices
        if choices.get(motion.id) == choice.value
    ]


# ------------------------------------------------------------------ reading the form


def _sent() -> dict[str, Any]:
    """The form as the In schema wants it."""
    flat_id = request.form.get("flat_id", "")
    return {
        "choices": {
            name.removeprefix(PREFIX): value
            for name, value in request.form.items()
            if name.startswith(PREFIX)
        },
        "flat_id": int(flat_id) if flat_id.isascii() and flat_id.isdecimal() and len(flat_id) <= 18 else None,
    }


def _loaded(sent: dict[str, Any]) -> dict[str, Any]:
    try:
        return dict(VoteIn().load(sent))
    except ValidationError:
        raise Invalid(LEAD, fields={"choices": ["每一项都要选。"]}) from None


def _asked(of: Ballot, state: VoterState, sent: dict[str, Any]) -> dict[str, Any]:
    """Checked by the rule that casting asks, so that the review shows nothing that would be refused."""
    frozen = queries.document(of.id)
    choices = sent["choices"]
    if frozen is not None:
        choices = full_choices(frozen.asked, choices)
    asked = _loaded({**sent, "choices": choices})
    if len(state.heads) > 1 and asked["flat_id"] is None:
        raise Invalid(LEAD, fields={"flat_id": ["你的房分属几位业主名下，选一套再投。"]})
    return asked


def _by_field(problem: Invalid) -> dict[str, list[str]]:
    return {
        name if name in {"flat_id", "choices"} else f"{PREFIX}{name}": sentences
        for name, sentences in problem.fields.items()
    }
