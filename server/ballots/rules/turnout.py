"""How many take part while the vote runs: heads and area, and what the quorum lacks. Never what they chose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from server.ballots.rules.law import Base
from server.ballots.rules.log import LogState
from server.ballots.rules.roll import NO_AREA, Spot, scope_name, scope_name_zh
from server.ballots.rules.standing import effective_votes
from server.ballots.rules.tally import Check, Figures, spots
from server.ballots.rules.terms import Motion


@dataclass(frozen=True)
class Turnout:
    """Of one scope. Those who will only follow a majority are not in it: they would betray that there is one."""

    spot: Spot
    roll: Figures
    #: Heads with a vote that stands for any motion.
    taken_part: Figures

    @property
    def name(self) -> str:
        return scope_name(self.spot)

    @property
    def name_zh(self) -> str:
        return scope_name_zh(self.spot)


def turnout(state: LogState) -> tuple[Turnout, ...]:
    """By scope, of the roll of this moment."""
    heads = {head for votes in effective_votes(state).values() for head in votes}
    return tuple(
        Turnout(spot, _figures(shares.values()), _figures(shares[head] for head in heads & shares.keys()))
        for spot, shares in spots(state).items()
    )


def quorum_checks(
    motions: Sequence[Motion], closes_at: datetime, *, roll: Figures, taken_part: Figures
) -> dict[str, Check]:
    """For each motion that has a quorum of the roll, how far the turnout is from it, by the law of this closing."""
    found = {}
    for motion in motions:
        demand = motion.requirement(closes_at).quorum
        if demand is not None and demand.of is Base.ROLL:
            found[motion.id] = Check("quorum", None, demand, taken_part, roll)
    return found


def _figures(areas: Iterable[Decimal]) -> Figures:
    listed = list(areas)
    return Figures(len(listed), sum(listed, NO_AREA))
