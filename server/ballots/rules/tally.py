"""The count: of each motion in each scope, by the law of the closing day, exact and with every test told.

Written apart from `recount.py`, which shares no code with it: each checks the other.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from server.ballots.rules.drafting import Kind, Unreturned, choice_name
from server.ballots.rules.events import Event, Review, Vote
from server.ballots.rules.law import Base, Demand, Requirement
from server.ballots.rules.log import LogState
from server.ballots.rules.roll import NO_AREA, Roll, Spot, in_order, scope_name, scope_name_zh
from server.ballots.rules.standing import effective_votes
from server.ballots.rules.terms import BallotTerms, Motion

ABSTAIN = "abstain"


class Verdict(StrEnum):
    PASSED = "passed"
    REJECTED = "rejected"
    NO_QUORUM = "no_quorum"
    NOT_COMPUTABLE = "not_computable"

    @property
    def name_zh(self) -> str:
        return {
            "passed": "通过",
            "rejected": "未通过",
            "no_quorum": "参与不足，未作决定",
            "not_computable": "无法计算",
        }[self.value]


@dataclass(frozen=True)
class Figures:
    """Heads and area together: one without the other says nothing."""

    heads: int = 0
    area: Decimal = NO_AREA

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.heads + other.heads, self.area + other.area)

    def exceeds(self, other: "Figures") -> bool:
        """Strictly more heads and strictly more area."""
        return self.heads > other.heads and self.area > other.area


@dataclass(frozen=True)
class Check:
    """One demand on a motion (its quorum, or the approval of one side), tested on heads and on area."""

    #: "quorum" or "approval".
    kind: str
    #: The side whose approval is tested; None of a quorum.
    side: str | None
    demand: Demand
    part: Figures
    whole: Figures

    @property
    def is_met_by_heads(self) -> bool:
        return self.demand.threshold.is_met(self.part.heads, self.whole.heads)

    @property
    def is_met_by_area(self) -> bool:
        return self.demand.threshold.is_met(self.part.area, self.whole.area)

    @property
    def is_met(self) -> bool:
        return self.is_met_by_heads and self.is_met_by_area

    @property
    def lacking_heads(self) -> int | None:
        """Persons short, of the same whole; None where even all of it would not do."""
        return self.demand.threshold.lacking(self.part.heads, self.whole.heads)

    @property
    def lacking_area(self) -> Decimal | None:
        return self.demand.threshold.lacking(self.part.area, self.whole.area)

    @property
    def name_zh(self) -> str:
        if self.side is None:
            return "参与表决"
        return choice_name(self.side)

    @property
    def demand_zh(self) -> str:
        """What is asked: 参与表决的人数和面积，都要达到全体业主的三分之二以上."""
        of = "全体业主" if self.demand.of is Base.ROLL else "参与表决业主"
        return f"{self.name_zh}的人数和面积，都要达到{of}的{self.demand.threshold.text_zh}"

    @property
    def lacking_zh(self) -> str:
        """What was missing: 还差 12 人、803.50 ㎡. Empty where the check is met."""
        if self.is_met:
            return ""
        if self.lacking_heads is None or self.lacking_area is None:
            return "这个条件不可能达到"
        heads = [f"{self.lacking_heads} 人"] if self.lacking_heads else []
        area = [f"{self.lacking_area:.2f} ㎡"] if self.lacking_area else []
        return "还差 " + "、".join(heads + area)


@dataclass(frozen=True)
class MotionCount:
    """One motion in one scope."""

    motion: Motion
    requirement: Requirement
    roll: Figures
    participants: Figures
    #: Each side, and abstaining last.
    choices: Mapping[str, Figures]
    #: Those of the participants that were silent and followed the majority, and on which side.
    followers: Figures = field(default_factory=Figures)
    followed: str | None = None

    @property
    def quorum(self) -> Check | None:
        demand = self.requirement.quorum
        return (
            None if demand is None else Check("quorum", None, demand, self.participants, self._whole(demand))
        )

    @property
    def approvals(self) -> tuple[Check, ...]:
        """The approval test of each side that can be adopted."""
        demand = self.requirement.approval
        return tuple(
            Check("approval", side, demand, self.choices[side], self._whole(demand))
            for side in self.motion.winnable
        )

    @property
    def checks(self) -> tuple[Check, ...]:
        return (*([self.quorum] if self.quorum else []), *self.approvals)

    def _whole(self, demand: Demand) -> Figures:
        return self.roll if demand.of is Base.ROLL else self.participants

    @property
    def has_quorum(self) -> bool:
        """Somebody took part, and enough of them."""
        return self.participants.heads > 0 and (self.quorum is None or self.quorum.is_met)

    @property
    def verdict(self) -> Verdict:
        if not self.roll.heads or not self.roll.area:
            return Verdict.NOT_COMPUTABLE
        if not self.has_quorum:
            return Verdict.NO_QUORUM
        return Verdict.PASSED if self._only_winner() else Verdict.REJECTED

    @property
    def adopted(self) -> str | None:
        """The option adopted, of a motion that chooses one."""
        is_choice = self.motion.kind is Kind.CHOOSE_ONE
        return self._only_winner() if is_choice and self.verdict is Verdict.PASSED else None

    def _only_winner(self) -> str | None:
        winners = [check.side for check in self.approvals if check.is_met]
        return winners[0] if len(winners) == 1 else None

    @property
    def lacking_zh(self) -> str:
        """Why it did not pass, with the numbers; empty where it passed."""
        if self.verdict is Verdict.PASSED:
            return ""
        if self.verdict is Verdict.NOT_COMPUTABLE:
            return "这个范围里没有业主，无法计算。"
        if self.quorum is not None and not self.quorum.is_met:
            return f"参与表决{self.quorum.lacking_zh}。"
        if not self.participants.heads:
            return "没有人参与表决。"
        if any(check.is_met for check in self.approvals):
            return "不止一个方案达到要求，不能确定采用哪一个。"
        return "；".join(f"{check.name_zh}{check.lacking_zh}" for check in self.approvals) + "。"

    def as_document(self) -> dict[str, Any]:
        """As the recount prints it."""
        sums = {"roll": self.roll, "participants": self.participants, **self.choices}
        document: dict[str, Any] = {
            "id": self.motion.id,
            "law": self.requirement.law,
            "heads": {name: figures.heads for name, figures in sums.items()},
            "area": {name: f"{figures.area:.2f}" for name, figures in sums.items()},
            "verdict": self.verdict.value,
        }
        if self.motion.kind is Kind.CHOOSE_ONE:
            document["adopted"] = self.adopted
        return document


@dataclass(frozen=True)
class ScopeCount:
    spot: Spot
    motions: tuple[MotionCount, ...]

    @property
    def name(self) -> str:
        return scope_name(self.spot)

    @property
    def name_zh(self) -> str:
        return scope_name_zh(self.spot)

    def as_document(self) -> dict[str, Any]:
        return {"scope": self.name, "motions": [motion.as_document() for motion in self.motions]}


@dataclass(frozen=True)
class Count:
    """The result of a vote, by scope."""

    #: The last closing in force.
    closes_at: datetime
    scopes: tuple[ScopeCount, ...]
    #: The same with only the reviews recorded before the closing, where any was recorded later.
    scopes_at_closing: tuple[ScopeCount, ...] | None

    def as_recount_document(self) -> dict[str, Any]:
        """`results` (and `results_at_closing`) precisely as the recount prints them."""
        document: dict[str, Any] = {"results": [scope.as_document() for scope in self.scopes]}
        if self.scopes_at_closing is not None:
            document["results_at_closing"] = [scope.as_document() for scope in self.scopes_at_closing]
        return document


def count(terms: BallotTerms, roll: Roll, events: Iterable[Event]) -> Count:
    """Count what was frozen and the events since. Raises EventRefused where the log may not stand."""
    return count_state(LogState.after(terms, roll, events))


def count_state(state: LogState) -> Count:
    """Count a log that was already taken up."""
    in_time = [review for review in state.reviews if review.recorded_at < state.closes_at]
    is_later = len(in_time) < len(state.reviews)
    return Count(
        state.closes_at,
        _scopes(state, state.reviews),
        _scopes(state, in_time) if is_later else None,
    )


def count_without_silence(state: LogState) -> Count | None:
    """The same count as if silence meant nothing; None where it does. Beside the other it tells what the clause did."""
    if state.terms.unreturned is not Unreturned.FOLLOW_MAJORITY:
        return None
    plain = copy(state)
    plain.terms = replace(state.terms, unreturned=Unreturned.NONE, clause=None)
    return count_state(plain)


def spots(state: LogState) -> dict[Spot, dict[str, Decimal]]:
    """Every scope of the frozen and of the present roll, in order, with the area of each head there now."""
    kind = state.terms.scope
    now = state.roll.shares(kind)
    return {spot: now.get(spot, {}) for spot in in_order(now.keys() | state.frozen.shares(kind).keys())}


def _scopes(state: LogState, reviews: list[Review]) -> tuple[ScopeCount, ...]:
    effective = effective_votes(state, reviews)
    silent = _silent(state)
    return tuple(
        ScopeCount(
            spot,
            tuple(
                _count_motion(motion, state, shares, effective[motion.id], silent)
                for motion in state.terms.motions
            ),
        )
        for spot, shares in spots(state).items()
    )


def _silent(state: LogState) -> set[str]:
    """Who was served and cast nothing at all, where a clause makes silence follow the majority."""
    if state.terms.unreturned is not Unreturned.FOLLOW_MAJORITY:
        return set()
    return state.served - {vote.head for vote in state.votes.values()}


def _count_motion(
    motion: Motion,
    state: LogState,
    shares: Mapping[str, Decimal],
    votes: Mapping[str, Vote],
    silent: set[str],
) -> MotionCount:
    choices = {choice: Figures() for choice in (*motion.sides, ABSTAIN)}
    for head, area in shares.items():
        if head in votes:
            chosen = votes[head].choices.get(motion.id, ABSTAIN)
            choice = chosen if chosen in motion.sides else ABSTAIN
            choices[choice] += Figures(1, area)
    followed = _majority(motion, choices)
    followers = Figures()
    if followed is not None:
        for head in silent & shares.keys():
            followers += Figures(1, shares[head])
        choices[followed] += followers
    return MotionCount(
        motion=motion,
        requirement=motion.requirement(state.closes_at),
        roll=Figures(len(shares), sum(shares.values(), NO_AREA)),
        participants=sum(choices.values(), Figures()),
        choices=choices,
        followers=followers,
        followed=followed if followers.heads else None,
    )


def _majority(motion: Motion, choices: Mapping[str, Figures]) -> str | None:
    """The side with strictly more heads and strictly more area than every other side; abstaining is none."""
    ahead = [
        side
        for side in motion.sides
        if all(choices[side].exceeds(choices[other]) for other in motion.sides if other != side)
    ]
    return ahead[0] if ahead else None
