"""The tables of decisions, by subject."""

from server.decisions.models.annulled import Annulment, AnnulmentAnswer
from server.decisions.models.decided import Decision, Ending, Item, Version
from server.decisions.models.lifts import LiftAct, LiftCase
from server.decisions.models.papers import IssuedPaper, PaperTemplate
from server.decisions.models.schemes import (
    Consultation,
    Drawing,
    DrawingAct,
    Scheme,
    SchemeAct,
    SchemeDraft,
    SchemeItem,
    SchemeVersion,
)
from server.decisions.models.verdicts import Verdict, VerdictAnswer

__all__ = [
    "Annulment",
    "AnnulmentAnswer",
    "Consultation",
    "Decision",
    "Drawing",
    "DrawingAct",
    "Ending",
    "IssuedPaper",
    "Item",
    "LiftAct",
    "LiftCase",
    "PaperTemplate",
    "Scheme",
    "SchemeAct",
    "SchemeDraft",
    "SchemeItem",
    "SchemeVersion",
    "Verdict",
    "VerdictAnswer",
    "Version",
]
