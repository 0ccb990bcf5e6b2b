from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.chinatime import Period, last_day_of
from server.kernel.errors import Invalid
from server.policies import actions, queries
from server.policies.models import Holiday
from server.policies.rules import Basis

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        pytest.param(date(2026, 2, 14), True, id="a-saturday-worked-for-the-spring-festival"),
        pytest.param(date(2026, 2, 17), False, id="the-spring-festival-on-a-tuesday"),
        pytest.param(date(2026, 2, 24), True, id="the-day-after-the-festival"),
        pytest.param(date(2026, 2, 28), True, id="another-worked-saturday"),
        pytest.param(date(2026, 3, 1), False, id="a-plain-sunday"),
        pytest.param(date(2026, 3, 2), True, id="a-plain-monday"),
        pytest.param(date(2026, 4, 6), False, id="tomb-sweeping-day-on-a-monday"),
        pytest.param(date(2027, 1, 1), False, id="new-years-day-of-an-unannounced-year"),
        pytest.param(date(2027, 2, 8), True, id="a-moving-holiday-of-an-unannounced-year-is-not-guessed"),
        pytest.param(date(2027, 10, 2), False, id="national-day-of-an-unannounced-year"),
    ],
)
def test_the_calendar_knows_what_was_announced_and_counts_fixed_dates_otherwise(
    day: date, is_workday: bool
) -> None:
    assert queries.work_calendar().is_workday(day) is is_workday
    assert queries.work_calendar(since=day).is_workday(day) is is_workday


def test_years_from_2004_to_2026_are_announced() -> None:
    calendar = queries.work_calendar()
    assert calendar.announced == frozenset(range(2004, 2027))
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 1))


def test_asked_together_with_settings_the_calendar_is_the_same() -> None:
    keys, day = ("ticket.remind_days", "ticket.office_opens"), date(2026, 2, 14)
    with unit_of_work():
        actions.set_policy(
            None, keys[0], 9, valid_from=date(2026, 3, 10), basis=Basis.DOCUMENT, basis_text="试行办法",
            actor=COMMAND, now=NOW,
        )  # fmt: skip
    for on in (day, date(2026, 3, 9), date(2026, 3, 10)):
        values, calendar = queries.values_and_calendar(keys, "/", on)
        assert values == queries.values_of(keys, "/", on)
        assert calendar == queries.work_calendar(on)
    assert queries.values_of(keys, "/", date(2026, 3, 9)) != queries.values_of(keys, "/", date(2026, 3, 10))


def test_a_period_over_a_holiday_ends_on_the_next_working_day() -> None:
    calendar = queries.work_calendar()
    # 7 days from 26 September 2026 (not counted) end on 3 October, in the National Day holiday until the 7th.
    assert last_day_of(date(2026, 9, 26), Period(7), calendar) == date(2026, 10, 8)
    # 12 days from 2 February end on Saturday the 14th, which is worked.
    assert last_day_of(date(2026, 2, 2), Period(12), calendar) == date(2026, 2, 14)


def test_entering_a_year_makes_it_no_longer_provisional() -> None:
    monday = date(2027, 2, 8)
    with unit_of_work():
        actions.set_holiday(
            monday, is_workday=False, name="春节", source="国办发明电", actor=COMMAND, now=NOW
        )
        actions.set_holiday(
            date(2027, 2, 20), is_workday=True, name="春节调休", source="国办发明电", actor=COMMAND, now=NOW
        )
        actions.announce_year(2027, source="国办发明电", actor=COMMAND, now=NOW)
    calendar = queries.work_calendar()
    assert not calendar.is_workday(monday)
    assert calendar.is_workday(date(2027, 2, 20))
    assert not calendar.is_provisional(monday)
    # Announced: only what was entered is a holiday.
    assert calendar.is_workday(date(2027, 10, 1))


def test_a_wrong_entry_can_be_taken_back_and_stays_readable() -> None:
    day = date(2026, 3, 3)
    with unit_of_work():
        actions.set_holiday(day, is_workday=False, name="误填", source="误填", actor=COMMAND, now=NOW)
    assert not queries.work_calendar().is_workday(day)
    with unit_of_work():
        actions.set_holiday(day, is_workday=None, name="更正", source="更正", actor=COMMAND, now=NOW)
    assert queries.work_calendar().is_workday(day)
    rows = sa.select(Holiday.is_workday).where(Holiday.day == day).order_by(Holiday.id.desc())
    assert db.session.scalars(rows).all() == [None, False]


def test_a_weekday_is_worked_anyway_and_an_entry_needs_its_ground() -> None:
    with unit_of_work(), pytest.raises(Invalid):
        actions.set_holiday(
            date(2026, 3, 3), is_workday=True, name="调休", source="x", actor=COMMAND, now=NOW
        )
    with unit_of_work(), pytest.raises(Invalid) as refused:
        actions.set_holiday(
            date(2026, 3, 3), is_workday=False, name="放假", source=" ", actor=COMMAND, now=NOW
        )
    assert "source" in refused.value.fields


def test_a_year_shows_its_special_days() -> None:
    days = {one.day: one for one in queries.special_days(2026)}
    assert days[date(2026, 1, 1)].name == "元旦"
    assert days[date(2026, 2, 14)].is_workday
    assert all(one.is_entered for one in days.values())
    later = queries.special_days(2027)
    assert len(later) == 6
    assert not any(one.is_entered for one in later)
