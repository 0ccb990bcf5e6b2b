"""What a round says: tallies, rates, promise against delivery, and how those who answered compare with all. Exact."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from server.evaluations.rules.answering import Said
from server.evaluations.rules.rates import Least, Rate, rate
from server.evaluations.rules.words import Aspect, Fee, ItemMark, Mark

#: A building whose part of the answers differs by more than this from its part of the households is named.
UNEVEN = Fraction(1, 10)


@dataclass(frozen=True)
class Answered:
    """The answer of one household that counts."""

    household_id: int
    building_id: int
    is_own: bool
    said: Said
    #: Who sent it, as an actor's key, and when.
    by: str
    at: datetime


@dataclass(frozen=True)
class Tally:
    """How many said what; those who said nothing to it are not in it."""

    good: int
    fair: int
    poor: int
    not_done: int = 0

    @property
    def answered(self) -> int:
        return self.good + self.fair + self.poor + self.not_done

    @property
    def satisfied(self) -> int:
        return self.good + self.fair

    @property
    def done(self) -> int:
        """How many say that it is there at all."""
        return self.answered - self.not_done


@dataclass(frozen=True)
class AspectResult:
    aspect: Aspect
    tally: Tally
    rate: Rate


@dataclass(frozen=True)
class ItemResult:
    """One promised item: how satisfied people are, and how many of them find it delivered."""

    code: str
    title: str
    tally: Tally
    rate: Rate
    delivered: Rate


@dataclass(frozen=True)
class BuildingResult:
    """A building's households beside those of them that answered."""

    building_id: int
    label: str
    households: int
    #: Their overall marks.
    tally: Tally
    #: Its part of all answers less its part of all households.
    lean: Fraction

    @property
    def answered(self) -> int:
        return self.tally.answered

    @property
    def is_uneven(self) -> bool:
        return abs(self.lean) > UNEVEN

    @property
    def lean_zh(self) -> str:
        if not self.is_uneven:
            return "相当"
        return "偏多" if self.lean > 0 else "偏少"


@dataclass(frozen=True)
class Result:
    households: int
    answered: int
    by_staff: int
    aspects: list[AspectResult]
    items: list[ItemResult]
    fee: dict[Fee, int]
    fee_answered: int
    buildings: list[BuildingResult]

    def of(self, aspect: Aspect) -> AspectResult:
        return next(one for one in self.aspects if one.aspect is aspect)

    @property
    def uneven(self) -> list[BuildingResult]:
        return [one for one in self.buildings if one.is_uneven]


@dataclass(frozen=True)
class Asked:
    """Who was asked what: the panel as it was frozen."""

    #: Households by building.
    households: Mapping[int, int]
    #: Buildings in their order, with their words.
    buildings: Mapping[int, str]
    #: Titles of promised items by code, in their order.
    items: Mapping[str, str]
    least: Least

    @property
    def total(self) -> int:
        return sum(self.households.values())


def result(answers: Sequence[Answered], asked: Asked) -> Result:
    fees = Counter(one.said.fee for one in answers if one.said.fee is not None)
    return Result(
        households=asked.total,
        answered=len(answers),
        by_staff=sum(not one.is_own for one in answers),
        aspects=[_aspect(aspect, answers, asked) for aspect in Aspect],
        items=[_item(code, title, answers, asked) for code, title in asked.items.items()],
        fee={fee: fees[fee] for fee in Fee},
        fee_answered=sum(fees.values()),
        buildings=_buildings(answers, asked),
    )


def _aspect(aspect: Aspect, answers: Sequence[Answered], asked: Asked) -> AspectResult:
    counts = Counter(one.said.mark(aspect) for one in answers)
    tally = Tally(*(counts[mark] for mark in Mark))
    return AspectResult(aspect, tally, rate(tally.satisfied, tally.answered, asked.total, asked.least))


def _item(code: str, title: str, answers: Sequence[Answered], asked: Asked) -> ItemResult:
    counts = Counter(one.said.items.get(code) for one in answers)
    tally = Tally(*(counts[mark] for mark in ItemMark))
    return ItemResult(
        code,
        title,
        tally,
        rate(tally.satisfied, tally.answered, asked.total, asked.least),
        rate(tally.done, tally.answered, asked.total, asked.least),
    )


def _buildings(answers: Sequence[Answered], asked: Asked) -> list[BuildingResult]:
    marks: dict[int, Counter[Mark]] = {building_id: Counter() for building_id in asked.buildings}
    for one in answers:
        marks[one.building_id][one.said.overall] += 1
    found = []
    for building_id, label in asked.buildings.items():
        tally = Tally(*(marks[building_id][mark] for mark in Mark))
        households = asked.households.get(building_id, 0)
        lean = Fraction(0)
        if answers:
            lean = Fraction(tally.answered, len(answers)) - Fraction(households, asked.total)
        found.append(BuildingResult(building_id, label, households, tally, lean))
    return found


# ------------------------------------------------------------------ one round after another


@dataclass(frozen=True)
class Change:
    """The same households in two rounds: how many of those who answered both became more or less satisfied."""

    both: int
    better: int
    same: int
    worse: int


def change(before: Sequence[Answered], after: Sequence[Answered]) -> Change:
    """By the overall mark of each household; whoever was silent once is in neither."""
    order = list(Mark)
    earlier = {one.household_id: order.index(one.said.overall) for one in before}
    steps = [
        order.index(one.said.overall) - earlier[one.household_id]
        for one in after
        if one.household_id in earlier
    ]
    return Change(
        len(steps),
        sum(step < 0 for step in steps),
        sum(step == 0 for step in steps),
        sum(step > 0 for step in steps),
    )
