"""What is kept of one community, and the sum of two numbers that a rate is made of."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class Eligible(StrEnum):
    YES = "yes"
    NO = "no"
    #: Nothing speaks against it, but something is not proven yet.
    OPEN = "open"

    @property
    def name_zh(self) -> str:
        return {"yes": "符合", "no": "不符合", "open": "还缺依据"}[self.value]


@dataclass(frozen=True, slots=True)
class Facts:
    """One community with every number a roll-up needs. None: there is no record of it, which is never nought."""

    community_id: int
    #: Path of its division.
    path: str
    households: int = 0
    buildings: int = 0
    eligible: Eligible = Eligible.OPEN
    #: How many of the four conditions of an old community are recorded.
    problems: int = 0
    #: Whether a way of managing it is recorded, and it is not "none".
    is_managed: bool | None = None
    #: The survey that speaks for the community, as decisions read it.
    survey_id: int | None = None
    #: The day the first one closed that somebody answered; a further one that runs does not undo it.
    surveyed_on: date | None = None
    asked: int | None = None
    answered: int | None = None
    #: Households that answered its question of consent, and those who agree.
    consent_answered: int | None = None
    agreed: int | None = None
    #: The item that most households want, by its words; how many want it, of how many who answered the question.
    need_title: str = ""
    need_wanted: int | None = None
    need_answered: int | None = None
    #: The newest ballot with a count.
    ballot_id: int | None = None
    voted_on: date | None = None
    #: The day the first counted vote closed: a further one takes nothing from the months before it.
    first_voted_on: date | None = None
    roll_heads: int | None = None
    heads: int | None = None
    roll_area: Decimal | None = None
    area: Decimal | None = None
    #: Items in their scopes, of every counted vote: all, passed, and those on which too few took part.
    motions: int | None = None
    passed: int | None = None
    undecided: int | None = None
    #: The newest signed decision.
    decision_id: int | None = None
    decided_on: date | None = None
    first_decided_on: date | None = None
    #: By what was adopted in all signed decisions together.
    is_subsidised: bool | None = None
    #: None where nothing that takes objections ever hung.
    objections: int | None = None
    objections_open: int | None = None
    #: The newest formal plan it stands in, with the consent that is claimed there.
    plan_year: int | None = None
    plan_households: int | None = None
    claimed_base: int | None = None
    claimed_consenting: int | None = None
    #: Whether that differs too much from the survey or the vote. None: there is nothing to compare.
    claim_differs: bool | None = None
    #: The newest project, its eight steps, its dates and its money in fen.
    project_id: int | None = None
    steps: int | None = None
    steps_done: int | None = None
    ready_on: date | None = None
    start_planned_on: date | None = None
    started_on: date | None = None
    finished_on: date | None = None
    handed_over_on: date | None = None
    cost: int | None = None
    funds_planned: int | None = None
    funds_received: int | None = None
    funds_spent: int | None = None
    #: The same by source, as `rules.funding` packs it.
    funds_by_source: str = ""
    #: What residents gave of their own accord: money in fen, work in hours. None where nobody ever pledged any.
    pledged: int | None = None
    given: int | None = None
    given_used: int | None = None
    hours_pledged: int | None = None
    hours_given: int | None = None
    #: Whether somebody manages it on the day of computing. None where no works are finished.
    is_covered: bool | None = None
    #: Tickets that ended in the last year, and how; what is open, and what of it is late. None without any ticket.
    tickets_ended: int | None = None
    tickets_on_time: int | None = None
    tickets_confirmed: int | None = None
    tickets_unconfirmed: int | None = None
    tickets_reopened: int | None = None
    tickets_open: int | None = None
    tickets_overdue: int | None = None
    #: The newest round of judging that is over: its last day, who was asked, who answered, who gave the overall mark.
    judged_on: date | None = None
    judged_households: int | None = None
    judged_answered: int | None = None
    judged_marked: int | None = None
    judged_satisfied: int | None = None
    #: The last two as the public may read them. None where that would name homes.
    told_marked: int | None = None
    told_satisfied: int | None = None
    #: When the passing of time alone changes any of this next: somebody's term begins or ends, a ticket becomes late.
    turns_at: datetime | None = None


#: The figures of `Facts` that are kept for each community, in order.
KEPT = tuple(field.name for field in fields(Facts) if field.name not in {"community_id", "path"})


@dataclass(frozen=True)
class Ratio:
    """A part of a base. Two are added part to part and base to base."""

    part: int | Decimal = 0
    base: int | Decimal = 0

    def __add__(self, other: "Ratio") -> "Ratio":
        return Ratio(self.part + other.part, self.base + other.base)

    @property
    def rate(self) -> Fraction | None:
        """None of nothing: that is no rate, and not nought."""
        return Fraction(self.part) / Fraction(self.base) if self.base else None

    @property
    def rest(self) -> int | Decimal:
        return self.base - self.part


def total(ratios: Iterable[Ratio]) -> Ratio:
    found = Ratio()
    for one in ratios:
        found += one
    return found
