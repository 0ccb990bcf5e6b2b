"""Tickets as tests need them: reported, and moved on."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from server.identity import queries as identity
from server.identity.actions import issue_place_codes
from server.identity.models import PlaceKind
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.ledger.models import Community, Facility
from server.moderation import queries as moderation
from server.moderation.actions import pass_text
from server.tickets import actions
from server.tickets.actions import Step
from server.tickets.models import Ticket
from server.tickets.rules.reports import NewTicket
from server.tickets.rules.words import Category, Source
from tests.conftest import START
from tests.factories.projects import make_photo
from tests.kept import kept

WORKER = Actor(ActorKind.STAFF, 901, "王师傅")
COMMITTEE = Actor(ActorKind.STAFF, 902, "周主任")
_keys = itertools.count(1)


def key() -> str:
    return f"ticket-{next(_keys)}"


@kept
def make_ticket(
    community_id: int,
    category: Category = Category.WATER,
    *,
    actor: Actor = COMMITTEE,
    at: datetime = START,
    source: Source = Source.PHONE,
    **more: Any,
) -> Ticket:
    with unit_of_work():
        new = NewTicket(community_id, category, source, more.pop("client_key", key()), **more)
        return actions.report(new, actor=actor, now=at)


def step(actor: Actor = WORKER, at: datetime = START, **more: Any) -> Step:
    return Step(actor, at, more.pop("client_key", key()), **more)


@kept
def move(ticket_id: int, *verbs: str, actor: Actor = WORKER, at: datetime = START) -> Ticket:
    """`verbs`: names of actions in order, each with all that it asks for."""
    for verb in verbs:
        photos: Sequence[int] = [make_photo()] if verb == "finish" else ()
        with unit_of_work():
            made = step(actor, at, note="好的。", photos=photos)
            extra = {"worker": "王师傅"} if verb == "dispatch" else {}
            row: Ticket = getattr(actions, verb)(ticket_id, made, **extra)
    return row


@kept
def poster_of(community: Community, facility: Facility) -> str:
    """The code on the poster of a facility."""
    with unit_of_work():
        issue_place_codes(community.id, actor=COMMAND, now=START)
    of_facility = (PlaceKind.FACILITY, facility.id)
    codes = identity.place_codes_of(community.id)
    return next(one.token for one in codes if (one.kind, one.target_id) == of_facility)


@kept
def pass_all(community: Community) -> None:
    """Let neighbours read all that waits for a look."""
    for one in moderation.waiting(community.id).items:
        with unit_of_work():
            pass_text(one.id, community_id=community.id, acts_seen=0, actor=COMMITTEE, now=START)
