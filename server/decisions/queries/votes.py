"""Every item of a community's votes with what became of it, whichever of its papers it has come to."""

from collections.abc import Sequence

import sqlalchemy as sa

from server.ballots.queries import StagedBallot
from server.ballots.rules.drafting import Stage as BallotStage
from server.decisions.models import Item
from server.decisions.queries.counted import items_counted, newest_count
from server.decisions.queries.paper import result_of
from server.decisions.queries.standing import DecisionLine
from server.decisions.rules import ItemResult, Stage
from server.decisions.rules.voted import Footing, VotedItem
from server.infra.db import db

#: What a vote said that was declared void, or a decision that a court revoked, holds no more.
NOTHING_DECIDED = (Stage.VOID, Stage.ANNULLED)
#: A vote that will still be counted.
RUNNING = (BallotStage.ANNOUNCED, BallotStage.OPEN, BallotStage.CLOSED)


def voted(votes: Sequence[StagedBallot], lines: Sequence[DecisionLine]) -> list[VotedItem]:
    """Of all counted votes, the newest first; what was declared void or revoked decided nothing and is left out."""
    by_ballot = {line.decision.ballot_id: line for line in lines}
    counted = [one.ballot.id for one in votes if one.stage is BallotStage.COUNTED]
    stored = _stored([line for line in lines if _is_of_newest_count(line)])
    found: list[VotedItem] = []
    for ballot_id in counted:
        line = by_ballot.get(ballot_id)
        if line is not None and line.stage in NOTHING_DECIDED:
            continue
        decision_id = line.decision.id if line else None
        items = stored.get(decision_id or 0)
        if items is None:
            items = items_counted(newest_count(ballot_id))
        footing = _footing(line)
        found += [VotedItem(item, footing, ballot_id, decision_id) for item in items]
    return found


def decided_items(lines: Sequence[DecisionLine]) -> list[VotedItem]:
    """The same of what stands in decisions only: for many communities at once, without the votes behind them."""
    alive = [line for line in lines if line.version is not None and line.stage not in NOTHING_DECIDED]
    stored = _stored(alive)
    return [
        VotedItem(item, _footing(line), line.decision.ballot_id, line.decision.id)
        for line in alive
        for item in stored.get(line.decision.id, [])
    ]


def _footing(line: DecisionLine | None) -> Footing:
    if line is None or line.stage is Stage.DRAFT:
        return Footing.COUNTED
    return Footing.SIGNED if line.stage is Stage.FINAL else Footing.HANGING


def _is_of_newest_count(line: DecisionLine) -> bool:
    """Whether its newest version says what the newest count says: then the kept items do."""
    standing = line.record.standing
    return line.stage is Stage.FINAL or (
        line.version is not None and standing.version_count == standing.newest_count
    )


_ITEMS = (
    sa.select(Item)
    .where(sa.tuple_(Item.decision_id, Item.version).in_(sa.bindparam("named", expanding=True)))
    .order_by(Item.decision_id, Item.position)
)


def _stored(lines: Sequence[DecisionLine]) -> dict[int, list[ItemResult]]:
    """The items of these decisions' newest versions, in one statement."""
    named = [(line.decision.id, line.version.number) for line in lines if line.version is not None]
    if not named:
        return {}
    found: dict[int, list[ItemResult]] = {}
    for row in db.session.scalars(_ITEMS, {"named": named}):
        found.setdefault(row.decision_id, []).append(result_of(row))
    return found
