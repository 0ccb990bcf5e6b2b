"""Casting: one vote of one head, appended to the log with its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.ballots import queries
from server.ballots.actions.chain import (
    Locked,
    Tail,
    chain,
    lock_with_heads,
    nonce,
    tail_unless_sent,
    write_entry,
)
from server.ballots.actions.telling import tell_vote_replaced
from server.ballots.actions.turnout import counting_in
from server.ballots.models import LogEntry
from server.ballots.queries import HeadCard, Rights
from server.ballots.queries.desk import HOUSE
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import CastAs, Channel
from server.ballots.rules.desk import Fault
from server.ballots.rules.drafting import china_text
from server.ballots.rules.receipts import new_code
from server.infra import replay, throttle
from server.infra.statements import Write, write_together
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import Forbidden, NotFound, Refused

THROTTLE = "30/minute"


@dataclass(frozen=True)
class Receipt:
    """What a voter keeps. It never tells the choice."""

    code: str
    ballot_id: int
    seq: int
    recorded_at: datetime
    #: Whether the head had a vote that stood before.
    is_change: bool = False


def cast_vote(
    ballot_id: int,
    choices: Mapping[str, str],
    *,
    client_key: str,
    actor: Actor,
    now: datetime,
    flat_id: int | None = None,
) -> Receipt:
    """A resident's own vote, for the head of their proven flat. The same client key again gives the same receipt.

    What is sent holds choices and nothing else: whose vote it is and what it weighs comes from binding and roll.
    `flat_id` only says which of several own heads is meant.
    """
    digest = replay.digest(actor, "cast_vote", ballot_id, dict(choices), flat_id)
    # Behind the lock every other voter of the ballot waits: what can be asked before it is, and little is after it.
    held = queries.holdings(actor.id, now) if actor.kind is ActorKind.RESIDENT else []
    ballot, cards = lock_with_heads(ballot_id, queries.proven_flats(held, flat_id))
    mine = queries.rights_among(cards, held, ballot.community_id, flat_id)
    end, sent = tail_unless_sent(ballot, mine.head, client_key, digest)
    if sent is not None:
        return receipt_of(sent)
    card, owner_id = own_head(mine, actor)
    return append_vote(
        ballot,
        end,
        card,
        online_event(ballot, end, card, choices, now),
        capacity=rules.cast_as(card.on_roll, owner_id),
        actor=actor,
        now=now,
        counted=throttle.Try(THROTTLE, ("cast_vote", actor.key)),
        client_key=client_key,
        client_digest=digest,
    )


def online_event(
    ballot: Locked, end: Tail, card: HeadCard, choices: Mapping[str, str], now: datetime
) -> dict[str, object]:
    """What is chained of an online vote. Raises Refused outside the voting time, Invalid for what is not asked."""
    moment = max(now, end.recorded_at)
    # A vote that waited here while the count was made comes after it, whatever its own clock said.
    rules.check_open(ballot.opened_at, ballot.closing_at, max(moment, ballot.disclosed_at or moment))
    return {
        "kind": "vote",
        "received_at": china_text(moment),
        "head": card.head,
        "channel": Channel.ONLINE.value,
        "choices": rules.full_choices(ballot.document.asked, choices),
        "nonce": nonce(),
    }


@dataclass(frozen=True)
class Chained:
    """A vote's entry and those of the co-owners' votes that it makes void: chained, not written yet."""

    entry: dict[str, Any]
    voided: list[dict[str, Any]]
    #: Of which votes those are.
    replaced: list[int]
    receipt: Receipt


def append_vote(
    ballot: Locked,
    end: Tail,
    card: HeadCard,
    event: dict[str, object],
    *,
    capacity: CastAs | None,
    actor: Actor,
    now: datetime,
    takes_part: bool = True,
    counted: throttle.Try | None = None,
    **columns: Any,
) -> Receipt:
    """Write a vote of any channel: the representative's right, the change rule, the entry, its receipt, the turnout.

    One that is void from the start (`takes_part` false) replaces nothing and is not counted in. `counted` is the try that
    the vote is.
    """
    chained = chain_vote(
        ballot, end, card, event, capacity=capacity, actor=actor, now=now, takes_part=takes_part, **columns
    )
    is_change = chained.receipt.is_change
    moves = counting_in(ballot, card) if takes_part and not is_change else []
    _write(chained.entry, moves, counted)
    for entry in chained.voided:
        write_entry(entry)
    if takes_part and is_change:
        tell_vote_replaced(ballot, card, chained.receipt.recorded_at)
    return chained.receipt


def chain_vote(
    ballot: Locked,
    end: Tail,
    card: HeadCard,
    event: dict[str, object],
    *,
    capacity: CastAs | None,
    actor: Actor,
    now: datetime,
    takes_part: bool = True,
    **columns: Any,
) -> Chained:
    """The vote as `append_vote` writes it; moves the end."""
    rules.check_on_roll(card.is_on_roll)
    # What the seller cast is no co-owner's vote of the buyer's: it stands unless the vote may be changed.
    own = [vote for vote in end.standing if vote.seq > card.since]
    replaced = rules.superseded_by(capacity, own) if takes_part else []
    if event["channel"] == Channel.ONLINE:
        rules.check_change(end.standing, replaced, may_change=ballot.document.may_change)
    is_change = bool(end.standing)
    if capacity is not None:
        event = {**event, "as": capacity.value}
    if card.takeover is not None:
        event = {**event, "takeover": dict(card.takeover)}
    entry = chain(
        ballot,
        end,
        event,
        now=now,
        entered_by=actor.key,
        head=card.head,
        channel=event["channel"],
        cast_as=capacity.value if capacity else None,
        receipt=new_code(),
        **columns,
    )
    voided = [_voided(ballot, end, card.head, seq, now) for seq in replaced]
    receipt = Receipt(entry["receipt"], ballot.id, entry["seq"], entry["recorded_at"], is_change)
    return Chained(entry, voided, replaced, receipt)


def _write(entry: dict[str, Any], moves: list[Write], counted: throttle.Try | None) -> None:
    """The entry, its try and the turnout in one round trip; a head in several scopes moves the others after it."""
    tries = [counted.counting()] if counted is not None else []
    counts = write_entry(entry, *tries, *moves[:1])
    if counted is not None:
        counted.check(counts[0])
    for move in moves[1:]:
        write_together(move)


def receipt_of(row: LogEntry) -> Receipt:
    return Receipt(row.receipt or "", row.ballot_id, row.seq, row.recorded_at)


def _voided(ballot: Locked, end: Tail, head: str, seq: int, now: datetime) -> dict[str, Any]:
    event = {
        "kind": "review",
        "of": seq,
        "verdict": "void",
        "reason": Fault.REPRESENTATIVE.value,
        "by": HOUSE,
    }
    return chain(
        ballot,
        end,
        event,
        now=now,
        entered_by=HOUSE,
        head=head,
        of_seq=seq,
        verdict="void",
        fault=Fault.REPRESENTATIVE.value,
    )


def own_head(held: Rights, actor: Actor) -> tuple[HeadCard, int]:
    """The head this resident may cast for, and as which owner."""
    if actor.kind is not ActorKind.RESIDENT:
        raise Forbidden("只有业主本人可以在手机上投票。", code="not_a_resident")
    if held.is_stranger:
        raise NotFound
    if not held.rights:
        raise Forbidden(held.message, code="no_vote")
    if len(held.rights) > 1:
        places = "；".join("、".join(one.card.labels) for one in held.rights)
        raise Refused(f"你的房屋分属几位业主名下（{places}），要分别投。请选一套再投。", code="choose_flat")
    return held.rights[0].card, held.rights[0].owner_id
