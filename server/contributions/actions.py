"""Promising, taking a promise back, and recording what was given and used, each confirmed by a second person."""

from datetime import date, datetime

from server.audit.actions import record
from server.contributions import queries
from server.contributions.models import ContributionEntry, ContributionReview, Pledge
from server.contributions.queries import ABOUT, NAME
from server.contributions.rules import (
    LONGEST_NAME,
    LONGEST_WORDS,
    Entry,
    Kind,
    Shown,
    Sums,
    check_entry,
    check_pledge,
    check_sums,
    check_taking_back,
)
from server.infra import replay
from server.infra.db import db, lock_row
from server.infra.second import entered, looked
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.kernel.second import check_second
from server.ledger import queries as ledger
from server.moderation import actions as moderation


def make_pledge(
    community_id: int,
    *,
    flat_id: int,
    kind: Kind,
    amount: int | None,
    words: str,
    shown: Shown,
    name: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Pledge:
    """A household promises something of its own accord. What others would read of it waits until somebody has looked."""
    digest = replay.digest(actor, "make_pledge", community_id, flat_id, kind, amount, words, shown, name)
    earlier = replay.earlier(Pledge, client_key, digest)
    if earlier is not None:
        return earlier
    if ledger.flat(flat_id, community_id) is None:
        raise NotFound
    check_pledge(kind, amount, words, shown, name)
    row = Pledge(
        community_id=community_id,
        flat_id=flat_id,
        kind=kind,
        amount=amount if kind.is_measured else None,
        words=words.strip()[:LONGEST_WORDS],
        shown=shown,
        name=name.strip()[:LONGEST_NAME] if shown is Shown.NAME else None,
        pledged_by=actor.key,
        pledged_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    caption = f"{kind.name_zh}：住户写的"
    for part, text in (("", row.words), (NAME, row.name)):
        if text:
            moderation.submit_text(
                ABOUT,
                row.id,
                part,
                community_id=community_id,
                text=text,
                caption=caption,
                actor=actor,
                now=now,
            )
    record(
        actor, "contributions.pledge", "pledge", row.id, now=now, community_id=community_id,
        kind=kind, amount=row.amount, shown=shown,
    )  # fmt: skip
    return row


def take_back(pledge_id: int, *, flat_ids: list[int], actor: Actor, now: datetime) -> Pledge:
    """The household takes its promise back, while nothing of it was given."""
    row = db.session.get(Pledge, pledge_id)
    if row is None or row.flat_id not in flat_ids:
        raise NotFound
    _lock(row)
    card = queries.pledge(pledge_id, row.community_id)
    check_taking_back(card.sums, is_taken_back=row.taken_back_at is not None)
    row.taken_back_at = now
    db.session.flush()
    record(actor, "contributions.take_back", "pledge", row.id, now=now, community_id=row.community_id)
    return row


def enter(
    pledge_id: int,
    *,
    community_id: int,
    kind: Entry,
    amount: int,
    happened_on: date,
    document: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> ContributionEntry:
    """One person says that something was given, or used. It counts when another has confirmed it."""
    digest = replay.digest(actor, "enter_contribution", pledge_id, kind, amount, happened_on, document)
    earlier = replay.earlier(ContributionEntry, client_key, digest)
    if earlier is not None:
        return earlier
    card = queries.pledge(pledge_id, community_id)
    _lock(card.pledge)
    sums = queries.pledge(pledge_id, community_id).sums
    check_entry(
        card.pledge.kind,
        kind,
        amount,
        sums,
        on=happened_on,
        today=china_day(now),
        document=document,
        is_taken_back=card.pledge.taken_back_at is not None,
    )
    row = ContributionEntry(
        pledge_id=pledge_id,
        kind=kind,
        amount=amount,
        happened_on=happened_on,
        document=document.strip(),
        **entered(actor, now, client_key, digest),
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "contributions.enter", "pledge", pledge_id, now=now, community_id=community_id,
        entry_id=row.id, kind=kind, amount=amount, happened_on=happened_on, document=row.document,
    )  # fmt: skip
    return row


def review(
    entry_id: int, *, community_id: int, is_confirmed: bool, reason: str, actor: Actor, now: datetime
) -> ContributionReview:
    """Another person confirms it or turns it down."""
    held = queries.entry(entry_id, community_id).entry
    card = queries.pledge(held.pledge_id, community_id)
    _lock(card.pledge)
    found = queries.entry(entry_id, community_id)
    check_second(
        held.entered_by,
        actor.key,
        is_looked=found.review is not None,
        is_confirmed=is_confirmed,
        reason=reason,
        code="entry",
    )
    if is_confirmed:
        # Only what is confirmed bounds it now: whatever else waits is looked at in its own turn.
        sums = queries.pledge(held.pledge_id, community_id).sums
        check_sums(held.kind, held.amount, Sums(given=sums.given, used=sums.used))
    row = ContributionReview(
        entry_id=entry_id,
        **looked(actor, now, is_confirmed=is_confirmed, reason=reason),
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "contributions.review", "pledge", held.pledge_id, now=now, community_id=community_id,
        entry_id=entry_id, is_confirmed=is_confirmed, reason=row.reason,
    )  # fmt: skip
    return row


def _lock(row: Pledge) -> None:
    lock_row(Pledge, row.id)
    db.session.refresh(row)
