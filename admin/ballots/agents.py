"""Agents by telephone: whoever did not register an authorization looks at its paper and gives the agent a code."""

import secrets

from flask import Response, current_app, render_template

from admin.ballots.acting import KeyIn
from admin.ballots.pages import Page, ballots, fields_of, found_ballot, state_of
from admin.ballots.roll import picture_of
from admin.guard import needs
from admin.session import me
from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.ballots.queries import ProxyCard
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.infra.web.forms import load_form
from server.kernel.errors import Invalid, NotFound, Refused


@ballots.get("/<int:ballot_id>/agents")
@needs(Permission.SEE_BALLOT)
def list_agents(community_id: int, ballot_id: int) -> Page:
    return _page(_opened(community_id, ballot_id), {})


@ballots.post("/<int:ballot_id>/agents/<int:authorization_id>/code")
@needs(Permission.REVIEW_PAPER)
def issue_code(community_id: int, ballot_id: int, authorization_id: int) -> Page:
    """The code is on this answer and nowhere else: the house keeps only its hash."""
    ballot = _opened(community_id, ballot_id)
    found = _known(ballot, authorization_id)
    try:
        key = load_form(KeyIn)["client_key"]
        with unit_of_work():
            code = actions.issue_proxy_code(
                ballot_id, authorization_id, client_key=key, actor=me().actor, now=now()
            )
    except (Invalid, Refused) as error:
        return _page(ballot, fields_of(error, "act")), 422
    answer = Response(_page(ballot, {}, found, code), content_type="text/html; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@ballots.get("/<int:ballot_id>/agents/<int:authorization_id>/paper")
@needs(Permission.REVIEW_PAPER)
def authorization_paper(community_id: int, ballot_id: int, authorization_id: int) -> Response:
    found = _known(_opened(community_id, ballot_id), authorization_id)
    return picture_of(found.row.photo_id)


def _opened(community_id: int, ballot_id: int) -> Ballot:
    ballot = found_ballot(community_id, ballot_id)
    if ballot.opened_at is None:
        raise NotFound
    return ballot


def _known(ballot: Ballot, authorization_id: int) -> ProxyCard:
    found = queries.proxy(ballot.id, authorization_id)
    if found is None:
        raise NotFound
    return found


def _page(
    ballot: Ballot, fields: dict[str, list[str]], found: ProxyCard | None = None, code: str = ""
) -> str:
    frozen = queries.document(ballot.id)
    return render_template(
        "office/ballots/agents.html",
        ballot=ballot,
        **state_of(ballot),
        proxies=list(reversed(queries.proxies(ballot.id))),
        titles={motion.key: motion.title for motion in frozen.asked} if frozen else {},
        limit=frozen.raw.get("proxy_limit", 0) if frozen else 0,
        found=found,
        address=f"{current_app.config['PUBLIC_URL']}/proxies",
        code=code,
        me_key=me().actor.key,
        fields=fields,
        client_key=lambda: secrets.token_urlsafe(16),
    )
