"""Households: split, joined again, marked vacant or unreachable. None of it moves a vote."""

from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import NotFound, Refused
from server.ledger.actions.counting import count_entrance
from server.ledger.actions.places import touch
from server.ledger.models import Flat, Household
from server.ledger.rules.words import FlatUse, HouseholdState

MOST_HOUSEHOLDS = 9


def split_household(
    community_id: int, flat_id: int, *, note: str = "", client_key: str, actor: Actor, now: datetime
) -> Household:
    """One more household in a dwelling where people live and cook apart."""
    digest = replay.digest(actor, community_id, flat_id, note)
    earlier = replay.earlier(Household, client_key, digest)
    if earlier:
        return earlier
    touch(community_id)
    flat = db.session.get(Flat, flat_id)
    if flat is None or flat.community_id != community_id:
        raise NotFound
    if flat.use is not FlatUse.DWELLING:
        raise Refused("只有住宅才分户。商铺、车位没有户。")
    numbers = list(db.session.scalars(sa.select(Household.number).where(Household.flat_id == flat_id)))
    if len(numbers) >= MOST_HOUSEHOLDS:
        raise Refused(f"一套房最多分 {MOST_HOUSEHOLDS} 户。")
    household = Household(
        flat_id=flat_id,
        number=max(numbers, default=0) + 1,
        note=note.strip(),
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(household)
    count_entrance(flat.entrance_id)
    record(
        actor,
        "ledger.split_household",
        "flat",
        flat_id,
        now=now,
        community_id=community_id,
        household_id=household.id,
        number=household.number,
    )
    return household


def close_household(community_id: int, household_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a split back. The flat's first household stays."""
    touch(community_id)
    household = _household(community_id, household_id)
    if household.number == 1:
        raise Refused("第 1 户不能取消。没有人住，请标为空置。")
    household.closed_at = now
    count_entrance(db.session.get_one(Flat, household.flat_id).entrance_id)
    record(actor, "ledger.close_household", "household", household_id, now=now, community_id=community_id)


def mark_household(
    community_id: int,
    household_id: int,
    state: HouseholdState,
    *,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Household:
    """Occupied, vacant or unreachable. It stays in the base of every rate of all households."""
    touch(community_id)
    household = _household(community_id, household_id)
    before = household.state
    household.state, household.note = state, note.strip()
    record(
        actor,
        "ledger.mark_household",
        "household",
        household_id,
        now=now,
        community_id=community_id,
        before=before,
        after=state,
    )
    return household


def _household(community_id: int, household_id: int) -> Household:
    household = db.session.scalar(
        sa.select(Household)
        .join(Flat, Flat.id == Household.flat_id)
        .where(Household.id == household_id, Flat.community_id == community_id, Household.closed_at.is_(None))
    )
    if household is None:
        raise NotFound
    return household
