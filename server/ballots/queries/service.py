"""Who was served, who was not yet, and who has not voted: for those who go from door to door. Never how anyone voted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.attachments import queries as attachments
from server.ballots.models import Ballot, LogEntry, ServiceAttempt
from server.ballots.queries.asked import place_path
from server.ballots.queries.heads import HeadCard, heads_of
from server.ballots.rules.service import Attempt, Way, served_by
from server.identity import queries as identity
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.pages import PAGE_SIZE, Page
from server.messages import queries as messages
from server.policies import queries as policies

#: What tells a flat of the vote and leads to its text.
TELLING = ("ballots.announced", "ballots.opened")


def attempts(ballot_id: int) -> list[ServiceAttempt]:
    """All there were, in order."""
    rows = sa.select(ServiceAttempt).where(ServiceAttempt.ballot_id == ballot_id)
    return list(db.session.scalars(rows.order_by(ServiceAttempt.done_at, ServiceAttempt.id)))


def served_heads(ballot_id: int) -> dict[str, LogEntry]:
    """Heads with a service in the log."""
    rows = sa.select(LogEntry).where(LogEntry.ballot_id == ballot_id, LogEntry.kind == "service")
    return {row.head: row for row in db.session.scalars(rows.order_by(LogEntry.seq)) if row.head}


def newly_served(of: Ballot, now: datetime) -> list[tuple[HeadCard, Attempt]]:
    """Heads that the rule calls served and whose service the log does not hold yet, in the order of the roll."""
    done = served_heads(of.id)
    cards = [card for card in heads_of(of.id) if card.head not in done]
    by_flat = _attempts_by_flat(of, cards, now)
    days = int(
        policies.values_of(("ballot.posted_days",), place_path(of.community_id), china_day(now))[
            "ballot.posted_days"
        ]
    )
    found = []
    for card in cards:
        mine = [one for flat_id in card.flat_ids for one in by_flat.get(flat_id, ())]
        serving = served_by(mine, posted_days=days, now=now)
        if serving is not None:
            found.append((card, serving))
    return found


def _attempts_by_flat(
    of: Ballot, cards: Sequence[HeadCard], now: datetime
) -> Mapping[int, Sequence[Attempt]]:
    found: dict[int, list[Attempt]] = {}
    for row in attempts(of.id):
        found.setdefault(row.flat_id, []).append(Attempt(row.way, row.done_at, row.id))
    owners = {flat_id: card.owner_ids for card in cards for flat_id in card.flat_ids}
    readings = messages.readings_of_flats(TELLING, f"/ballots/{of.id}")
    held = identity.holdings_of({one.resident_id for one in readings}, china_day(now)) if readings else {}
    proven = {
        (resident_id, one.flat.flat_id)
        for resident_id, all_held in held.items()
        for one in all_held
        if one.flat.owner_id in owners.get(one.flat.flat_id, ())
    }
    for one in readings:
        # Whoever else lives there may have opened it; only a proven owner's own reading serves the owner.
        if (one.resident_id, one.flat_id) in proven:
            found.setdefault(one.flat_id, []).append(Attempt(Way.ELECTRONIC, one.read_at))
    return found


def photo_hash(attempt_id: int) -> str:
    """Of the picture that proves an attempt; empty where there is none."""
    found = db.session.get_one(ServiceAttempt, attempt_id)
    photo = attachments.attachment(found.photo_id) if found.photo_id is not None else None
    return photo.sha256 if photo else ""


@dataclass(frozen=True)
class Door:
    """One head on the list of doors to knock at."""

    head: str
    labels: Sequence[str]
    flat_ids: Sequence[int]
    is_served: bool
    has_voted: bool
    attempts: Sequence[ServiceAttempt]
    #: When WeChat had the vote on the telephone of one of its owners, who did not open it: no service, and good to know.
    on_phone_at: datetime | None = None


def doors(of: Ballot, *, unvoted: bool = False, page: int = 1, size: int = PAGE_SIZE) -> Page[Door]:
    """Heads that were not served yet, or (`unvoted`) have no vote in the log that stands; in the order of the roll."""
    served, voted = served_heads(of.id), heads_with_vote(of.id)
    done = voted if unvoted else served
    waiting = [card for card in heads_of(of.id) if card.head not in done]
    by_flat: dict[int, list[ServiceAttempt]] = {}
    for row in attempts(of.id):
        by_flat.setdefault(row.flat_id, []).append(row)
    shown = waiting[(page - 1) * size : page * size]
    on_phone = _on_phone(of, shown)
    return Page(
        [
            Door(
                card.head,
                card.labels,
                card.flat_ids,
                card.head in served,
                card.head in voted,
                [one for flat_id in card.flat_ids for one in by_flat.get(flat_id, ())],
                on_phone.get(card.head),
            )
            for card in shown
        ],
        page,
        size,
        len(waiting),
    )


def _on_phone(of: Ballot, cards: Sequence[HeadCard]) -> dict[str, datetime]:
    """By head, when a message of the vote first was on the telephone of a proven owner."""
    # Somebody may own one flat alone and another with others: two heads.
    of_owner: dict[int, set[str]] = {}
    for card in cards:
        for owner_id in card.owner_ids:
            of_owner.setdefault(owner_id, set()).add(card.head)
    of_resident: dict[int, set[str]] = {}
    for owner_id, resident_id in identity.residents_of_owners(of_owner):
        of_resident.setdefault(resident_id, set()).update(of_owner[owner_id])
    found: dict[str, datetime] = {}
    for one in messages.services(TELLING, f"/ballots/{of.id}", sorted(of_resident)):
        at = one.delivered_at
        if at is not None:
            found |= {head: min(found.get(head, at), at) for head in of_resident[one.resident_id]}
    return found


def heads_with_vote(ballot_id: int) -> set[str]:
    """Heads with a vote that is not void: that they voted, and nothing else."""
    rows = sa.select(LogEntry.seq, LogEntry.kind, LogEntry.head, LogEntry.of_seq, LogEntry.verdict).where(
        LogEntry.ballot_id == ballot_id, LogEntry.kind.in_(["vote", "review"])
    )
    votes: dict[int, str] = {}
    void: dict[int, bool] = {}
    for row in db.session.execute(rows.order_by(LogEntry.seq)):
        if row.kind == "vote":
            votes[row.seq] = row.head
        else:
            void[row.of_seq] = row.verdict == "void"
    return {head for seq, head in votes.items() if not void.get(seq, False)}


def running(now: datetime) -> list[int]:
    """Ballots that are open."""
    rows = sa.select(Ballot.id).where(
        Ballot.opened_at.is_not(None), Ballot.closing_at > now, Ballot.disclosed_at.is_(None)
    )
    return list(db.session.scalars(rows.order_by(Ballot.id)))
