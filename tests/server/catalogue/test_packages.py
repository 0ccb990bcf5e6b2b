from decimal import Decimal
from fractions import Fraction

import pytest

from server.catalogue import queries
from server.catalogue.models import CatalogueItem
from server.catalogue.rules.package import Price, Tariff, line
from server.catalogue.rules.payers import Payers
from server.catalogue.rules.words import CostUnit, SplitBy, SubsidyKey
from server.kernel.places import ScopeKind
from server.ledger import queries as ledger
from server.ledger.models import Community, Flat
from server.ledger.rules.words import FlatUse
from tests.factories.catalogue import TODAY, get_item, make_item, make_list
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat, make_household
from tests.factories.policies import make_policy

pytestmark = pytest.mark.usefixtures("clock")
OWNERS_ALL = Payers(Fraction(0), Fraction(1), Fraction(0))


def make_homes() -> tuple[Community, list[Flat]]:
    community = make_community()
    homes = [
        make_flat(community, "1", "1", "101", area="60.00"),
        make_flat(community, "1", "2", "101", area="80.00"),
        make_flat(community, "2", "1", "101", area=None),
        make_flat(community, "2", "1", "102", area="100.00"),
    ]
    make_flat(community, "2", "1", "B1", area="12.00", use=FlatUse.PARKING)
    return community, homes


def test_the_ground_counts_entrances_without_parking() -> None:
    community, _ = make_homes()
    found = queries.ground(community.id)
    figures = [(one.households, one.area, one.flats_without_area) for one in found.stairs]
    assert figures == [(1, Decimal("60.00"), 0), (1, Decimal("80.00"), 0), (2, Decimal("100.00"), 1)]
    whole = found.whole
    assert (whole.buildings, whole.entrances, whole.households, whole.area) == (2, 3, 4, Decimal("240.00"))
    assert queries.ground(make_community().id).whole.households == 0


@pytest.mark.parametrize("split_by", list(SplitBy))
@pytest.mark.parametrize("scope", list(ScopeKind))
def test_all_households_of_the_ledger_pay_exactly_the_owners_part(
    split_by: SplitBy, scope: ScopeKind
) -> None:
    community, homes = make_homes()
    make_household(homes[0])
    make_household(homes[3])
    found = queries.ground(community.id)
    wanted = Tariff("B02", "水管", None, scope, Price(CostUnit.ENTRANCE, 1_001, OWNERS_ALL), split_by)
    paid = []
    for household in ledger.households(community.id):
        payer = queries.payer(household.id, found)
        assert payer is not None
        paid.append(line(wanted, found, payer).own)
    assert sum(one or 0 for one in paid) == line(wanted, found).owners == 3_003
    assert paid.count(None) == (1 if split_by is SplitBy.AREA else 0)


def test_a_household_that_is_no_longer_there_pays_nothing() -> None:
    community, homes = make_homes()
    assert queries.payer(999_999, queries.ground(community.id)) is None
    other = queries.ground(make_community().id)
    assert queries.payer(ledger.households_of_flat(homes[0].id)[0].id, other) is None


def test_the_budget_is_a_setting_for_each_household() -> None:
    community, _ = make_homes()
    path, counted = get_division("520102028004").path, queries.ground(community.id)
    assert queries.whole_budget(path, TODAY, counted) is None
    make_policy("package.household_budget", 20_000, division_id=get_division("520102").id)
    assert queries.household_budget(path, TODAY) == 2_000_000
    assert queries.whole_budget(path, TODAY, counted) == 8_000_000


def test_an_item_is_counted_as_its_list_words_it() -> None:
    draft = make_list(based_on=None)
    row: CatalogueItem = make_item(draft, subsidy_key=SubsidyKey.WATER, split_by=SplitBy.HOUSEHOLD)
    expected = Price(CostUnit.HOUSEHOLD, 100_000, Payers(Fraction(3, 5), Fraction(2, 5), Fraction(0)))
    assert row.tariff == Tariff(
        "B90", "雨污分流", SubsidyKey.WATER, ScopeKind.COMMUNITY, expected, SplitBy.HOUSEHOLD
    )
    assert get_item("W02").tariff.price is None
