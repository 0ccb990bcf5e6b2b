"""Who is ready next: four numbers, each ranked by itself, and nothing ranked where too few answered."""

from fractions import Fraction

import pytest

from server.reports.rules import candidates
from server.reports.rules.facts import Facts
from server.reports.rules.measures import Least
from tests.factories.reports import facts

LEAST = Least(answers=30, per_cent=30)


def ready(
    community_id: int, agreed: int = 50, wanted: int = 50, answered: int = 90, **known: object
) -> Facts:
    return facts(
        community_id, asked=100, answered=answered, consent_answered=80, agreed=agreed, need_wanted=wanted, need_answered=80, **known,
    )  # fmt: skip


def order(*rows: Facts) -> list[tuple[int, int | None]]:
    return [(one.facts.community_id, one.rank) for one in candidates.ranked(rows, LEAST)]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param([ready(1), ready(2, agreed=60)], [(2, 1), (1, 2)], id="more-agree"),
        pytest.param([ready(1), ready(2, wanted=60)], [(2, 1), (1, 2)], id="more-need"),
        pytest.param([ready(1), ready(2, answered=95)], [(2, 1), (1, 2)], id="more-answered"),
        pytest.param([ready(1, cost=900, funds_planned=0), ready(2, cost=900, funds_planned=1)], [(2, 1), (1, 2)], id="less-is-lacking"),
        pytest.param([ready(1), ready(2, cost=900, funds_planned=0)], [(2, 1), (1, 2)], id="what-is-not-recorded-stands-last"),
        pytest.param([ready(1, agreed=60), ready(2, wanted=60)], [(1, 1), (2, 1)], id="equal-sums-share-a-rank"),
        pytest.param([ready(1, answered=29), ready(2)], [(2, 1), (1, None)], id="too-few-answered"),
        pytest.param([facts(1), ready(2)], [(2, 1), (1, None)], id="never-asked"),
        pytest.param([], [], id="nobody-waits"),
    ],
)  # fmt: skip
def test_candidates_are_ranked_by_the_sum_of_their_places(rows: list[Facts], found: list):
    assert order(*rows) == found


def test_the_numbers_of_a_candidate_are_shown_and_what_is_missing_is_none():
    known, unknown = ready(1, cost=900, funds_planned=1000), facts(2)
    assert candidates.gap(known) == -100
    assert candidates.gap_a_household(known) == Fraction(-1)
    assert candidates.gap_a_household(facts(3, households=0, cost=1, funds_planned=0)) is None
    assert [
        of(unknown) for of in (candidates.coverage, candidates.will, candidates.need, candidates.gap)
    ] == [None] * 4
    (first,) = candidates.ranked([known], LEAST)
    assert (first.places, first.points) == ((1, 1, 1, 1), 4)
    (left,) = candidates.ranked([ready(1, answered=29)], LEAST)
    assert "要至少 30 户" in left.reason_zh
