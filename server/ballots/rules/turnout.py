"""How many take part while the vote runs: heads and area, and what the quorum lacks. Never what they chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from server.ballots.rules.log import LogState
from server.ballots.rules.roll import NO_AREA, Spot, scope_name, scope_name_zh
from server.ballots.rules.standing import effective_votes
from server.ballots.rules.tally import Figures, spots


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


def _figures(areas: Iterable[Decimal]) -> Figures:
    listed = list(areas)
    return Figures(len(listed), sum(listed, NO_AREA))
