"""Tables of projects. What was recorded of the works only grows; a mistake is put right by a further row."""

from server.projects.models.items import (
    CompletionWithdrawal,
    HiddenWork,
    SecondLook,
    WorkCompletion,
    WorkItem,
    WorkWindow,
)
from server.projects.models.money import FundingLine, ProjectCost
from server.projects.models.preparing import PrepStep, StartPlan
from server.projects.models.site import Appointment, QuietDays, UtilityWork, VisitOffer, VisitSlot
from server.projects.models.structures import IllegalStructure, StructureAct
from server.projects.models.watching import (
    DamageAct,
    DamageClaim,
    Patrol,
    PunchAct,
    PunchPoint,
    Supervisor,
)
from server.projects.models.works import (
    EventReview,
    EventWithdrawal,
    Evidence,
    Project,
    ProjectCommunity,
    WorksEvent,
)

__all__ = [
    "Appointment",
    "CompletionWithdrawal",
    "DamageAct",
    "DamageClaim",
    "EventReview",
    "EventWithdrawal",
    "Evidence",
    "FundingLine",
    "HiddenWork",
    "IllegalStructure",
    "Patrol",
    "PrepStep",
    "Project",
    "ProjectCommunity",
    "ProjectCost",
    "PunchAct",
    "PunchPoint",
    "QuietDays",
    "SecondLook",
    "StartPlan",
    "StructureAct",
    "Supervisor",
    "UtilityWork",
    "VisitOffer",
    "VisitSlot",
    "WorkCompletion",
    "WorkItem",
    "WorkWindow",
    "WorksEvent",
]
