"""The sampling audit: a draw anyone can repeat, and an exact bound."""

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ballots.rules.sampling import Answer, drawn, finding, size_of_sample, upper_bound


@pytest.mark.parametrize(
    ("votes", "size"),
    [
        pytest.param(0, 0, id="nothing-to-draw"),
        pytest.param(19, 19, id="fewer-than-the-least-are-all-drawn"),
        pytest.param(20, 20, id="as-many-as-the-least"),
        pytest.param(200, 20, id="a-tenth-is-the-least"),
        pytest.param(201, 21, id="a-tenth-is-rounded-up"),
    ],
)
def test_a_sample_is_a_tenth_and_at_least_twenty(votes, size):
    assert size_of_sample(votes, Fraction(1, 10), 20) == size


def test_the_draw_is_the_one_that_sha256_gives_to_anyone():
    seed = "ab" * 32
    by_hand = sorted(range(1, 50), key=lambda seq: hashlib.sha256(f"{seed}:{seq}".encode()).hexdigest())
    assert drawn(seed, range(1, 50), 7) == by_hand[:7]
    assert drawn(seed, reversed(range(1, 50)), 7) == by_hand[:7]
    assert drawn("cd" * 32, range(1, 50), 7) != by_hand[:7]


@pytest.mark.parametrize(
    ("false", "asked", "per_mille"),
    [
        pytest.param(0, 1, 950, id="one-asked"),
        pytest.param(0, 20, 140, id="none-of-twenty"),
        pytest.param(0, 59, 50, id="none-of-59-is-the-auditors-five-per-cent"),
        pytest.param(0, 58, 51, id="none-of-58-is-not"),
        pytest.param(1, 20, 217, id="one-of-twenty"),
        pytest.param(2, 100, 62, id="two-of-a-hundred"),
        pytest.param(20, 20, 1000, id="all-false"),
    ],
)
def test_the_bound_is_clopper_and_pearsons(false, asked, per_mille):
    assert upper_bound(false, asked) == Fraction(per_mille, 1000)


@given(st.integers(1, 60), st.data())
def test_a_further_denial_never_lowers_the_bound_and_a_further_confirmation_never_raises_it(asked, data):
    false = data.draw(st.integers(0, asked))
    bound = upper_bound(false, asked)
    assert Fraction(false, asked) <= bound <= 1
    assert upper_bound(false, asked + 1) <= bound <= upper_bound(false + 1, asked + 1)


@pytest.mark.parametrize(("false", "asked"), [(0, 0), (3, 2), (-1, 2)])
def test_no_rate_of_nobody_is_bounded(false, asked):
    with pytest.raises(ValueError, match=rf"\({false}, {asked}\)"):
        upper_bound(false, asked)


def test_what_was_found_counts_only_what_was_drawn():
    found = finding(
        [4, 7, 9, 2], {4: Answer.CONFIRMED, 7: Answer.DENIED, 9: Answer.UNREACHABLE, 99: Answer.DENIED}
    )
    assert (found.confirmed, found.denied, found.unreachable, found.open, found.answered) == (1, 1, 1, 1, 2)
    assert found.bound == upper_bound(1, 2)
    assert found.worst == upper_bound(2, 3)
    empty = finding([4], {})
    assert (empty.bound, empty.worst, empty.open) == (None, None, 1)
