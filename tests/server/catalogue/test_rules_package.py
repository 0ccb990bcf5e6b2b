from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.catalogue.rules.ground import Before, Circle, Ground, Payer, Stair, average_payer
from server.catalogue.rules.package import (
    Price,
    Tariff,
    answers_by_keys,
    bill,
    line,
    median,
    menu,
    parts_of,
    portion,
    to_fen,
)
from server.catalogue.rules.payers import Payers
from server.catalogue.rules.words import CostUnit, SplitBy, SubsidyKey
from server.kernel.places import ScopeKind

#: Two entrances in the first building, one in the second.
GROUND = Ground(
    (
        Stair(11, 1, 4, Decimal("300.00")),
        Stair(12, 1, 2, Decimal("200.00")),
        Stair(21, 2, 4, Decimal("500.00"), flats_without_area=1),
    )
)
OWNERS_ALL = Payers(Fraction(0), Fraction(1), Fraction(0))
SHARED = Payers(Fraction(3, 5), Fraction(3, 10), Fraction(1, 10))
THIRDS = Payers(Fraction(1, 3), Fraction(1, 3), Fraction(1, 3))


def tariff(
    code: str = "B02",
    unit: CostUnit = CostUnit.HOUSEHOLD,
    cost: int = 100_000,
    payers: Payers = SHARED,
    *,
    key: SubsidyKey | None = None,
    scope: ScopeKind = ScopeKind.COMMUNITY,
    split_by: SplitBy = SplitBy.AREA,
) -> Tariff:
    return Tariff(code, code, key, scope, Price(unit, cost, payers), split_by)


@pytest.mark.parametrize(
    ("unit", "cost", "quantity"),
    [
        pytest.param(CostUnit.COMMUNITY, 100, "1 个小区", id="once-a-community"),
        pytest.param(CostUnit.BUILDING, 200, "2 栋楼", id="per-building"),
        pytest.param(CostUnit.ENTRANCE, 300, "3 个单元", id="per-entrance"),
        pytest.param(CostUnit.HOUSEHOLD, 1_000, "10 户", id="per-household"),
        pytest.param(CostUnit.SQUARE_METRE, 100_000, "1,000.00 ㎡", id="per-square-metre"),
    ],
)
def test_an_item_costs_its_unit_as_often_as_the_ledger_has_it(
    unit: CostUnit, cost: int, quantity: str
) -> None:
    found = line(tariff(unit=unit, cost=100), GROUND)
    assert (found.cost, found.quantity_zh) == (cost, quantity)
    assert found.government + found.owners + found.others == cost


@pytest.mark.parametrize("scope", list(ScopeKind))
def test_whatever_its_scope_the_whole_community_is_counted(scope: ScopeKind) -> None:
    assert line(tariff(scope=scope), GROUND).cost == 1_000_000


def test_what_has_no_price_or_nothing_to_count_stands_outside_the_sums() -> None:
    unpriced = Tariff("B01", "拆违", None)
    empty = Ground((Stair(1, 1, 0, Decimal(0), 3),))
    assert line(unpriced, GROUND).cost is None
    assert line(tariff(unit=CostUnit.SQUARE_METRE), empty).cost is None
    found = bill([unpriced, tariff()], GROUND)
    assert (found.cost, found.unpriced) == (1_000_000, ("拆违",))


@pytest.mark.parametrize(
    ("value", "fen"),
    [(Fraction(1, 2), 1), (Fraction(49, 100), 0), (Fraction(3, 2), 2), (Fraction(7), 7)],
)
def test_money_is_rounded_half_up(value: Fraction, fen: int) -> None:
    assert to_fen(value) == fen


@pytest.mark.parametrize(
    ("total", "payers", "parts"),
    [
        pytest.param(1_000, SHARED, (600, 300, 100), id="even"),
        pytest.param(100, THIRDS, (34, 33, 33), id="one-fen-over-goes-to-the-first-of-equals"),
        pytest.param(101, THIRDS, (34, 34, 33), id="two-fen-over"),
        pytest.param(1, SHARED, (1, 0, 0), id="one-fen-goes-to-the-largest-remainder"),
        pytest.param(0, SHARED, (0, 0, 0), id="nothing"),
    ],
)
def test_the_three_parts_make_the_whole(total: int, payers: Payers, parts: tuple[int, int, int]) -> None:
    assert parts_of(total, payers) == parts


