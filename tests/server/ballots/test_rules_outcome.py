"""A count as it is kept: what stands beside the recount's numbers, as the public may see it."""

import pytest

from server.ballots.rules.outcome import outcome
from tests.server.ballots.bundles import Json, make, vote
from tests.server.ballots.test_rules_tally import state_of


@pytest.mark.parametrize(
    ("events", "least_side", "is_exact"),
    [
        pytest.param([vote("o1"), vote("o2")], 2, True, id="silence-is-no-side-of-too-few"),
        pytest.param([vote("o1"), vote("o2")], 3, False, id="a-head-too-few-for"),
        pytest.param([vote("o1"), vote("o2"), vote("o3", "against")], 2, False, id="one-alone-against"),
        pytest.param([vote("o1"), vote("o2"), vote("o3", "abstain")], 2, False, id="one-alone-abstained"),
        pytest.param([], 2, True, id="nobody-took-part"),
    ],
)
def test_exact_areas_stand_where_no_choice_was_that_of_a_few_and_silence_is_none(
    events: list[Json], least_side: int, *, is_exact: bool
) -> None:
    (scope,) = outcome(state_of(make(events)), 4, least_side)["details"]
    (motion,) = scope["motions"]
    assert motion["is_exact"] is is_exact
    assert (motion["shares"] is None) is is_exact


def test_the_shares_of_a_count_are_of_the_whole_roll_those_who_kept_silent_with_it() -> None:
    (scope,) = outcome(state_of(make([vote("o1"), vote("o2"), vote("o3", "against")])), 99, 1)["details"]
    assert scope["motions"][0]["shares"] == {"participants": 75, "for": 50, "against": 25}
