"""How finely a count's areas may be told. What an attacker could work out of them: test_leaks_small_scopes."""

from decimal import Decimal

import pytest

from server.ballots.rules.disclosure import Cast, public_shares
from server.ballots.rules.tally import Figures
from tests.server.ballots.bundles import approve, flat, head, make, vote
from tests.server.ballots.test_rules_tally import first_of

AREAS = ("50.00", "70.00", "90.00", "110.00")


@pytest.mark.parametrize(
    ("choices", "shares"),
    [
        # 210 of 320 square metres; no coarser step is needed, though the areas all differ.
        pytest.param(("for", "for", "for", ""), {"participants": 66, "for": 66}, id="all-who-came-chose-alike"),
        pytest.param(("for", "for", "for", "for"), {"participants": 100, "for": 100}, id="everybody"),
        pytest.param(("", "", "", "against"), {"participants": 34, "against": 34}, id="one-alone"),
        pytest.param(("", "", "", ""), {"participants": 0}, id="nobody"),
        # 110 of 320 are 34 per cent, and no other head has them: only to the nearest 25 could it be another's.
        pytest.param(("for", "for", "for", "against"), {"participants": 100, "for": 75, "against": 25}, id="one-against"),
    ],
)  # fmt: skip
def test_a_share_is_told_to_the_per_cent_where_all_chose_alike_and_coarsely_where_one_did_not(
    choices: tuple[str, ...], shares: dict[str, int]
) -> None:
    roll = [head(f"o{n}", flat(f"f{n}", area)) for n, area in enumerate(AREAS, 1)]
    events = [vote(f"o{n}", choice) for n, choice in enumerate(choices, 1) if choice]
    count = first_of(make(events, roll=roll, motions=[approve()]))
    assert count.followers == Figures()
    casts = [
        Cast(f"o{n}", Decimal(area), choice)
        for n, (area, choice) in enumerate(zip(AREAS, choices, strict=True), 1)
    ]
    assert public_shares(count, casts) == shares
