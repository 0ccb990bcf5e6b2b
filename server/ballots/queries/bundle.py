"""The frozen ballot, its roll and its log, as the bundle writes them."""

import json
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from server.ballots.models import Head, LogEntry, RollFlat
from server.ballots.queries.asked import opening
from server.ballots.rules.events import event_from_document
from server.ballots.rules.heads import flat_name
from server.ballots.rules.log import BrokenAt, LogState, verify_chain
from server.ballots.rules.roll import Roll
from server.ballots.rules.terms import BallotTerms
from server.infra.db import asked_once, db
from server.kernel.errors import NotFound

FORMAT = "ballot-bundle/1"


def roll(ballot_id: int) -> list[dict[str, Any]]:
    """The frozen roll, in the order in which it was hashed."""
    rows = db.session.execute(
        sa.select(RollFlat.head, RollFlat.flat_id, RollFlat.building, RollFlat.entrance, RollFlat.area)
        .join(Head, sa.and_(Head.ballot_id == RollFlat.ballot_id, Head.head == RollFlat.head))
        .where(RollFlat.ballot_id == ballot_id)
        .order_by(Head.position, RollFlat.flat_id)
    )
    heads: dict[str, list[dict[str, str]]] = {}
    for head, flat_id, building, entrance, area in rows:
        heads.setdefault(head, []).append(
            {"id": flat_name(flat_id), "building": building, "entrance": entrance, "area": f"{area:.2f}"}
        )
    return [{"head": head, "flats": flats} for head, flats in heads.items()]


def log_rows(ballot_id: int) -> Iterator[tuple[str, str]]:
    """Body and hash of every event, in order, without holding them all."""
    rows = (
        sa.select(LogEntry.body, LogEntry.hash).where(LogEntry.ballot_id == ballot_id).order_by(LogEntry.seq)
    )
    for row in db.session.execute(rows.execution_options(yield_per=2000)):
        yield row.body, row.hash


def event_text(body: str, hash_: str) -> str:
    """The event with its hash, from its canonical form without."""
    return f'{body[:-1]},"hash":"{hash_}"}}'


def bundle(ballot_id: int) -> dict[str, Any]:
    """All of it in memory: for the count. What leaves the house goes through `exports`."""
    act = opening(ballot_id)
    if act is None:
        raise NotFound
    return {
        "format": FORMAT,
        "ballot": json.loads(act.document),
        "roll": roll(ballot_id),
        "log": [json.loads(event_text(body, hash_)) for body, hash_ in log_rows(ballot_id)],
    }


def head_hash(ballot_id: int) -> tuple[int, str]:
    """How many events there are and the hash of the last; the fingerprint where there is none."""
    return asked_once(("head_hash", ballot_id), lambda: _head_hash(ballot_id))


def _head_hash(ballot_id: int) -> tuple[int, str]:
    last = db.session.execute(
        sa.select(LogEntry.seq, LogEntry.hash)
        .where(LogEntry.ballot_id == ballot_id)
        .order_by(LogEntry.seq.desc())
        .limit(1)
    ).first()
    if last is not None:
        return last.seq, last.hash
    act = opening(ballot_id)
    if act is None:
        raise NotFound
    return 0, act.fingerprint


def last_hashes(ballot_ids: Collection[int]) -> dict[int, str]:
    """The hash of the last event of each log, by ballot; ballots without an event are left out."""
    rows = db.session.execute(_LAST_HASHES, {"ballot_ids": list(ballot_ids)})
    return {row.ballot_id: row.hash for row in rows}


_LAST = (
    sa.select(LogEntry.ballot_id, sa.func.max(LogEntry.seq).label("seq"))
    .where(LogEntry.ballot_id.in_(sa.bindparam("ballot_ids", expanding=True)))
    .group_by(LogEntry.ballot_id)
    .subquery()
)
_LAST_HASHES = sa.select(LogEntry.ballot_id, LogEntry.hash).join(
    _LAST, sa.and_(_LAST.c.ballot_id == LogEntry.ballot_id, _LAST.c.seq == LogEntry.seq)
)


def log_state(ballot_id: int) -> LogState:
    """Roll and log taken up, as the rules know them."""
    whole = bundle(ballot_id)
    return LogState.after(
        BallotTerms.from_document(whole["ballot"]),
        Roll.from_document(whole["roll"]),
        (event_from_document(event) for event in whole["log"]),
    )


def broken_at(ballot_id: int) -> BrokenAt | None:
    """Where the chain is broken, if it is."""
    whole = bundle(ballot_id)
    return verify_chain(whole["ballot"], whole["roll"], whole["log"])
