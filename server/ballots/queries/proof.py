"""Checkpoints, and the chain that may leave before the closing."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.ballots.models import Ballot, BallotCheckpoint, LogEntry
from server.ballots.queries.asked import opening, place_path
from server.ballots.queries.bundle import log_state
from server.ballots.rules.checkpoints import Checkpoint, Signed, chain_document
from server.ballots.rules.standing import Standing, vote_standings
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.policies import queries as policies


def ballot_name(ballot_id: int) -> str:
    """The ballot as its frozen document names it."""
    act = opening(ballot_id)
    if act is None:
        raise NotFound
    return str(json.loads(act.document)["id"])


def signed(row: BallotCheckpoint, name: str) -> Signed:
    taken = Checkpoint(name, row.events, row.head_hash, row.taken_at, row.key)
    return Signed(taken, row.signature)


def last_checkpoint(ballot_id: int) -> BallotCheckpoint | None:
    rows = sa.select(BallotCheckpoint).where(BallotCheckpoint.ballot_id == ballot_id)
    return db.session.scalars(rows.order_by(BallotCheckpoint.number.desc()).limit(1)).first()


def checkpoints(ballot_id: int) -> Sequence[BallotCheckpoint]:
    """All of them, the newest first."""
    rows = sa.select(BallotCheckpoint).where(BallotCheckpoint.ballot_id == ballot_id)
    return db.session.scalars(rows.order_by(BallotCheckpoint.number.desc())).all()


def checkpoint(ballot_id: int, number: int) -> BallotCheckpoint | None:
    rows = sa.select(BallotCheckpoint).where(BallotCheckpoint.ballot_id == ballot_id)
    return db.session.scalar(rows.where(BallotCheckpoint.number == number))


def checkpoint_every(community_id: int, now: datetime) -> timedelta:
    minutes = policies.values_of(("ballot.checkpoint_minutes",), place_path(community_id), china_day(now))[
        "ballot.checkpoint_minutes"
    ]
    return timedelta(minutes=int(minutes))


def perhaps_due(now: datetime) -> Sequence[int]:
    """Ballots with no checkpoint, with events since the last, or closed since the last."""
    events = (
        sa.select(sa.func.coalesce(sa.func.max(LogEntry.seq), 0))
        .where(LogEntry.ballot_id == Ballot.id)
        .scalar_subquery()
    )
    held = sa.select(BallotCheckpoint.id).where(BallotCheckpoint.ballot_id == Ballot.id)
    upto = held.where(BallotCheckpoint.events >= events)
    after = held.where(BallotCheckpoint.taken_at >= Ballot.closing_at)
    rows = sa.select(Ballot.id).where(
        Ballot.opened_at.is_not(None),
        sa.or_(
            ~upto.exists(),
            sa.and_(Ballot.closing_at <= now, ~after.exists()),
        ),
    )
    return db.session.scalars(rows.order_by(Ballot.id)).all()


def chain(ballot_id: int) -> dict[str, Any]:
    """Number, kind, time and hash of every event: what may be seen of an open vote."""
    act = opening(ballot_id)
    if act is None:
        raise NotFound
    rows = sa.select(LogEntry.body, LogEntry.hash).where(LogEntry.ballot_id == ballot_id)
    events = [
        {**json.loads(row.body), "hash": row.hash} for row in db.session.execute(rows.order_by(LogEntry.seq))
    ]
    return chain_document(str(json.loads(act.document)["id"]), act.fingerprint, events)


def receipt_standings(ballot_id: int) -> list[tuple[str, Standing]]:
    """Every receipt of a vote with what became of it; in no order."""
    standings = vote_standings(log_state(ballot_id))
    rows = sa.select(LogEntry.receipt, LogEntry.seq).where(LogEntry.ballot_id == ballot_id)
    return [(code, standings[seq]) for code, seq in db.session.execute(rows) if code]
