"""Tables of projects. What was recorded of the works only grows; a mistake is put right by a further row."""

from server.projects.models.items import HiddenWork, SecondLook, WorkCompletion, WorkItem, WorkWindow
from server.projects.models.money import FundingLine, ProjectCost
from server.projects.models.preparing import PrepStep, StartPlan
from server.projects.models.structures import IllegalStructure, StructureAct
from server.projects.models.works import EventReview, Evidence, Project, ProjectCommunity, WorksEvent

__all__ = [
    "EventReview",
    "Evidence",
    "FundingLine",
    "HiddenWork",
    "IllegalStructure",
    "PrepStep",
    "Project",
    "ProjectCommunity",
    "ProjectCost",
    "SecondLook",
    "StartPlan",
    "StructureAct",
    "WorkCompletion",
    "WorkItem",
    "WorkWindow",
    "WorksEvent",
]
