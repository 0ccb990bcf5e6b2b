"""What a community is built of and whose it is: houses of before 2000, flats, shops, owners of every kind."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from stdnum.cn import ric

from server.example.plan2020 import names
from server.example.plan2020.draws import Draws
from server.example.plan2020.places import Community
from server.ledger.rules.words import (
    AreaSource,
    FlatUse,
    HouseholdState,
    LocationType,
    OwnerKind,
    OwnershipKind,
    Pool,
    PropertyMode,
)

#: Floors and flats on a landing, as they were built; walk-ups of six and seven floors most of all.
_SHAPES = ((3, 2), (4, 2), (5, 2), (6, 2), (6, 2), (6, 3), (7, 2), (7, 2), (7, 3), (7, 4))
_ENTRANCES = (1, 2, 2, 3, 3, 4)
_AREAS = tuple(
    map(Decimal, ("42.36", "48.70", "52.15", "56.48", "58.92", "63.20", "67.70", "72.35", "81.06", "96.40"))
)
_MODES = (
    PropertyMode.NONE,
    PropertyMode.NONE,
    PropertyMode.SELF,
    PropertyMode.COMMITTEE,
    PropertyMode.COMPANY,
)
_BIRTHS_FROM = date(1938, 1, 1)


@dataclass(frozen=True)
class Owner:
    name: str
    kind: OwnerKind
    phone: str
    id_number: str = ""
    share: str = ""
    is_representative: bool = False


@dataclass(frozen=True)
class Home:
    """One flat with its owners; `households` is 0 for a shop."""

    building: str
    entrance: str
    floor: int
    room: str
    use: FlatUse
    area: Decimal
    source: AreaSource
    owners: tuple[Owner, ...]
    state: HouseholdState = HouseholdState.OCCUPIED
    households: int = 1


@dataclass(frozen=True)
class Building:
    name: str
    entrances: tuple[str, ...]
    floors: int
    #: Flats on a landing.
    beside: int


@dataclass
class _People:
    """Owners of one community: each new person has the next telephone number, which nobody else has."""

    draws: Draws
    county: str
    ownership: OwnershipKind
    count: int = 0
    #: Somebody with several flats, and how many more of them are to come.
    again: Owner | None = None
    left: int = 0
    #: How many more flats in a row belong to the unit that built them.
    of_unit: int = 0
    firms: dict[OwnerKind, Owner] = field(default_factory=dict)

    def owners(self, use: FlatUse) -> tuple[Owner, ...]:
        draws = self.draws
        if use is FlatUse.SHOP:
            return (self._firm(OwnerKind.ORGANISATION) if draws.one_in(3) else self._person(),)
        if self.left and self.again is not None:
            self.left -= 1
            return (self.again,)
        if self.of_unit or self._begins_unit():
            self.of_unit = max(0, self.of_unit - 1)
            return (self._firm(OwnerKind.WORK_UNIT),)
        if self.ownership is OwnershipKind.COMMERCIAL and draws.one_in(90):
            return (self._firm(OwnerKind.DEVELOPER),)
        if draws.one_in(11):
            return self._couple()
        one = self._person()
        if draws.one_in(28):
            self.again, self.left = one, draws.between(1, 2)
        return (one,)

    def _begins_unit(self) -> bool:
        """Where the unit kept flats, it kept several beside one another."""
        chance = {OwnershipKind.PUBLIC: 12, OwnershipKind.MIXED: 40, OwnershipKind.FUND_RAISED: 120}.get(
            self.ownership
        )
        if chance is None or not self.draws.one_in(chance):
            return False
        self.of_unit = self.draws.between(2, 6)
        return True

    def _couple(self) -> tuple[Owner, ...]:
        """Half of them chose who votes."""
        draws, is_chosen = self.draws, self.draws.one_in(2)
        return (
            self._person(share="1/2", is_representative=is_chosen),
            self._person(share="1/2"),
            *((self._person(share="继承"),) if draws.one_in(30) else ()),
        )

    def _person(self, **more: object) -> Owner:
        self.count += 1
        number = self.count
        id_number = _identity(self.draws, number) if self.draws.one_in(4) else ""
        return Owner(names.person(self.draws), OwnerKind.PERSON, f"1380000{number:04d}", id_number, **more)  # type: ignore[arg-type]

    def _firm(self, kind: OwnerKind) -> Owner:
        called = {
            OwnerKind.ORGANISATION: names.shop_firm,
            OwnerKind.WORK_UNIT: names.work_unit,
            OwnerKind.DEVELOPER: names.developer,
        }[kind]
        if kind not in self.firms:
            self.firms[kind] = Owner(called(self.draws, self.county), kind, f"08515550{len(self.firms):04d}")
        return self.firms[kind]


def _identity(draws: Draws, number: int) -> str:
    """With a place of birth that there is not (000000 or near it), a day that there was, and a check digit that holds."""
    born = _BIRTHS_FROM + timedelta(days=draws.below(20_000))
    body = f"{number // 1000:06d}{born:%Y%m%d}{number % 1000:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


@dataclass(frozen=True)
class Facts:
    """One community with all that its ledger holds."""

    of: Community
    name: str
    address: str
    built_year: int
    location: LocationType
    ownership: OwnershipKind
    mode: PropertyMode
    pool: Pool
    has_committee: bool
    has_fund: bool
    lacks: tuple[bool, bool, bool, bool]

    @cached_property
    def buildings(self) -> tuple[Building, ...]:
        return tuple(_buildings(self.of))

    @property
    def homes(self) -> Iterator[Home]:
        """Every flat, in order; the same each time."""
        return _homes(self)


def facts_of(community: Community) -> Facts:
    draws = community.draws("facts")
    county = community.county
    ownership = draws.of(tuple(OwnershipKind))
    is_district = int(county.code[4:]) < 20 or int(county.code[4:]) > 80
    lacks = (draws.one_in(2), True, not draws.one_in(4), not draws.one_in(3))
    return Facts(
        community,
        names.community(draws, community.number),
        names.address(draws, county.name),
        draws.between(1968, 2000),
        LocationType.CITY if is_district else LocationType.COUNTY_SEAT,
        ownership,
        PropertyMode.WORK_UNIT if ownership is OwnershipKind.PUBLIC else draws.of(_MODES),
        Pool.IMPLEMENT,
        has_committee=draws.one_in(5),
        has_fund=ownership is OwnershipKind.COMMERCIAL and draws.one_in(2),
        lacks=lacks,
    )


def splits(community: Community) -> int:
    """How many flats two households live in: they share a flat and are counted apart."""
    return 1 if community.households > 60 and community.draws("split").one_in(6) else 0


def _buildings(community: Community) -> Iterator[Building]:
    """As many as the dwellings fill; the last one is smaller."""
    draws = community.draws("buildings")
    left, number = community.households - splits(community), 0
    while left > 0:
        number += 1
        floors, beside = draws.of(_SHAPES)
        entrances = draws.of(_ENTRANCES)
        while entrances > 1 and (entrances - 1) * floors * beside >= left:
            entrances -= 1
        yield Building(str(number), tuple(map(str, range(1, entrances + 1))), floors, beside)
        left -= entrances * floors * beside


def _homes(facts: Facts) -> Iterator[Home]:
    community = facts.of
    draws = community.draws("homes")
    people = _People(community.draws("owners"), community.county.name, facts.ownership)
    left = community.households - splits(community)
    has_shops = draws.one_in(4)
    split = draws.between(1, left) if splits(community) else 0
    place = 0
    for building in facts.buildings:
        areas = [draws.of(_AREAS) for _ in range(building.beside)]
        for entrance in building.entrances:
            if has_shops and building.name == "1":
                yield from _shops(building, entrance, people, draws)
            for floor in range(1, building.floors + 1):
                for side in range(min(building.beside, left)):
                    place += 1
                    yield _dwelling(
                        building, entrance, floor, side, areas[side], people, draws, is_split=place == split
                    )
                    left -= 1
                if left <= 0:
                    break


def _shops(building: Building, entrance: str, people: _People, draws: Draws) -> Iterator[Home]:
    """On the street, below the first floor of flats."""
    for number in range(1, draws.between(1, 2) + 1):
        area = Decimal(draws.between(1800, 6500)).scaleb(-2)
        yield Home(
            building.name, entrance, 1, f"门面{number}", FlatUse.SHOP, area, AreaSource.REGISTER,
            people.owners(FlatUse.SHOP), households=0,
        )  # fmt: skip


def _dwelling(
    building: Building,
    entrance: str,
    floor: int,
    side: int,
    area: Decimal,
    people: _People,
    draws: Draws,
    *,
    is_split: bool,
) -> Home:
    place = draws.below(200)
    state = (
        HouseholdState.VACANT
        if place < 8
        else HouseholdState.UNREACHABLE
        if place < 12
        else HouseholdState.OCCUPIED
    )
    source = AreaSource.SURVEY if place % 9 == 0 else AreaSource.REGISTER
    return Home(
        building.name, entrance, floor, f"{floor}{side + 1:02d}", FlatUse.DWELLING, area, source,
        people.owners(FlatUse.DWELLING), state, 2 if is_split else 1,
    )  # fmt: skip
