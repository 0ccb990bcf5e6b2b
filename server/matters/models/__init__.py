"""Tables of matters. What was answered, minuted and resolved only grows."""

from server.matters.models.meetings import AgendaPoint, Meeting, Minutes, Resolution, ResolutionAct
from server.matters.models.threads import Answer, Matter, MatterLink, MatterPhoto, Merge, Support

__all__ = [
    "AgendaPoint",
    "Answer",
    "Matter",
    "MatterLink",
    "MatterPhoto",
    "Meeting",
    "Merge",
    "Minutes",
    "Resolution",
    "ResolutionAct",
    "Support",
]
