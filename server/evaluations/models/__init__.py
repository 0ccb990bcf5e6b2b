"""The tables of evaluations."""

from server.evaluations.models.answered import EvaluationAnswer, EvaluationReview
from server.evaluations.models.asked import (
    EvaluationPanel,
    EvaluationRound,
    EvaluationStep,
    PanelHousehold,
    PanelItem,
)

__all__ = [
    "EvaluationAnswer",
    "EvaluationPanel",
    "EvaluationReview",
    "EvaluationRound",
    "EvaluationStep",
    "PanelHousehold",
    "PanelItem",
]
