"""Where the handover of a community stands, and the pictures behind rows of management."""

from collections.abc import Collection

import sqlalchemy as sa

from server.infra.db import db
from server.management.models import About, HandoverRecord, ManagementEvidence
from server.management.rules.handover import HandoverStep, StepState


def handover_records(community_id: int) -> list[HandoverRecord]:
    """All that was recorded, newest first."""
    found = sa.select(HandoverRecord).where(HandoverRecord.community_id == community_id)
    return list(db.session.scalars(found.order_by(HandoverRecord.id.desc())))


def step_states(community_ids: Collection[int]) -> dict[int, dict[HandoverStep, StepState]]:
    """Where each step stands, by community; a step that nobody recorded is left out."""
    found: dict[int, dict[HandoverStep, StepState]] = {one: {} for one in community_ids}
    rows = sa.select(HandoverRecord.community_id, HandoverRecord.step, HandoverRecord.state)
    ordered = rows.where(HandoverRecord.community_id.in_(community_ids)).order_by(HandoverRecord.id)
    for row in db.session.execute(ordered):
        found[row.community_id][row.step] = row.state
    return found


def evidence(evidence_id: int, community_id: int) -> ManagementEvidence | None:
    """Only of that community."""
    found = db.session.get(ManagementEvidence, evidence_id)
    return found if found is not None and found.community_id == community_id else None


def evidence_of(community_id: int, about: About) -> dict[int, list[int]]:
    """The ids of the pictures by the row that they show."""
    rows = sa.select(ManagementEvidence).where(
        ManagementEvidence.community_id == community_id, ManagementEvidence.about == about
    )
    found: dict[int, list[int]] = {}
    for row in db.session.scalars(rows.order_by(ManagementEvidence.id)):
        found.setdefault(row.about_id, []).append(row.id)
    return found
