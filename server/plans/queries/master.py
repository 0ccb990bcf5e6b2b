"""The master plan by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from server.infra.db import db
from server.ledger import queries as ledger
from server.ledger.rules.words import Pool
from server.plans.models import MasterPlan, PlanEntry
from server.plans.queries.places import SIGNS, within
from server.plans.queries.pools import CURRENT_POOLS
from server.plans.rules.master import years_of
from server.policies import queries as policies


@dataclass(frozen=True)
class EntryLine:
    entry: PlanEntry
    name: str
    households: int
    pool: Pool | None
    #: Whose plan it stands in.
    division_id: int


def years_at(division_path: str, on: date) -> range:
    """The years of the master plan as they are set there."""
    keys = ("plan.master_first_year", "plan.master_last_year")
    found = policies.values_of(keys, division_path, on)
    return years_of(*(int(found[key]) for key in keys))


def master_plan_of(division_id: int, years: range) -> MasterPlan | None:
    return db.session.scalar(
        sa.select(MasterPlan).where(
            MasterPlan.division_id == division_id,
            MasterPlan.first_year == years[0],
            MasterPlan.last_year == years[-1],
        )
    )


def entry(entry_id: int) -> PlanEntry | None:
    return db.session.get(PlanEntry, entry_id)


def place_of(entry_id: int) -> int | None:
    """The division whose master plan the entry stands in."""
    return db.session.scalar(
        sa.select(MasterPlan.division_id)
        .join(PlanEntry, PlanEntry.master_plan_id == MasterPlan.id)
        .where(PlanEntry.id == entry_id)
    )


def entries_under(paths: Sequence[str], years: range) -> dict[int, list[EntryLine]]:
    """By year, in the order of doing: the communities under these paths, whoever planned them."""
    counted = ledger.COMMUNITY_HOUSEHOLDS
    rows = db.session.execute(
        sa.select(
            PlanEntry,
            SIGNS.name,
            sa.func.coalesce(counted.c.households, 0).label("households"),
            CURRENT_POOLS.c.pool,
            MasterPlan.division_id,
        )
        .join(MasterPlan, MasterPlan.id == PlanEntry.master_plan_id)
        .join(ledger.COMMUNITY_SIGNS, SIGNS.id == PlanEntry.community_id)
        .outerjoin(CURRENT_POOLS, CURRENT_POOLS.c.community_id == PlanEntry.community_id)
        .outerjoin(counted, counted.c.community_id == PlanEntry.community_id)
        .where(
            within(SIGNS.division_id, paths),
            MasterPlan.first_year == years[0],
            MasterPlan.last_year == years[-1],
        )
        .order_by(PlanEntry.year, MasterPlan.division_id, PlanEntry.position, PlanEntry.id)
    )
    found: dict[int, list[EntryLine]] = {year: [] for year in years}
    for row in rows:
        found[row.PlanEntry.year].append(
            EntryLine(row.PlanEntry, row.name, row.households, row.pool, row.division_id)
        )
    return found


def order_of(master_plan_id: int, year: int) -> list[PlanEntry]:
    found = sa.select(PlanEntry).where(PlanEntry.master_plan_id == master_plan_id, PlanEntry.year == year)
    return list(db.session.scalars(found.order_by(PlanEntry.position, PlanEntry.id)))


def standing_entry(community_id: int, span: str) -> PlanEntry | None:
    return db.session.scalar(
        sa.select(PlanEntry).where(PlanEntry.community_id == community_id, PlanEntry.span == span)
    )
