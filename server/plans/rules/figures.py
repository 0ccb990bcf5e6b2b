"""What a row of a plan says of a community, and the sums of rows: communities, households and money always together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.kernel.errors import Invalid
from server.plans.rules.words import FundSource

#: Larger numbers are a slip of the pen: no old community has so many households, no renovation costs so much.
MOST_HOUSEHOLDS = 50_000
MOST_FEN = 1_000_000_000_000
LONGEST_NOTE = 300


@dataclass(frozen=True)
class RowFigures:
    """The figures of one community in a plan."""

    households: int
    #: Planned cost by source, in fen.
    costs: Mapping[FundSource, int] = field(default_factory=dict)
    #: What the plan claims: so many of so many households agree. 0 of 0: nothing is claimed.
    claimed_consenting: int = 0
    claimed_base: int = 0
    #: Codes of the catalogue's items.
    contents: tuple[str, ...] = ()
    note: str = ""

    @property
    def cost_fen(self) -> int:
        return sum(self.costs.values())

    @property
    def kept_costs(self) -> dict[str, int]:
        """As they are stored: sources without money are left out."""
        return {source.value: self.costs[source] for source in FundSource if self.costs.get(source)}

    def as_json(self) -> dict[str, Any]:
        return {
            "households": self.households,
            "costs": self.kept_costs,
            "claimed_consenting": self.claimed_consenting,
            "claimed_base": self.claimed_base,
            "contents": list(self.contents),
            "note": self.note,
        }


def figures_from(stored: Mapping[str, Any]) -> RowFigures:
    """What `as_json` wrote."""
    return RowFigures(
        stored["households"],
        {FundSource(source): fen for source, fen in stored["costs"].items()},
        stored["claimed_consenting"],
        stored["claimed_base"],
        tuple(stored["contents"]),
        stored["note"],
    )


def check_figures(figures: RowFigures, known_codes: Iterable[str]) -> None:
    """Raises Invalid with every field that is wrong. `known_codes` are the items of the list in force there."""
    fields: dict[str, list[str]] = {}
    if not 1 <= figures.households <= MOST_HOUSEHOLDS:
        fields["households"] = [f"户数填 1 到 {MOST_HOUSEHOLDS:,} 的整数。"]
    fields |= _wrong_costs(figures) | _wrong_claim(figures)
    unknown = sorted(set(figures.contents) - set(known_codes))
    if unknown:
        fields["contents"] = [f"改造清单里没有这几项：{'、'.join(unknown)}。重新选一遍。"]
    elif not figures.contents:
        fields["contents"] = ["至少选一项改造内容。"]
    if len(figures.note) > LONGEST_NOTE:
        fields["note"] = [f"最多 {LONGEST_NOTE} 个字。"]
    if fields:
        raise Invalid("有几处要改一下，请看标红的地方。", fields=fields)


def _wrong_costs(figures: RowFigures) -> dict[str, list[str]]:
    return {
        f"cost_{source.value}": ["金额填 0 到 100 亿元。"]
        for source, fen in figures.costs.items()
        if not 0 <= fen <= MOST_FEN
    }


def _wrong_claim(figures: RowFigures) -> dict[str, list[str]]:
    if figures.claimed_base < 0 or figures.claimed_base > figures.households:
        return {"claimed_base": ["问过的户数在 0 和小区户数之间。"]}
    if figures.claimed_consenting < 0 or figures.claimed_consenting > figures.claimed_base:
        return {"claimed_consenting": ["同意的户数不能多于问过的户数。"]}
    return {}


@dataclass(frozen=True)
class Totals:
    """A sum of rows, or (with signs) a difference of two sums."""

    communities: int = 0
    households: int = 0
    cost_fen: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.communities + other.communities,
            self.households + other.households,
            self.cost_fen + other.cost_fen,
        )

    def __sub__(self, other: "Totals") -> "Totals":
        return Totals(
            self.communities - other.communities,
            self.households - other.households,
            self.cost_fen - other.cost_fen,
        )

    @property
    def is_nothing(self) -> bool:
        return self == Totals()


def total_of(figures: RowFigures) -> Totals:
    return Totals(1, figures.households, figures.cost_fen)


def summed(parts: Iterable[Totals]) -> Totals:
    return sum(parts, Totals())


def difference(old: RowFigures, new: RowFigures | None) -> Totals:
    """By how much the totals move when `new` stands where `old` stood; None where the community leaves."""
    return (total_of(new) if new is not None else Totals()) - total_of(old)