@given(
    st.integers(0, 10**12),
    st.lists(st.decimals("0.01", "500", places=2), min_size=1, max_size=60),
)
def test_all_households_together_pay_exactly_the_owners_part(total: int, areas: list[Decimal]) -> None:
    whole, before, paid = Fraction(sum(areas)), Fraction(0), []
    for area in map(Fraction, areas):
        paid.append(portion(total, before, area, whole))
        assert abs(paid[-1] - total * area / whole) < 1
        before += area
    assert sum(paid) == total


@given(st.integers(0, 10**12), st.lists(st.integers(1, 50), min_size=3, max_size=3))
def test_parts_are_exact_for_any_shares(total: int, weights: list[int]) -> None:
    payers = Payers(*(Fraction(one, sum(weights)) for one in weights))
    found = parts_of(total, payers)
    assert sum(found) == total
    assert all(abs(part - total * share) < 1 for part, share in zip(found, payers.shares, strict=True))


FIRST, LAST = GROUND.stairs[0], GROUND.stairs[2]
OWN = Payer(Fraction(100), FIRST)


@pytest.mark.parametrize(
    ("wanted", "payer", "own"),
    [
        pytest.param(tariff(payers=OWNERS_ALL), OWN, 100_000, id="a-tenth-of-the-area"),
        pytest.param(
            tariff(payers=OWNERS_ALL, split_by=SplitBy.HOUSEHOLD), OWN, 100_000, id="one-household-of-ten"
        ),
        pytest.param(
            tariff("W02", CostUnit.ENTRANCE, 600_000, OWNERS_ALL, scope=ScopeKind.ENTRANCE),
            OWN, 200_000, id="the-lift-of-the-own-entrance-only",
        ),
        pytest.param(
            tariff("W02", CostUnit.ENTRANCE, 600_000, OWNERS_ALL, scope=ScopeKind.ENTRANCE, split_by=SplitBy.HOUSEHOLD),
            OWN, 150_000, id="the-same-by-household",
        ),
        pytest.param(
            tariff("B13", CostUnit.BUILDING, 500_000, OWNERS_ALL, scope=ScopeKind.BUILDING),
            OWN, 100_000, id="the-roof-of-the-own-building",
        ),
        pytest.param(
            tariff("W02", CostUnit.ENTRANCE, 600_000, OWNERS_ALL, scope=ScopeKind.ENTRANCE),
            Payer(Fraction(100)), 180_000, id="not-said-where-the-average-of-all",
        ),
        pytest.param(tariff(payers=OWNERS_ALL), Payer(None), None, id="an-area-that-is-not-on-record"),
        pytest.param(
            tariff(payers=OWNERS_ALL, split_by=SplitBy.HOUSEHOLD), Payer(None), 100_000, id="needs-no-area-by-household"
        ),
        pytest.param(
            tariff(unit=CostUnit.COMMUNITY, cost=100, payers=OWNERS_ALL),
            Payer(Fraction(5), FIRST), 1, id="rounded-half-up-for-who-only-plays",
        ),
    ],
)  # fmt: skip
def test_what_the_own_household_pays(wanted: Tariff, payer: Payer, own: int | None) -> None:
    assert line(wanted, GROUND, payer).own == own


def test_a_known_household_pays_what_the_order_of_the_ledger_gives_it() -> None:
    wanted = tariff(unit=CostUnit.COMMUNITY, cost=100, payers=OWNERS_ALL, split_by=SplitBy.HOUSEHOLD)
    small = Ground((Stair(1, 1, 3, Decimal(90)),))
    paid = [
        line(
            wanted,
            small,
            Payer(Fraction(30), small.stairs[0], {ScopeKind.COMMUNITY: Before(place, Fraction(30 * place))}),
        ).own
        for place in range(3)
    ]
    assert paid == [33, 33, 34]
    by_area = tariff(unit=CostUnit.COMMUNITY, cost=100, payers=OWNERS_ALL)
    last = Payer(Fraction(30), small.stairs[0], {ScopeKind.COMMUNITY: Before(2, Fraction(60))})
    assert line(by_area, small, last).own == 34


