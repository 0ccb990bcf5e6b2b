from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evaluations.rules.rates import Least, lacking_zh, rate, wilson

LEAST = Least(Fraction(3, 10), 30)


@pytest.mark.parametrize(
    ("households", "answered", "lacking"),
    [
        pytest.param(60, 30, 0, id="thirty-are-enough-where-they-are-the-share"),
        pytest.param(60, 29, 1, id="twenty-nine-are-one-too-few"),
        pytest.param(100, 30, 0, id="exactly-three-tenths"),
        pytest.param(101, 30, 1, id="a-broken-share-is-rounded-up"),
        pytest.param(1000, 299, 1, id="one-short-of-the-share"),
        pytest.param(1000, 300, 0, id="the-share-includes-itself"),
        pytest.param(20, 20, 10, id="a-small-community-never-has-enough"),
    ],
)
def test_both_the_share_and_the_number_must_be_reached(households, answered, lacking):
    assert LEAST.lacking(answered, households) == lacking
    found = rate(answered, answered, households, LEAST)
    assert found.is_shown is (lacking == 0)


@pytest.mark.parametrize(
    ("lacking", "answered", "households", "words"),
    [
        pytest.param(1, 29, 30, "还差 1 户", id="the-last-household-would-do"),
        pytest.param(1, 29, 29, "全部评了，也不到公布要的户数", id="there-is-no-further-household"),
        pytest.param(30, 0, 24, "全部评了，也不到公布要的户数", id="too-small-from-the-beginning"),
    ],
)
def test_nobody_waits_for_more_answers_than_there_are_households(lacking, answered, households, words):
    assert lacking_zh(lacking, answered, households) == words
    assert rate(answered, answered, households, Least(Fraction(0), 30)).lacking_zh == words


def test_of_nobody_no_rate_is_ever_shown():
    assert Least(Fraction(0), 0).lacking(0, 0) == 1


#: Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, the score method without continuity
#: correction, to the four places printed there; and none, half and all of ten, worked out by hand from the formula.
@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        pytest.param(81, 263, "0.2553", "0.3662", id="newcombe-81-of-263"),
        pytest.param(15, 148, "0.0624", "0.1605", id="newcombe-15-of-148"),
        pytest.param(0, 20, "0", "0.1611", id="newcombe-0-of-20"),
        pytest.param(1, 29, "0.0061", "0.1718", id="newcombe-1-of-29"),
        pytest.param(0, 10, "0", "0.2775", id="none-of-ten"),
        pytest.param(5, 10, "0.2366", "0.7634", id="half-of-ten"),
        pytest.param(10, 10, "0.7225", "1", id="all-of-ten"),
    ],
)
def test_the_interval_is_wilsons(part, whole, low, high):
    found = wilson(part, whole)
    assert abs(found.low - Fraction(low)) <= Fraction(1, 20000)
    assert abs(found.high - Fraction(high)) <= Fraction(1, 20000)


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (3, 2), (-1, 2)])
def test_there_is_no_share_of_nothing_or_of_less(part, whole):
    with pytest.raises(ValueError, match="share"):
        wilson(part, whole)


@given(st.integers(1, 3000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_holds_the_share_and_stays_a_share(numbers):
    part, whole = numbers
    found = wilson(part, whole)
    assert 0 <= found.low <= Fraction(part, whole) <= found.high <= 1
    assert found.low < found.high
    mirrored = wilson(whole - part, whole)
    assert abs(1 - mirrored.high - found.low) <= Fraction(1, 10**6)


@given(st.integers(1, 200), st.integers(1, 5))
def test_more_answers_narrow_it(half, times):
    few, many = wilson(half, 2 * half), wilson(half * (times + 1), 2 * half * (times + 1))
    assert many.high - many.low < few.high - few.low


def test_a_rate_says_its_share_and_interval():
    found = rate(45, 60, 100, LEAST)
    assert found.share == Fraction(3, 4)
    assert found.interval.low < found.share < found.interval.high
