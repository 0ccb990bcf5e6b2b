"""Who was served, who was not yet, and who has not voted: for those who go from door to door. Never how anyone voted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from server.attachments import queries as attachments
from server.ballots.models import Ballot, LogEntry, ServiceAttempt
from server.ballots.queries.asked import announcement, place_path
from server.ballots.queries.heads import HeadCard, heads_of
from server.ballots.queries.keying import heads_with_paper_back
from server.ballots.queries.standing import owner_rows
from server.ballots.rules.heads import freeze
from server.ballots.rules.service import Attempt, Way, served_by
from server.identity import queries as identity
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.kernel.pages import PAGE_SIZE, Page
from server.ledger import queries as ledger
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
    return _served(of, [card for card in heads_of(of.id) if card.head not in done], now)


def _served(of: Ballot, cards: Sequence[HeadCard], now: datetime) -> list[tuple[HeadCard, Attempt]]:
    """Which of them the rule calls served, and by what."""
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
    act = announcement(of)
    if act is None:
        return found
    for row in attempts(of.id):
        # What was brought under an announcement that was withdrawn told of another text.
        if row.done_at >= act.announced_at:
            found.setdefault(row.flat_id, []).append(Attempt(row.way, row.done_at, row.id))
    heads = {flat_id: card for card in cards for flat_id in card.flat_ids}
    readings = messages.readings_of_flats(TELLING, f"/ballots/{of.id}")
    held = identity.holdings_of({one.resident_id for one in readings}, china_day(now)) if readings else {}
    proven = {
        (resident_id, one.flat.flat_id)
        for resident_id, all_held in held.items()
        for one in all_held
        if (card := heads.get(one.flat.flat_id)) is not None
        and one.flat.owner_id is not None
        and card.person(one.flat.owner_id) in card.owner_ids
    }
    for one in readings:
        # Whoever else lives there may have opened it; only a proven owner's own reading serves the owner.
        if (one.resident_id, one.flat_id) in proven and one.read_at >= act.announced_at:
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
    #: The paper came back and is not keyed yet: nobody need knock for it.
    has_returned: bool
    attempts: Sequence[ServiceAttempt]
    #: Of its owners, masked; empty where none is known.
    phones: Sequence[str]
    #: When WeChat had the vote on the telephone of one of its owners, who did not open it: no service, and good to know.
    on_phone_at: datetime | None = None


def door_cards(of: Ballot, now: datetime) -> list[HeadCard]:
    """Who is to be served: the frozen roll; before the opening, whoever would be on it if it opened now."""
    if of.opened_at is not None:
        return heads_of(of.id)
    rows = [replace(row, area=row.area or Decimal(0)) for row in owner_rows(of, now)]
    return [
        HeadCard(
            one.name,
            one.holder,
            one.owner_ids,
            one.representative_id,
            tuple((flat.flat_id, flat.building, flat.entrance, flat.label, flat.area) for flat in one.flats),
        )
        for one in freeze(rows)
    ]


def stairs(cards: Iterable[HeadCard]) -> list[tuple[str, str]]:
    """Buildings and entrances in the order of the roll: to go through one stairwell after another."""
    return list(dict.fromkeys((flat[1], flat[2]) for card in cards for flat in card.flats))


def doors(
    of: Ballot,
    now: datetime,
    *,
    unvoted: bool = False,
    stair: tuple[str, str] | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> Page[Door]:
    """Heads that were not served yet, or (`unvoted`) have no vote in the log that stands; in the order of the roll."""
    cards, voted = door_cards(of, now), heads_with_vote(of.id)
    if of.opened_at is not None:
        served: Collection[str] = served_heads(of.id)
    else:
        served = {card.head for card, _ in _served(of, cards, now)}
    done = voted if unvoted else served
    waiting = [
        card
        for card in cards
        if card.head not in done and (stair is None or any(flat[1:3] == stair for flat in card.flats))
    ]
    by_flat: dict[int, list[ServiceAttempt]] = {}
    for row in attempts(of.id):
        by_flat.setdefault(row.flat_id, []).append(row)
    shown = waiting[(page - 1) * size : page * size]
    phones = ledger.masked_phones({owner_id for card in shown for owner_id in card.owner_ids})
    returned = heads_with_paper_back(of.id)
    on_phone = _on_phone(of, shown)
    return Page(
        [
            Door(
                card.head,
                card.labels,
                card.flat_ids,
                card.head in served,
                card.head in voted,
                card.head in returned,
                [one for flat_id in card.flat_ids for one in by_flat.get(flat_id, ())],
                [phones[owner_id] for owner_id in card.owner_ids if owner_id in phones],
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
