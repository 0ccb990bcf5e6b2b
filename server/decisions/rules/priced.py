"""What the items that were voted cost by the list they were voted from, beside the project's own budget. Pure, in whole fen.

The two have different bases and are never mixed: the list's unit prices as they stood when it was voted, times what the ledger
counts; and the budget that was recorded for the works.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from server.catalogue.rules.package import Line
from server.decisions.rules.money import Money, yuan
from server.decisions.rules.outcome import Outcome


@dataclass(frozen=True)
class PricedItem:
    """One item in one scope, as the vote that decides it there left it."""

    title: str
    scope: str
    outcome: Outcome
    #: Its sums by the list; of an item that stands in no list, or without a price, no cost.
    line: Line | None
    #: Where the list has its prices from.
    price_source: str = ""

    @property
    def cost_fen(self) -> int | None:
        return self.line.cost if self.line is not None else None

    @property
    def is_adopted(self) -> bool:
        return self.outcome is Outcome.ADOPTED


@dataclass(frozen=True)
class Priced:
    items: tuple[PricedItem, ...] = ()

    @property
    def adopted(self) -> tuple[PricedItem, ...]:
        return tuple(one for one in self.items if one.is_adopted)

    @property
    def counted(self) -> tuple[Line, ...]:
        """Of what was adopted and has a price."""
        lines = (one.line for one in self.adopted)
        return tuple(line for line in lines if line is not None and line.cost is not None)

    @property
    def cost_fen(self) -> int | None:
        """Of what was adopted and has a price; None where nothing has."""
        return sum(line.cost or 0 for line in self.counted) if self.counted else None

    @property
    def government_fen(self) -> int:
        return sum(line.government for line in self.counted)

    @property
    def owners_fen(self) -> int:
        return sum(line.owners for line in self.counted)

    @property
    def others_fen(self) -> int:
        return sum(line.others for line in self.counted)

    @property
    def unpriced(self) -> tuple[str, ...]:
        return tuple(one.title for one in self.adopted if one.cost_fen is None)

    @property
    def sources(self) -> tuple[str, ...]:
        """Each once."""
        found: Iterable[str] = (one.price_source for one in self.items if one.cost_fen is not None)
        return tuple(dict.fromkeys(source for source in found if source))

    def gap_fen(self, money: Money) -> int | None:
        """What no source covers of the cost by the list; None where either side is not known whole."""
        if self.cost_fen is None or self.unpriced or money.planned_fen is None:
            return None
        return max(self.cost_fen - money.planned_fen, 0)

    def sentence(self, money: Money) -> str:
        if self.cost_fen is None:
            return "按清单单价：通过的事项还没有单价，算不出来。" if self.adopted else ""
        said = f"按清单单价，通过的 {len(self.counted)} 项一共要 {yuan(self.cost_fen)}"
        if self.unpriced:
            said += f"，还有 {len(self.unpriced)} 项没有单价（{'、'.join(self.unpriced)}），没有算进去"
        if money.cost_fen is None:
            return f"{said}。工程预算还没有登记。"
        more = money.cost_fen - self.cost_fen
        if not more:
            return f"{said}，和工程预算一样。"
        word = "多" if more > 0 else "少"
        return f"{said}；工程预算是 {yuan(money.cost_fen)}，{word} {yuan(abs(more))}。两个数的口径不一样，分开看。"
