"""The subset-sum attack: knowing every flat's area and who took part, nobody's choice follows from what is public."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ballots import actions, queries
from server.ballots.rules.casting import Channel
from server.ballots.rules.disclosure import (
    STEPS,
    Cast,
    _published,
    _shares,
    _sums,
    may_tell_exactly,
    public_shares,
)
from server.ballots.rules.drafting import Kind, Precedence, Unreturned
from server.ballots.rules.events import Vote
from server.ballots.rules.roll import Flat, Head, Roll
from server.ballots.rules.tally import MotionCount, count
from server.ballots.rules.terms import BallotTerms, Motion
from server.infra.db import unit_of_work
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from tests.factories.ballots import CLERK, CLOSES, LIFT, cast, make_vote, make_voter

OPENED = datetime(2026, 3, 18, tzinfo=UTC)
TERMS = BallotTerms(
    id="b1",
    title="t",
    community="c",
    opened_at=OPENED,
    closes_at=OPENED + timedelta(days=10),
    scope=ScopeKind.COMMUNITY,
    precedence=Precedence.LATEST,
    unreturned=Unreturned.NONE,
    motions=(Motion("m1", "m", Kind.APPROVE, Matter.REBUILD),),
)


def counted(areas: list[Decimal], choices: list[str]) -> MotionCount:
    """The count of one motion where head n has areas[n] and chose choices[n]; empty took no part."""
    roll = Roll.of(Head(f"h{n}", (Flat(f"f{n}", "1", "1", area),)) for n, area in enumerate(areas))
    votes = [
        Vote(
            seq=seq,
            recorded_at=OPENED,
            head=f"h{n}",
            received_at=OPENED,
            channel=Channel.ONLINE,
            choices={"m1": choice},
            nonce=f"{n:032x}",
        )
        for seq, (n, choice) in enumerate(((n, choice) for n, choice in enumerate(choices) if choice), 1)
    ]
    return count(TERMS, roll, votes).scopes[0].motions[0]


def casts_of(areas: list[Decimal], choices: list[str]) -> list[Cast]:
    return [Cast(f"h{n}", area, choice) for n, (area, choice) in enumerate(zip(areas, choices, strict=True))]


def step_of(shares: dict[str, int]) -> int:
    """The coarsest step that all published shares keep to: the attacker reads it off them."""
    return max(step for step in STEPS if all(share % step == 0 for share in shares.values()))


def fits(
    shares: dict[str, int], tests: list[tuple[bool, bool]], areas: list[Decimal], choices: list[str]
) -> bool:
    """Whether this assignment of choices could have led to what was published."""
    found = counted(areas, choices)
    if [(check.is_met_by_heads, check.is_met_by_area) for check in found.checks] != tests:
        return False
    whole, step = sum(areas), step_of(shares)
    for side, share in shares.items():
        part = sum(
            (
                area
                for area, choice in zip(areas, choices, strict=True)
                if choice and side in {choice, "participants"}
            ),
            Decimal(0),
        )
        if abs(Fraction(part) * 100 / Fraction(whole) - share) > Fraction(step, 2):
            return False
    return True


def betrayed(areas: list[Decimal], choices: list[str]) -> set[int]:
    """Whose choice follows from the published heads, shares and tests, to one who knows areas and who took part."""
    true = counted(areas, choices)
    shares = public_shares(true, casts_of(areas, choices)) or {}
    tests = [(check.is_met_by_heads, check.is_met_by_area) for check in true.checks]
    took_part = [n for n, choice in enumerate(choices) if choice]
    if len({choices[n] for n in took_part}) < 2:
        return set()  # all chose alike: the heads alone, which the law publishes, say so
    possible: dict[int, set[str]] = {n: set() for n in took_part}
    for tried in set(itertools.permutations([choices[n] for n in took_part])):
        whole = list(choices)
        for n, choice in zip(took_part, tried, strict=True):
            whole[n] = choice
        if fits(shares, tests, areas, whole):
            for n in took_part:
                possible[n].add(whole[n])
    assert all(choices[n] in possible[n] for n in took_part), "the attack itself lost the truth"
    return {n for n in took_part if len(possible[n]) == 1}


def betrayed_by_tests(areas: list[Decimal], choices: list[str]) -> set[int]:
    """What the tests of the law betray without any share: the law publishes them, so nothing can be held back there."""
    true = counted(areas, choices)
    tests = [(check.is_met_by_heads, check.is_met_by_area) for check in true.checks]
    took_part = [n for n, choice in enumerate(choices) if choice]
    possible: dict[int, set[str]] = {n: set() for n in took_part}
    for tried in set(itertools.permutations([choices[n] for n in took_part])):
        whole = list(choices)
        for n, choice in zip(took_part, tried, strict=True):
            whole[n] = choice
        found = counted(areas, whole)
        if [(check.is_met_by_heads, check.is_met_by_area) for check in found.checks] == tests:
            for n in took_part:
                possible[n].add(whole[n])
    return {n for n in took_part if len(possible[n]) == 1}


ANY_AREA = st.integers(3000, 14000).map(lambda hundredths: Decimal(hundredths) / 100)
ANY_CHOICE = st.sampled_from(["for", "for", "against", "abstain", ""])


@given(st.lists(st.tuples(ANY_AREA, ANY_CHOICE), min_size=2, max_size=6))
def test_published_shares_betray_nobody_whom_the_law_itself_does_not(
    heads: list[tuple[Decimal, str]],
) -> None:
    areas, choices = [area for area, _ in heads], [choice for _, choice in heads]
    assert betrayed(areas, choices) <= betrayed_by_tests(areas, choices)


def test_the_attack_works_where_exact_areas_are_told() -> None:
    """Without this the test above would prove nothing: one dissenter of a peculiar area stands bare."""
    areas = [Decimal(area) for area in ("60.10", "71.25", "88.40", "93.05", "47.77", "66.66")]
    choices = ["for", "for", "against", "for", "for", "for"]
    exact = sum(area for area, choice in zip(areas, choices, strict=True) if choice == "against")
    assert [n for n, area in enumerate(areas) if area == exact] == [2]


def test_whole_per_cent_would_betray_a_dissenter_and_is_coarsened() -> None:
    areas = [Decimal(area) for area in ("60.00", "75.00", "90.00", "105.00", "50.00", "66.00")]
    choices = ["for", "for", "against", "for", "for", "for"]
    found = counted(areas, choices)
    shares = public_shares(found, casts_of(areas, choices))
    assert shares is None or step_of(shares) > 1
    assert betrayed(areas, choices) <= betrayed_by_tests(areas, choices)


def test_equal_areas_are_told_to_the_per_cent() -> None:
    areas = [Decimal("60.00")] * 7
    choices = ["for"] * 4 + ["against", "abstain", ""]
    assert public_shares(counted(areas, choices), casts_of(areas, choices)) == {
        "participants": 86, "for": 57, "against": 14, "abstain": 14,
    }  # fmt: skip


def test_seven_hundred_heads_of_different_areas_are_coarsened_within_a_second() -> None:
    areas = [Decimal(4000 + 17 * n) / 100 for n in range(700)]
    choices = ["against", *(("for", "for", "abstain", "")[n % 4] for n in range(699))]
    found, casts = counted(areas, choices), casts_of(areas, choices)
    began = monotonic()
    shares = public_shares(found, casts)
    assert monotonic() - began < 1
    assert shares is not None and shares["against"] == 0


@pytest.mark.parametrize(
    ("heads", "sides", "is_told"),
    [
        pytest.param(30, {"for": 20, "against": 5}, True, id="five-against"),
        pytest.param(30, {"for": 20, "against": 4}, False, id="four-against"),
        pytest.param(30, {"for": 20, "against": 5, "abstain": 1}, False, id="one-who-abstained"),
        pytest.param(700, {"for": 600, "against": 1}, False, id="one-against-six-hundred"),
        pytest.param(30, {"for": 30}, True, id="all-alike"),
        pytest.param(30, {}, True, id="nobody"),
        pytest.param(29, {"for": 15, "against": 14}, False, id="a-small-scope"),
    ],
)
def test_exact_areas_are_told_where_many_voted_and_no_choice_was_that_of_a_few(
    heads: int, sides: dict[str, int], is_told: bool
) -> None:
    choices = [choice for choice, number in sides.items() for _ in range(number)]
    choices += [""] * (heads - len(choices))
    assert may_tell_exactly(casts_of([Decimal(60)] * heads, choices), 30, 5) is is_told


@given(st.lists(st.tuples(ANY_AREA, ANY_CHOICE), min_size=2, max_size=12))
def test_only_the_nearest_need_be_tried(heads: list[tuple[Decimal, str]]) -> None:
    """The quick search finds the same step as exchanging everybody with everybody."""
    areas, choices = [area for area, _ in heads], [choice for _, choice in heads]
    found, casts = counted(areas, choices), casts_of(areas, choices)
    assert public_shares(found, casts) == next(
        (_shares(_sums(casts), step) for step in STEPS if hides_by_all_exchanges(found, casts, step)), None
    )


def hides_by_all_exchanges(found: MotionCount, casts: list[Cast], step: int) -> bool:
    told = _published(_sums(casts), found, step)
    voters = [cast for cast in casts if cast.choice]

    def told_if(one: Cast, other: Cast) -> object:
        swapped = {one.head: other.choice, other.head: one.choice}
        tried = [Cast(cast.head, cast.area, swapped.get(cast.head, cast.choice)) for cast in casts]
        return _published(_sums(tried), found, step)

    return len({cast.choice for cast in voters}) < 2 or all(
        any(one.choice != other.choice and told_if(one, other) == told for other in voters) for one in voters
    )


@pytest.mark.usefixtures("app")
def test_the_public_result_of_a_real_vote_holds_nothing_finer() -> None:
    ballot, flats = make_vote(("60.00", "75.00", "90.00", "105.00", "50.00", "66.00"), motions=(LIFT,))
    choices = ["for", "for", "against", "for", "for", "for"]
    for flat, choice in zip(flats, choices, strict=True):
        cast(ballot, make_voter(flat), choice)
    with unit_of_work():
        actions.count_ballot(ballot.id, actor=CLERK, now=CLOSES)
    (scope,) = queries.public_result(ballot, CLOSES).scopes
    (motion,) = scope.motions
    assert motion.area is None
    assert Counter(choices)["for"] == motion.heads["for"]
    assert not any(test.lacking_zh for test in motion.tests)
    assert not any("." in str(share) for share in (motion.shares or {}).values())
