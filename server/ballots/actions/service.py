"""Service of notice: each attempt is kept, and the log gets one service for each head that the rule calls served."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.attachments import queries as attachments
from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.chain import chain, lock_opened, tail, write_entries
from server.ballots.models import Ballot, ServiceAttempt
from server.ballots.queries.desk import HOUSE
from server.ballots.rules.service import Attempt, Way, check_attempt
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import NotFound, Refused
from server.ledger import queries as ledger


def record_attempt(
    ballot: Ballot,
    flat_id: int,
    way: Way,
    *,
    done_at: datetime,
    witness: str,
    photo_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> ServiceAttempt:
    """Somebody went to a flat with the ballot, between announcement and closing; whatever came of it is kept."""
    (row,) = record_attempts(
        ballot,
        [flat_id],
        way,
        done_at=done_at,
        witness=witness,
        photo_id=photo_id,
        client_key=client_key,
        actor=actor,
        now=now,
    )
    return row


def record_attempts(
    ballot: Ballot,
    flat_ids: Sequence[int],
    way: Way,
    *,
    done_at: datetime,
    witness: str,
    photo_id: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> list[ServiceAttempt]:
    """One round through several flats, with the same evidence; a row for each. All are kept, or none."""
    lock_row(Ballot, ballot.id)
    db.session.refresh(ballot)
    went = _Went(way, done_at, witness.strip(), photo_id)
    keys = [client_key if place == 0 else f"{client_key[:68]}-{place}" for place in range(len(flat_ids))]
    rows = [
        _keep_attempt(ballot, flat_id, went, client_key=key, actor=actor, now=now)
        for flat_id, key in zip(flat_ids, keys, strict=True)
    ]
    if ballot.opened_at is not None:
        log_services(ballot, now)
    return rows


@dataclass(frozen=True)
class _Went:
    way: Way
    done_at: datetime
    witness: str
    photo_id: int | None


def _keep_attempt(
    ballot: Ballot, flat_id: int, went: _Went, *, client_key: str, actor: Actor, now: datetime
) -> ServiceAttempt:
    digest = replay.digest(
        actor, "record_attempt", ballot.id, flat_id, went.way, went.done_at, went.witness, went.photo_id
    )
    row = replay.earlier(ServiceAttempt, client_key, digest)
    if row is not None:
        return row
    act = queries.announcement(ballot)
    if act is None:
        raise Refused("还没有公告，没有要送的。先公告。", code="not_announced")
    if ballot.closing_at is not None and now >= ballot.closing_at:
        raise Refused("投票已经截止，不能再记送达。", code="closed")
    if ledger.flat(flat_id, ballot.community_id) is None:
        raise NotFound
    photo = attachments.attachment(went.photo_id) if went.photo_id is not None else None
    check_attempt(
        went.way,
        went.done_at,
        since=act.announced_at,
        now=now,
        witness=went.witness,
        has_photo=photo is not None,
    )
    row = ServiceAttempt(
        ballot_id=ballot.id,
        flat_id=flat_id,
        way=went.way,
        done_at=went.done_at,
        witness=went.witness or None,
        photo_id=photo.id if photo else None,
        attempted_by=actor.key,
        recorded_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "ballots.record_attempt",
        "ballot",
        ballot.id,
        now=now,
        community_id=ballot.community_id,
        flat_id=flat_id,
        way=went.way,
        done_at=went.done_at,
    )
    return row


def log_services(ballot: Ballot, now: datetime) -> int:
    """One event for each head that was served since; a head is served once, by whichever of its flats. Returns how many."""
    served = queries.newly_served(ballot, now)
    if not served:
        return 0
    locked = lock_opened(ballot.id)
    end = tail(locked)
    if max(now, end.recorded_at) >= locked.closing_at or locked.disclosed_at is not None:
        return 0
    done = queries.served_heads(ballot.id)
    entries = [
        chain(
            locked,
            end,
            _event(card.head, serving),
            now=now,
            entered_by=HOUSE,
            head=card.head,
        )
        for card, serving in served
        if card.head not in done
    ]
    write_entries(entries)
    return len(entries)


def _event(head: str, serving: Attempt) -> dict[str, Any]:
    """Which attempt it was and its picture: further keys, hashed with the rest."""
    event: dict[str, Any] = {"kind": "service", "head": head, "way": serving.way.value}
    if serving.id:
        event["attempt"] = serving.id
        event["photo"] = queries.photo_hash(serving.id)
    return event


def serve_due(now: datetime) -> int:
    """What owners read on their phones, and what has hung long enough: logged while the vote is open."""
    return sum(log_services(queries.known(ballot_id), now) for ballot_id in queries.running(now))
