"""Whom to remind of a vote that closes tomorrow: that a head has no vote yet, and who may cast it. Never how anyone voted."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.ballots.models import Ballot, Paper, PaperReturn
from server.ballots.queries.heads import HeadCard, heads_of
from server.ballots.queries.service import heads_with_vote
from server.ballots.rules.casting import may_cast
from server.ballots.rules.reminding import is_last_day_tomorrow
from server.identity import queries as identity
from server.infra.db import db
from server.infra.statements import chunks
from server.kernel.chinatime import china_day, start_of


def due_to_remind(now: datetime) -> list[int]:
    """Open, closing tomorrow, and not told of it yet."""
    rows = sa.select(Ballot.id, Ballot.closing_at).where(
        Ballot.opened_at.is_not(None),
        Ballot.closing_at > now,
        Ballot.closing_at <= start_of(china_day(now) + timedelta(days=2)),
        Ballot.disclosed_at.is_(None),
        Ballot.closing_told_at.is_(None),
    )
    found = db.session.execute(rows.order_by(Ballot.id))
    return [row.id for row in found if is_last_day_tomorrow(row.closing_at, now)]


def may_still_vote(of: Ballot, now: datetime) -> list[int]:
    """Residents who may cast for a head without a vote that stands. A paper that came back and is not keyed yet is a vote."""
    done = heads_with_vote(of.id) | _heads_with_paper_back(of.id)
    waiting = {
        flat_id: card for card in heads_of(of.id) if card.head not in done for flat_id in card.flat_ids
    }
    bound = {one for some in chunks(sorted(waiting)) for one, _ in identity.people_of_flats(some)}
    held = identity.holdings_of(bound, china_day(now))
    return sorted(resident_id for resident_id, all_held in held.items() if _may_cast(all_held, waiting))


def _may_cast(held: Collection[identity.Holding], waiting: dict[int, HeadCard]) -> bool:
    return any(
        one.flat.owner_id is not None
        and one.flat.flat_id in waiting
        and may_cast(waiting[one.flat.flat_id].on_roll, one.flat.owner_id, one.owned)
        for one in held
    )


def _heads_with_paper_back(ballot_id: int) -> set[str]:
    rows = (
        sa.select(Paper.head)
        .join(PaperReturn, PaperReturn.paper_id == Paper.id)
        .where(Paper.ballot_id == ballot_id)
    )
    return set(db.session.scalars(rows.distinct()))
