"""What of a count may be public: in a small scope nothing from which one owner's choice could be worked out.

Whoever knows the flats' areas can try all ways in which the owners of a small scope may have voted, and keep those that
fit what was published. A figure is only given where every owner's choice could still have been another's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from server.ballots.rules.tally import MotionCount
from server.kernel.disclosure import whole_per_cent

#: Steps of whole per cent, the finest first; where none protects, no share of area is given.
STEPS = (1, 5, 10, 25)


@dataclass(frozen=True)
class Cast:
    """What one head of the scope chose; only ever inside the house. `choice` is empty where it took no part."""

    head: str
    area: Decimal
    choice: str


def public_shares(count: MotionCount, casts: Sequence[Cast]) -> dict[str, int] | None:
    """Area shares of the roll in whole per cent, by choice and for the participants, as fine as may be told.

    None where even the coarsest would betray somebody, and where silence followed the majority.
    """
    if count.followers.heads:
        return None
    taken_part = [cast for cast in casts if cast.choice]
    for step in STEPS:
        if all(_is_hidden(cast, casts, count, step) for cast in taken_part):
            return _shares(casts, step)
    return None


def _shares(casts: Sequence[Cast], step: int) -> dict[str, int]:
    whole = sum((cast.area for cast in casts), Decimal(0))
    sums: dict[str, Decimal] = {"participants": Decimal(0)}
    for cast in casts:
        if cast.choice:
            sums["participants"] += cast.area
            sums[cast.choice] = sums.get(cast.choice, Decimal(0)) + cast.area
    return {name: _rounded(area, whole, step) for name, area in sums.items()}


def _rounded(part: Decimal, whole: Decimal, step: int) -> int:
    share = whole_per_cent(part, whole * step)
    return share.per_cent * step if share is not None else 0


def _is_hidden(cast: Cast, casts: Sequence[Cast], count: MotionCount, step: int) -> bool:
    """Whether this head could have chosen otherwise, with everything published the same.

    Exchanging its choice with another's leaves every number of heads as it is, so only areas need to be looked at.
    Only those who took part are exchanged: neighbours may know who did.
    """
    others = [other for other in casts if other.choice and other.choice != cast.choice]
    if not others:
        # All chose alike: the head counts alone say so, and no share of area adds to it.
        return True
    published = _published(casts, count, step)
    return any(_published(_swapped(casts, cast, other), count, step) == published for other in others)


def _swapped(casts: Sequence[Cast], one: Cast, other: Cast) -> list[Cast]:
    exchanged: Mapping[str, str] = {one.head: other.choice, other.head: one.choice}
    return [Cast(cast.head, cast.area, exchanged.get(cast.head, cast.choice)) for cast in casts]


def _published(casts: Sequence[Cast], count: MotionCount, step: int) -> tuple[Any, ...]:
    """All that depends on areas in what is told: the shares, and which tests the areas meet."""
    sums: dict[str, Decimal] = {}
    for cast in casts:
        sums[cast.choice] = sums.get(cast.choice, Decimal(0)) + cast.area
    whole = sum(sums.values(), Decimal(0))
    taken_part = whole - sums.get("", Decimal(0))
    tests = []
    for check in count.checks:
        part = taken_part if check.side is None else sums.get(check.side, Decimal(0))
        base = whole if check.demand.of == "roll" else taken_part
        tests.append(check.demand.threshold.is_met(part, base))
    return (tuple(sorted(_shares(casts, step).items())), tuple(tests))
