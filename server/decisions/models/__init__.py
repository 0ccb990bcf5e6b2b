"""The tables of decisions, by subject."""

from server.decisions.models.decided import Decision, Ending, Item, Version
from server.decisions.models.papers import IssuedPaper, PaperTemplate
from server.decisions.models.verdicts import Verdict, VerdictAnswer

__all__ = [
    "Decision",
    "Ending",
    "IssuedPaper",
    "Item",
    "PaperTemplate",
    "Verdict",
    "VerdictAnswer",
    "Version",
]
