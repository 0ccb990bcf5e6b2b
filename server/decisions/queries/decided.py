"""Decisions by their ids and codes, their versions and endings, and the counts that wait for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.ballots.queries import StagedBallot
from server.ballots.rules import receipts
from server.ballots.rules.drafting import Stage as BallotStage
from server.decisions.models import Decision, Ending, Version
from server.decisions.queries.standing import DecisionLine
from server.infra.db import db
from server.kernel.errors import NotFound

#: More recounts than any vote will see.
MOST_VERSIONS = 10_000


@dataclass(frozen=True)
class Undecided:
    """A counted ballot that no decision was drafted from."""

    ballot_id: int
    title: str
    counted_at: datetime


def decision(decision_id: int, community_id: int | None = None) -> Decision | None:
    """One decision; with a community, None where it is another's."""
    found = db.session.get(Decision, decision_id)
    if found is None or (community_id is not None and found.community_id != community_id):
        return None
    return found


def known(decision_id: int, community_id: int | None = None) -> Decision:
    found = decision(decision_id, community_id)
    if found is None:
        raise NotFound
    return found


def decision_of_ballot(ballot_id: int) -> Decision | None:
    return db.session.scalar(sa.select(Decision).where(Decision.ballot_id == ballot_id))


def decision_by_code(code: str) -> Decision | None:
    """The decision that was signed with this code."""
    if not receipts.is_valid(code):
        return None
    found = sa.select(Decision).join(Ending, Ending.decision_id == Decision.id).where(Ending.code == code)
    return db.session.scalar(found)


def versions(decision_id: int) -> list[Version]:
    found = sa.select(Version).where(Version.decision_id == decision_id).order_by(Version.number)
    return list(db.session.scalars(found))


def version(decision_id: int, number: int) -> Version | None:
    # An address may name any number; the database would stumble over one beyond its integers.
    return db.session.get(Version, (decision_id, number)) if 0 < number <= MOST_VERSIONS else None


def ending(decision_id: int) -> Ending | None:
    return db.session.get(Ending, decision_id)


def undecided(votes: Sequence[StagedBallot], decided: Sequence[DecisionLine]) -> list[Undecided]:
    """Of a community's ballots and decisions: what is counted and no decision was drafted from, newest first."""
    taken = {line.decision.ballot_id for line in decided}
    return [
        Undecided(one.ballot.id, one.ballot.title, one.counted_at)
        for one in votes
        if one.stage is BallotStage.COUNTED and one.counted_at is not None and one.ballot.id not in taken
    ]
