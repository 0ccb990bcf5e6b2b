"""Where the communities are and how large: spread over every prefecture and county, the two totals exact."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.example.plan2020 import COMMUNITIES, HOUSEHOLDS
from server.example.plan2020.draws import Draws

#: Of a thousand communities sorted by size, how many households the one at this place has, before all are brought to
#: the total. Most are small; a few are whole quarters.
_SIZES = (
    (0, 22), (60, 36), (150, 54), (300, 86), (500, 142), (650, 196), (780, 268), (880, 372), (950, 520), (985, 760),
    (1000, 1120),
)  # fmt: skip
#: What a county counts for beside one of its prefecture's plain counties: seats of prefectures have more old housing.
_SEAT_WEIGHT = 7
_URBAN_WEIGHT = 3
_WEIGHT = 2


@dataclass(frozen=True)
class County:
    """A county as the tree has it, with the codes of the residents' committees in it, or of its streets."""

    code: str
    name: str
    divisions: Sequence[str]

    @property
    def prefecture(self) -> str:
        return self.code[:4]


@dataclass(frozen=True)
class Community:
    """One community of the plan: the number it has in it, where it is, how many households."""

    number: int
    county: County
    division: str
    households: int

    @property
    def code(self) -> str:
        return f"SL2020-{self.number:03d}"

    def draws(self, what: str) -> Draws:
        return Draws(self.number, what)


def communities(counties: Sequence[County], *, given: Mapping[str, int]) -> list[Community]:
    """All communities but those that stand already. `given`: households of each of those, by the code of its county."""
    count = COMMUNITIES - len(given)
    sizes = Draws("sizes").shuffled(sizes_of(count, HOUSEHOLDS - sum(given.values())))
    shares = apportioned(COMMUNITIES, [_weight(one) for one in counties])
    left = [max(0, share - (one.code in given)) for one, share in zip(counties, shares, strict=True)]
    found: list[Community] = []
    for county, share in zip(counties, left, strict=True):
        for place in range(share):
            number = len(given) + len(found) + 1
            division = county.divisions[place * len(county.divisions) // share]
            found.append(Community(number, county, division, sizes[len(found)]))
    return found


def _weight(county: County) -> int:
    """By the code: 01 and 02 are seats, below 20 districts, above 80 cities of county rank."""
    within = int(county.code[4:])
    if within in (1, 2) and county.code[2:4] < "22":
        return _SEAT_WEIGHT
    if within == 1:
        return _SEAT_WEIGHT
    return _URBAN_WEIGHT if within < 20 or within > 80 else _WEIGHT


def sizes_of(count: int, total: int) -> list[int]:
    """So many sizes that sum to the total, from the smallest to the largest."""
    wanted = [_size_at((2 * place + 1) * 500 // count) for place in range(count)]
    return apportioned(total, wanted)


def _size_at(place: int) -> int:
    """The size at this place of a thousand, on the line between the two known ones beside it."""
    for (low, small), (high, large) in itertools.pairwise(_SIZES):
        if place <= high:
            return small + (large - small) * (place - low) // (high - low)
    raise ValueError(place)


def apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """Whole parts of the total by weight: largest remainders first, so that they sum to it."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    rest = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in rest[: total - sum(parts)]:
        parts[place] += 1
    return parts
