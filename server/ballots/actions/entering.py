"""Writing a vote that staff keyed: from papers that two people read alike, or for an owner who is here in person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.attachments import queries as attachments
from server.audit.actions import record
from server.ballots.actions.casting import Receipt, append_vote
from server.ballots.actions.chain import Locked, Tail, append, check_known, nonce, tail
from server.ballots.actions.telling import tell_vote_void
from server.ballots.queries import HeadCard
from server.ballots.queries.desk import HOUSE
from server.ballots.rules.casting import CastAs, Channel
from server.ballots.rules.desk import Fault
from server.ballots.rules.drafting import china_text
from server.ballots.rules.keying import Read
from server.kernel.actor import Actor


@dataclass(frozen=True)
class Entry:
    """What is to be written: what was read, when it was received, and its picture."""

    channel: Channel
    read: Read
    received_at: datetime
    photo_id: int | None
    #: The printed number of the paper.
    paper: int | None = None
    #: Of an agent: the motions it was cast for, and the authorization with its hash.
    motions: tuple[str, ...] = ()
    proxy: Mapping[str, object] | None = None


def enter_vote(
    ballot: Locked,
    card: HeadCard,
    entry: Entry,
    *,
    by: Sequence[str],
    actor: Actor,
    now: datetime,
    **columns: Any,
) -> Receipt:
    """Append the vote with `by`, everyone who keyed it. One that takes no part is entered and void at once, so that its
    reviewer and its owner see it."""
    photo = attachments.attachment(entry.photo_id) if entry.photo_id is not None else None
    check_known(photo is not None, "photo", "拍一张照片传上来，复核的人要看。")
    end = tail(ballot, card.head)
    received_at = entry.received_at
    if entry.channel is Channel.ASSISTED:
        # The owner is here now; a clock set back must not put that before the last event.
        received_at = max(now, end.recorded_at)
    capacity = capacity_of(card, entry.read.by_representative)
    fault = _fault(card, end, capacity, entry)
    event: dict[str, object] = {
        "kind": "vote",
        "received_at": china_text(received_at),
        "head": card.head,
        "channel": entry.channel.value,
        "choices": dict(entry.read.choices),
        "nonce": nonce(),
        "by": list(by),
        "photo": photo.sha256 if photo else "",
        **_further(entry),
    }
    receipt = append_vote(
        ballot,
        end,
        card,
        event,
        capacity=capacity,
        takes_part=fault is None,
        actor=actor,
        # Nor may a clock set back put the entry before the paper was received.
        now=max(now, received_at),
        photo_id=entry.photo_id,
        **columns,
    )
    if fault is not None:
        _void_at_once(ballot, end, card, receipt, fault, now)
        tell_vote_void(ballot, card, fault, receipt.recorded_at)
    channel = entry.channel
    record(
        actor,
        f"ballots.enter_{channel.value}",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        seq=receipt.seq,
        received_at=received_at,
    )
    return receipt


def _further(entry: Entry) -> dict[str, object]:
    more: dict[str, object] = {}
    if entry.paper is not None:
        more["paper"] = entry.paper
    if not entry.read.is_signed:
        more["signed"] = "no"
    if entry.read.marks:
        more["marks"] = dict(entry.read.marks)
    if entry.proxy is not None:
        more |= {"motions": list(entry.motions), "proxy": dict(entry.proxy)}
    return more


def _fault(card: HeadCard, end: Tail, capacity: CastAs | None, entry: Entry) -> Fault | None:
    """For what an entry is void from the start. A paper stays in the log where a co-owner at the desk would be sent home."""
    if not entry.read.is_signed:
        return Fault.UNSIGNED
    is_late = any(vote.cast_as == CastAs.REPRESENTATIVE and vote.seq > card.since for vote in end.standing)
    if entry.channel is Channel.PAPER and capacity is CastAs.CO_OWNER and is_late:
        return Fault.REPRESENTATIVE
    return None


def capacity_of(card: HeadCard, by_representative: bool) -> CastAs | None:
    if not card.has_representative:
        return None
    return CastAs.REPRESENTATIVE if by_representative else CastAs.CO_OWNER


def _void_at_once(
    ballot: Locked, end: Tail, card: HeadCard, receipt: Receipt, fault: Fault, now: datetime
) -> None:
    event = {"kind": "review", "of": receipt.seq, "verdict": "void", "reason": fault.value, "by": HOUSE}
    append(
        ballot,
        end,
        event,
        now=now,
        entered_by=HOUSE,
        head=card.head,
        of_seq=receipt.seq,
        verdict="void",
        fault=fault.value,
    )
