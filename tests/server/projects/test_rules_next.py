from datetime import date

import pytest

from server.plans.rules.words import FundSource
from server.projects.rules.acts import EventKind
from server.projects.rules.money import Entry, Money, money_of
from server.projects.rules.next import Facts, late_things, what_next
from server.projects.rules.preparation import StepFact, StepKind, StepState
from server.projects.rules.starts import Milestone, PlannedStart

TODAY = date(2026, 6, 1)
DUE = {
    Milestone.START: date(2026, 6, 30),
    Milestone.EFFECT: date(2026, 12, 31),
    Milestone.PERFORMANCE: date(2027, 1, 31),
}
READY = [StepFact(kind, StepState.DONE, date(2026, 3, 1)) for kind in StepKind]
PAID = money_of([(FundSource.COUNTY, Entry.PLANNED, 100)], 100)
STARTED = {EventKind.STARTED: date(2026, 5, 1)}
MAY = PlannedStart(date(2026, 5, 1), None)
ALL = {kind: date(2026, 5, 1) for kind in EventKind}


def codes(today=TODAY, **facts):
    usual = {
        "dates": {}, "waiting": (), "steps": READY, "plan": PlannedStart(date(2026, 7, 1), None), "money": PAID,
        "standing_structures": 0, "due_days": DUE,
    }  # fmt: skip
    return [reason.code for reason in what_next(Facts(**{**usual, **facts}), today)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, ["next"], id="ready-to-start"),
        pytest.param({"waiting": {EventKind.STARTED}}, ["waiting"], id="another-person-is-waited-for"),
        pytest.param(
            {"steps": [*READY[:-1], StepFact(StepKind.TENDER, StepState.DOING)]},
            ["steps"],
            id="a-step-is-open",
        ),
        pytest.param({"plan": None}, ["unplanned", "next"], id="nobody-planned-the-start"),
        pytest.param({"money": Money((), None)}, ["cost", "next"], id="no-budget"),
        pytest.param(
            {"money": money_of([(FundSource.COUNTY, Entry.PLANNED, 99)], 100)},
            ["gap", "next"],
            id="a-fen-lacking",
        ),
        pytest.param(
            {
                "money": money_of(
                    [(FundSource.COUNTY, Entry.PLANNED, 100), (FundSource.COUNTY, Entry.SPENT, 1)], 100
                )
            },
            ["overspent", "next"],
            id="overspent",
        ),
        pytest.param({"dates": STARTED, "steps": []}, ["next"], id="after-the-start-steps-are-history"),
        pytest.param(
            {"dates": STARTED, "standing_structures": 2}, ["structures", "next"], id="structures-stand"
        ),
        pytest.param({"standing_structures": 2}, ["next"], id="structures-may-stand-before-the-start"),
        pytest.param(
            {"dates": {**STARTED, EventKind.FINISHED: TODAY}, "standing_structures": 2},
            ["next"],
            id="after-the-works",
        ),
        pytest.param({"plan": MAY}, ["late", "next"], id="the-plan-was-missed"),
        pytest.param({"dates": ALL}, [], id="nothing-is-left"),
    ],
)
def test_a_project_says_what_it_waits_for(facts, expected):
    assert codes(**facts) == expected


@pytest.mark.parametrize(
    ("today", "dates", "late"),
    [
        pytest.param(date(2026, 6, 30), {}, [("按计划开工", 30)], id="the-due-day-is-in-time"),
        pytest.param(date(2026, 7, 1), {}, [("按计划开工", 31), ("开工", 1)], id="the-day-after-is-late"),
        pytest.param(date(2026, 5, 31), {}, [], id="the-last-day-of-the-planned-month"),
        pytest.param(date(2026, 12, 31), STARTED, [], id="the-last-day-for-the-effect"),
        pytest.param(date(2027, 1, 1), STARTED, [("取得预期效果（竣工）", 1)], id="no-effect-in-the-year"),
        pytest.param(
            date(2027, 2, 1),
            {**STARTED, EventKind.FINISHED: TODAY},
            [("报送绩效资料", 1)],
            id="no-material-by-january",
        ),
        pytest.param(date(2027, 2, 1), ALL, [], id="all-met"),
    ],
)
def test_what_is_late_is_told_with_its_days(today, dates, late):
    assert [(one.what, one.days) for one in late_things(dates, MAY, DUE, today)] == late


def test_a_late_thing_names_its_due_day():
    facts = Facts({}, (), READY, MAY, PAID, 0, {})
    assert what_next(facts, TODAY)[0].message == "按计划开工：最晚 2026 年 5 月 31 日，已经过了 1 天。"


@pytest.mark.parametrize(
    ("dates", "points", "is_told"),
    [
        ({}, 2, False),
        ({EventKind.STARTED: date(2026, 3, 2)}, 0, False),
        ({EventKind.STARTED: date(2026, 3, 2)}, 2, True),
        ({EventKind.STARTED: date(2026, 3, 2), EventKind.FINISHED: date(2026, 3, 2)}, 2, True),
        (
            dict.fromkeys([EventKind.STARTED, EventKind.FINISHED, EventKind.ACCEPTED], date(2026, 3, 2)),
            2,
            False,
        ),
    ],
)
def test_open_points_are_told_until_the_works_are_accepted(dates, points, is_told):
    found = what_next(Facts(dates, (), READY, MAY, PAID, 0, {}, points), date(2026, 3, 3))
    assert ("points" in [one.code for one in found]) is is_told
