"""Voting for somebody on the telephone: the owner gives the vote away and takes it back; the agent claims it and casts it."""

import secrets
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from miniprogram_api.ballots import reading
from miniprogram_api.ballots.proxies import (
    ClaimIn,
    GrantIn,
    cast_for,
    claim,
    grant,
    held_by,
    held_proxy,
    limit_of,
    may_vote,
    motions_of,
    own_proxies,
    revoke,
)
from miniprogram_api.binding.entering import current_privacy
from miniprogram_api.guard import open_to_all, resident_page
from miniprogram_api.pages.ballots import PREFIX
from miniprogram_api.session import Resident, me, remember, signed_in
from server.ballots import queries
from server.ballots.models import Ballot
from server.ballots.queries import ProxyCard
from server.ballots.rules.casting import full_choices
from server.identity import actions as identity
from server.infra import throttle
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.forms import load_form
from server.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Refused, Throttled
from server.ledger import queries as ledger

proxy_pages = Blueprint("proxy_pages", __name__)

Page = str | AnyResponse | tuple[str, int]
#: New people from one address who come with a code.
NEWCOMERS = "20/hour"


# ------------------------------------------------------------------ the owner


@proxy_pages.get("/ballots/<int:ballot_id>/proxies")
@resident_page
def grants(ballot_id: int) -> Page:
    return _grants(reading.own_ballot(ballot_id, me(), now()), {}, {})


@proxy_pages.post("/ballots/<int:ballot_id>/proxies")
@resident_page
def give(ballot_id: int) -> Page:
    of = reading.own_ballot(ballot_id, me(), now())
    typed = {**request.form.to_dict(), "motions": request.form.getlist("motions")}
    try:
        asked = load_form(GrantIn)
        granted = grant(ballot_id, asked, request.form.get("client_key", ""), me())
    except (Invalid, Refused, Conflict, Forbidden) as problem:
        return _grants(of, typed, _fields(problem, "agent")), problem.status
    answer = Response(_grants(of, {}, {}, granted.code, granted.row.agent))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@proxy_pages.post("/ballots/<int:ballot_id>/proxies/<int:authorization_id>/revoke")
@resident_page
def take_back(ballot_id: int, authorization_id: int) -> Page:
    of = reading.own_ballot(ballot_id, me(), now())
    try:
        revoke(ballot_id, authorization_id, me())
    except Refused as problem:
        return _grants(of, {}, _fields(problem, "agent")), problem.status
    return redirect(url_for("mobile.proxy_pages.grants", ballot_id=ballot_id), code=303)


def _grants(
    of: Ballot, typed: dict[str, Any], fields: dict[str, Any], code: str = "", agent: str = ""
) -> str:
    state = queries.voter(of, me().id, now())
    return render_template(
        "phone/ballots/proxies.html",
        **_about(of),
        proxies=own_proxies(of.id, me()) if of.opened_at else [],
        motions=[(motion.id, motion.title) for motion in reading.asked_motions(of)],
        limit=limit_of(of.id),
        state=state,
        code=code,
        agent=agent,
        address=f"{current_app.config['PUBLIC_URL']}{url_for('mobile.proxy_pages.held')}",
        typed={"client_key": secrets.token_urlsafe(16), **typed},
        fields=fields,
    )


# ------------------------------------------------------------------ the agent


@proxy_pages.get("/proxies")
@open_to_all
def held() -> Page:
    return _held({}, {})


@proxy_pages.post("/proxies")
@open_to_all
def take() -> Page:
    """Someone without a home here comes in by the code alone, once they agreed to the privacy notice."""
    try:
        asked = load_form(ClaimIn)
        resident = signed_in() or _newcomer()
        card = claim(asked, resident)
    except (Invalid, Refused, Throttled, NotFound) as problem:
        return _held(request.form.to_dict(), _fields(problem, "code")), problem.status
    return redirect(url_for("mobile.proxy_pages.vote_page", authorization_id=card.row.id), code=303)


def _newcomer() -> Resident:
    if request.form.get("agree") != "yes":
        raise Invalid("同意后才能进。", fields={"agree": ["读过告知书，同意后才能进。"]})
    names = ("agent_enters", request.remote_addr or "")
    with unit_of_work():
        throttle.hit(NEWCOMERS, *names)
        row = identity.enter_as_agent(privacy_version=current_privacy(None).version, now=now())
    remember(row)
    return Resident(row.id)


