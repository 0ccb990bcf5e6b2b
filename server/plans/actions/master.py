"""The master plan: setting a community into a year, its order, and taking it out again."""

from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from server.audit.actions import record
from server.divisions import queries as divisions
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, NotFound
from server.ledger import queries as ledger
from server.plans import queries
from server.plans.actions.keeping import keep
from server.plans.models import MasterPlan, PlanEntry
from server.plans.rules.master import check_entry, moved
from server.plans.rules.pools import check_reason


def plan_community(
    division_id: int,
    community_id: int,
    year: int,
    *,
    reason: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> PlanEntry:
    """Last in the order of its year. A community that stands in the plan already moves to the new year."""
    digest = replay.digest(actor, division_id, community_id, year, reason)
    earlier = replay.earlier(PlanEntry, client_key, digest)
    if earlier is not None:
        return earlier
    division, place = divisions.division(division_id), ledger.place(community_id)
    if division is None or place is None or not place.is_under(division.path):
        raise NotFound
    today = china_day(now)
    years = queries.years_at(division.path, today)
    check_entry(year, years, is_excluded=queries.is_excluded(community_id, today))
    check_reason(reason)
    plan = _plan(division_id, years, actor, now)
    span = f"{years[0]}-{years[-1]}"
    row = queries.standing_entry(community_id, span)
    if row is not None and row.master_plan_id != plan.id:
        raise Conflict("这个小区已经在另一级的总体规划里。先从那里移出。")
    before = row.year if row is not None else None
    if row is None:
        row = PlanEntry(master_plan_id=plan.id, community_id=community_id, span=span)
    if before != year:
        row.position = _last(plan.id, year)
    row.year, row.reason, row.entered_by, row.entered_at = year, reason.strip(), actor.label, now
    row.client_key, row.client_digest = client_key, digest
    keep(row)
    record(
        actor, "plans.plan_community", "community", community_id, now=now, community_id=community_id,
        division_id=division_id, from_year=before, year=year, reason=row.reason,
    )  # fmt: skip
    return row


def move_entry(entry_id: int, to: Literal["up", "down"], *, actor: Actor, now: datetime) -> None:
    """One place earlier or later in its year."""
    row = _locked(entry_id)
    order = queries.order_of(row.master_plan_id, row.year)
    ids = moved([one.id for one in order], row.id, is_up=to == "up")
    by_id = {one.id: one for one in order}
    for position, id_ in enumerate(ids, 1):
        by_id[id_].position = position
    db.session.flush()
    record(
        actor, "plans.order_entry", "community", row.community_id, now=now, community_id=row.community_id,
        year=row.year, position=row.position,
    )  # fmt: skip


def remove_entry(entry_id: int, *, reason: str, actor: Actor, now: datetime) -> None:
    """Out of the master plan; the record keeps where it stood and why it went."""
    row = _locked(entry_id)
    check_reason(reason)
    record(
        actor, "plans.remove_entry", "community", row.community_id, now=now, community_id=row.community_id,
        year=row.year, position=row.position, reason=reason.strip(),
    )  # fmt: skip
    db.session.delete(row)
    db.session.flush()


def _plan(division_id: int, years: range, actor: Actor, now: datetime) -> MasterPlan:
    row = queries.master_plan_of(division_id, years)
    if row is None:
        row = MasterPlan(
            division_id=division_id,
            first_year=years[0],
            last_year=years[-1],
            begun_by=actor.label,
            begun_at=now,
        )
        keep(row)
    lock_row(MasterPlan, row.id)
    return row


def _last(plan_id: int, year: int) -> int:
    last = sa.select(sa.func.max(PlanEntry.position)).where(
        PlanEntry.master_plan_id == plan_id, PlanEntry.year == year
    )
    return (db.session.scalar(last) or 0) + 1


def _locked(entry_id: int) -> PlanEntry:
    row = queries.entry(entry_id)
    if row is None:
        raise NotFound
    lock_row(MasterPlan, row.master_plan_id)
    db.session.refresh(row)
    return row
