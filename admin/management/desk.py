"""What the pages of management share: the blueprint, which vote chose a manager, and the forms' page."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from server.ballots import queries as ballots
from server.ballots.rules.tally import Verdict
from server.decisions import queries as decisions
from server.infra.clock import now
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound, Problem
from server.kernel.matters import Matter
from server.ledger import queries as ledger
from server.management import queries
from server.management.queries import ContractCard
from server.policies import queries as policies

management = Blueprint("management", __name__)

Page = str | Response | tuple[str, int]


def today() -> date:
    return china_day(now())


def found_contract(contract_id: int, community_id: int) -> ContractCard:
    card = queries.contract(contract_id, community_id)
    if card is None:
        raise NotFound
    return card


def votes_for_manager(community_id: int) -> list[tuple[int, str]]:
    """The ballots in which the owners chose who manages (民法典 278 四), newest first; not what was declared void or a court
    revoked: nothing rests on it any more."""
    passed = [
        (ballot.id, ballot.title)
        for ballot in ballots.ballots_of(community_id)
        if any(
            motion.matter is Matter.MANAGER and ballots.verdict(ballot.id, motion.key) == Verdict.PASSED
            for motion in ballot.motions
        )
    ]
    undone = decisions.undone([ballot_id for ballot_id, _ in passed])
    return [one for one in passed if one[0] not in undone]


@dataclass(frozen=True)
class ChosenBy:
    """The vote that a contract names, and what became of it where it decides nothing any more."""

    ballot_id: int
    title: str
    became: str


def chosen_by(card: ContractCard) -> ChosenBy | None:
    ballot = ballots.ballot(card.contract.chosen_by_ballot_id or 0, card.contract.community_id)
    if ballot is None:
        return None
    fell = decisions.undone([ballot.id]).get(ballot.id)
    return ChosenBy(ballot.id, ballot.title, fell.became_zh if fell else "")


def publish_months(community_id: int) -> int:
    """How often the books are published here."""
    place = ledger.place(community_id)
    if place is None:
        raise NotFound
    return policies.number("accounts.publish_months", place.division_path, today())


def back_to(community_id: int, part: str = "") -> Response:
    there = url_for("admin.management.community_page", community_id=community_id, _anchor=part or None)
    return redirect(there)


def typed_again(**known: Any) -> dict[str, Any]:
    """What stands in a form: what was typed, a fresh key where none was sent, and what is known."""
    return {"client_key": secrets.token_urlsafe(16), **known, **request.form.to_dict()}


def form_page(template: str, error: Problem | None = None, **shown: Any) -> Page:
    """A form; after a refusal with what was typed and the sentences at their fields."""
    fields = error.fields if isinstance(error, Invalid) else {}
    drawn = render_template(
        f"office/management/{template}",
        fields=fields,
        refusal="" if error is None or fields else error.message,
        **shown,
    )
    return drawn if error is None else (drawn, error.status)
