"""Casting: one vote of one head, appended to the log with its receipt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.ballots import queries
from server.ballots.actions.chain import Locked, Tail, append, earlier_entry, lock_opened, nonce, tail
from server.ballots.actions.telling import tell_vote_replaced
from server.ballots.actions.turnout import count_in
from server.ballots.models import LogEntry
from server.ballots.queries import HeadCard, Rights
from server.ballots.queries.desk import HOUSE
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import CastAs, Channel
from server.ballots.rules.desk import Fault
from server.ballots.rules.drafting import china_text
from server.ballots.rules.receipts import new_code
from server.infra import replay, throttle
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
    # Asked before the lock, behind which every other voter of the ballot waits: the roll it is held against is frozen.
    held = _held(ballot_id, actor, flat_id, now)
    ballot = lock_opened(ballot_id)
    row = earlier_entry(client_key, digest)
    if row is not None:
        return receipt_of(row)
    throttle.hit(THROTTLE, "cast_vote", actor.key)
    card, owner_id = _own_head(held, actor)
    end = tail(ballot, card.head)
    moment = max(now, end.recorded_at)
    # A vote that waited here while the count was made comes after it, whatever its own clock said.
    rules.check_open(ballot.opened_at, ballot.closing_at, max(moment, ballot.disclosed_at or moment))
    event: dict[str, object] = {
        "kind": "vote",
        "received_at": china_text(moment),
        "head": card.head,
        "channel": Channel.ONLINE.value,
        "choices": rules.full_choices(ballot.document.asked, choices),
        "nonce": nonce(),
    }
    return append_vote(
        ballot,
        end,
        card,
        event,
        capacity=rules.cast_as(card.on_roll, owner_id),
        actor=actor,
        now=now,
        client_key=client_key,
        client_digest=digest,
    )


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
    **columns: object,
) -> Receipt:
    """Write a vote of any channel: the representative's right, the change rule, the entry, its receipt, the turnout.

    One that is void from the start (`takes_part` false) replaces nothing and is not counted in.
    """
    replaced = rules.superseded_by(capacity, end.standing) if takes_part else []
    if event["channel"] == Channel.ONLINE:
        rules.check_change(end.standing, replaced, may_change=ballot.document.may_change)
    is_change = bool(end.standing)
    if capacity is not None:
        event = {**event, "as": capacity.value}
    row = append(
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
    for seq in replaced:
        _void_co_owner(ballot, end, card.head, seq, now)
    if not takes_part:
        return receipt_of(row, is_change=is_change)
    if is_change:
        tell_vote_replaced(ballot, card, row.recorded_at)
    else:
        count_in(ballot, card)
    return receipt_of(row, is_change=is_change)


def receipt_of(row: LogEntry, *, is_change: bool = False) -> Receipt:
    return Receipt(row.receipt or "", row.ballot_id, row.seq, row.recorded_at, is_change)


def _void_co_owner(ballot: Locked, end: Tail, head: str, seq: int, now: datetime) -> None:
    event = {
        "kind": "review",
        "of": seq,
        "verdict": "void",
        "reason": Fault.REPRESENTATIVE.value,
        "by": HOUSE,
    }
    append(
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


def _held(ballot_id: int, actor: Actor, flat_id: int | None, now: datetime) -> Rights:
    """What this resident may cast for; nothing for anyone else, and nothing in a ballot that there is not."""
    community_id = queries.community_of(ballot_id)
    if actor.kind is not ActorKind.RESIDENT or community_id is None:
        return Rights(is_stranger=True)
    return queries.rights(ballot_id, community_id, actor.id, now, flat_id)


def _own_head(held: Rights, actor: Actor) -> tuple[HeadCard, int]:
    """The head this resident may cast for, and as which owner."""
    if actor.kind is not ActorKind.RESIDENT:
        raise Forbidden("只有业主本人可以在手机上投票。", code="not_a_resident")
    if held.is_stranger:
        raise NotFound
    if not held.rights:
        raise Forbidden(held.message, code="no_vote")
    if len(held.rights) > 1:
        places = ";".join("、".join(one.card.labels) for one in held.rights)
        raise Refused(f"你的房屋分属几位业主名下({places})，要分别投。请选一套再投。", code="choose_flat")
    return held.rights[0].card, held.rights[0].owner_id
