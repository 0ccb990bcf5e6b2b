"""Entering what came in and went out, taking an entry back by its counter entry, and publishing a book."""

from collections.abc import Sequence
from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger.actions.places import lock_community
from server.management import queries
from server.management.actions.keeping import keep_evidence
from server.management.models import About, AccountEntry, AccountPublication
from server.management.queries.accounts import last_entry_id, newest_day
from server.management.rules.accounts import (
    Book,
    Direction,
    check_counter,
    check_entry,
    check_publication,
)


def enter_account(
    community_id: int,
    *,
    book: Book,
    direction: Direction,
    amount_fen: int,
    happened_on: date,
    words: str,
    document: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> AccountEntry:
    """One entry more. Everyone reads it once the book is published."""
    lock_community(community_id)
    digest = replay.digest(
        actor, "enter_account", community_id, book, direction, amount_fen, happened_on, words, document
    )
    earlier = replay.earlier(AccountEntry, client_key, digest)
    if earlier is not None:
        return earlier
    check_entry(amount_fen, words=words, document=document, on=happened_on, today=china_day(now))
    row = AccountEntry(
        community_id=community_id, book=book, direction=direction, amount_fen=amount_fen,
        happened_on=happened_on, words=words.strip(), document=document.strip(), counters_id=None,
        entered_by=actor.key, entered_name=actor.label, entered_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    keep_evidence(community_id, About.ENTRY, row.id, photos)
    _record(row, "management.enter_account", actor, now, photos=len(photos))
    return row


def counter_entry(
    entry_id: int, *, community_id: int, reason: str, client_key: str, actor: Actor, now: datetime
) -> AccountEntry:
    """The whole entry is taken back by one of the same amount below nothing; the right one is entered anew."""
    lock_community(community_id)
    digest = replay.digest(actor, "counter_entry", community_id, entry_id, reason)
    earlier = replay.earlier(AccountEntry, client_key, digest)
    if earlier is not None:
        return earlier
    wrong = queries.entry(entry_id, community_id)
    if wrong is None:
        raise NotFound
    check_counter(
        is_counter=wrong.counters_id is not None, is_countered=queries.is_countered(entry_id), reason=reason
    )
    row = AccountEntry(
        community_id=community_id, book=wrong.book, direction=wrong.direction, amount_fen=-wrong.amount_fen,
        happened_on=china_day(now), words=reason.strip(), document=wrong.document, counters_id=wrong.id,
        entered_by=actor.key, entered_name=actor.label, entered_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _record(row, "management.counter_entry", actor, now, counters_id=wrong.id)
    return row


def publish_account(
    community_id: int, *, book: Book, through_on: date, client_key: str, actor: Actor, now: datetime
) -> AccountPublication:
    """From now on everyone reads the book up to its newest entry."""
    lock_community(community_id)
    digest = replay.digest(actor, "publish_account", community_id, book, through_on)
    earlier = replay.earlier(AccountPublication, client_key, digest)
    if earlier is not None:
        return earlier
    last = queries.last_publication(community_id, book)
    newest = last_entry_id(community_id, book)
    check_publication(
        through_on,
        last_through=last.through_on if last else None,
        newest_on=newest_day(community_id, book),
        has_new=newest > (last.last_entry_id if last else 0),
        today=china_day(now),
    )
    row = AccountPublication(
        community_id=community_id, book=book, through_on=through_on, last_entry_id=newest,
        published_by=actor.key, published_name=actor.label, published_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(
        actor, "management.publish_account", "account_publication", row.id, now=now, community_id=community_id,
        book=book, through_on=through_on, last_entry_id=newest,
    )  # fmt: skip
    return row


def _record(row: AccountEntry, verb: str, actor: Actor, now: datetime, **facts: int) -> None:
    record(
        actor, verb, "account_entry", row.id, now=now, community_id=row.community_id, book=row.book,
        direction=row.direction, amount_fen=row.amount_fen, happened_on=row.happened_on, words=row.words,
        document=row.document, **facts,
    )  # fmt: skip
