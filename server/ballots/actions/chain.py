"""Appending to a ballot's log: one writer a ballot, each event chained to the one before it."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from server.ballots import queries
from server.ballots.models import Ballot, LogEntry, Opening
from server.ballots.queries import Document, HeadCard, read_document
from server.ballots.rules.casting import EarlierVote
from server.ballots.rules.drafting import china_text
from server.ballots.rules.log import EventRefused, seal
from server.infra import replay
from server.infra.db import db, table_of
from server.infra.statements import Write, insert_rows, run, write_together
from server.kernel.errors import Conflict, Invalid, NotFound, Refused

NONCE_BYTES = 16
COLLIDED = "提交撞在一起了，没有记下。请再提交一次。"


@dataclass(frozen=True)
class Locked:
    """A ballot that this transaction alone may append to."""

    id: int
    community_id: int
    opened_at: datetime
    closing_at: datetime
    disclosed_at: datetime | None
    fingerprint: str
    document: Document


@dataclass
class Tail:
    """Where the log ends, and what stands in it of one head."""

    seq: int
    hash: str
    recorded_at: datetime
    #: The head's votes that are not void, in order.
    standing: list[EarlierVote]


def lock_opened(ballot_id: int) -> Locked:
    """Lock the ballot and read what was frozen at its opening. Raises Refused before the opening.

    The read is part of the lock, so that a closing moved by another writer is seen.
    """
    row = db.session.execute(_LOCKED, {"ballot_id": ballot_id}).first()
    if row is None:
        if db.session.get(Ballot, ballot_id) is None:
            raise NotFound
        raise Refused("投票还没开始。开始时间请看公告。", code="not_open")
    return _locked(ballot_id, row)


def lock_with_heads(ballot_id: int, flat_ids: Sequence[int]) -> tuple[Locked, list[HeadCard]]:
    """Lock as `lock_opened` does and read which heads these flats belong to, in one round trip."""
    if flat_ids:
        asked = {"ballot_id": ballot_id, "flat_ids": flat_ids}
        rows = run(_LOCKED_WITH_HEADS, asked).all()
        if rows:
            return _locked(ballot_id, rows[0]), queries.whole_cards(ballot_id, rows, flat_ids)
    locked = lock_opened(ballot_id)
    return locked, queries.whole_cards(ballot_id, [], flat_ids) if flat_ids else []


def _locked(ballot_id: int, row: Any) -> Locked:
    return Locked(
        ballot_id,
        row.community_id,
        row.opened_at,
        row.closing_at,
        row.disclosed_at,
        row.fingerprint,
        read_document(row.document),
    )


_ballots, _openings, _log = table_of(Ballot), table_of(Opening), table_of(LogEntry)
_FROZEN = (
    _ballots.c.community_id,
    _ballots.c.opened_at,
    _ballots.c.closing_at,
    _ballots.c.disclosed_at,
    _openings.c.fingerprint,
    _openings.c.document,
)
_LOCKED = (
    sa.select(*_FROZEN)
    .join_from(_ballots, _openings, _openings.c.ballot_id == _ballots.c.id)
    .where(_ballots.c.id == sa.bindparam("ballot_id"))
    .with_for_update(of=_ballots)
)
_LOCKED_WITH_HEADS = (
    queries.OF_FLATS.join(_ballots, _ballots.c.id == sa.bindparam("ballot_id"))
    .join(_openings, _openings.c.ballot_id == _ballots.c.id)
    .add_columns(*_FROZEN)
    .with_for_update(of=_ballots)
)

_STANDS = (_log.c.hash, _log.c.recorded_at, _log.c.of_seq, _log.c.verdict, _log.c.cast_as)
#: A range of one head and not `==`, in an order that only the index by head has: PostgreSQL without statistics of a log
#: begun just now would as soon take another index, read the whole log with each vote, and keep to that plan.
_OF_HEAD = (
    sa.select(_log.c.seq, _log.c.kind, *_STANDS)
    .where(
        _log.c.ballot_id == sa.bindparam("ballot_id"),
        _log.c.head >= sa.bindparam("head"),
        _log.c.head <= sa.bindparam("head"),
    )
    .order_by(_log.c.head)
).subquery()
_LAST = (
    sa.select(_log.c.seq, sa.literal_column("'last'").label("kind"), *_STANDS)
    .where(_log.c.ballot_id == sa.bindparam("ballot_id"))
    .order_by(_log.c.seq.desc())
    .limit(1)
).subquery()
_SENT_BEFORE = sa.select(_log.c.seq, sa.literal_column("'sent before'").label("kind"), *_STANDS).where(
    _log.c.client_key == sa.bindparam("client_key")
)
_TAIL = sa.union_all(sa.select(_OF_HEAD), sa.select(_LAST), _SENT_BEFORE)
_APPEND = (
    sa.insert(_log)
    .values({column.name: sa.bindparam(f"log_{column.name}", type_=column.type) for column in _log.c})
    .returning(_log.c.seq)
)


def tail(ballot: Locked, head: str | None = None) -> Tail:
    """The end of the log and the head's standing votes, in one read."""
    return _tail(ballot, _ends(ballot, head, client_key=""))