def test_where_no_area_is_on_record_shares_by_area_cannot_be_said() -> None:
    bare = Ground((Stair(1, 1, 3, Decimal(0), 3),))
    assert line(tariff(payers=OWNERS_ALL), bare, Payer(Fraction(50), bare.stairs[0])).own is None
    assert average_payer(bare).area is None
    assert average_payer(Ground(())).area is None
    assert average_payer(GROUND).area == 100


def test_a_bill_adds_up_and_leaves_out_what_cannot_be_said() -> None:
    by_area = tariff("B02", payers=OWNERS_ALL, key=SubsidyKey.WATER)
    free = tariff("B03", payers=Payers(Fraction(1), Fraction(0), Fraction(0)), key=SubsidyKey.POWER)
    found = bill([by_area, free, by_area], GROUND, payer=OWN)
    assert (found.cost, found.government, found.owners, found.others) == (2_000_000, 1_000_000, 1_000_000, 0)
    assert found.own == 100_000
    assert found.subsidy.is_kept
    unknown = bill([by_area, free], GROUND, payer=Payer(None))
    assert (unknown.own, [one.own for one in unknown.lines]) == (0, [None, None])


@pytest.mark.parametrize(
    ("budget", "over", "left"),
    [
        pytest.param(1_000_000, 0, 0, id="to-the-fen"),
        pytest.param(999_999, 1, 0, id="one-fen-over"),
        pytest.param(1_000_001, 0, 1, id="one-fen-left"),
        pytest.param(None, 0, 0, id="no-budget"),
    ],
)
def test_a_budget_is_kept_or_exceeded_by_so_much(budget: int | None, over: int, left: int) -> None:
    found = bill([tariff()], GROUND, budget=budget)
    assert (found.over, found.left) == (over, left)


@pytest.mark.parametrize(
    ("costs", "middle"),
    [
        pytest.param({}, None, id="nobody"),
        pytest.param({500: 1}, 500, id="one"),
        pytest.param({100: 1, 300: 1}, 200, id="between-two"),
        pytest.param({100: 1, 101: 1}, 101, id="half-a-fen-up"),
        pytest.param({100: 2, 900: 1}, 100, id="the-middle-of-three"),
        pytest.param({900: 2, 100: 2, 300: 1}, 300, id="in-any-order"),
    ],
)
def test_the_median_is_exact(costs: dict[int, int], middle: int | None) -> None:
    assert median(costs) == middle


def test_every_choice_of_keys_has_its_answer() -> None:
    found = answers_by_keys([None, SubsidyKey.GAS, SubsidyKey.WATER, SubsidyKey.ELEVATOR, SubsidyKey.WATER])
    assert list(found) == [
        "", "water", "gas", "water,gas", "elevator", "water,elevator", "gas,elevator", "water,gas,elevator",
    ]  # fmt: skip
    assert [name for name, one in found.items() if one.is_kept] == [
        "water,gas", "elevator", "water,elevator", "gas,elevator", "water,gas,elevator",
    ]  # fmt: skip


def test_circles_count_what_is_in_them() -> None:
    assert GROUND.whole == Circle(1, 2, 3, 10, Decimal(1000), 1)
    assert GROUND.circles(ScopeKind.BUILDING)[1] == Circle(0, 1, 2, 6, Decimal(500), 0)
    assert GROUND.circles(ScopeKind.ENTRANCE)[21] == Circle(0, 1, 1, 4, Decimal(500), 1)
    assert [OWN.circle_id(scope) for scope in ScopeKind] == [0, 1, 11]
    assert LAST.flats_without_area == 1


def test_a_menu_gives_the_bill_of_any_choice_in_its_own_order() -> None:
    water, road = tariff("B02", key=SubsidyKey.WATER), tariff("B06", cost=50_000, key=SubsidyKey.ROAD)
    found = menu([water, road], GROUND, payer=OWN, budget=1_200_000)
    assert list(found.by_code) == ["B02", "B06"]
    both = found.chosen(["B06", "B02", "X99"])
    assert both == bill([water, road], GROUND, payer=OWN, budget=1_200_000)
    assert (both.over, both.subsidy.is_kept) == (300_000, True)
    assert found.chosen([]).cost == 0
    assert not found.answers["water"].is_kept
    assert found.answers["water,road"].is_kept
