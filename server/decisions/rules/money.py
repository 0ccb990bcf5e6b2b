"""What it costs, who pays, and what is missing. Whole fen throughout; what nobody recorded is no zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOT_RECORDED = "还没有登记"


@dataclass(frozen=True)
class CostLine:
    """What one item costs in one scope; None: nobody put a figure to it yet."""

    title: str
    amount_fen: int | None


@dataclass(frozen=True)
class FundingLine:
    """What one source gives; None: the source is named, its amount is not."""

    source: str
    planned_fen: int | None


@dataclass(frozen=True)
class Money:
    """`costs` or `funding` None: nothing of it was recorded at all."""

    costs: tuple[CostLine, ...] | None = None
    funding: tuple[FundingLine, ...] | None = None

    @property
    def cost_fen(self) -> int | None:
        """The whole cost; None while one item of it is without a figure."""
        return _whole([line.amount_fen for line in self.costs or ()])

    @property
    def planned_fen(self) -> int | None:
        return _whole([line.planned_fen for line in self.funding or ()])

    @property
    def gap_fen(self) -> int | None:
        """What no source covers; 0 where they cover all. None where either side is not known."""
        if self.cost_fen is None or self.planned_fen is None:
            return None
        return max(self.cost_fen - self.planned_fen, 0)

    @property
    def sentence(self) -> str:
        if self.cost_fen is None:
            return f"花多少钱：{self._missing(self.costs, '项没有金额')}。"
        cost = f"一共要 {yuan(self.cost_fen)}"
        if self.planned_fen is None or self.gap_fen is None:
            return f"{cost}，钱从哪里来：{self._missing(self.funding, '笔没有金额')}。"
        left = f"还缺 {yuan(self.gap_fen)}" if self.gap_fen else "钱都有了着落"
        return f"{cost}，落实了 {yuan(self.planned_fen)}，{left}。"

    @staticmethod
    def _missing(lines: Sequence[Any] | None, words: str) -> str:
        if not lines:
            return NOT_RECORDED
        without = sum(
            (line.amount_fen if isinstance(line, CostLine) else line.planned_fen) is None for line in lines
        )
        return f"有 {without} {words}"

    def as_document(self) -> dict[str, Any]:
        return {
            "costs": None if self.costs is None else [[one.title, one.amount_fen] for one in self.costs],
            "funding": None
            if self.funding is None
            else [[one.source, one.planned_fen] for one in self.funding],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Money":
        costs, funding = document["costs"], document["funding"]
        return cls(
            None if costs is None else tuple(CostLine(*one) for one in costs),
            None if funding is None else tuple(FundingLine(*one) for one in funding),
        )


def _whole(amounts: Sequence[int | None]) -> int | None:
    if not amounts or any(amount is None for amount in amounts):
        return None
    return sum(amount for amount in amounts if amount is not None)


def yuan(fen: int) -> str:
    """ "1,234,567.80 元", without a rest of nought: "1,200 元"."""
    whole, rest = divmod(fen, 100)
    return f"{whole:,}.{rest:02d} 元" if rest else f"{whole:,} 元"


def yuan_or_none(fen: int | None) -> str:
    return NOT_RECORDED if fen is None else yuan(fen)
