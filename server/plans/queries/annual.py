"""Annual plans, their rows in draft, in force and superseded, and their totals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from server.infra.db import db
from server.plans.models import AnnualPlan, PlanDocument, PlanDraftRow, PlanEffect, PlanFreezing, PlanRow
from server.plans.queries.places import Seat, community_names, seat, within
from server.plans.rules.annual import Drafting
from server.plans.rules.figures import Totals
from server.plans.rules.words import PlanState

_IS_IN_FORCE = ~sa.exists().where(PlanEffect.ended_row_id == PlanRow.id)

#: The rows that count, for rooms above: id, plan_id, division_id (the county), year, community_id, households, costs,
#: cost_fen, claimed_consenting, claimed_base, contents.
ROWS_IN_FORCE = (
    sa.select(
        PlanRow.id,
        PlanRow.plan_id,
        AnnualPlan.division_id,
        AnnualPlan.year,
        PlanRow.community_id,
        PlanRow.households,
        PlanRow.costs,
        PlanRow.cost_fen,
        PlanRow.claimed_consenting,
        PlanRow.claimed_base,
        PlanRow.contents,
    )
    .join(AnnualPlan, AnnualPlan.id == PlanRow.plan_id)
    .where(_IS_IN_FORCE)
    .subquery("rows_in_force")
)


@dataclass(frozen=True)
class PlanLine:
    """One plan with its totals: as it stands, and as the document had it."""

    plan: AnnualPlan
    division: Seat
    state: PlanState
    totals: Totals
    #: None before it is frozen.
    frozen: Totals | None
    document_id: int | None


@dataclass(frozen=True)
class RowLine:
    """A row of a frozen plan, in force or ended by a change."""

    row: PlanRow
    name: str
    #: What ended it; None while it is in force.
    ended_by: PlanEffect | None
    #: The change that put it there; None where it stood in the document.
    came_by: int | None


def plan(plan_id: int) -> AnnualPlan | None:
    return db.session.get(AnnualPlan, plan_id)


def plan_of(division_id: int, year: int) -> AnnualPlan | None:
    return db.session.scalar(
        sa.select(AnnualPlan).where(AnnualPlan.division_id == division_id, AnnualPlan.year == year)
    )


def freezing(plan_id: int) -> PlanFreezing | None:
    return db.session.get(PlanFreezing, plan_id)


def document(document_id: int) -> PlanDocument | None:
    return db.session.get(PlanDocument, document_id)


def documents_of(plan_ids: Collection[int]) -> dict[int, PlanDocument]:
    """The document of each frozen plan."""
    rows = db.session.execute(
        sa.select(PlanFreezing.plan_id, PlanDocument)
        .join(PlanDocument, PlanDocument.id == PlanFreezing.document_id)
        .where(PlanFreezing.plan_id.in_(plan_ids))
    )
    return {row.plan_id: row.PlanDocument for row in rows}


def state_of(of: AnnualPlan) -> PlanState:
    if freezing(of.id) is not None:
        return PlanState.FROZEN
    return PlanState.SUBMITTED if of.submitted_by is not None else PlanState.DRAFT


def drafting(of: AnnualPlan) -> Drafting:
    """What the rules need to know of it."""
    entered = frozenset(one.entered_by for one in draft_rows(of.id))
    return Drafting(state_of(of), entered, of.submitted_by)


def draft_rows(plan_id: int) -> list[PlanDraftRow]:
    found = sa.select(PlanDraftRow).where(PlanDraftRow.plan_id == plan_id)
    return list(db.session.scalars(found.order_by(PlanDraftRow.id)))


def draft_row(row_id: int, plan_id: int) -> PlanDraftRow | None:
    return db.session.scalar(
        sa.select(PlanDraftRow).where(PlanDraftRow.id == row_id, PlanDraftRow.plan_id == plan_id)
    )


def row(row_id: int) -> PlanRow | None:
    return db.session.get(PlanRow, row_id)


def rows(plan_id: int) -> list[PlanRow]:
    """All that ever stood in a frozen plan."""
    return list(db.session.scalars(sa.select(PlanRow).where(PlanRow.plan_id == plan_id).order_by(PlanRow.id)))


def row_in_force_of(community_id: int, year: int) -> PlanRow | None:
    """The row of a community in the frozen plan of a year."""
    return db.session.scalar(
        sa.select(PlanRow)
        .join(AnnualPlan, AnnualPlan.id == PlanRow.plan_id)
        .where(PlanRow.community_id == community_id, AnnualPlan.year == year, _IS_IN_FORCE)
    )


_NEWEST_LAST = (
    sa.select(ROWS_IN_FORCE)
    .where(ROWS_IN_FORCE.c.community_id.in_(sa.bindparam("community_ids", expanding=True)))
    .order_by(ROWS_IN_FORCE.c.year, ROWS_IN_FORCE.c.id)
)


def newest_in_force(community_ids: Collection[int]) -> dict[int, sa.Row[*tuple[Any, ...]]]:
    """By community, its row in the newest formal plan it stands in, with the columns of `ROWS_IN_FORCE`."""
    found = db.session.execute(_NEWEST_LAST, {"community_ids": list(community_ids)})
    return {row.community_id: row for row in found}


def rows_of_year(community_ids: Collection[int], year: int) -> list[sa.Row[*tuple[Any, ...]]]:
    """The rows in force of these communities in the plans of a year, with the columns of `ROWS_IN_FORCE`."""
    held = ROWS_IN_FORCE.c
    found = sa.select(ROWS_IN_FORCE).where(held.community_id.in_(community_ids), held.year == year)
    return list(db.session.execute(found.order_by(held.id)))


def in_force_elsewhere(community_id: int, year: int) -> bool:
    """Whether the community stands in a plan of that year already, frozen or drafted."""
    drafted = (
        sa.select(PlanDraftRow.id)
        .join(AnnualPlan, AnnualPlan.id == PlanDraftRow.plan_id)
        .where(PlanDraftRow.community_id == community_id, AnnualPlan.year == year)
    )
    return row_in_force_of(community_id, year) is not None or db.session.scalar(drafted) is not None


def is_in_force(row_id: int) -> bool:
    return not db.session.scalar(sa.select(sa.exists().where(PlanEffect.ended_row_id == row_id)))


def row_lines(plan_id: int) -> list[RowLine]:
    """The rows of a frozen plan in the order they came, each with what ended it."""
    found = rows(plan_id)
    effects = list(db.session.scalars(sa.select(PlanEffect).where(PlanEffect.plan_id == plan_id)))
    ended = {one.ended_row_id: one for one in effects}
    came = {one.new_row_id: one.change_id for one in effects if one.new_row_id is not None}
    names = community_names({one.community_id for one in found})
    return [
        RowLine(one, names.get(one.community_id, ""), ended.get(one.id), came.get(one.id)) for one in found
    ]


def years(paths: Sequence[str]) -> list[int]:
    """The years that have a plan under these paths, newest first."""
    found = sa.select(AnnualPlan.year).where(within(AnnualPlan.division_id, paths)).distinct()
    return list(db.session.scalars(found.order_by(AnnualPlan.year.desc())))


def plan_lines(paths: Sequence[str], year: int) -> list[PlanLine]:
    """The plans of a year under these paths, in the order of the divisions."""
    found = list(
        db.session.scalars(
            sa.select(AnnualPlan).where(within(AnnualPlan.division_id, paths), AnnualPlan.year == year)
        )
    )
    return sorted(_lines(found), key=lambda line: line.division.path)


def line_of(of: AnnualPlan) -> PlanLine:
    (line,) = _lines([of])
    return line


def _lines(found: Sequence[AnnualPlan]) -> list[PlanLine]:
    ids = [one.id for one in found]
    frozen = {
        one.plan_id: one
        for one in db.session.scalars(sa.select(PlanFreezing).where(PlanFreezing.plan_id.in_(ids)))
    }
    standing, drafted = _sums(PlanRow, ids, _IS_IN_FORCE), _sums(PlanDraftRow, ids, sa.true())
    lines = []
    for one in found:
        held = frozen.get(one.id)
        totals = (standing if held is not None else drafted).get(one.id, Totals())
        then = Totals(held.communities, held.households, held.cost_fen) if held is not None else None
        state = PlanState.SUBMITTED if one.submitted_by is not None else PlanState.DRAFT
        state = PlanState.FROZEN if held is not None else state
        lines.append(
            PlanLine(one, seat(one.division_id), state, totals, then, held.document_id if held else None)
        )
    return lines


def _sums(
    table: type[PlanRow] | type[PlanDraftRow], plan_ids: Sequence[int], counts: sa.ColumnElement[bool]
) -> dict[int, Totals]:
    rows_ = db.session.execute(
        sa.select(
            table.plan_id,
            sa.func.count().label("communities"),
            sa.func.sum(table.households).label("households"),
            sa.func.sum(table.cost_fen).label("cost_fen"),
        )
        .where(table.plan_id.in_(plan_ids), counts)
        .group_by(table.plan_id)
    )
    return {one.plan_id: Totals(one.communities, int(one.households), int(one.cost_fen)) for one in rows_}


def plans_frozen_by(document_id: int) -> list[PlanLine]:
    """The plans that a document made final."""
    found = (
        sa.select(AnnualPlan)
        .join(PlanFreezing, PlanFreezing.plan_id == AnnualPlan.id)
        .where(PlanFreezing.document_id == document_id)
    )
    return _lines(list(db.session.scalars(found)))
