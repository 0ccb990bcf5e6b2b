from datetime import date

import pytest

from server.kernel.errors import Invalid, Refused
from server.projects.rules.starts import (
    Counted,
    DueState,
    Milestone,
    PlannedStart,
    StartLine,
    StartState,
    asked_on,
    check_plan,
    due_day,
    due_state,
    start_state,
    year_of_starts,
)

MAY = PlannedStart(date(2026, 5, 1), None)
MAY_20 = PlannedStart(date(2026, 5, 1), date(2026, 5, 20))


def test_a_plan_without_a_day_is_due_on_the_last_of_the_month():
    assert MAY.due_on == date(2026, 5, 31)
    assert PlannedStart(date(2028, 2, 1), None).due_on == date(2028, 2, 29)
    assert MAY_20.due_on == date(2026, 5, 20)
    assert (MAY.text_zh, MAY_20.text_zh) == ("2026 年 5 月", "2026 年 5 月 20 日")


@pytest.mark.parametrize(
    ("plan", "started_on", "today", "state"),
    [
        pytest.param(None, None, date(2026, 5, 1), StartState.UNPLANNED, id="nobody-planned"),
        pytest.param(MAY_20, None, date(2026, 5, 20), StartState.AHEAD, id="the-planned-day-is-in-time"),
        pytest.param(MAY_20, None, date(2026, 5, 21), StartState.OVERDUE, id="the-day-after-is-overdue"),
        pytest.param(MAY, None, date(2026, 5, 31), StartState.AHEAD, id="the-last-of-the-month-is-in-time"),
        pytest.param(MAY, None, date(2026, 6, 1), StartState.OVERDUE, id="the-next-month-is-overdue"),
        pytest.param(
            MAY_20, date(2026, 5, 20), date(2026, 9, 1), StartState.ON_TIME, id="started-on-the-day"
        ),
        pytest.param(MAY_20, date(2026, 5, 21), date(2026, 9, 1), StartState.LATE, id="started-a-day-late"),
        pytest.param(
            None, date(2026, 5, 21), date(2026, 9, 1), StartState.ON_TIME, id="unplanned-is-not-late"
        ),
    ],
)
def test_a_start_is_measured_by_its_plan(plan, started_on, today, state):
    assert start_state(plan, started_on, today) is state
    assert state.name_zh
    assert state.tone


def planned(month=date(2026, 5, 1), on=None, *, before=None, started=False, reason=""):
    check_plan(month, on, plan_year=2026, before=before, is_started=started, reason=reason)


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="a-month"),
        pytest.param({"on": date(2026, 5, 31)}, id="a-day-in-it"),
        pytest.param({"month": date(2026, 1, 1)}, id="first-month-of-the-plan-year"),
        pytest.param({"month": date(2027, 12, 1)}, id="last-month-of-the-year-after"),
        pytest.param({"before": MAY_20, "reason": "等设计"}, id="moved-with-a-reason"),
    ],
)
def test_a_start_may_be_planned(facts):
    planned(**facts)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        pytest.param({"month": date(2025, 12, 1)}, "month", id="before-the-plan-year"),
        pytest.param({"month": date(2028, 1, 1)}, "month", id="two-years-after"),
        pytest.param({"month": date(2026, 5, 2)}, "month", id="not-the-first-of-a-month"),
        pytest.param({"on": date(2026, 6, 1)}, "planned_on", id="a-day-of-another-month"),
        pytest.param({"on": date(2027, 5, 1)}, "planned_on", id="that-month-of-another-year"),
        pytest.param({"before": MAY}, "month", id="no-change"),
        pytest.param({"before": MAY_20}, "reason", id="moved-without-a-reason"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_the_field(facts, field):
    with pytest.raises(Invalid) as caught:
        planned(**facts)
    assert list(caught.value.fields) == [field]


def test_what_has_started_is_no_longer_planned():
    with pytest.raises(Refused, match="已经开工"):
        planned(started=True)


@pytest.mark.parametrize(
    ("which", "day", "due_on"),
    [
        pytest.param(Milestone.START, "06-30", date(2026, 6, 30), id="start-in-the-plan-year"),
        pytest.param(Milestone.EFFECT, "12-31", date(2026, 12, 31), id="effect-in-the-plan-year"),
        pytest.param(Milestone.PERFORMANCE, "01-31", date(2027, 1, 31), id="performance-in-the-next-year"),
    ],
)
def test_a_due_day_lies_in_its_own_year(which, day, due_on):
    assert due_day(which, 2026, day) == due_on
    assert which.name_zh
    assert which.setting == f"milestone.{which.value}_by"


@pytest.mark.parametrize(
    ("met_on", "today", "state"),
    [
        pytest.param(None, date(2026, 6, 30), DueState.AHEAD, id="the-due-day-is-in-time"),
        pytest.param(None, date(2026, 7, 1), DueState.OVERDUE, id="the-day-after-is-overdue"),
        pytest.param(date(2026, 6, 30), date(2026, 9, 1), DueState.MET, id="met-on-the-due-day"),
        pytest.param(date(2026, 7, 1), date(2026, 9, 1), DueState.MET_LATE, id="met-a-day-late"),
    ],
)
def test_a_due_day_is_kept_or_missed(met_on, today, state):
    assert due_state(date(2026, 6, 30), met_on, today) is state
    assert state.name_zh
    assert state.tone


def test_a_past_plan_year_keeps_the_days_it_ended_with():
    assert asked_on(2026, date(2026, 12, 31)) == date(2026, 12, 31)
    assert asked_on(2026, date(2027, 1, 1)) == date(2026, 12, 31)
    assert asked_on(2026, date(2026, 3, 2)) == date(2026, 3, 2)


def test_the_months_of_a_year_count_projects_communities_and_households():
    lines = [
        StartLine(1, 2, 300, MAY, date(2026, 6, 2)),
        StartLine(2, 1, 80, MAY_20, date(2026, 5, 31)),
        StartLine(3, 1, 60, None, None),
        StartLine(4, 1, 10, PlannedStart(date(2027, 1, 1), None), date(2027, 2, 1)),
    ]
    year = year_of_starts(2026, lines)
    may, june = year.months[4], year.months[5]
    assert (may.planned, may.started) == (Counted(2, 3, 380), Counted(1, 1, 80))
    assert (june.planned, june.started) == (Counted(), Counted(1, 2, 300))
    assert (june.planned_so_far, june.started_so_far) == (Counted(2, 3, 380), Counted(2, 3, 380))
    assert (year.whole, year.planned, year.started) == (
        Counted(4, 5, 450),
        Counted(2, 3, 380),
        Counted(2, 3, 380),
    )
    assert year.unplanned == Counted(1, 1, 60)
    assert year.elsewhere == {"planned": Counted(1, 1, 10), "started": Counted(1, 1, 10)}
    assert len(year.months) == 12
