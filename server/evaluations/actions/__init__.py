"""All writes of evaluations."""

from server.evaluations.actions.answering import enter_paper, give_answer
from server.evaluations.actions.batches import Given, answer_in_batch
from server.evaluations.actions.reviewing import review_paper
from server.evaluations.actions.rounds import WORDS, Promised, follow_rounds, freeze_panel

__all__ = [
    "WORDS",
    "Given",
    "Promised",
    "answer_in_batch",
    "enter_paper",
    "follow_rounds",
    "freeze_panel",
    "give_answer",
    "review_paper",
]
