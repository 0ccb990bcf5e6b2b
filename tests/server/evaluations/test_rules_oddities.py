from datetime import timedelta

import pytest

from server.evaluations.rules.answering import Said
from server.evaluations.rules.oddities import Oddities, oddities
from server.evaluations.rules.words import Mark
from tests.factories.evaluations import DURING, answered

GOOD = Said(Mark.GOOD)
MINUTE = timedelta(minutes=1)


def spread(number: int, apart: timedelta, first: int = 0, **facts):
    """So many answers, one after another."""
    return [answered(first + n, 7, True, GOOD, at=DURING + n * apart, **facts) for n in range(number)]


@pytest.mark.parametrize(
    ("answers", "burst"),
    [
        pytest.param([], 0, id="none"),
        pytest.param(spread(9, MINUTE), 0, id="nine-at-once-are-a-family-day"),
        pytest.param(spread(10, MINUTE), 10, id="ten-within-an-hour"),
        pytest.param(spread(10, timedelta(hours=1)), 0, id="an-hour-apart-is-not-at-once"),
        pytest.param(spread(30, timedelta(minutes=6)), 10, id="ten-of-thirty-are-a-third"),
        pytest.param(spread(31, timedelta(minutes=6)), 0, id="ten-of-thirty-one-are-less"),
        pytest.param([answered(n, 7, False, GOOD) for n in range(20)], 0, id="papers-come-in-heaps"),
    ],
)
def test_many_at_once_is_said(answers, burst):
    assert oddities(answers).burst == burst


def test_a_person_who_answered_for_more_than_two_homes_is_said_by_the_homes():
    two, three = spread(2, MINUTE, by="resident:1"), spread(3, MINUTE, 10, by="resident:2")
    assert oddities([*two, *three]) == Oddities(burst=0, by_few=3, answered=5)
    assert oddities([*two, *three]).is_any
    assert not oddities(two).is_any
