"""Changes of frozen plans: each with what is proposed, its evidence and steps, and where it stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from server.infra.db import db
from server.plans.models import (
    AnnualPlan,
    ChangeEvidence,
    ChangeProposal,
    ChangeStep,
    PlanChange,
    PlanEffect,
    PlanRow,
)
from server.plans.queries.places import Seat, community_names, seat, within
from server.plans.rules.changes import Proposal, Standing, standing_of
from server.plans.rules.figures import Totals, difference


@dataclass(frozen=True)
class Whole:
    """A change with all that belongs to it."""

    change: PlanChange
    plan: AnnualPlan
    division: Seat
    row: PlanRow
    proposals: list[ChangeProposal]
    evidence: list[ChangeEvidence]
    steps: list[ChangeStep]
    effect: PlanEffect | None
    #: Name of the community that is to change, and of the one that comes in its place.
    name: str
    new_name: str

    @property
    def newest(self) -> ChangeProposal:
        return self.proposals[-1]

    @property
    def proposal(self) -> Proposal:
        return self.newest.proposal(len(self.evidence))

    @property
    def standing(self) -> Standing:
        return standing_of(step.taken for step in self.steps)

    @property
    def difference(self) -> Totals:
        """What the totals will do, or did."""
        return difference(self.row.figures, self.proposal.figures)

    @property
    def county(self) -> set[str]:
        """Everybody who had a hand in it at the county."""
        submitted = {step.taken_by for step in self.steps if step.kind in {"submit", "drop"}}
        return {one.entered_by for one in self.proposals} | submitted


@dataclass(frozen=True)
class ChangeLine:
    """A change in a list."""

    change: PlanChange
    proposal: ChangeProposal
    standing: Standing
    year: int
    division: str
    name: str
    difference: Totals


def change(change_id: int) -> PlanChange | None:
    return db.session.get(PlanChange, change_id)


def known_change(of: PlanChange) -> Whole:
    plan, row = db.session.get(AnnualPlan, of.plan_id), db.session.get(PlanRow, of.row_id)
    if plan is None or row is None:
        raise LookupError(of.id)
    proposals = list(
        db.session.scalars(
            sa.select(ChangeProposal).where(ChangeProposal.change_id == of.id).order_by(ChangeProposal.number)
        )
    )
    new_id = proposals[-1].new_community_id
    names = community_names({row.community_id, new_id or row.community_id})
    return Whole(
        change=of,
        plan=plan,
        division=seat(plan.division_id),
        row=row,
        proposals=proposals,
        evidence=evidence_of(of.id),
        steps=_steps([of.id]),
        effect=db.session.get(PlanEffect, of.id),
        name=names.get(row.community_id, ""),
        new_name=names.get(new_id, "") if new_id else "",
    )


def evidence_of(change_id: int) -> list[ChangeEvidence]:
    found = sa.select(ChangeEvidence).where(ChangeEvidence.change_id == change_id)
    return list(db.session.scalars(found.order_by(ChangeEvidence.id)))


def effects_of(plan_id: int) -> list[PlanEffect]:
    """What changed a plan since it was frozen, in order."""
    found = sa.select(PlanEffect).where(PlanEffect.plan_id == plan_id)
    return list(db.session.scalars(found.order_by(PlanEffect.effective_at, PlanEffect.change_id)))


def standings(change_ids: Collection[int]) -> dict[int, Standing]:
    steps: dict[int, list[ChangeStep]] = {one: [] for one in change_ids}
    for step in _steps(change_ids):
        steps[step.change_id].append(step)
    return {one: standing_of(step.taken for step in found) for one, found in steps.items()}


def open_change_of(row_id: int) -> PlanChange | None:
    """The change of this row that something may still come of."""
    found = list(db.session.scalars(sa.select(PlanChange).where(PlanChange.row_id == row_id)))
    at = standings([one.id for one in found])
    return next((one for one in found if at[one.id].state.is_open), None)


def coming(community_id: int, year: int) -> set[int]:
    """The open changes that would bring this community into the plan of that year."""
    found = list(
        db.session.scalars(
            sa.select(PlanChange.id)
            .join(ChangeProposal, ChangeProposal.change_id == PlanChange.id)
            .join(AnnualPlan, AnnualPlan.id == PlanChange.plan_id)
            .where(ChangeProposal.new_community_id == community_id, AnnualPlan.year == year)
        )
    )
    newest, at = _newest_proposals(found), standings(found)
    return {one for one in found if at[one].state.is_open and newest[one].new_community_id == community_id}


def change_lines(paths: Sequence[str], *, plan_id: int | None = None) -> list[ChangeLine]:
    """The changes under these paths, newest first."""
    found = (
        sa.select(PlanChange, AnnualPlan.year, AnnualPlan.division_id)
        .join(AnnualPlan, AnnualPlan.id == PlanChange.plan_id)
        .where(within(AnnualPlan.division_id, paths))
        .order_by(PlanChange.id.desc())
    )
    if plan_id is not None:
        found = found.where(PlanChange.plan_id == plan_id)
    listed = db.session.execute(found).all()
    ids = [one.PlanChange.id for one in listed]
    newest, at = _newest_proposals(ids), standings(ids)
    rows = {
        one.id: one
        for one in db.session.scalars(
            sa.select(PlanRow).where(PlanRow.id.in_([one.PlanChange.row_id for one in listed]))
        )
    }
    names = community_names({one.community_id for one in rows.values()})
    lines = []
    for one in listed:
        row, proposal = rows[one.PlanChange.row_id], newest[one.PlanChange.id]
        lines.append(
            ChangeLine(
                one.PlanChange,
                proposal,
                at[one.PlanChange.id],
                one.year,
                seat(one.division_id).name,
                names.get(row.community_id, ""),
                difference(row.figures, proposal.proposal(0).figures),
            )
        )
    return lines


def _newest_proposals(change_ids: Collection[int]) -> dict[int, ChangeProposal]:
    found = sa.select(ChangeProposal).where(ChangeProposal.change_id.in_(change_ids))
    return {one.change_id: one for one in db.session.scalars(found.order_by(ChangeProposal.number))}


def _steps(change_ids: Collection[int]) -> list[ChangeStep]:
    found = sa.select(ChangeStep).where(ChangeStep.change_id.in_(change_ids))
    return list(db.session.scalars(found.order_by(ChangeStep.change_id, ChangeStep.number)))
