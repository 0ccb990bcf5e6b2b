"""Small groups are told of in whole per cent only."""

from decimal import Decimal

import pytest

from server.kernel.disclosure import PublicShare, may_show_exact_areas, whole_per_cent


@pytest.mark.parametrize(
    ("part", "whole", "per_cent"),
    [
        pytest.param(1, 3, 33, id="rounded-down"),
        pytest.param(2, 3, 67, id="rounded-up"),
        pytest.param(1, 200, 1, id="half-a-per-cent-rounds-up"),
        pytest.param(Decimal("33.33"), Decimal("100.00"), 33, id="areas-are-exact"),
        pytest.param(0, 5, 0, id="nothing"),
        pytest.param(5, 5, 100, id="all"),
    ],
)
def test_a_share_in_whole_per_cent(part, whole, per_cent):
    assert whole_per_cent(part, whole) == PublicShare(per_cent)


def test_a_share_of_nothing_is_none():
    assert whole_per_cent(0, 0) is None


@pytest.mark.parametrize(("heads", "may"), [(29, False), (30, True)])
def test_exact_areas_are_shown_from_the_least_number_of_heads_on(heads, may):
    assert may_show_exact_areas(heads, 30) is may
