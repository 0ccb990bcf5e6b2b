"""What of a count may be public: nothing from which one owner's choice could be worked out.

Whoever knows the flats' areas can try all ways in which the owners of a scope may have voted, and keep those that
fit what was published. Exact areas are only given where many voted and no choice was that of a few; a rounded one only
where every owner's choice could still have been another's.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from server.ballots.rules.tally import MotionCount
from server.kernel.disclosure import may_show_exact_areas, whole_per_cent

#: Steps of whole per cent, the finest first; where none protects, no share of area is given.
STEPS = (1, 5, 10, 25)


@dataclass(frozen=True)
class Cast:
    """What one head of the scope chose; only ever inside the house. `choice` is empty where it took no part."""

    head: str
    area: Decimal
    choice: str


def may_tell_exactly(casts: Sequence[Cast], least_heads: int, least_side: int) -> bool:
    """Whether exact areas may be told: of a scope of so many heads, each choice that anyone made was made by so many.

    However large the scope, the area of the one who was against is the number on that owner's door.
    """
    sides = Counter(cast.choice for cast in casts if cast.choice)
    return may_show_exact_areas(len(casts), least_heads) and all(
        heads >= least_side for heads in sides.values()
    )


def public_shares(count: MotionCount, casts: Sequence[Cast]) -> dict[str, int] | None:
    """Area shares of the roll in whole per cent, by choice and for the participants, as fine as may be told.

    None where even the coarsest would betray somebody, and where silence followed the majority.
    """
    if count.followers.heads:
        return None
    sums = _sums(casts)
    for step in STEPS:
        if _hides_everybody(sums, casts, count, step):
            return _shares(sums, step)
    return None


def _sums(casts: Sequence[Cast]) -> dict[str, Decimal]:
    """The area of each choice; that of nobody's choice under the empty word."""
    sums = {"": Decimal(0)}
    for cast in casts:
        sums[cast.choice] = sums.get(cast.choice, Decimal(0)) + cast.area
    return sums


def _shares(sums: Mapping[str, Decimal], step: int) -> dict[str, int]:
    whole = sum(sums.values(), Decimal(0))
    told = {"participants": whole - sums[""]} | {choice: area for choice, area in sums.items() if choice}
    return {name: _rounded(area, whole, step) for name, area in told.items()}


def _rounded(part: Decimal, whole: Decimal, step: int) -> int:
    share = whole_per_cent(part, whole * step)
    return share.per_cent * step if share is not None else 0


def _hides_everybody(
    sums: Mapping[str, Decimal], casts: Sequence[Cast], count: MotionCount, step: int
) -> bool:
    """Whether each head could have chosen otherwise, with everything published the same.

    Exchanging its choice with another's leaves every number of heads as it is, so only areas need to be looked at.
    Only those who took part are exchanged: neighbours may know who did.
    """
    areas: dict[str, list[Decimal]] = {}
    for choice, area in sorted({(cast.choice, cast.area) for cast in casts if cast.choice}):
        areas.setdefault(choice, []).append(area)
    if len(areas) < 2:
        # All chose alike: the head counts alone say so, and no share of area adds to it.
        return True
    published = _published(sums, count, step)
    return all(
        any(
            _published(_exchanged(sums, choice, other, by), count, step) == published
            for other, held in areas.items()
            if other != choice
            for by in _nearest(held, area)
        )
        for choice, own in areas.items()
        for area in own
    )


def _nearest(areas: Sequence[Decimal], area: Decimal) -> Iterator[Decimal]:
    """By how much the nearest of the sorted areas differ, upwards and downwards.

    All that is published moves one way with a side's area, so where exchanging with the nearest shows, exchanging with
    one farther off shows too: two tries a head and side, however many they are.
    """
    above, below = bisect_left(areas, area), bisect_right(areas, area) - 1
    if above < len(areas):
        yield areas[above] - area
    if below >= 0:
        yield areas[below] - area


def _exchanged(sums: Mapping[str, Decimal], one: str, other: str, by: Decimal) -> dict[str, Decimal]:
    return {**sums, one: sums[one] + by, other: sums[other] - by}


def _published(sums: Mapping[str, Decimal], count: MotionCount, step: int) -> tuple[Any, ...]:
    """All that depends on areas in what is told: the shares, and which tests the areas meet."""
    whole = sum(sums.values(), Decimal(0))
    taken_part = whole - sums[""]
    tests = []
    for check in count.checks:
        part = taken_part if check.side is None else sums.get(check.side, Decimal(0))
        base = whole if check.demand.of == "roll" else taken_part
        tests.append(check.demand.threshold.is_met(part, base))
    return (tuple(sorted(_shares(sums, step).items())), tuple(tests))
