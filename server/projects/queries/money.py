"""The money of a project: what its entries come to, and the entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from server.infra.db import db
from server.plans.rules.words import FundSource
from server.projects.models import FundingLine, ProjectCost
from server.projects.queries.listed import members
from server.projects.queries.selectables import COSTS, FUNDING_SUMS, funding_sums_until
from server.projects.rules.money import Entry, Money, lowest_from, money_of
from server.projects.rules.sharing import shared


@dataclass(frozen=True)
class RunningEntry:
    """An entry, with what its source's sum of that kind came to with it."""

    line: FundingLine
    sum_so_far: int


def money(project_id: int) -> Money:
    return moneys([project_id])[project_id]


_IDS: sa.BindParameter[Any] = sa.bindparam("project_ids", expanding=True)


def _with_cost(sums: sa.Subquery) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """The sums by source, and beside them the cost, in a line without a source."""
    held = (sums.c.planned_fen, sums.c.received_fen, sums.c.spent_fen, sa.null().label("cost_fen"))
    nothing = (sa.null(), sa.null(), sa.null(), sa.null())
    return sa.union_all(
        sa.select(sums.c.project_id, sums.c.source, *held).where(sums.c.project_id.in_(_IDS)),
        sa.select(COSTS.c.project_id, *nothing, COSTS.c.cost_fen).where(COSTS.c.project_id.in_(_IDS)),
    )


_NOW = _with_cost(FUNDING_SUMS)


def moneys(project_ids: Collection[int], until: date | None = None) -> dict[int, Money]:
    """The money of each of these projects; with `until` by the entries of days up to it."""
    sums: dict[int, list[tuple[FundSource, Entry, int]]] = {one: [] for one in project_ids}
    costs: dict[int, int] = {}
    statement = _NOW if until is None else _with_cost(funding_sums_until(until))
    for row in db.session.execute(statement, {"project_ids": list(project_ids)}):
        if row.source is None:
            costs[row.project_id] = row.cost_fen
            continue
        amounts = {
            Entry.PLANNED: row.planned_fen,
            Entry.RECEIVED: row.received_fen,
            Entry.SPENT: row.spent_fen,
        }
        sums[row.project_id] += [(row.source, entry, int(fen)) for entry, fen in amounts.items()]
    return {one: money_of(held, costs.get(one)) for one, held in sums.items()}


def shares(project_ids: Collection[int], until: date | None = None) -> dict[int, dict[int, Money]]:
    """The money of each project divided among its communities: what stands beside one community, on every floor."""
    whole, held = moneys(project_ids, until), members(project_ids)
    return {one: shared(whole[one], {member.id: member.households for member in held[one]}) for one in whole}


def sum_of(project_id: int, source: FundSource, entry: Entry) -> int:
    """What the entries of this kind from this source come to."""
    found = next((one for one in money(project_id).lines if one.source is source), None)
    return (
        {Entry.PLANNED: found.planned, Entry.RECEIVED: found.received, Entry.SPENT: found.spent}[entry]
        if found
        else 0
    )


def lowest_sum_from(project_id: int, source: FundSource, entry: Entry, on: date) -> int:
    """The least that the entries of this kind from this source come to at the end of any day from `on`."""
    rows = sa.select(FundingLine.entered_on, FundingLine.amount_fen).where(
        FundingLine.project_id == project_id, FundingLine.source == source, FundingLine.entry == entry
    )
    return lowest_from(on, [(row.entered_on, row.amount_fen) for row in db.session.execute(rows)])


def funding_lines(project_id: int) -> list[RunningEntry]:
    """All entries, newest first, each with the sum as it stood with it."""
    rows = db.session.scalars(
        sa.select(FundingLine).where(FundingLine.project_id == project_id).order_by(FundingLine.id)
    )
    sums: dict[tuple[FundSource, Entry], int] = {}
    found = []
    for row in rows:
        sums[row.source, row.entry] = sums.get((row.source, row.entry), 0) + row.amount_fen
        found.append(RunningEntry(row, sums[row.source, row.entry]))
    return found[::-1]


def costs(project_id: int) -> list[ProjectCost]:
    """Every budget that was recorded, newest first: the first holds."""
    rows = sa.select(ProjectCost).where(ProjectCost.project_id == project_id)
    return list(db.session.scalars(rows.order_by(ProjectCost.id.desc())))
