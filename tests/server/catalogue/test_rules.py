from datetime import date

import pytest

from server.catalogue.rules import DatedVersion, SubsidyKey, subsidy, version_in_force

WATER, POWER, ROAD, GAS, LIFT = SubsidyKey


@pytest.mark.parametrize(
    ("keys", "is_kept", "counted"),
    [
        pytest.param([], False, (), id="nothing-adopted"),
        pytest.param([None, None, None], False, (), id="items-that-count-for-nothing"),
        pytest.param([WATER], False, (WATER,), id="one-network-is-not-enough"),
        pytest.param([WATER, WATER], False, (WATER,), id="supply-and-drainage-are-one"),
        pytest.param([WATER, None], False, (WATER,), id="lighting-or-fibre-beside-water-is-not-enough"),
        pytest.param([WATER, POWER], True, (WATER, POWER), id="two-networks"),
        pytest.param([GAS, ROAD], True, (ROAD, GAS), id="any-two-networks"),
        pytest.param([WATER, POWER, ROAD, GAS], True, (WATER, POWER, ROAD, GAS), id="all-four"),
        pytest.param([LIFT], True, (LIFT,), id="a-new-lift-alone"),
        pytest.param([LIFT, None], True, (LIFT,), id="a-new-lift-and-other-things"),
        pytest.param([LIFT, WATER], True, (WATER, LIFT), id="a-new-lift-and-one-network"),
        pytest.param([LIFT, WATER, GAS], True, (WATER, GAS, LIFT), id="a-new-lift-and-two-networks"),
    ],
)
def test_two_networks_or_a_new_lift_keep_the_subsidy(
    keys: list[SubsidyKey | None], is_kept: bool, counted: tuple[SubsidyKey, ...]
) -> None:
    found = subsidy(keys)
    assert (found.is_kept, found.counted_keys) == (is_kept, counted)


def test_the_sentence_says_what_is_missing() -> None:
    assert subsidy([WATER]).sentence_zh == (
        "水、电、路、气里只有水一样，不符合中央补助条件。再加电、路、气里的一样，或加装电梯，就符合。"
    )
    assert "占了 2 样" in subsidy([WATER, GAS]).sentence_zh
    assert subsidy([LIFT]).sentence_zh == "加装电梯，符合中央补助条件。"
    assert "至少改其中两样" in subsidy([]).sentence_zh


PROVINCE = DatedVersion(1, 1, date(2020, 1, 1))
CITY = DatedVersion(2, 2, date(2024, 1, 1))
CITY_NEXT = DatedVersion(3, 2, date(2026, 1, 1))
COUNTY_WAITING = DatedVersion(4, 3, None)


@pytest.mark.parametrize(
    ("versions", "on", "held"),
    [
        pytest.param([], date(2026, 3, 1), None, id="no-list"),
        pytest.param([PROVINCE], date(2019, 12, 31), None, id="not-yet-in-force"),
        pytest.param([PROVINCE], date(2020, 1, 1), PROVINCE, id="the-provinces"),
        pytest.param([PROVINCE, CITY], date(2024, 1, 1), CITY, id="the-citys-before-the-provinces"),
        pytest.param(
            [PROVINCE, CITY, CITY_NEXT], date(2025, 12, 31), CITY, id="the-day-before-the-next-version"
        ),
        pytest.param([PROVINCE, CITY, CITY_NEXT], date(2026, 1, 1), CITY_NEXT, id="the-next-version"),
        pytest.param([PROVINCE, COUNTY_WAITING], date(2026, 1, 1), PROVINCE, id="a-draft-is-not-in-force"),
    ],
)
def test_the_nearest_list_in_force_holds(
    versions: list[DatedVersion], on: date, held: DatedVersion | None
) -> None:
    assert version_in_force(versions, [1, 2, 3], on) == held
