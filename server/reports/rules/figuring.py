"""What a rate of the roll-up is: its part, its base, when a community has no say in it; and how it is summed.

A community without the record is in neither sum; how many such there are is told beside the rate. Each rate is read three
ways: in its own unit, by communities, and by the households that live in them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from server.evaluations.rules.rates import Least as OpinionLeast
from server.evaluations.rules.rates import Rate, rate
from server.kernel.errors import NotFound
from server.reports.rules.facts import Facts, Ratio

DEFAULT_OPINIONS = OpinionLeast(Fraction(3, 10), 30)
#: Stages with the day they are reached on: what the trend over months is made of.
MILESTONE_DAYS: dict[str, str] = {
    "surveyed": "surveyed_on",
    "voted": "first_voted_on",
    "decided": "first_decided_on",
    "ready": "ready_on",
    "started": "started_on",
    "finished": "finished_on",
    "handed_over": "handed_over_on",
}


@dataclass(frozen=True)
class Least:
    """How much must have been answered before a rate says anything; dated settings."""

    #: Answers, in number.
    answers: int = 30
    #: Answers, in per cent of those asked.
    per_cent: int = 30
    #: The same for what people think of finished works, by the settings of judging.
    opinions: OpinionLeast = DEFAULT_OPINIONS

    def is_enough(self, answers: int, asked: int) -> bool:
        return answers >= self.answers and answers * 100 >= self.per_cent * asked


class Show(StrEnum):
    """Which communities stand behind a part of a figure."""

    ALL = "all"
    REACHED = "reached"
    REST = "rest"
    WITHOUT = "without"

    @classmethod
    def named(cls, word: str) -> "Show":
        """Raises NotFound for a part there is none of."""
        if word not in set(cls):
            raise NotFound
        return cls(word)


@dataclass(frozen=True)
class Measure:
    key: str
    name_zh: str
    #: 户, 人, ㎡, 项, 条, 步, 元 (kept in fen).
    unit: str
    #: Part and base in words: "答了的户，占问到的户".
    how_zh: str
    #: What a community counts as where it is reached: "答得够多".
    reached_zh: str
    #: What one without the record is: "没有做过调查".
    without_zh: str
    count: Callable[[Facts], Ratio | None]
    is_reached: Callable[[Facts, Least], bool]
    #: How many households stand behind the rate: what a comparison asks for.
    sample: Callable[[Facts], int]

    #: Of an opinion how many households were asked: its rate is shown only from enough answers on. None for all else.
    asked: Callable[[Facts], int] | None = None
    #: The fewer the better: of what went wrong, the least stands first where places are compared.
    is_low_good: bool = False

    @property
    def order_zh(self) -> str:
        """Which rates stand first."""
        return "低的在前" if self.is_low_good else "高的在前"

    @property
    def is_milestone(self) -> bool:
        """Whether a day tells when it was reached, so that it has a trend."""
        return self.key in MILESTONE_DAYS

    @property
    def is_opinion(self) -> bool:
        return self.asked is not None

    def opinion(self, own: Ratio, asked: int, least: Least) -> Rate | None:
        """With its base and interval, or how many answers are lacking; None of what is no opinion."""
        if not self.is_opinion:
            return None
        return rate(int(own.part), int(own.base), asked, least.opinions)


@dataclass(frozen=True)
class Figure:
    """One measure over some communities."""

    measure: Measure
    own: Ratio
    by_communities: Ratio
    by_households: Ratio
    #: Communities that are in neither sum, and the households in them.
    without: int
    without_households: int
    sample: int
    #: All households, with or without the record.
    households: int
    #: Of an opinion: the households that were asked.
    asked: int = 0

    def opinion(self, least: Least) -> Rate | None:
        return self.measure.opinion(self.own, self.asked, least)


def figure(measure: Measure, rows: Iterable[Facts], least: Least) -> Figure:
    """The measure over these communities. Exact for any way of cutting them into parts: parts add up to the whole."""
    # Plain numbers while adding: a province's page does this for thousands of pairs.
    part: int | Decimal = 0
    base: int | Decimal = 0
    with_record = reached = homes = homes_reached = without = without_homes = sample = asked = 0
    for row in rows:
        counted = measure.count(row)
        if counted is None:
            without += 1
            without_homes += row.households
            continue
        part += counted.part
        base += counted.base
        with_record += 1
        homes += row.households
        sample += measure.sample(row)
        if measure.asked is not None:
            asked += measure.asked(row)
        if measure.is_reached(row, least):
            reached += 1
            homes_reached += row.households
    return Figure(
        measure,
        Ratio(part, base),
        Ratio(reached, with_record),
        Ratio(homes_reached, homes),
        without,
        without_homes,
        sample,
        homes + without_homes,
        asked,
    )


def added(measure: Measure, figures: Sequence[Figure]) -> Figure:
    """Figures of parts as the figure of the whole."""
    nothing = Ratio()
    return Figure(
        measure,
        sum((one.own for one in figures), nothing),
        sum((one.by_communities for one in figures), nothing),
        sum((one.by_households for one in figures), nothing),
        sum(one.without for one in figures),
        sum(one.without_households for one in figures),
        sum(one.sample for one in figures),
        sum(one.households for one in figures),
        sum(one.asked for one in figures),
    )


def behind(measure: Measure, rows: Iterable[Facts], least: Least, show: Show) -> list[Facts]:
    """The communities that a part of the figure is made of."""

    def belongs(row: Facts) -> bool:
        if show is Show.ALL:
            return True
        if measure.count(row) is None:
            return show is Show.WITHOUT
        return show is (Show.REACHED if measure.is_reached(row, least) else Show.REST)

    return [row for row in rows if belongs(row)]


def pair(part: str, base: str) -> Callable[[Facts], Ratio | None]:
    """Two kept numbers; without the base there is no record."""

    def count(row: Facts) -> Ratio | None:
        whole = getattr(row, base)
        return None if whole is None else Ratio(getattr(row, part) or 0, whole)

    return count


def is_all(part: str, base: str) -> Callable[[Facts, Least], bool]:
    """Whether all of it is there. Of nothing no share is ever reached: of money that never came in, none was spent."""

    def is_reached(row: Facts, _least: Least) -> bool:
        whole = getattr(row, base)
        return bool(whole and (getattr(row, part) or 0) >= whole)

    return is_reached


def households_with(record: str) -> Callable[[Facts], int]:
    """The households behind a rate, where this is recorded."""
    return lambda row: 0 if getattr(row, record) is None else row.households
