"""Checkpoints are taken: at the opening, while events come, at the closing. The house signs what it can no longer deny."""

from datetime import datetime

from server.ballots import queries
from server.ballots.models import Ballot, BallotCheckpoint
from server.ballots.rules.checkpoints import Checkpoint, Signed, is_due
from server.infra import signing
from server.infra.db import db, lock_row
from server.kernel.errors import Refused


def take_checkpoint(ballot_id: int, now: datetime) -> BallotCheckpoint:
    """Sign the log as it stands. The caller holds the ballot's row."""
    events, head_hash = queries.head_hash(ballot_id)
    last = queries.last_checkpoint(ballot_id)
    taken = Checkpoint(queries.ballot_name(ballot_id), events, head_hash, now, signing.public_key())
    row = BallotCheckpoint(
        ballot_id=ballot_id,
        number=last.number + 1 if last else 1,
        events=events,
        head_hash=head_hash,
        taken_at=now,
        key=taken.key,
        signature=signing.sign(taken.text),
    )
    db.session.add(row)
    db.session.flush()
    return row


def closing_checkpoint(ballot_id: int, now: datetime) -> Signed:
    """A checkpoint of the log as it stands after its closing, taken now where none was; for what is printed on paper."""
    lock_row(Ballot, ballot_id)
    known, name = queries.known(ballot_id), queries.ballot_name(ballot_id)
    if known.closing_at is None or now < known.closing_at:
        raise Refused("还没到截止时间。", code="not_closed")
    last, (events, _) = queries.last_checkpoint(ballot_id), queries.head_hash(ballot_id)
    if last is None or last.taken_at < known.closing_at or last.events != events:
        last = take_checkpoint(ballot_id, now)
    return queries.signed(last, name)


def take_due(now: datetime) -> int:
    """Take those that the rule calls for. Returns how many."""
    taken = 0
    for ballot_id in queries.perhaps_due(now):
        lock_row(Ballot, ballot_id)
        known = queries.known(ballot_id)
        row = queries.last_checkpoint(ballot_id)
        last = queries.signed(row, queries.ballot_name(ballot_id)).checkpoint if row else None
        events, _ = queries.head_hash(ballot_id)
        every = queries.checkpoint_every(known.community_id, now)
        closes_at = known.closing_at or now
        if is_due(last, events, closes_at, every, now):
            take_checkpoint(ballot_id, now)
            taken += 1
    return taken
