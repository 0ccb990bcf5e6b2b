from datetime import date, timedelta

import pytest

from server.kernel.chinatime import WorkCalendar
from server.kernel.errors import Conflict, Invalid, Refused
from server.projects.rules import visits
from server.projects.rules.calendar import (
    LONGEST_QUIET,
    LONGEST_WORKS,
    QuietRule,
    Span,
    Utility,
    check_quiet,
    check_works,
    is_outside,
    month_before,
    month_days,
    next_month,
    quiet_reason,
    window_of,
)

RULE = QuietRule(is_on_weekends=False, is_on_holidays=True, exam_first="06-07", exam_last="06-10")
STRICT = QuietRule(is_on_weekends=True, is_on_holidays=False, exam_first="06-07", exam_last="06-10")
#: Sunday 10 May 2026 is worked, Monday 4 May is not.
CALENDAR = WorkCalendar({date(2026, 5, 10): True, date(2026, 5, 4): False}, frozenset({2026}))


@pytest.mark.parametrize(
    ("day", "rule", "reason"),
    [
        (date(2026, 5, 6), RULE, ""),
        (date(2026, 5, 4), RULE, "法定节假日"),
        (date(2026, 5, 4), STRICT, ""),
        (date(2026, 5, 9), RULE, ""),
        (date(2026, 5, 9), STRICT, "周末"),
        (date(2026, 5, 10), STRICT, ""),
        # Of a year that is not announced: Labour Day falls on a Saturday.
        (date(2027, 5, 1), RULE, "法定节假日"),
        (date(2027, 5, 1), STRICT, "周末"),
        (date(2027, 5, 3), RULE, ""),
        (date(2027, 5, 8), RULE, ""),
        (date(2026, 6, 6), RULE, ""),
        (date(2026, 6, 7), RULE, "高考期间"),
        (date(2026, 6, 10), RULE, "高考期间"),
        (date(2026, 6, 11), RULE, ""),
    ],
)
def test_which_days_are_quiet(day, rule, reason):
    assert quiet_reason(day, rule, (), CALENDAR) == reason


def test_a_communitys_own_quiet_days_come_first():
    own = [
        (Span(date(2026, 6, 7), date(2026, 6, 8)), "中考"),
        (Span(date(2026, 7, 1), date(2026, 7, 1)), "白事"),
    ]
    assert quiet_reason(date(2026, 6, 8), RULE, own, CALENDAR) == "中考"
    assert quiet_reason(date(2026, 6, 9), RULE, own, CALENDAR) == "高考期间"


DAY = date(2026, 5, 6)


def test_quiet_days_that_are_taken():
    check_quiet(DAY, DAY, "中考", DAY)
    check_quiet(DAY, DAY + timedelta(LONGEST_QUIET - 1), "中考", DAY)


@pytest.mark.parametrize(
    ("first", "last", "reason", "words"),
    [
        (DAY, DAY - timedelta(1), "中考", "不能早于"),
        (DAY - timedelta(3), DAY - timedelta(1), "中考", "过去"),
        (DAY, DAY + timedelta(LONGEST_QUIET), "中考", "最多"),
        (DAY, DAY, " ", "为什么"),
    ],
)
def test_quiet_days_that_are_refused(first, last, reason, words):
    with pytest.raises(Invalid, match=words):
        check_quiet(first, last, reason, DAY)


def test_what_a_utility_announces():
    assert all(one.name_zh for one in Utility)
    check_works("贵阳水务", "换水表", DAY, DAY + timedelta(LONGEST_WORKS))
    for party, what, last, words in [
        (" ", "换水表", DAY, "单位"), ("水务", " ", DAY, "做什么"), ("水务", "换", DAY - timedelta(1), "不能早于"),
        ("水务", "换", DAY + timedelta(LONGEST_WORKS + 1), "两年"),
    ]:  # fmt: skip
        with pytest.raises(Invalid, match=words):
            check_works(party, what, DAY, last)


def test_a_utilitys_days_are_to_lie_in_the_window_of_the_items():
    window = window_of([Span(DAY, DAY + timedelta(3)), Span(DAY + timedelta(2), DAY + timedelta(9))])
    assert window == Span(DAY, DAY + timedelta(9))
    assert window_of([]) is None
    assert not is_outside(Span(DAY, DAY + timedelta(9)), window)
    assert is_outside(Span(DAY - timedelta(1), DAY), window)
    assert is_outside(Span(DAY, DAY + timedelta(10)), window)
    assert not is_outside(Span(DAY, DAY), None)


def test_months():
    days = list(month_days(date(2028, 2, 11)))
    assert (days[0], days[-1]) == (date(2028, 2, 1), date(2028, 2, 29))
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert month_before(date(2026, 1, 31)) == date(2025, 12, 1)


# ------------------------------------------------------------------ appointments

TOMORROW = DAY + timedelta(1)


def test_an_offer_that_is_taken():
    visits.check_offer(TOMORROW, TOMORROW + timedelta(visits.LONGEST_OFFER - 1), [0, 4], 1, DAY)
    visits.check_offer(TOMORROW, TOMORROW, [0], visits.MOST_SEATS, DAY)
    assert visits.time_text(visits.TIMES[0]) == "08:00–10:00"


@pytest.mark.parametrize(
    ("first", "last", "times", "seats", "words"),
    [
        (DAY, TOMORROW, [0], 1, "从明天起"),
        (TOMORROW, DAY, [0], 1, "不能早于"),
        (TOMORROW, TOMORROW + timedelta(visits.LONGEST_OFFER), [0], 1, "最多排"),
        (TOMORROW, TOMORROW, [], 1, "时段"),
        (TOMORROW, TOMORROW, [-1], 1, "时段"),
        (TOMORROW, TOMORROW, [len(visits.TIMES)], 1, "时段"),
        (TOMORROW, TOMORROW, [0], 0, "几户"),
        (TOMORROW, TOMORROW, [0], visits.MOST_SEATS + 1, "几户"),
    ],
)
def test_an_offer_that_is_refused(first, last, times, seats, words):
    with pytest.raises(Invalid, match=words):
        visits.check_offer(first, last, times, seats, DAY)


def test_quiet_days_are_left_out_of_an_offer():
    three = TOMORROW + timedelta(2)
    assert visits.offered_days(TOMORROW, three, {TOMORROW}) == [TOMORROW + timedelta(1), three]
    with pytest.raises(Invalid, match="安静日"):
        visits.offered_days(TOMORROW, TOMORROW, {TOMORROW})


BOOKING = {"is_begun": False, "is_closed": False, "is_of_this_place": True, "taken": (), "seats": 1}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"is_begun": True}, Conflict),
        ({"is_closed": True}, Conflict),
        ({"is_of_this_place": False}, Refused),
        ({"taken": (1,)}, Conflict),
        ({"taken": (1, 2), "seats": 2}, Conflict),
    ],
)
def test_a_booking_that_is_refused(changed, error):
    with pytest.raises(error):
        visits.check_booking(**{**BOOKING, **changed})


def test_the_first_free_seat_is_given():
    assert visits.check_booking(**BOOKING) == 1
    assert visits.check_booking(**{**BOOKING, "taken": (1, 3), "seats": 3}) == 2


def test_a_place_is_let_go_until_the_time_comes():
    visits.check_letting_go(is_begun=False, is_ended=False)
    for begun, ended in [(True, False), (False, True)]:
        with pytest.raises(Conflict):
            visits.check_letting_go(is_begun=begun, is_ended=ended)
