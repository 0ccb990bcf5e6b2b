"""Scorecards of contractors and companies: sums of numerators and of denominators over their communities, never a mean of rates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.evaluations.rules.rates import Least, Rate, rate
from server.evaluations.rules.words import Aspect


@dataclass(frozen=True)
class Judged:
    """What the newest round that is over says in one community, for one who is judged by it."""

    community_id: int
    households: int
    answered: int
    by_staff: int
    #: By what was judged: how many are satisfied, and how many said something to it.
    marks: Mapping[Aspect, tuple[int, int]]


@dataclass(frozen=True)
class Card:
    """One contractor or company in the communities that were judged; those that were not are in no sum."""

    name: str
    communities: int
    unjudged: int
    households: int
    answered: int
    by_staff: int
    rates: Mapping[Aspect, Rate]


@dataclass
class _Sums:
    communities: set[int] = field(default_factory=set)
    unjudged: set[int] = field(default_factory=set)
    judged: list[Judged] = field(default_factory=list)


def scorecards(works: Iterable[tuple[str, int]], judged: Mapping[int, Judged], least: Least) -> list[Card]:
    """`works`: who worked in (or manages) which community. The one with the most answers first, names in order."""
    found: dict[str, _Sums] = {}
    for name, community_id in works:
        sums = found.setdefault(name, _Sums())
        known = judged.get(community_id)
        if known is None:
            sums.unjudged.add(community_id)
        elif community_id not in sums.communities:
            sums.communities.add(community_id)
            sums.judged.append(known)
    cards = [_card(name, sums, least) for name, sums in found.items()]
    return sorted(cards, key=lambda card: (-card.answered, card.name))


def _card(name: str, sums: _Sums, least: Least) -> Card:
    households = sum(one.households for one in sums.judged)
    rates = {}
    for aspect in Aspect:
        marks = [one.marks.get(aspect, (0, 0)) for one in sums.judged]
        rates[aspect] = rate(sum(one[0] for one in marks), sum(one[1] for one in marks), households, least)
    return Card(
        name,
        len(sums.communities),
        len(sums.unjudged),
        households,
        sum(one.answered for one in sums.judged),
        sum(one.by_staff for one in sums.judged),
        rates,
    )
