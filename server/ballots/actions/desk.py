"""The paper desk: printing numbered ballots, entering what came back, entering for an owner in person."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.attachments import queries as attachments
from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.casting import Receipt, append_vote, receipt_of
from server.ballots.actions.chain import (
    Locked,
    Tail,
    append,
    check_known,
    check_undisclosed,
    earlier_entry,
    lock_opened,
    nonce,
    tail,
)
from server.ballots.models import Paper
from server.ballots.queries import HeadCard
from server.ballots.queries.desk import HOUSE
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import CastAs, Channel
from server.ballots.rules.desk import Fault, check_received, keyed
from server.ballots.rules.drafting import china_text
from server.infra import replay
from server.infra.db import db
from server.infra.statements import insert_rows
from server.kernel.actor import Actor
from server.kernel.errors import Refused

#: No 0, 1, I, L, O, U: read aloud and typed by hand without a mistake.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIAL_LENGTH = 10


def issue_papers(ballot_id: int, *, actor: Actor, now: datetime) -> int:
    """Number a paper for every head that has none in use. Returns how many are new."""
    ballot = lock_opened(ballot_id)
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    supplied = queries.heads_with_paper(ballot_id)
    number = queries.last_paper_number(ballot_id)
    fresh = [card.head for card in queries.heads_of(ballot_id) if card.head not in supplied]
    insert_rows(
        Paper,
        [_paper_row(ballot_id, number + offset, head, actor, now) for offset, head in enumerate(fresh, 1)],
    )
    if fresh:
        record(
            actor,
            "ballots.issue_papers",
            "ballot",
            ballot_id,
            now=now,
            community_id=ballot.community_id,
            papers=len(fresh),
        )
    return len(fresh)


def spoil_paper(paper: Paper, *, reason: str, actor: Actor, now: datetime) -> Paper:
    """Take a damaged or lost paper out of use, and number another for the same head."""
    ballot = lock_opened(paper.ballot_id)
    db.session.refresh(paper)
    check_known(bool(reason.strip()), "reason", "写明为什么作废，例如“填错了”“丢了”。")
    if paper.spoiled_at is not None:
        raise Refused("这张票已经作废过了。", code="spoiled")
    if queries.standing_entry_of_paper(paper.id) is not None:
        raise Refused("这张票已经录入，不能作废。", code="entered")
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    paper.spoiled_at, paper.spoiled_by, paper.spoiled_reason = now, actor.key, reason.strip()
    number = queries.last_paper_number(ballot.id) + 1
    fresh = Paper(**_paper_row(ballot.id, number, paper.head, actor, now))
    db.session.add(fresh)
    db.session.flush()
    record(
        actor,
        "ballots.spoil_paper",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        number=paper.number,
        replaced_by=fresh.number,
        reason=paper.spoiled_reason,
    )
    return fresh


def _paper_row(ballot_id: int, number: int, head: str, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "ballot_id": ballot_id,
        "number": number,
        "serial": "".join(secrets.choice(ALPHABET) for _ in range(SERIAL_LENGTH)),
        "head": head,
        "issued_at": now,
        "issued_by": actor.key,
        "spoiled_reason": "",
    }


def enter_paper(
    ballot_id: int,
    *,
    serial: str,
    read: Mapping[str, str],
    received_at: datetime,
    photo_id: int | None,
    is_signed: bool,
    client_key: str,
    actor: Actor,
    now: datetime,
    by_representative: bool = False,
) -> Receipt:
    """What came back on paper, with when it was received and its picture. It counts from its entry, and waits for a review.

    `read` maps each motion to a choice or to a mark (blank, unclear, split), which abstains. An unsigned paper is
    entered and void at once, so that a reviewer sees it.
    """
    digest = replay.digest(
        actor,
        "enter_paper",
        ballot_id,
        serial,
        dict(read),
        received_at,
        photo_id,
        is_signed,
        by_representative,
    )
    ballot = lock_opened(ballot_id)
    row = earlier_entry(client_key, digest)
    if row is not None:
        return receipt_of(row)
    check_undisclosed(ballot)
    check_received(received_at, ballot.opened_at, ballot.closing_at, now)
    paper = _paper_to_enter(ballot, serial)
    card = queries.known_head(ballot.id, paper.head)
    more: dict[str, object] = {"paper": paper.number}
    if not is_signed:
        more["signed"] = "no"
    return _enter(
        ballot,
        card,
        Channel.PAPER,
        read,
        received_at,
        photo_id,
        more,
        capacity=_capacity(card, by_representative),
        fault=None if is_signed else Fault.UNSIGNED,
        actor=actor,
        now=now,
        paper_id=paper.id,
        client_key=client_key,
        client_digest=digest,
    )


def enter_assisted(
    ballot_id: int,
    *,
    head: str,
    read: Mapping[str, str],
    photo_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
    by_representative: bool = False,
) -> Receipt:
    """An owner in person, who asks a clerk to key the vote: while the ballot is open, reviewed like paper."""
    digest = replay.digest(actor, "enter_assisted", ballot_id, head, dict(read), photo_id, by_representative)
    ballot = lock_opened(ballot_id)
    row = earlier_entry(client_key, digest)
    if row is not None:
        return receipt_of(row)
    rules.check_open(ballot.opened_at, ballot.closing_at, now)
    card = queries.known_head(ballot.id, head)
    return _enter(
        ballot,
        card,
        Channel.ASSISTED,
        read,
        now,
        photo_id,
        {},
        capacity=_capacity(card, by_representative),
        fault=None,
        actor=actor,
        now=now,
        client_key=client_key,
        client_digest=digest,
    )


def _enter(
    ballot: Locked,
    card: HeadCard,
    channel: Channel,
    read: Mapping[str, str],
    received_at: datetime,
    photo_id: int | None,
    more: dict[str, object],
    *,
    capacity: CastAs | None,
    fault: Fault | None,
    actor: Actor,
    now: datetime,
    **columns: Any,
) -> Receipt:
    photo = attachments.attachment(photo_id) if photo_id is not None else None
    check_known(photo is not None, "photo", "拍一张照片传上来，复核的人要看。")
    marks = keyed(ballot.document.asked, read)
    end = tail(ballot, card.head)
    if channel is Channel.ASSISTED:
        # The owner is here now; a clock set back must not put that before the last event.
        received_at = max(now, end.recorded_at)
    event: dict[str, object] = {
        "kind": "vote",
        "received_at": china_text(received_at),
        "head": card.head,
        "channel": channel.value,
        "choices": marks.choices,
        "nonce": nonce(),
        "by": [actor.key],
        "photo": photo.sha256 if photo else "",
        **more,
    }
    if marks.marks:
        event["marks"] = marks.marks
    receipt = append_vote(
        ballot,
        end,
        card,
        event,
        capacity=capacity,
        takes_part=fault is None,
        actor=actor,
        now=now,
        photo_id=photo_id,
        **columns,
    )
    if fault is not None:
        _void_at_once(ballot, end, card, receipt, fault, now)
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


def _capacity(card: HeadCard, by_representative: bool) -> CastAs | None:
    if not card.has_representative:
        return None
    return CastAs.REPRESENTATIVE if by_representative else CastAs.CO_OWNER


def _paper_to_enter(ballot: Locked, serial: str) -> Paper:
    paper = queries.paper_by_serial(ballot.id, serial)
    if paper is None:
        raise Refused("没有这个编号的票。请重新扫码，或核对票面上的编号。", code="unknown_serial")
    if paper.spoiled_at is not None:
        raise Refused(f"第 {paper.number} 号票已经作废，换发过新票。请录新票。", code="spoiled")
    if queries.standing_entry_of_paper(paper.id) is not None:
        raise Refused(f"第 {paper.number} 号票已经录过了。", code="entered")
    return paper
