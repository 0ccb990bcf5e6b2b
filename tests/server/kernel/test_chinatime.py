"""Days are counted as the Civil Code counts them, in China time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.chinatime import (
    Period,
    WorkCalendar,
    china_day,
    end_of,
    end_zh,
    from_china,
    last_day,
    last_day_of,
    start_of,
)

#: Around the May holiday of 2026: the first to the fifth are off, Saturday the ninth is worked.
MAY_2026 = WorkCalendar(
    {date(2026, 5, d): False for d in range(1, 6)} | {date(2026, 5, 9): True}, announced=frozenset({2026})
)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param(
            datetime(2020, 12, 31, 15, 59, 59, tzinfo=UTC),
            date(2020, 12, 31),
            id="one-second-before-midnight",
        ),
        pytest.param(datetime(2020, 12, 31, 16, 0, tzinfo=UTC), date(2021, 1, 1), id="midnight-in-china"),
    ],
)
def test_a_day_begins_at_midnight_in_china(instant, day):
    assert china_day(instant) == day


def test_a_day_ends_where_the_next_one_starts():
    assert end_of(date(2026, 2, 28)) == start_of(date(2026, 3, 1)) == datetime(2026, 2, 28, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("end", "day", "text"),
    [
        pytest.param(
            datetime(2026, 3, 31, 15, 59, tzinfo=UTC), date(2026, 3, 31), "2026 年 3 月 31 日 23:59", id="before-midnight"
        ),
        pytest.param(datetime(2026, 3, 31, 16, tzinfo=UTC), date(2026, 3, 31), "2026 年 3 月 31 日 24:00", id="midnight"),
        pytest.param(
            datetime(2026, 3, 31, 16, 0, 1, tzinfo=UTC), date(2026, 4, 1), "2026 年 4 月 1 日 00:00", id="a-second-after"
        ),
        pytest.param(
            datetime(2020, 12, 31, 16, tzinfo=UTC), date(2020, 12, 31), "2020 年 12 月 31 日 24:00", id="the-end-of-a-year"
        ),
    ],
)  # fmt: skip
def test_what_ends_at_midnight_belongs_to_the_day_that_is_over(end, day, text):
    assert (last_day(end), end_zh(end)) == (day, text)


def test_a_typed_time_is_china_time():
    assert from_china(datetime(2026, 3, 31, 18, 0)) == datetime(2026, 3, 31, 10, 0, tzinfo=UTC)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("first", "period", "last"),
    [
        pytest.param(date(2026, 3, 2), Period(7), date(2026, 3, 9), id="the-first-day-is-not-counted"),
        pytest.param(date(2026, 3, 6), Period(7), date(2026, 3, 13), id="a-friday-stays"),
        pytest.param(
            date(2026, 3, 7), Period(7), date(2026, 3, 16), id="a-last-day-on-saturday-moves-to-monday"
        ),
        pytest.param(
            date(2026, 3, 8), Period(7), date(2026, 3, 16), id="a-last-day-on-sunday-moves-to-monday"
        ),
        pytest.param(
            date(2026, 4, 24), Period(7), date(2026, 5, 6), id="a-last-day-on-a-holiday-moves-past-all-of-it"
        ),
        pytest.param(
            date(2026, 5, 2), Period(7), date(2026, 5, 9), id="a-saturday-that-is-worked-does-not-move"
        ),
        pytest.param(
            date(2026, 3, 2),
            Period(5, in_workdays=True),
            date(2026, 3, 9),
            id="five-working-days-skip-a-weekend",
        ),
        pytest.param(
            date(2026, 4, 30), Period(3, in_workdays=True), date(2026, 5, 8), id="working-days-skip-a-holiday"
        ),
        pytest.param(
            date(2026, 5, 7), Period(2, in_workdays=True), date(2026, 5, 9), id="a-worked-saturday-counts"
        ),
        pytest.param(date(2026, 3, 6), Period(0), date(2026, 3, 6), id="no-days-end-the-same-day"),
    ],
)
def test_the_last_day_of_a_period(first, period, last):
    assert last_day_of(first, period, MAY_2026) == last


def test_a_year_not_announced_counts_weekends_and_fixed_holidays_and_is_provisional():
    calendar = WorkCalendar()
    assert not calendar.is_workday(date(2027, 10, 1))
    assert not calendar.is_workday(date(2027, 3, 6))
    assert calendar.is_workday(date(2027, 3, 8))
    assert calendar.is_provisional(date(2027, 3, 8)) and not MAY_2026.is_provisional(date(2026, 3, 8))


@pytest.mark.parametrize(
    ("day", "is_holiday"),
    [
        pytest.param(date(2027, 5, 1), True, id="a-fixed-date-on-a-saturday"),
        pytest.param(date(2027, 5, 3), False, id="the-first-day-after"),
        pytest.param(date(2027, 5, 8), False, id="a-saturday-like-any"),
        pytest.param(date(2026, 5, 1), True, id="entered"),
        pytest.param(date(2026, 5, 9), False, id="a-saturday-that-is-worked"),
        pytest.param(date(2026, 10, 1), False, id="an-announced-year-that-has-not-entered-it"),
    ],
)
def test_a_holiday_is_one_on_whichever_day_of_the_week_it_falls(day, is_holiday):
    assert MAY_2026.is_holiday(day) is is_holiday


def test_an_announced_year_decides_its_fixed_dates_itself():
    assert WorkCalendar({}, frozenset({2026})).is_workday(date(2026, 10, 1))


@given(first=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(0, 90), in_workdays=st.booleans())
def test_a_period_never_ends_on_a_day_off_nor_early(first, days, in_workdays):
    last = last_day_of(first, Period(days, in_workdays), MAY_2026)
    assert last >= first + timedelta(days=days)
    assert MAY_2026.is_workday(last) or (in_workdays and days == 0)


@pytest.mark.parametrize(
    ("period", "text"), [(Period(15), "15 日"), (Period(5, in_workdays=True), "5 个工作日")]
)
def test_a_period_says_how_long_it_is(period, text):
    assert period.text_zh == text
