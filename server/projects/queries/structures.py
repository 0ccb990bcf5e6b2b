"""Illegal structures: each with its acts for those who work on them, and only counts for the public."""

from dataclasses import dataclass

import sqlalchemy as sa

from server.infra.db import db
from server.projects.models import IllegalStructure, StructureAct
from server.projects.queries.selectables import STRUCTURE_COUNTS
from server.projects.rules.structures import StructureState


@dataclass(frozen=True)
class StructureCard:
    """One structure; its acts in their order, the last says where it stands."""

    structure: IllegalStructure
    acts: list[StructureAct]

    @property
    def state(self) -> StructureState:
        return self.acts[-1].state


def structures(project_id: int) -> list[StructureCard]:
    """Those still standing first, then by when they were entered."""
    rows = sa.select(IllegalStructure).where(IllegalStructure.project_id == project_id)
    found = list(db.session.scalars(rows.order_by(IllegalStructure.id)))
    acts: dict[int, list[StructureAct]] = {}
    for act in db.session.scalars(
        sa.select(StructureAct)
        .where(StructureAct.structure_id.in_([one.id for one in found]))
        .order_by(StructureAct.id)
    ):
        acts.setdefault(act.structure_id, []).append(act)
    cards = [StructureCard(one, acts[one.id]) for one in found]
    return sorted(cards, key=lambda card: card.state is StructureState.REMOVED)


def structure(structure_id: int, project_id: int) -> StructureCard | None:
    return next((card for card in structures(project_id) if card.structure.id == structure_id), None)


def communities_with_structures(project_id: int) -> set[int]:
    rows = sa.select(IllegalStructure.community_id).where(IllegalStructure.project_id == project_id)
    return set(db.session.scalars(rows.distinct()))


def public_counts(community_id: int) -> dict[StructureState, int]:
    """How many of a community stand in each state, over all its projects: all that the public is told."""
    found = dict.fromkeys(StructureState, 0)
    rows = db.session.execute(
        sa.select(STRUCTURE_COUNTS).where(STRUCTURE_COUNTS.c.community_id == community_id)
    )
    for row in rows:
        found[StructureState.FOUND] += row.found
        found[StructureState.ORDERED] += row.ordered
        found[StructureState.REMOVED] += row.removed
    return found
