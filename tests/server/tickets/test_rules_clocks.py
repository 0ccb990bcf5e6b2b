"""By when something is due: round the clock, in office hours, on worked days, without suspended time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.chinatime import CHINA, WorkCalendar
from server.tickets.rules.clocks import HOUR, Pace, Pause, Settings, Term, Timetable, due, is_overdue
from server.tickets.rules.escalation import next_step
from server.tickets.rules.words import Level

#: Wednesday 4 March is a holiday, Saturday 7 March is worked (调休).
CALENDAR = WorkCalendar({date(2026, 3, 4): False, date(2026, 3, 7): True}, frozenset({2026}))
TABLE = Timetable(4 * HOUR, 48 * HOUR, 120 * HOUR)
SETTINGS = Settings({}, TABLE, TABLE, 3, 4, 30, (9, 17), CALENDAR)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("minutes", "pace", "since", "late"),
    [
        pytest.param(5, Pace.ALWAYS, at(2, 23, 58), at(3, 0, 3), id="danger-runs-over-midnight"),
        pytest.param(60, Pace.ALWAYS, at(4, 10), at(4, 11), id="urgent-runs-on-a-holiday"),
        pytest.param(240, Pace.OFFICE, at(2, 10), at(2, 14), id="four-office-hours"),
        pytest.param(240, Pace.OFFICE, at(2, 13), at(2, 17), id="to-the-minute-of-closing"),
        pytest.param(240, Pace.OFFICE, at(2, 15), at(3, 11), id="the-rest-on-the-next-morning"),
        pytest.param(240, Pace.OFFICE, at(2, 20), at(3, 13), id="reported-at-night"),
        pytest.param(240, Pace.OFFICE, at(2, 6), at(2, 13), id="reported-before-opening"),
        pytest.param(240, Pace.OFFICE, at(3, 15), at(5, 11), id="a-holiday-is-skipped"),
        pytest.param(240, Pace.OFFICE, at(6, 15), at(7, 11), id="a-worked-saturday-counts"),
        pytest.param(240, Pace.OFFICE, at(7, 15), at(9, 11), id="sunday-does-not"),
        pytest.param(24 * HOUR, Pace.WORKDAYS, at(2, 10), at(3, 10), id="a-worked-day-has-its-night"),
        pytest.param(24 * HOUR, Pace.WORKDAYS, at(3, 10), at(5, 10), id="over-a-holiday"),
        pytest.param(72 * HOUR, Pace.WORKDAYS, at(5, 10), at(9, 10), id="three-worked-days-over-sunday"),
        pytest.param(24 * HOUR, Pace.WORKDAYS, at(8, 12), at(10, 0), id="reported-on-a-sunday"),
    ],
)
def test_a_term_counts_only_its_own_minutes(minutes: int, pace: Pace, since: datetime, late: datetime):
    assert due(since, Term(minutes, pace), [], SETTINGS) == late


@pytest.mark.parametrize(
    ("pauses", "late"),
    [
        pytest.param([], at(2, 14), id="none"),
        pytest.param([Pause(at(2, 11), at(2, 12))], at(2, 15), id="one-hour-stands"),
        pytest.param([Pause(at(2, 11))], None, id="still-standing"),
        pytest.param([Pause(at(2, 14))], at(2, 14), id="came-due-before-it-stood"),
        pytest.param([Pause(at(2, 9), at(2, 11))], at(2, 15), id="begun-before-the-report"),
        pytest.param([Pause(at(2, 8), at(2, 9))], at(2, 14), id="over-before-the-report"),
        pytest.param(
            [Pause(at(2, 12), at(2, 13)), Pause(at(2, 10, 30), at(2, 11))],
            at(2, 15, 30),
            id="two-in-any-order",
        ),
        pytest.param(
            [Pause(at(2, 11), at(2, 13)), Pause(at(2, 12), at(2, 12, 30))], at(2, 16), id="one-inside-another"
        ),
    ],
)
@pytest.mark.parametrize("pace", [Pace.ALWAYS, Pace.OFFICE])
def test_suspended_time_does_not_count(pauses: list[Pause], late: datetime | None, pace: Pace):
    assert due(at(2, 10), Term(240, pace), pauses, SETTINGS) == late


def test_a_pause_over_night_takes_only_the_office_hours_in_it():
    over_night = [Pause(at(2, 16), at(3, 10))]
    assert due(at(2, 15), Term(240, Pace.OFFICE), over_night, SETTINGS) == at(3, 13)


def test_a_year_without_worked_days_is_given_up():
    never = WorkCalendar({date(2026, 3, 1) + timedelta(days=n): False for n in range(4000)})
    idle = Settings({}, TABLE, TABLE, 3, 4, 30, (9, 17), never)
    assert due(at(2, 10), Term(240, Pace.OFFICE), [], idle) is None


@given(
    st.integers(0, 60 * 24 * 20), st.integers(1, 5000), st.sampled_from(list(Pace)), st.integers(0, 5000),
    st.integers(1, 3000),
)  # fmt: skip
def test_a_pause_never_makes_anything_due_earlier(
    begin: int, minutes: int, pace: Pace, after: int, long: int
):
    since = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=begin)
    pause = Pause(since + timedelta(minutes=after), since + timedelta(minutes=after + long))
    plain = due(since, Term(minutes, pace), [], SETTINGS)
    paused = due(since, Term(minutes, pace), [pause], SETTINGS)
    assert plain is not None
    assert paused is not None
    assert since < plain <= paused <= plain + timedelta(days=12)


@pytest.mark.parametrize(
    ("due_at", "is_late"),
    [(at(2, 9, 1), False), (at(2, 9), True), (at(2, 8, 59), True), (None, False)],
)
def test_what_is_due_is_late_from_that_very_instant(due_at: datetime | None, is_late: bool):
    assert is_overdue(due_at, at(2, 9)) is is_late


@pytest.mark.parametrize(
    ("minutes", "pace", "text"),
    [
        pytest.param(5, Pace.ALWAYS, "5 分钟", id="minutes"),
        pytest.param(90, Pace.ALWAYS, "90 分钟", id="no-whole-hours"),
        pytest.param(240, Pace.OFFICE, "4 小时（只算上班时间）", id="office"),
        pytest.param(4320, Pace.WORKDAYS, "72 小时（只算工作日）", id="workdays"),
    ],
)
def test_a_term_is_said_in_words(minutes: int, pace: Pace, text: str):
    assert Term(minutes, pace).text_zh == text


@pytest.mark.parametrize(
    ("level", "step"),
    [
        pytest.param(Level.COMPANY, at(2, 14), id="the-committee-after-four-hours"),
        pytest.param(Level.COMMITTEE, at(4, 10), id="then-the-street"),
        pytest.param(Level.STREET, at(7, 10), id="then-the-county"),
        pytest.param(Level.COUNTY, None, id="nobody-stands-above"),
    ],
)
def test_what_is_late_goes_up_step_by_step(level: Level, step: datetime | None):
    assert next_step(at(2, 10), level, TABLE) == step


def test_what_is_not_due_goes_nowhere():
    assert next_step(None, Level.COMPANY, TABLE) is None
