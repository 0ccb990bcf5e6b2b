"""Many votes of one ballot in few statements: the same rules, hashes, receipts and entries as cast one by one.

For whoever carries over what happened elsewhere: an example, a rehearsal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from server.ballots import queries
from server.ballots.actions.casting import (
    THROTTLE,
    Receipt,
    chain_vote,
    online_event,
    own_head,
    receipt_of,
)
from server.ballots.actions.chain import Locked, lock_opened, whole_tail, write_entries
from server.ballots.actions.telling import tell_vote_replaced
from server.ballots.actions.turnout import count_all_in
from server.ballots.models import LogEntry
from server.ballots.queries import HeadCard
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import EarlierVote
from server.identity import queries as identity
from server.identity.queries import Holding
from server.infra import replay, throttle
from server.infra.db import db
from server.infra.statements import chunks
from server.kernel.actor import Actor, ActorKind
from server.kernel.chinatime import china_day


@dataclass(frozen=True)
class Cast:
    """What one resident sends; the arguments of `cast_vote`."""

    choices: Mapping[str, str]
    client_key: str
    actor: Actor
    now: datetime
    flat_id: int | None = None


def cast_in_batch(ballot_id: int, casts: Sequence[Cast]) -> list[Receipt]:
    """One vote after another, in the order given; the receipts. Raises as `cast_vote` would for the first that may not be."""
    held = _holdings(casts)
    ballot = lock_opened(ballot_id)
    work = _Casting(ballot, {one.client_key for one in casts})
    receipts = [
        work.cast(one, held.get((one.actor.id, china_day(one.now)), []) if _is_resident(one) else [])
        for one in casts
    ]
    work.write()
    return receipts


def _is_resident(one: Cast) -> bool:
    return one.actor.kind is ActorKind.RESIDENT


def _holdings(casts: Sequence[Cast]) -> dict[tuple[int, date], list[Holding]]:
    """What each voter stands for and owns on the day of their vote."""
    days: dict[int, set[date]] = {}
    for one in casts:
        if _is_resident(one):
            days.setdefault(one.actor.id, set()).add(china_day(one.now))
    return identity.holdings_on(days)


class _Casting:
    """The ballot as the votes of the batch leave it, until all of them are written together."""

    def __init__(self, ballot: Locked, client_keys: set[str]) -> None:
        self.ballot = ballot
        self.end, self.standing = whole_tail(ballot)
        self.cards = queries.heads_of(ballot.id)
        self.places = {flat_id: place for place, card in enumerate(self.cards) for flat_id in card.flat_ids}
        self.sent = _sent_before(client_keys)
        self.entries: list[dict[str, Any]] = []
        self.first: list[HeadCard] = []
        self.changed: list[tuple[HeadCard, datetime]] = []
        self.tries: list[tuple[str, str]] = []

    def cast(self, one: Cast, held: Sequence[Holding]) -> Receipt:
        ballot, now = self.ballot, one.now
        replay.check_key(one.client_key)
        digest = replay.digest(one.actor, "cast_vote", ballot.id, dict(one.choices), one.flat_id)
        sent = self.sent.get(one.client_key)
        if sent is not None:
            replay.check_same(sent[0], digest)
            return sent[1]
        places = {self.places[id_] for id_ in queries.proven_flats(held, one.flat_id) if id_ in self.places}
        mine = queries.rights_among(
            [self.cards[place] for place in sorted(places)], held, ballot.community_id, one.flat_id
        )
        card, owner_id = own_head(mine, one.actor)
        self.end.standing = self.standing.get(card.head, [])
        chained = chain_vote(
            ballot,
            self.end,
            card,
            online_event(ballot, self.end, card, one.choices, now),
            capacity=rules.cast_as(card.on_roll, owner_id),
            actor=one.actor,
            now=now,
            client_key=one.client_key,
            client_digest=digest,
        )
        stood = [vote for vote in self.end.standing if vote.seq not in chained.replaced]
        self.standing[card.head] = [*stood, EarlierVote(chained.receipt.seq, chained.entry["cast_as"])]
        self.entries += [chained.entry, *chained.voided]
        self.tries.append(("cast_vote", one.actor.key))
        receipt = chained.receipt
        if receipt.is_change:
            self.changed.append((card, receipt.recorded_at))
        else:
            self.first.append(card)
        self.sent[one.client_key] = (digest, _again(receipt))
        return receipt

    def write(self) -> None:
        throttle.hit_all(THROTTLE, self.tries)
        write_entries(self.entries)
        count_all_in(self.ballot, self.first)
        for card, recorded_at in self.changed:
            tell_vote_replaced(self.ballot, card, recorded_at)


def _again(receipt: Receipt) -> Receipt:
    """What the same request is told when it comes again."""
    return Receipt(receipt.code, receipt.ballot_id, receipt.seq, receipt.recorded_at)


def _sent_before(client_keys: set[str]) -> dict[str, tuple[str | None, Receipt]]:
    """Digest and receipt of what was written by these keys before."""
    found: dict[str, tuple[str | None, Receipt]] = {}
    for some in chunks(sorted(client_keys)):
        for row in db.session.scalars(sa.select(LogEntry).where(LogEntry.client_key.in_(some))):
            found[row.client_key or ""] = (row.client_digest, receipt_of(row))
    return found
