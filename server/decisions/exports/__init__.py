"""Papers as offices print and stamp them: what stands in each, and the file it is filled into."""

from server.decisions.exports.decision import (
    decision_docx,
    notices_sentence,
    objections_sentence,
    state_words,
)
from server.decisions.exports.giving import OUR_TEMPLATES, draw_application, draw_decision, draw_result, tried

__all__ = [
    "OUR_TEMPLATES",
    "decision_docx",
    "draw_application",
    "draw_decision",
    "draw_result",
    "notices_sentence",
    "objections_sentence",
    "state_words",
    "tried",
]
