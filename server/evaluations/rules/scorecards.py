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
    #: The same by the code of a promised item.
    items: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """That somebody worked in a community or manages it; with the items that are theirs, where those are recorded."""

    name: str
    community_id: int
    codes: frozenset[str] = frozenset()


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
    #: Of their own items alone, every item asked of every household; None where none are recorded.
    own: Rate | None


def scorecards(works: Iterable[Work], judged: Mapping[int, Judged], least: Least) -> list[Card]:
    """The one with the most answers first, then by name."""
    by_name: dict[str, dict[int, set[str]]] = {}
    for work in works:
        by_name.setdefault(work.name, {}).setdefault(work.community_id, set()).update(work.codes)
    cards = [_card(name, codes, judged, least) for name, codes in by_name.items()]
    return sorted(cards, key=lambda card: (-card.answered, card.name))


def _card(name: str, codes: Mapping[int, set[str]], judged: Mapping[int, Judged], least: Least) -> Card:
    known = [judged[community_id] for community_id in sorted(codes) if community_id in judged]
    households = sum(one.households for one in known)
    return Card(
        name=name,
        communities=len(known),
        unjudged=len(codes) - len(known),
        households=households,
        answered=sum(one.answered for one in known),
        by_staff=sum(one.by_staff for one in known),
        rates={
            aspect: _rate([(one.marks.get(aspect, NOBODY), one.households) for one in known], least)
            for aspect in Aspect
        },
        own=_own(codes, known, least),
    )


def _own(codes: Mapping[int, set[str]], known: Iterable[Judged], least: Least) -> Rate | None:
    asked = [
        (one.items[code], one.households)
        for one in known
        for code in sorted(codes[one.community_id])
        if code in one.items
    ]
    return _rate(asked, least) if asked else None


NOBODY = (0, 0)


def _rate(asked: Iterable[tuple[tuple[int, int], int]], least: Least) -> Rate:
    """`asked`: how many are satisfied and how many answered, and of how many households, question by question."""
    rows = list(asked)
    return rate(
        sum(marks[0] for marks, _ in rows),
        sum(marks[1] for marks, _ in rows),
        sum(households for _, households in rows),
        least,
    )
