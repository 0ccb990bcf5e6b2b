"""What is odd about how answers came, to be read beside the result and not to change it: many at once, many by one person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from server.evaluations.rules.results import Answered

#: So many answers within an hour, and such a share of all, is said.
HOUR = timedelta(hours=1)
BURST_ANSWERS = 10
BURST_SHARE = Fraction(1, 3)
#: A person may answer for a home and a parent's; for more is said.
HOMES_OF_ONE = 2


@dataclass(frozen=True)
class Oddities:
    #: The most of the residents' own answers within any hour, where that is odd; else 0.
    burst: int
    #: Households for which a person answered who answered for more than two.
    by_few: int
    answered: int

    @property
    def is_any(self) -> bool:
        return bool(self.burst or self.by_few)


def oddities(answers: Sequence[Answered]) -> Oddities:
    """Of the answers that count; those that the staff keyed in come in heaps, and are told apart anyway."""
    own = [one for one in answers if one.is_own]
    most = _most_within(sorted(one.at for one in own))
    is_burst = most >= BURST_ANSWERS and most >= BURST_SHARE * len(answers)
    homes = Counter(one.by for one in own)
    by_few = sum(number for number in homes.values() if number > HOMES_OF_ONE)
    return Oddities(most if is_burst else 0, by_few, len(answers))


def _most_within(instants: Sequence[datetime]) -> int:
    """The most instants of an ordered list that lie less than an hour apart."""
    most = first = 0
    for last, instant in enumerate(instants):
        while instant - instants[first] >= HOUR:
            first += 1
        most = max(most, last - first + 1)
    return most
