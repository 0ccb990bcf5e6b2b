"""What follows from a stored count, what stands in the way of a final decision. Pure.

The code a decision is checked by is made as a receipt's is (ballots.rules.receipts): told apart by where it is asked."""

from server.decisions.rules.counted import Asked, items_of
from server.decisions.rules.outcome import (
    ItemResult,
    Outcome,
    Summary,
    TestLine,
    adopted_keys,
    exact,
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
    "exact",
    "items_of",
    "may_publish",
    "may_void",
    "outcome_of",
    "stage",
    "stands_in_the_way",
    "summary",
]
