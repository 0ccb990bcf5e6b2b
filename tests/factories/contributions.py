"""Pledges and what was given of them, made through the room's own actions."""

from datetime import date, datetime
from typing import Any

from server.contributions import actions
from server.contributions.models import ContributionEntry, Pledge
from server.contributions.rules import Entry, Kind, Shown
from server.infra.db import unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.ledger.models import Flat
from tests.factories.projects import CONFIRMS, ENTERS, NOW, key
from tests.kept import kept

GIVER = Actor(ActorKind.RESIDENT, 9101, "居民")


@kept
def make_pledge(
    flat: Flat, kind: Kind = Kind.MONEY, amount: int | None = 500_00, *, now: datetime = NOW, **facts: Any
) -> Pledge:
    facts = {
        "words": "",
        "shown": Shown.ANONYMOUS,
        "name": "",
        "client_key": key(),
        "actor": GIVER,
        **facts,
    }
    with unit_of_work():
        return actions.make_pledge(
            flat.community_id, flat_id=flat.id, kind=kind, amount=amount, now=now, **facts
        )


@kept
def enter(
    pledge: Pledge,
    amount: int,
    kind: Entry = Entry.GIVEN,
    *,
    is_confirmed: bool | None = True,
    now: datetime = NOW,
    **facts: Any,
) -> ContributionEntry:
    """Entered by one person; confirmed (True) or turned down (False) by another, or left waiting (None)."""
    facts = {
        "happened_on": date(2026, 3, 1),
        "document": "收据 18 号",
        "client_key": key(),
        "actor": ENTERS,
        **facts,
    }
    with unit_of_work():
        row = actions.enter(
            pledge.id, community_id=pledge.community_id, kind=kind, amount=amount, now=now, **facts
        )
    if is_confirmed is not None:
        with unit_of_work():
            actions.review(
                row.id,
                community_id=pledge.community_id,
                is_confirmed=is_confirmed,
                reason="" if is_confirmed else "收据不清",
                actor=CONFIRMS,
                now=now,
            )
    return row
