"""The preliminary result that could be posted now: its sheet, and what stands in its way."""

from datetime import datetime
from typing import Any

from server.ballots import queries as ballots
from server.decisions.queries.counted import facts_counted, items_counted, newest_count
from server.decisions.queries.decided import decision_of_ballot, ending, versions
from server.decisions.queries.preliminary import preliminaries
from server.decisions.rules import summary
from server.decisions.rules.preliminary import may_post
from server.decisions.rules.sheet import preliminary_blocks
from server.decisions.rules.shown import shown
from server.kernel.errors import Reason


def preliminary_sheet(ballot_id: int, checkpoint: str, now: datetime) -> list[dict[str, Any]]:
    """The newest count in the blocks of a notice, as the public may see it."""
    count = newest_count(ballot_id)
    items = items_counted(count)
    return preliminary_blocks(
        [shown(item, publicly=True) for item in items],
        summary(items),
        facts_counted(count, items, now),
        ballots.voids_by_fault(ballot_id),
        checkpoint,
    )


def preliminary_obstacles(ballot_id: int) -> list[Reason]:
    """What keeps the newest count of a vote from being posted; empty means it may be."""
    mark = ballots.count_marks([ballot_id]).get(ballot_id)
    decision = decision_of_ballot(ballot_id)
    is_decided = decision is not None and (bool(versions(decision.id)) or ending(decision.id) is not None)
    return may_post(
        mark.number if mark else 0,
        mark.counted_at if mark else None,
        preliminaries([ballot_id]).get(ballot_id),
        is_stale=mark is not None and ballots.head_hash(ballot_id)[1] != mark.head_hash,
        is_decided=is_decided,
    )
