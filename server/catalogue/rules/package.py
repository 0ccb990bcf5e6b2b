"""A package: what the chosen items cost, who pays it, what one household pays, whether the central subsidy stays, and
whether a budget is kept.

Everything is exact until it is money. A cost is rounded to the fen once for each circle (half up); the three payers' parts
are made whole by the largest remainder; the owners' part is handed out along the ledger, what is less than a fen carried on
to the next household, so that all households together pay exactly the owners' part.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import floor

from server.catalogue.rules.ground import Circle, Ground, Payer
from server.catalogue.rules.payers import Payers
from server.catalogue.rules.subsidy import Subsidy, subsidy
from server.catalogue.rules.words import CostUnit, SplitBy, SubsidyKey
from server.kernel.places import ScopeKind

ROUNDING_ZH = (
    "金额算到分：每样四舍五入，业主的钱按台账顺序逐户分，不足一分的记到下一户，各家加起来正好等于总数。"
)


@dataclass(frozen=True)
class Price:
    unit: CostUnit
    #: In fen, for one unit.
    cost: int
    payers: Payers


@dataclass(frozen=True)
class Tariff:
    """One item as a package counts it. Without a price it stands in the package, and not in its sums."""

    code: str
    name: str
    subsidy_key: SubsidyKey | None = None
    scope: ScopeKind = ScopeKind.COMMUNITY
    price: Price | None = None
    split_by: SplitBy = SplitBy.AREA


@dataclass(frozen=True)
class Line:
    """An item with its sums over the whole community; None: no price is recorded, or nothing to count it by."""

    tariff: Tariff
    cost: int | None
    government: int = 0
    owners: int = 0
    others: int = 0
    #: What the household pays of it; None where it cannot be said.
    own: int | None = None
    #: How often the unit stands in the ledger, in words: "6 个单元".
    quantity_zh: str = ""


@dataclass(frozen=True)
class Bill:
    lines: tuple[Line, ...]
    subsidy: Subsidy
    #: For the whole community, in fen; None: no budget was set.
    budget: int | None = None

    @property
    def cost(self) -> int:
        return sum(line.cost or 0 for line in self.lines)

    @property
    def government(self) -> int:
        return sum(line.government for line in self.lines)

    @property
    def owners(self) -> int:
        return sum(line.owners for line in self.lines)

    @property
    def others(self) -> int:
        return sum(line.others for line in self.lines)

    @property
    def own(self) -> int:
        return sum(line.own or 0 for line in self.lines)

    @property
    def unpriced(self) -> tuple[str, ...]:
        return tuple(line.tariff.name for line in self.lines if line.cost is None)

    @property
    def over(self) -> int:
        """By how much the budget is exceeded; 0 where it is kept, or there is none."""
        return max(0, self.cost - self.budget) if self.budget is not None else 0

    @property
    def left(self) -> int:
        return max(0, self.budget - self.cost) if self.budget is not None else 0


def bill(
    tariffs: Iterable[Tariff], ground: Ground, *, payer: Payer | None = None, budget: int | None = None
) -> Bill:
    """The chosen items, each once, with all sums."""
    chosen = list({one.code: one for one in tariffs}.values())
    lines = tuple(line(one, ground, payer) for one in chosen)
    return Bill(lines, subsidy(one.subsidy_key for one in chosen), budget)


def line(tariff: Tariff, ground: Ground, payer: Payer | None = None) -> Line:
    price, circles = tariff.price, ground.circles(tariff.scope)
    if price is None or not any(circle.quantity(price.unit) for circle in circles.values()):
        return Line(tariff, None)
    parts = {key: _parts(price, circle) for key, circle in circles.items()}
    government, owners, others = (sum(one[place] for one in parts.values()) for place in range(3))
    return Line(
        tariff,
        government + owners + others,
        government,
        owners,
        others,
        _own(tariff, ground, parts, circles, payer) if payer is not None else None,
        _quantity_zh(price.unit, ground.whole),
    )


def to_fen(value: Fraction) -> int:
    """Half up, as people round."""
    return floor(value + Fraction(1, 2))


def parts_of(total: int, payers: Payers) -> tuple[int, int, int]:
    """The three parts in whole fen, together exactly the total: the largest remainders get the fen that are over."""
    exact = [total * share for share in payers.shares]
    parts = [floor(one) for one in exact]
    order = sorted(range(3), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts[0], parts[1], parts[2]


def portion(total: int, before: Fraction, own: Fraction, whole: Fraction) -> int:
    """What falls to one household when `total` is handed out in order: everyone's portions make exactly the total."""
    return floor(total * (before + own) / whole) - floor(total * before / whole)