@proxy_pages.get("/proxies/<int:authorization_id>")
@resident_page
def vote_page(authorization_id: int) -> Page:
    return _vote(held_proxy(authorization_id, me()), {}, {})


@proxy_pages.post("/proxies/<int:authorization_id>/review")
@resident_page
def review(authorization_id: int) -> Page:
    """Look again before it counts. Nothing is written yet."""
    card = held_proxy(authorization_id, me())
    sent = _sent()
    if not may_vote(card) or request.form.get("then") == "change":
        return _vote(card, sent, {})
    try:
        frozen = queries.document(card.row.ballot_id)
        asked = [one for one in frozen.asked if one.key in card.row.motions] if frozen else []
        full_choices(asked, sent)
    except Invalid as problem:
        return _vote(card, sent, {f"{PREFIX}{key}": said for key, said in problem.fields.items()}), 422
    return render_template(
        "phone/ballots/proxy_review.html",
        **_of(card),
        chosen=_chosen(card, sent),
        client_key=request.form.get("client_key") or secrets.token_urlsafe(16),
    )


@proxy_pages.post("/proxies/<int:authorization_id>/votes")
@resident_page
def vote(authorization_id: int) -> Page:
    card = held_proxy(authorization_id, me())
    try:
        cast_for(authorization_id, _sent(), request.form.get("client_key", ""), me())
    except Invalid as problem:
        return _vote(card, _sent(), {f"{PREFIX}{key}": said for key, said in problem.fields.items()}), 422
    except (Refused, Conflict, Forbidden, Throttled) as problem:
        return _vote(held_proxy(authorization_id, me()), _sent(), {}, problem), problem.status
    return redirect(url_for("mobile.proxy_pages.vote_page", authorization_id=authorization_id), code=303)


# ------------------------------------------------------------------ drawing


def _held(typed: dict[str, Any], fields: dict[str, Any]) -> str:
    resident = signed_in()
    found = held_by(resident) if resident else []
    return render_template(
        "phone/ballots/proxies_held.html",
        held=[(card, queries.known(card.row.ballot_id), may_vote(card)) for card in found],
        is_new=resident is None,
        typed=typed,
        fields=fields,
    )


def _vote(
    card: ProxyCard, typed: dict[str, str], fields: dict[str, Any], problem: Problem | None = None
) -> str:
    receipts = [
        found
        for seq in card.seqs
        if (row := queries.vote_entry(card.row.ballot_id, seq)) is not None
        and (found := queries.receipt(row.receipt or "")) is not None
    ]
    return render_template(
        "phone/ballots/proxy_vote.html",
        **_of(card),
        motions=motions_of(card),
        may_vote=may_vote(card),
        receipts=receipts,
        typed=typed,
        fields=fields,
        problem=problem,
        client_key=secrets.token_urlsafe(16),
    )


def _of(card: ProxyCard) -> dict[str, Any]:
    return {**_about(queries.known(card.row.ballot_id)), "card": card, "prefix": PREFIX}


def _about(of: Ballot) -> dict[str, Any]:
    community = ledger.community(of.community_id)
    name, phone, place = ledger.contact(of.community_id)
    return {
        "ballot": of,
        "stage": queries.stage(of, now()),
        "closes_at": reading.closing(of),
        "community": community.name if community else "",
        "contact": {"name": name, "phone": phone, "place": place},
        "help_phone": phone,
    }


def _chosen(card: ProxyCard, choices: dict[str, str]) -> list[tuple[reading.AskedMotion, reading.Choice]]:
    return [
        (motion, choice)
        for motion in motions_of(card)
        for choice in motion.choices
        if choices.get(motion.id) == choice.value
    ]


def _sent() -> dict[str, str]:
    return {
        name.removeprefix(PREFIX): value for name, value in request.form.items() if name.startswith(PREFIX)
    }


def _fields(problem: Problem, otherwise: str) -> dict[str, list[str]]:
    fields = problem.fields if isinstance(problem, Invalid) else {}
    return fields or {otherwise: [problem.message]}
