from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evaluations.rules.rounds import (
    SETTINGS,
    Terms,
    check_open,
    due_step,
    months_after,
    planned,
    round_name,
    stage_of,
)
from server.evaluations.rules.words import Stage, Step
from server.kernel.chinatime import end_of, start_of
from server.kernel.errors import Refused
from server.policies.rules import KEYS

TERMS = Terms(3, 12, 21, 5, Fraction(3, 10), 30)
DONE = date(2026, 3, 2)
SECOND = timedelta(seconds=1)


def test_every_setting_of_rounds_stands_in_the_registry_and_makes_terms():
    assert Terms.of({key: KEYS[key].default for key in SETTINGS}) == TERMS
    assert Terms.share_of("3/10") == Fraction(3, 10)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        pytest.param(date(2026, 3, 2), 3, date(2026, 6, 2), id="the-same-day"),
        pytest.param(date(2026, 11, 30), 3, date(2027, 2, 28), id="the-last-day-where-there-is-no-such-day"),
        pytest.param(date(2027, 11, 30), 3, date(2028, 2, 29), id="in-a-leap-year-the-29th"),
        pytest.param(date(2026, 12, 31), 12, date(2027, 12, 31), id="a-year-from-december"),
        pytest.param(date(2026, 3, 2), 0, date(2026, 3, 2), id="none"),
    ],
)
def test_so_many_months_later_is_the_same_day_of_the_month(day, months, then):
    assert months_after(day, months) == then


@pytest.mark.parametrize(
    ("frozen_on", "opens"),
    [
        pytest.param(DONE, {1: DONE, 2: date(2026, 6, 2), 3: date(2027, 3, 2)}, id="on-the-day-all-three"),
        pytest.param(
            date(2026, 4, 10),
            {1: date(2026, 4, 10), 2: date(2026, 6, 2), 3: date(2027, 3, 2)},
            id="confirmed-late-the-first-opens-when-it-is-known",
        ),
        pytest.param(
            date(2026, 6, 1),
            {1: date(2026, 6, 1), 2: date(2026, 6, 23), 3: date(2027, 3, 2)},
            id="the-second-waits-until-the-first-is-over",
        ),
        pytest.param(
            date(2026, 6, 2),
            {2: date(2026, 6, 2), 3: date(2027, 3, 2)},
            id="once-the-second-is-due-it-begins",
        ),
        pytest.param(date(2027, 3, 23), {3: date(2027, 3, 23)}, id="on-the-last-day-of-the-last-still"),
        pytest.param(date(2027, 3, 24), {}, id="a-day-later-nobody-is-asked-any-more"),
        pytest.param(
            date(2026, 3, 1),
            {1: DONE, 2: date(2026, 6, 2), 3: date(2027, 3, 2)},
            id="never-before-completion",
        ),
    ],
)
def test_the_newest_round_that_is_due_opens_first(frozen_on, opens):
    found = planned(DONE, frozen_on, TERMS)
    assert {one.number: one.opens_on for one in found} == opens
    assert all(one.closes_on == one.opens_on + timedelta(days=21) for one in found)
    assert all(one.reminds_on == one.closes_on - timedelta(days=5) for one in found)


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 900),
    st.tuples(st.integers(1, 24), st.integers(2, 48), st.integers(3, 90), st.integers(1, 60)),
)
def test_rounds_never_overlap_and_remind_between_their_first_day_and_their_last(done, late, numbers):
    found = planned(done, done + timedelta(days=late), Terms(*numbers, Fraction(3, 10), 30))
    for before, after in pairwise(found):
        assert before.closes_on < after.opens_on
    for one in found:
        assert done + timedelta(days=late) <= one.opens_on < one.reminds_on <= one.closes_on


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        pytest.param(start_of(DONE) - SECOND, Stage.PLANNED, id="the-second-before"),
        pytest.param(start_of(DONE), Stage.OPEN, id="from-midnight-in-china"),
        pytest.param(end_of(date(2026, 3, 23)) - SECOND, Stage.OPEN, id="the-last-second"),
        pytest.param(end_of(date(2026, 3, 23)), Stage.OVER, id="at-24"),
    ],
)
def test_a_round_lasts_from_its_first_midnight_to_its_last(now, stage):
    assert stage_of(DONE, date(2026, 3, 23), now) is stage


@pytest.mark.parametrize(
    ("now", "code"),
    [
        pytest.param(datetime(2026, 3, 1, 1, tzinfo=UTC), "not_open", id="before"),
        pytest.param(datetime(2026, 3, 24, 1, tzinfo=UTC), "over", id="after"),
    ],
)
def test_outside_its_days_a_round_takes_nothing_and_says_when(now, code):
    with pytest.raises(Refused) as caught:
        check_open(DONE, date(2026, 3, 23), now)
    assert caught.value.code == code
    assert "2026 年 3 月" in caught.value.message


def test_inside_its_days_it_takes_answers():
    check_open(DONE, date(2026, 3, 23), datetime(2026, 3, 10, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("opened_on", "today", "step"),
    [
        pytest.param(None, DONE, Step.OPENED, id="first-everyone-is-told"),
        pytest.param(None, date(2026, 3, 20), Step.OPENED, id="also-late"),
        pytest.param(DONE, date(2026, 3, 17), None, id="then-nothing-until-the-day"),
        pytest.param(DONE, date(2026, 3, 18), Step.REMINDED, id="on-it-the-silent-are-reminded"),
        pytest.param(date(2026, 3, 20), date(2026, 3, 20), None, id="never-on-the-day-they-were-told"),
        pytest.param(date(2026, 3, 20), date(2026, 3, 21), Step.REMINDED, id="but-on-the-next"),
        pytest.param(DONE, date(2026, 3, 23), Step.REMINDED, id="on-the-last-day-still"),
        pytest.param(DONE, date(2026, 3, 24), Step.CLOSED, id="after-it-the-words-are-put-forward"),
        pytest.param(None, date(2026, 3, 24), Step.CLOSED, id="and-nobody-is-told-of-what-is-over"),
    ],
)
def test_each_day_has_its_one_thing_to_do(opened_on, today, step):
    assert due_step(date(2026, 3, 18), date(2026, 3, 23), opened_on, today) is step


def test_rounds_and_stages_have_words():
    assert (round_name(0), round_name(3)) == ("竣工时", "竣工 3 个月后")
    assert all(stage.name_zh for stage in Stage)
