"""The rounds of the watch: which are due, what each saw beside the picture of completion, and what fell back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.infra.db import db
from server.ledger import queries as ledger
from server.management.models import WatchFinding, WatchRound, WatchTicket
from server.management.rules.watch import BASELINE, Round, Verdict, WatchItem, rounds
from server.policies import queries as policies

#: When the rounds fall, in months after completion; 0 leaves one out.
KEYS = ("watch.first_months", "watch.second_months", "watch.third_months")


@dataclass(frozen=True)
class FindingPair:
    """An item as a round saw it, beside how it was at completion."""

    finding: WatchFinding
    before: WatchFinding | None
    ticket_id: int | None


@dataclass(frozen=True)
class FallenBack:
    """What fell back, as whoever opens a ticket of it needs it."""

    finding_id: int
    community_id: int
    item: WatchItem
    words: str
    attachment_id: int | None
    seen_on: date
    months: int
    ticket_id: int | None


def rounds_at(finished: Mapping[int, date], today: date) -> dict[int, list[Round]]:
    """The rounds of each of these communities, by its day of completion; for all with a few statements."""
    places = ledger.places(list(finished))
    paths = {place.division_path for place in places.values()}
    months = {key: policies.values_at(key, paths, today) for key in KEYS}
    done: dict[int, set[int]] = {one: set() for one in finished}
    rows = sa.select(WatchRound).where(WatchRound.community_id.in_(list(finished)))
    for row in db.session.scalars(rows):
        if row.completed_on == finished[row.community_id]:
            done[row.community_id].add(row.months)
    return {
        one: rounds(day, [int(months[key][places[one].division_path]) for key in KEYS], done[one], today)
        for one, day in finished.items()
        if one in places
    }


def rounds_of(community_id: int) -> list[WatchRound]:
    """Those that were held, the newest first."""
    found = sa.select(WatchRound).where(WatchRound.community_id == community_id)
    return list(db.session.scalars(found.order_by(WatchRound.completed_on.desc(), WatchRound.months.desc())))


def watch_round(round_id: int, community_id: int) -> WatchRound | None:
    """Only one of that community."""
    found = db.session.get(WatchRound, round_id)
    return found if found is not None and found.community_id == community_id else None


def held(community_id: int, completed_on: date, months: int) -> WatchRound | None:
    found = sa.select(WatchRound).where(
        WatchRound.community_id == community_id,
        WatchRound.completed_on == completed_on,
        WatchRound.months == months,
    )
    return db.session.scalar(found)


def findings(of: WatchRound) -> list[FindingPair]:
    """What this round saw, in the order of the list, each beside its picture of completion."""
    baseline = held(of.community_id, of.completed_on, BASELINE)
    ids = [of.id, *([baseline.id] if baseline is not None and baseline.id != of.id else [])]
    rows = list(db.session.scalars(sa.select(WatchFinding).where(WatchFinding.round_id.in_(ids))))
    before = {row.item: row for row in rows if row.round_id != of.id}
    mine = {row.item: row for row in rows if row.round_id == of.id}
    tickets = _tickets([row.id for row in mine.values()])
    return [
        FindingPair(mine[item], before.get(item), tickets.get(mine[item].id))
        for item in WatchItem
        if item in mine
    ]


def finding(finding_id: int, community_id: int) -> WatchFinding | None:
    """Only one of that community."""
    found = (
        sa.select(WatchFinding)
        .join(WatchRound, WatchRound.id == WatchFinding.round_id)
        .where(WatchFinding.id == finding_id, WatchRound.community_id == community_id)
    )
    return db.session.scalar(found)


def fallen_back(community_ids: Collection[int]) -> list[FallenBack]:
    """All that fell back in these communities, the newest first: what tickets can be opened of."""
    found = (
        sa.select(WatchFinding, WatchRound, WatchTicket.ticket_id)
        .join(WatchRound, WatchRound.id == WatchFinding.round_id)
        .outerjoin(WatchTicket, WatchTicket.finding_id == WatchFinding.id)
        .where(WatchRound.community_id.in_(community_ids), WatchFinding.verdict == Verdict.FELL_BACK)
        .order_by(WatchFinding.id.desc())
    )
    return [
        FallenBack(
            row.WatchFinding.id,
            row.WatchRound.community_id,
            row.WatchFinding.item,
            row.WatchFinding.words,
            row.WatchFinding.attachment_id,
            row.WatchRound.held_on,
            row.WatchRound.months,
            row.ticket_id,
        )
        for row in db.session.execute(found)
    ]


def _tickets(finding_ids: Collection[int]) -> dict[int, int]:
    found = sa.select(WatchTicket).where(WatchTicket.finding_id.in_(finding_ids))
    return {row.finding_id: row.ticket_id for row in db.session.scalars(found)}
