"""The tables of plans by subject."""

from server.plans.models.annual import AnnualPlan, PlanDocument, PlanDraftRow, PlanFreezing, PlanRow
from server.plans.models.changes import (
    ChangeEvidence,
    ChangeProposal,
    ChangeStep,
    PlanChange,
    PlanEffect,
)
from server.plans.models.pilots import PilotCandidate, PilotLesson
from server.plans.models.pools import MasterPlan, PlanEntry, PoolMove

__all__ = [
    "AnnualPlan",
    "ChangeEvidence",
    "ChangeProposal",
    "ChangeStep",
    "MasterPlan",
    "PilotCandidate",
    "PilotLesson",
    "PlanChange",
    "PlanDocument",
    "PlanDraftRow",
    "PlanEffect",
    "PlanEntry",
    "PlanFreezing",
    "PlanRow",
    "PoolMove",
]