def tail_unless_sent(
    ballot: Locked, head: str | None, client_key: str, digest: str
) -> tuple[Tail, LogEntry | None]:
    """The same, and what the same request wrote before: asked after the lock, so that two at once make one entry."""
    replay.check_key(client_key)
    rows = _ends(ballot, head, client_key)
    is_sent = any(row.kind == "sent before" for row in rows)
    return _tail(ballot, rows), earlier_entry(client_key, digest) if is_sent else None


def _ends(ballot: Locked, head: str | None, client_key: str) -> Sequence[Any]:
    asked = {"ballot_id": ballot.id, "head": head or "", "client_key": client_key}
    return run(_TAIL, asked).all()


def _tail(ballot: Locked, rows: Iterable[Any]) -> Tail:
    found = Tail(0, ballot.fingerprint, ballot.opened_at, [])
    of_head = []
    for row in rows:
        if row.kind == "last":
            found.seq, found.hash, found.recorded_at = row.seq, row.hash, row.recorded_at
        else:
            of_head.append(row)
    found.standing = _standing(of_head)
    return found


def _standing(rows: Iterable[Any]) -> list[EarlierVote]:
    """The votes among the entries of one head that are not void, in order."""
    votes: dict[int, EarlierVote] = {}
    verdicts: dict[int, tuple[int, str]] = {}
    for row in rows:
        if row.kind == "vote":
            votes[row.seq] = EarlierVote(row.seq, row.cast_as)
        elif row.kind == "review":
            verdicts[row.of_seq] = max(verdicts.get(row.of_seq, (0, "")), (row.seq, row.verdict))
    return [vote for seq, vote in sorted(votes.items()) if verdicts.get(seq, (0, "valid"))[1] != "void"]


_WHOLE = (
    sa.select(_log.c.seq, _log.c.kind, _log.c.head, *_STANDS)
    .where(_log.c.ballot_id == sa.bindparam("ballot_id"))
    .order_by(_log.c.seq)
)


def whole_tail(ballot: Locked) -> tuple[Tail, dict[str, list[EarlierVote]]]:
    """The end of the log, and the standing votes of every head that is in it: for many votes at once."""
    end = Tail(0, ballot.fingerprint, ballot.opened_at, [])
    of_heads: dict[str, list[Any]] = {}
    for row in run(_WHOLE, {"ballot_id": ballot.id}):
        end.seq, end.hash, end.recorded_at = row.seq, row.hash, row.recorded_at
        if row.head is not None:
            of_heads.setdefault(row.head, []).append(row)
    return end, {head: _standing(rows) for head, rows in of_heads.items()}


def append(
    ballot: Locked, end: Tail, event: dict[str, Any], *, now: datetime, entered_by: str, **columns: Any
) -> LogEntry:
    """Chain one event to the end of the log and write it."""
    entry = chain(ballot, end, event, now=now, entered_by=entered_by, **columns)
    write_entry(entry)
    return LogEntry(**entry)


def chain(
    ballot: Locked, end: Tail, event: dict[str, Any], *, now: datetime, entered_by: str, **columns: Any
) -> dict[str, Any]:
    """The next entry of the log, not written yet; moves the end. `recorded_at` never runs back.

    Raises Invalid where a text could not be read again by a recount."""
    end.recorded_at = max(now, end.recorded_at)
    end.seq += 1
    body = {"seq": end.seq, "recorded_at": china_text(end.recorded_at), **event}
    try:
        text, hash_ = seal(body, end.hash)
    except EventRefused:
        raise Invalid("写的字里有看不见的字符。请重新输入一遍。") from None
    end.hash = hash_
    return {
        "ballot_id": ballot.id,
        "seq": end.seq,
        "kind": event["kind"],
        "recorded_at": end.recorded_at,
        "body": text,
        "hash": hash_,
        "entered_by": entered_by,
        **columns,
    }


def write_entry(entry: Mapping[str, Any], *beside: Write) -> list[Any]:
    """Write an entry, and in the same round trip what changes with it. Returns what the writes beside it return."""
    values = {f"log_{column.name}": entry.get(column.name) for column in _log.c}
    try:
        return write_together((_APPEND, values), *beside)[1:]
    except IntegrityError:
        # Only a client key used for two ballots at the same instant, or a receipt drawn twice, can collide here.
        raise Conflict(COLLIDED, code="collided") from None


def write_entries(entries: Sequence[Mapping[str, Any]]) -> None:
    """Write entries that were chained one after another."""
    names = [column.name for column in _log.c]
    try:
        insert_rows(LogEntry, [{name: entry.get(name) for name in names} for entry in entries])
    except IntegrityError:
        raise Conflict(COLLIDED, code="collided") from None


def nonce() -> str:
    """Random, so that a published hash betrays no choice."""
    return secrets.token_hex(NONCE_BYTES)


def earlier_entry(client_key: str, digest: str) -> LogEntry | None:
    """What the same request wrote before. Asked after the lock, so that two at once make one entry."""
    return replay.earlier(LogEntry, client_key, digest)


def check_undisclosed(ballot: Locked) -> None:
    """Once choices could be seen, no vote is added: whoever knew what was lacking could fill it in."""
    if ballot.disclosed_at is not None:
        raise Refused("已经计票或导出过选票，不能再补录。确有漏录，请走异议程序。", code="disclosed")


def check_known(condition: bool, field: str, message: str) -> None:
    if not condition:
        raise Invalid(message, fields={field: [message]})
