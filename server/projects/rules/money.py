"""Money of a project by source: typed in yuan, kept in whole fen, never rounded; what is lacking and what is overspent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate

from server.kernel.errors import Invalid, Refused
from server.plans.rules.words import FundSource


class Entry(StrEnum):
    PLANNED = "planned"
    RECEIVED = "received"
    SPENT = "spent"

    @property
    def name_zh(self) -> str:
        return {"planned": "计划", "received": "到账", "spent": "支出"}[self.value]


@dataclass(frozen=True)
class SourceLine:
    """What one source was to give, gave, and paid for."""

    source: FundSource
    planned: int = 0
    received: int = 0
    spent: int = 0

    @property
    def overspent(self) -> int:
        """How much more was spent than came in; nothing where it did not."""
        return max(0, self.spent - self.received)


@dataclass(frozen=True)
class Money:
    """The whole of a project. `cost` None: no budget was recorded, so nothing can be said of a gap."""

    lines: tuple[SourceLine, ...]
    cost: int | None

    @property
    def planned(self) -> int:
        return sum(line.planned for line in self.lines)

    @property
    def received(self) -> int:
        return sum(line.received for line in self.lines)

    @property
    def spent(self) -> int:
        return sum(line.spent for line in self.lines)

    @property
    def gap(self) -> int | None:
        """Cost less what is planned: what nobody has promised yet. Below nothing: more is planned than it costs."""
        return None if self.cost is None else self.cost - self.planned

    @property
    def overspent(self) -> list[SourceLine]:
        """Sources of which more was spent than came in: another source's money does not cover it."""
        return [line for line in self.lines if line.overspent]


def money_of(sums: Iterable[tuple[FundSource, Entry, int]], cost: int | None) -> Money:
    """Sums by source and kind become lines, in the order of the list of sources; those without an entry are left out."""
    by_source: dict[FundSource, dict[str, int]] = {}
    for source, entry, fen in sums:
        kinds = by_source.setdefault(source, {})
        kinds[entry.value] = kinds.get(entry.value, 0) + fen
    return Money(
        tuple(SourceLine(source, **by_source[source]) for source in FundSource if source in by_source), cost
    )


def lowest_from(on: date, entries: Iterable[tuple[date, int]]) -> int:
    """The least that the sum of these entries, each of its day, comes to at the end of any day from `on`."""
    sums = {on: 0}
    for day, fen in entries:
        sums[max(day, on)] = sums.get(max(day, on), 0) + fen
    return min(accumulate(sums[day] for day in sorted(sums)))


def check_entry(entry: Entry, fen: int, *, lowest: int, document: str, on: date, today: date) -> None:
    """Whether an entry may be added. A mistake is put right by a further entry with a minus, never by changing one.

    `lowest`: of the source's sum of this kind from that day on. A month that is over is told by the days of the entries, so
    what is taken back must have been there on its day.
    """
    if fen == 0:
        raise _wrong("amount", "金额不能是 0。")
    if fen < 0 and lowest + fen < 0:
        raise Refused(
            f"冲减太多，或者日期太早：从这一天起，这个来源的{entry.name_zh}合计会变成负数。",
            code="sum_below_nothing",
        )
    if not document.strip():
        raise _wrong("document", "写上依据：文件名和文号，或者凭证号。")
    if on > today:
        raise _wrong("entered_on", "这一天还没有到。")


def check_cost(fen: int, *, document: str, on: date, today: date) -> None:
    if fen <= 0:
        raise _wrong("amount", "工程预算要大于 0。")
    if not document.strip():
        raise _wrong("document", "写上预算书的名称和文号。")
    if on > today:
        raise _wrong("entered_on", "这一天还没有到。")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})
