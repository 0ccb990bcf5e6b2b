"""The sample of a counted vote, and what its call-backs say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from server.ballots.models import Ballot, CallBack, LogEntry
from server.ballots.queries.asked import place_path
from server.ballots.queries.desk import people_of
from server.ballots.queries.heads import heads_named
from server.ballots.queries.results import counts
from server.ballots.rules.casting import Channel
from server.ballots.rules.events import Verdict
from server.ballots.rules.sampling import Answer, Finding, drawn, finding, size_of_sample
from server.infra.db import db
from server.kernel.chinatime import china_day
from server.policies import queries as policies
from server.policies.rules import share_of

_KEYS = ("ballot.sample_share", "ballot.sample_least")


@dataclass(frozen=True)
class Sample:
    """`seed` and the votes it was drawn from are public, so that anyone can draw again."""

    seed: str
    #: How many votes entered by hand it was drawn from.
    votes: int
    seqs: Sequence[int]
    answers: Mapping[int, Answer]

    @property
    def finding(self) -> Finding:
        return finding(self.seqs, self.answers)


def sample(of: Ballot) -> Sample | None:
    """Fixed by the first count: what came later moves neither seed nor votes. None before it."""
    first = next(iter(counts(of.id)), None)
    if first is None:
        return None
    seqs = _by_hand(of.id, first.events)
    held = policies.values_of(_KEYS, place_path(of.community_id), china_day(first.counted_at))
    size = size_of_sample(len(seqs), share_of(held["ballot.sample_share"]), int(held["ballot.sample_least"]))
    return Sample(first.head_hash, len(seqs), drawn(first.head_hash, seqs, size), answers(of.id))


def _by_hand(ballot_id: int, events: int) -> list[int]:
    """Paper and assisted votes among the first `events` of the log that no review among them left void."""
    upto = (LogEntry.ballot_id == ballot_id, LogEntry.seq <= events)
    reviews = sa.select(LogEntry.of_seq, LogEntry.verdict).where(*upto, LogEntry.kind == "review")
    verdicts = {row.of_seq: row.verdict for row in db.session.execute(reviews.order_by(LogEntry.seq))}
    votes = sa.select(LogEntry.seq).where(
        *upto, LogEntry.kind == "vote", LogEntry.channel.in_([Channel.PAPER, Channel.ASSISTED])
    )
    found = db.session.scalars(votes.order_by(LogEntry.seq))
    return [seq for seq in found if verdicts.get(seq) != Verdict.VOID]


def answers(ballot_id: int) -> dict[int, Answer]:
    """The latest answer of each vote that was called back."""
    rows = sa.select(CallBack.seq, CallBack.answer).where(CallBack.ballot_id == ballot_id)
    return {row.seq: row.answer for row in db.session.execute(rows.order_by(CallBack.id))}


def last_call_back(ballot_id: int, seq: int) -> CallBack | None:
    rows = sa.select(CallBack).where(CallBack.ballot_id == ballot_id, CallBack.seq == seq)
    return db.session.scalars(rows.order_by(CallBack.id.desc()).limit(1)).first()


@dataclass(frozen=True)
class ToCall:
    """A vote to be called back: whom to ask, never what was chosen."""

    seq: int
    channel: Channel
    labels: Sequence[str]
    #: Everyone who entered it: none of them asks.
    people: Sequence[str]
    answer: Answer | None


def to_call(ballot_id: int, of: Sample) -> list[ToCall]:
    """In the order of the draw."""
    rows = sa.select(LogEntry).where(LogEntry.ballot_id == ballot_id, LogEntry.seq.in_(of.seqs))
    entries = {row.seq: row for row in db.session.scalars(rows)}
    labels = {
        card.head: card.labels
        for card in heads_named(ballot_id, {row.head or "" for row in entries.values()})
    }
    return [
        ToCall(
            seq,
            Channel(entries[seq].channel or ""),
            labels[entries[seq].head or ""],
            people_of(entries[seq]),
            of.answers.get(seq),
        )
        for seq in of.seqs
    ]
