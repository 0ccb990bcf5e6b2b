"""What a community counts, entrance by entrance, and where one household stands in it: the bases of every cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from server.catalogue.rules.words import CostUnit, SplitBy
from server.kernel.places import ScopeKind


@dataclass(frozen=True)
class Stair:
    """One entrance as the ledger counts it; parking is in none of its figures."""

    id: int
    building_id: int
    households: int
    #: Of its flats with an area on record.
    area: Decimal
    flats_without_area: int = 0


@dataclass(frozen=True)
class Circle:
    """Whose works are counted and paid together: the community, a building, or an entrance."""

    communities: int
    buildings: int
    entrances: int
    households: int
    area: Decimal
    flats_without_area: int

    def quantity(self, unit: CostUnit) -> int | Decimal:
        counted: dict[CostUnit, int | Decimal] = {
            CostUnit.COMMUNITY: self.communities,
            CostUnit.BUILDING: self.buildings,
            CostUnit.ENTRANCE: self.entrances,
            CostUnit.HOUSEHOLD: self.households,
            CostUnit.SQUARE_METRE: self.area,
        }
        return counted[unit]

    def whole(self, by: SplitBy) -> Fraction:
        """The base that a household's share is taken of."""
        return Fraction(self.area) if by is SplitBy.AREA else Fraction(self.households)


@dataclass(frozen=True)
class Ground:
    """All entrances of a community."""

    stairs: tuple[Stair, ...]

    @property
    def whole(self) -> Circle:
        return _circle(self.stairs, communities=1)

    def circles(self, scope: ScopeKind) -> dict[int, Circle]:
        """The circles of a scope by the id of building or entrance; the community's only one under 0."""
        if scope is ScopeKind.COMMUNITY:
            return {0: self.whole}
        groups: dict[int, list[Stair]] = {}
        for stair in self.stairs:
            groups.setdefault(stair.building_id if scope is ScopeKind.BUILDING else stair.id, []).append(
                stair
            )
        return {key: _circle(group) for key, group in groups.items()}


def _circle(stairs: Iterable[Stair], communities: int = 0) -> Circle:
    found = list(stairs)
    return Circle(
        communities=communities,
        buildings=len({one.building_id for one in found}),
        entrances=len(found),
        households=sum(one.households for one in found),
        area=sum((one.area for one in found), Decimal(0)),
        flats_without_area=sum(one.flats_without_area for one in found),
    )


@dataclass(frozen=True)
class Before:
    """What stands before a household in the order of its circle's ledger."""

    households: int
    #: Of the flats before its own, and of the households before it in its own flat.
    area: Fraction

    def weight(self, by: SplitBy) -> Fraction:
        return self.area if by is SplitBy.AREA else Fraction(self.households)


@dataclass(frozen=True)
class Payer:
    """One household as it pays. A split flat's area is shared evenly by its households."""

    #: None where it is not on record.
    area: Fraction | None
    #: None: not said where it lives; then building and entrance count as an average one.
    stair: Stair | None = None
    #: By scope; empty for somebody who only plays: then the amount is rounded instead of carried on.
    before: dict[ScopeKind, Before] | None = None

    def weight(self, by: SplitBy) -> Fraction | None:
        return self.area if by is SplitBy.AREA else Fraction(1)

    def circle_id(self, scope: ScopeKind) -> int | None:
        if scope is ScopeKind.COMMUNITY:
            return 0
        if self.stair is None:
            return None
        return self.stair.building_id if scope is ScopeKind.BUILDING else self.stair.id


def average_payer(ground: Ground) -> Payer:
    """For somebody who said nothing of the own home: the area that a household has on average."""
    whole = ground.whole
    area = Fraction(whole.area) / whole.households if whole.households and whole.area else None
    return Payer(area)
