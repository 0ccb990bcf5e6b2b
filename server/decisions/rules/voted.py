"""The items of a community's votes together: what state each is in, and how far the owners stand behind what was adopted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from server.decisions.rules.consent import Measure
from server.decisions.rules.outcome import ItemResult, Outcome
from server.decisions.rules.parts import Votes

A = TypeVar("A", int, Decimal)


class Footing(StrEnum):
    """What an item's outcome stands on."""

    COUNTED = "counted"
    HANGING = "hanging"
    SIGNED = "signed"

    @property
    def name_zh(self) -> str:
        return {"counted": "计完票，还没公示", "hanging": "公示了，还没签发", "signed": "已签发"}[self.value]


@dataclass(frozen=True)
class VotedItem:
    item: ItemResult
    footing: Footing
    ballot_id: int
    #: The decision it stands in; None where none was drafted.
    decision_id: int | None

    @property
    def is_adopted(self) -> bool:
        return self.item.outcome is Outcome.ADOPTED


def votes_of(items: Sequence[VotedItem], running: int) -> Votes:
    def number(*outcomes: Outcome) -> int:
        return sum(one.item.outcome in outcomes for one in items)

    signed = sum(one.is_adopted and one.footing is Footing.SIGNED for one in items)
    return Votes(
        signed=signed,
        unsigned=number(Outcome.ADOPTED) - signed,
        blocked=number(Outcome.BLOCKED),
        rejected=number(Outcome.REJECTED),
        no_quorum=number(Outcome.NO_QUORUM, Outcome.NOT_COMPUTABLE),
        running=running,
    )


def support(items: Sequence[VotedItem]) -> tuple[Measure | None, Measure | None]:
    """Owners in favour of the whole roll, by heads and by area: of what was adopted the least supported, for all of it is
    to be done; where nothing was, the most supported. None, None where nothing was counted."""
    adopted = [one.item for one in items if one.is_adopted]
    if adopted:
        return min(map(_heads, adopted), key=_share), min(map(_area, adopted), key=_share)
    others = [one.item for one in items if one.item.heads["roll"]]
    if not others:
        return None, None
    return max(map(_heads, others), key=_share), max(map(_area, others), key=_share)


def _heads(item: ItemResult) -> Measure:
    return Measure(_for(item.heads, item), item.heads["roll"], "人")


def _area(item: ItemResult) -> Measure:
    return Measure(_for(item.area, item), item.area["roll"], "㎡")


def _for(amounts: Mapping[str, A], item: ItemResult) -> A:
    """Those in favour: of a choice among options, those who chose the adopted one, or else the one most chose."""
    if "for" in amounts:
        return amounts["for"]
    options = [choice for choice in item.choices if choice != "abstain"]
    return amounts[item.adopted_option or max(options, key=lambda choice: item.heads[choice])]


def _share(measure: Measure) -> Fraction:
    return measure.share or Fraction(0)
