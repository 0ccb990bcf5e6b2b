"""What follows from a stored count, what stands in the way of a final decision, and the code it is checked by. Pure."""

from server.decisions.rules.counted import Asked, items_of
from server.decisions.rules.outcome import (
    ItemResult,
    Outcome,
    Summary,
    TestLine,
    adopted_keys,
    outcome_of,
    summary,
)
from server.decisions.rules.standing import (
    Fault,
    ObjectionState,
    Stage,
    Standing,
    may_publish,
    may_void,
    stage,
    stands_in_the_way,
)
from server.decisions.rules.verification import is_code, new_code, tidy_code

__all__ = [
    "Asked",
    "Fault",
    "ItemResult",
    "ObjectionState",
    "Outcome",
    "Stage",
    "Standing",
    "Summary",
    "TestLine",
    "adopted_keys",
    "is_code",
    "items_of",
    "may_publish",
    "may_void",
    "new_code",
    "outcome_of",
    "stage",
    "stands_in_the_way",
    "summary",
    "tidy_code",
]
