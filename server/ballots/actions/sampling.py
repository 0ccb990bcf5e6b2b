"""Calling back: the owners of votes that others entered for them are asked whether it was what they meant."""

from datetime import datetime

from server.audit.actions import record
from server.ballots import queries
from server.ballots.actions.chain import lock_opened
from server.ballots.models import CallBack
from server.ballots.rules.desk import check_reviewer
from server.ballots.rules.sampling import Answer
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import NotFound, Refused


def record_call_back(ballot_id: int, seq: int, answer: Answer, *, actor: Actor, now: datetime) -> CallBack:
    """Keep what an owner said of a vote that was drawn; another person than who entered it asks.

    The same answer said again by the same person is kept once; another one stands beside it and is in force.
    """
    lock_opened(ballot_id)
    of = queries.known(ballot_id)
    drawn = queries.sample(of)
    if drawn is None:
        raise Refused("还没有计票，抽不了样。先计票。", code="not_counted")
    vote = queries.vote_entry(ballot_id, seq)
    if vote is None or seq not in drawn.seqs:
        raise NotFound
    check_reviewer(actor.key, queries.people_of(vote))
    last = queries.last_call_back(ballot_id, seq)
    if last is not None and (last.answer, last.asked_by) == (answer, actor.key):
        return last
    row = CallBack(ballot_id=ballot_id, seq=seq, answer=answer, asked_by=actor.key, asked_at=now)
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "ballots.call_back",
        "ballot",
        ballot_id,
        now=now,
        community_id=of.community_id,
        seq=seq,
        answer=answer,
    )
    return row
