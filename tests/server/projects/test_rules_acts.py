from datetime import date

import pytest

from server.kernel.errors import Conflict, Invalid, Refused
from server.projects.rules.acts import (
    EventKind,
    Stage,
    check_before,
    check_day,
    check_event,
    next_events,
    stage_of,
)

TODAY = date(2026, 6, 1)
STARTED = {EventKind.STARTED: date(2026, 3, 10)}
FINISHED = {**STARTED, EventKind.FINISHED: date(2026, 5, 20)}
ACCEPTED = {**FINISHED, EventKind.ACCEPTED: date(2026, 5, 28)}


@pytest.mark.parametrize(
    ("dates", "stage"),
    [
        pytest.param({}, Stage.PREPARATION, id="nothing-confirmed-is-preparation"),
        pytest.param({EventKind.REPORTED: TODAY}, Stage.PREPARATION, id="a-report-is-no-stage"),
        pytest.param(STARTED, Stage.STARTED, id="started"),
        pytest.param({**STARTED, EventKind.CLEARED: TODAY}, Stage.CLEARED, id="cleared"),
        pytest.param({**STARTED, EventKind.IN_WORKS: TODAY}, Stage.IN_WORKS, id="in-works-without-clearing"),
        pytest.param(FINISHED, Stage.FINISHED, id="finished"),
        pytest.param(ACCEPTED, Stage.ACCEPTED, id="accepted"),
        pytest.param({**ACCEPTED, EventKind.HANDED_OVER: TODAY}, Stage.HANDED_OVER, id="handed-over"),
    ],
)
def test_the_stage_is_the_furthest_act_that_was_confirmed(dates, stage):
    assert stage_of(dates) is stage


def test_every_act_and_stage_has_its_words():
    assert all(kind.name_zh for kind in EventKind)
    assert all(stage.name_zh for stage in Stage)


@pytest.mark.parametrize(
    ("dates", "waiting", "kinds"),
    [
        pytest.param({}, set(), ["started", "reported"], id="first-the-start"),
        pytest.param({}, {EventKind.STARTED}, ["reported"], id="not-twice-while-it-waits"),
        pytest.param(STARTED, set(), ["cleared", "in_works", "finished", "reported"], id="after-the-start"),
        pytest.param(
            {**STARTED, EventKind.IN_WORKS: TODAY}, set(), ["finished", "reported"], id="clearing-is-passed"
        ),
        pytest.param(FINISHED, set(), ["accepted", "reported"], id="after-finishing"),
        pytest.param(
            {**ACCEPTED, EventKind.REPORTED: TODAY}, set(), ["handed_over"], id="a-report-is-made-once"
        ),
    ],
)
def test_only_what_may_come_next_is_offered(dates, waiting, kinds):
    assert [kind.value for kind in next_events(dates, waiting)] == kinds


def entered(kind=EventKind.STARTED, on=date(2026, 3, 10), *, dates=(), waiting=(), picture=True, document=""):
    check_event(
        kind, on, dates=dict(dates), waiting=set(waiting), has_picture=picture, document=document, today=TODAY
    )


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="a-start-with-a-picture"),
        pytest.param({"on": TODAY}, id="today"),
        pytest.param(
            {"kind": EventKind.CLEARED, "dates": STARTED, "on": date(2026, 3, 10)},
            id="on-the-day-of-the-start",
        ),
        pytest.param(
            {
                "kind": EventKind.ACCEPTED,
                "dates": FINISHED,
                "on": TODAY,
                "picture": False,
                "document": "验收书",
            },
            id="acceptance-on-paper",
        ),
        pytest.param(
            {"kind": EventKind.REPORTED, "on": TODAY, "dates": FINISHED}, id="a-report-at-any-stage"
        ),
    ],
)
def test_an_act_with_what_it_needs_may_be_entered(facts):
    entered(**facts)


@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        pytest.param({"on": date(2026, 6, 2)}, Invalid, "还没有到", id="tomorrow"),
        pytest.param({"dates": STARTED}, Conflict, "已经确认过", id="twice"),
        pytest.param({"waiting": {EventKind.STARTED}}, Conflict, "正等另一个人确认", id="waiting"),
        pytest.param(
            {"kind": EventKind.FINISHED}, Refused, "先要有确认过的“开工”", id="finished-before-started"
        ),
        pytest.param(
            {"kind": EventKind.HANDED_OVER, "dates": FINISHED},
            Refused,
            "先要有确认过的“通过验收”",
            id="unaccepted",
        ),
        pytest.param(
            {"kind": EventKind.CLEARED, "dates": STARTED, "on": date(2026, 3, 9)},
            Invalid,
            "不能早于开工的 2026 年 3 月 10 日",
            id="the-day-before-the-start",
        ),
        pytest.param(
            {"kind": EventKind.CLEARED, "dates": FINISHED, "on": date(2026, 4, 1)},
            Refused,
            "已经确认到“竣工”",
            id="clearing-after-finishing",
        ),
        pytest.param(
            {"picture": False, "document": "开工令"}, Invalid, "要有照片", id="a-start-needs-a-picture"
        ),
        pytest.param(
            {"kind": EventKind.FINISHED, "dates": STARTED, "picture": False, "document": "竣工报告"},
            Invalid,
            "要有照片",
            id="finishing-needs-a-picture",
        ),
        pytest.param(
            {"kind": EventKind.CLEARED, "dates": STARTED, "picture": False, "document": "  "},
            Invalid,
            "依据的文件",
            id="no-evidence-at-all",
        ),
    ],
)
def test_an_act_that_cannot_be_is_refused_with_the_reason(facts, error, words):
    with pytest.raises(error, match=words):
        entered(**facts)


@pytest.mark.parametrize(
    ("kind", "dates"),
    [
        pytest.param(EventKind.STARTED, {}, id="the-start-stands-on-nothing"),
        pytest.param(EventKind.REPORTED, {}, id="nor-does-a-report"),
        pytest.param(EventKind.FINISHED, STARTED, id="finishing-on-the-start"),
    ],
)
def test_an_act_is_confirmed_upon_what_it_stands_on(kind, dates):
    check_before(kind, dates)
    if dates:
        with pytest.raises(Refused, match="先要有确认过的“开工”"):
            check_before(kind, {})


def test_a_report_may_lie_before_or_after_any_act_but_not_tomorrow():
    check_day(EventKind.REPORTED, date(2026, 1, 1), STARTED, TODAY)
    with pytest.raises(Invalid, match="还没有到"):
        check_day(EventKind.REPORTED, date(2026, 6, 2), {}, TODAY)
