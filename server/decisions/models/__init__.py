"""The tables of decisions, by subject."""

from server.decisions.models.decided import Decision, Ending, Item, Version
from server.decisions.models.lifts import LiftAct, LiftCase
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

__all__ = [
    "Consultation",
    "Decision",
    "Drawing",
    "DrawingAct",
    "Ending",
    "Item",
    "LiftAct",
    "LiftCase",
    "Scheme",
    "SchemeAct",
    "SchemeDraft",
    "SchemeItem",
    "SchemeVersion",
    "Version",
]
