"""Which vote of which head counts: reviews, precedence, and the roll at the end."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from server.ballots.rules.casting import Channel
from server.ballots.rules.drafting import Precedence
from server.ballots.rules.events import Review, Verdict, Vote
from server.ballots.rules.log import LogState

PREFERRED = {Precedence.PAPER: Channel.PAPER, Precedence.ONLINE: Channel.ONLINE}


class Standing(StrEnum):
    """What became of a vote: all that a receipt tells."""

    INCLUDED = "included"
    SUPERSEDED = "superseded"
    VOID = "void"
    #: The head was taken off the roll by two people.
    OFF_ROLL = "off_roll"

    @property
    def name_zh(self) -> str:
        return {
            "included": "已计入",
            "superseded": "已被你家另一张票代替",
            "void": "已作废",
            "off_roll": "名册已更正，这张票不计入",
        }[self.value]


def void_votes(reviews: Iterable[Review]) -> frozenset[int]:
    """The votes whose latest review says void."""
    latest = {review.of: review.verdict for review in reviews}
    return frozenset(seq for seq, verdict in latest.items() if verdict is Verdict.VOID)


def preferred(votes: Sequence[Vote], precedence: Precedence) -> Vote:
    """Which of a head's votes for one motion, none of them void, counts."""
    of_channel = [vote for vote in votes if vote.channel == PREFERRED.get(precedence)]
    by_time = sorted(of_channel or votes, key=lambda vote: (vote.received_at, vote.seq))
    return by_time[0] if precedence is Precedence.FIRST else by_time[-1]


def effective_votes(state: LogState, reviews: Iterable[Review] | None = None) -> dict[str, dict[str, Vote]]:
    """For each motion the counting vote of each head that has one.

    `reviews` are those to go by, where not all of them.
    """
    void = void_votes(state.reviews if reviews is None else reviews)
    cast: dict[str, dict[str, list[Vote]]] = {id_: {} for id_ in state.terms.motion_ids}
    for vote in state.votes.values():
        if vote.seq in void or vote.head not in state.roll:
            continue
        for id_ in state.terms.motion_ids if vote.motions is None else vote.motions:
            cast[id_].setdefault(vote.head, []).append(vote)
    precedence = state.terms.precedence
    return {
        id_: {head: preferred(votes, precedence) for head, votes in heads.items()}
        for id_, heads in cast.items()
    }


def vote_standings(state: LogState) -> Mapping[int, Standing]:
    """What became of each vote, by its number in the log. A vote that counts for any motion is included."""
    void = void_votes(state.reviews)
    included = {vote.seq for heads in effective_votes(state).values() for vote in heads.values()}
    return {seq: _standing(vote, state, void, included) for seq, vote in state.votes.items()}


def _standing(vote: Vote, state: LogState, void: frozenset[int], included: set[int]) -> Standing:
    if vote.seq in void:
        return Standing.VOID
    if vote.head not in state.roll:
        return Standing.OFF_ROLL
    return Standing.INCLUDED if vote.seq in included else Standing.SUPERSEDED
