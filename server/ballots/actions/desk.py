"""The paper desk: printing numbered ballots, entering what came back, entering for an owner in person."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.casting import Receipt, receipt_of
from server.ballots.actions.chain import (
    check_known,
    earlier_entry,
    lock_opened,
)
from server.ballots.actions.entering import Entry, enter_vote
from server.ballots.models import Paper
from server.ballots.rules import casting as rules
from server.ballots.rules.casting import Channel
from server.ballots.rules.desk import keyed
from server.ballots.rules.keying import Read
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
    if queries.is_to_be_keyed(paper):
        # What came back is keyed, whatever stands on it: nobody spoils a vote that does not suit them.
        raise Refused("这张票已经收回，不能作废。由两个人录完。", code="returned")
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
    marks = keyed(ballot.document.asked, read)
    return enter_vote(
        ballot,
        card,
        Entry(Channel.ASSISTED, Read(marks.choices, marks.marks, True, by_representative), now, photo_id),
        by=[actor.key],
        actor=actor,
        now=now,
        client_key=client_key,
        client_digest=digest,
    )