# ------------------------------------------------------------------ one item


def _parts(price: Price, circle: Circle) -> tuple[int, int, int]:
    return parts_of(to_fen(price.cost * Fraction(circle.quantity(price.unit))), price.payers)


def _own(
    tariff: Tariff,
    ground: Ground,
    parts: Mapping[int, tuple[int, int, int]],
    circles: Mapping[int, Circle],
    payer: Payer,
) -> int | None:
    own = payer.weight(tariff.split_by)
    circle_id = payer.circle_id(tariff.scope)
    if circle_id is None:
        # Not said where: as if all circles were paid by all.
        circle, owners = ground.whole, sum(one[1] for one in parts.values())
    else:
        circle, owners = circles[circle_id], parts[circle_id][1]
    whole = circle.whole(tariff.split_by)
    if own is None or not whole:
        return None
    before = payer.before.get(tariff.scope) if payer.before is not None else None
    if before is None:
        return to_fen(owners * own / whole)
    return portion(owners, before.weight(tariff.split_by), own, whole)


def _quantity_zh(unit: CostUnit, whole: Circle) -> str:
    number = whole.quantity(unit)
    return (
        f"{number:,.2f} {unit.counted_zh}"
        if unit is CostUnit.SQUARE_METRE
        else f"{number:,} {unit.counted_zh}"
    )


@dataclass(frozen=True)
class Menu:
    """All that may be chosen, each with its sums for one household, and what any choice of them means for the subsidy."""

    lines: tuple[Line, ...]
    answers: Mapping[str, Subsidy]
    budget: int | None = None

    @property
    def by_code(self) -> dict[str, Line]:
        return {one.tariff.code: one for one in self.lines}

    def chosen(self, codes: Iterable[str]) -> Bill:
        """The bill of a choice, in the order of the menu; what is not on it is passed over."""
        wanted = set(codes)
        lines = tuple(one for one in self.lines if one.tariff.code in wanted)
        return Bill(lines, subsidy(one.tariff.subsidy_key for one in lines), self.budget)


def menu(tariffs: Iterable[Tariff], ground: Ground, *, payer: Payer, budget: int | None = None) -> Menu:
    lines = tuple(line(one, ground, payer) for one in tariffs)
    return Menu(lines, answers_by_keys(one.tariff.subsidy_key for one in lines), budget)


# ------------------------------------------------------------------ many packages added up


def median(costs: Mapping[int, int]) -> int | None:
    """The middle cost of so many packages each; of an even number the mean of the two in the middle, rounded half up."""
    count = sum(costs.values())
    if not count:
        return None
    low, high = _nth(costs, (count - 1) // 2), _nth(costs, count // 2)
    return to_fen(Fraction(low + high, 2))


def _nth(costs: Mapping[int, int], place: int) -> int:
    ordered = sorted(costs)
    upto = accumulate(costs[cost] for cost in ordered)
    return next(cost for cost, reached in zip(ordered, upto, strict=True) if place < reached)


def answers_by_keys(keys: Iterable[SubsidyKey | None]) -> dict[str, Subsidy]:
    """The answer on the subsidy for every choice among these keys, named by the keys in order with commas between: for
    pages that add up without asking the server, so that the rule is written once."""
    wanted = set(keys)
    known = [key for key in SubsidyKey if key in wanted]
    choices = (
        [key for place, key in enumerate(known) if number >> place & 1] for number in range(2 ** len(known))
    )
    return {",".join(chosen): subsidy(chosen) for chosen in choices}
