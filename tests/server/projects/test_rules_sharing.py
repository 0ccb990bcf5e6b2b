"""The money of a joint project among its communities: by households, and to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.plans.rules.words import FundSource
from server.projects.rules.money import Entry, Money, SourceLine, money_of
from server.projects.rules.sharing import divided, shared


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        pytest.param(100, {1: 1, 2: 1}, {1: 50, 2: 50}, id="evenly"),
        pytest.param(100, {1: 1, 2: 2}, {1: 33, 2: 67}, id="the-rest-to-who-lost-most"),
        pytest.param(1, {1: 1, 2: 1}, {1: 1, 2: 0}, id="of-equals-to-the-first"),
        pytest.param(9, {1: 0, 2: 0}, {1: 5, 2: 4}, id="without-weights-all-alike"),
        pytest.param(9, {}, {}, id="among-nobody"),
    ],
)
def test_a_whole_is_divided_without_loss(amount: int, weights: dict, shares: dict):
    assert divided(amount, weights) == shares


@given(
    st.integers(0, 10**12), st.dictionaries(st.integers(1, 50), st.integers(0, 900), min_size=1, max_size=9)
)
def test_the_parts_add_up_to_the_whole(amount: int, weights: dict[int, int]):
    found = divided(amount, weights)
    assert sum(found.values()) == amount
    whole = sum(weights.values())
    assert (
        all(abs(found[key] * whole - amount * weight) < whole for key, weight in weights.items()) or not whole
    )


SUMS = st.lists(
    st.tuples(st.sampled_from(list(FundSource)), st.sampled_from(list(Entry)), st.integers(0, 10**13)),
    max_size=9,
)


@given(
    SUMS,
    st.none() | st.integers(1, 10**13),
    st.dictionaries(st.integers(1, 50), st.integers(0, 900), min_size=1, max_size=9),
)
def test_every_source_and_the_cost_add_up_over_the_communities(
    sums: list[tuple[FundSource, Entry, int]], cost: int | None, households: dict[int, int]
):
    whole = money_of(sums, cost)
    parts = shared(whole, households)
    assert set(parts) == set(households)
    for number, line in enumerate(whole.lines):
        held = [part.lines[number] for part in parts.values()]
        assert {one.source for one in held} == {line.source}
        for kind in ("planned", "received", "spent"):
            assert sum(getattr(one, kind) for one in held) == getattr(line, kind)
    for kind in ("planned", "received", "spent"):
        assert sum(getattr(part, kind) for part in parts.values()) == getattr(whole, kind)
    costs = [part.cost for part in parts.values()]
    assert costs == [None] * len(parts) if cost is None else sum(one or 0 for one in costs) == cost


def test_a_project_of_one_community_keeps_all_of_its_money():
    whole = Money((SourceLine(FundSource.COUNTY, 7, 5, 3),), 11)
    assert shared(whole, {4: 0}) == {4: whole}
