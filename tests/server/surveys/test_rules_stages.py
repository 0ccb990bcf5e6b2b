"""Where a survey stands, and which paper forms were in time."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.kernel.errors import Invalid, Refused
from server.surveys.rules.stages import (
    Stage,
    check_closing,
    check_takes_answers,
    is_said_in_time,
    needs_review,
    stage_of,
)
from server.surveys.rules.words import ExportState

OPENED = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        pytest.param(OPENED - SECOND, Stage.DRAFT, id="before-the-opening"),
        pytest.param(OPENED, Stage.OPEN, id="the-opening-itself"),
        pytest.param(CLOSES - SECOND, Stage.OPEN, id="the-last-second"),
        pytest.param(CLOSES, Stage.CLOSED, id="the-closing-itself"),
    ],
)
def test_a_survey_is_open_from_its_opening_to_its_closing(now: datetime, stage: Stage) -> None:
    assert stage_of(OPENED, CLOSES, now) is stage


def test_a_survey_that_nobody_opened_is_a_draft_and_a_discarded_one_is_gone() -> None:
    assert stage_of(None, None, CLOSES) is Stage.DRAFT
    assert stage_of(OPENED, None, CLOSES) is Stage.OPEN
    assert stage_of(None, None, CLOSES, is_discarded=True) is Stage.DISCARDED


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CLOSED, Stage.DISCARDED])
def test_only_an_open_survey_takes_answers(stage: Stage) -> None:
    check_takes_answers(Stage.OPEN)
    with pytest.raises(Refused) as refused:
        check_takes_answers(stage)
    assert refused.value.code == f"survey_{stage.value}"
    assert stage.name_zh


def test_a_closing_lies_ahead() -> None:
    check_closing(CLOSES, CLOSES - SECOND)
    with pytest.raises(Invalid):
        check_closing(CLOSES, CLOSES)


@pytest.mark.parametrize(
    ("now", "waits"),
    [
        pytest.param(CLOSES - SECOND, False, id="keyed-before-the-closing"),
        pytest.param(CLOSES, True, id="keyed-at-the-closing"),
    ],
)
def test_a_form_keyed_from_the_closing_on_waits_for_a_review(now: datetime, *, waits: bool) -> None:
    assert needs_review(date(2026, 3, 10), OPENED, CLOSES, now) is waits


@pytest.mark.parametrize(
    ("signed_on", "code"),
    [
        pytest.param(date(2026, 3, 2), "signed_too_early", id="the-day-before-the-opening"),
        pytest.param(date(2026, 3, 3), "", id="the-opening-day"),
        pytest.param(date(2026, 3, 20), "", id="the-closing-day"),
        pytest.param(date(2026, 3, 21), "signed_too_late", id="the-day-after-the-closing"),
    ],
)
def test_a_form_bears_a_day_between_opening_and_closing(signed_on: date, code: str) -> None:
    now = CLOSES + timedelta(days=5)
    if not code:
        assert needs_review(signed_on, OPENED, CLOSES, now)
        return
    with pytest.raises(Refused) as refused:
        needs_review(signed_on, OPENED, CLOSES, now)
    assert refused.value.code == code


#: 24:00 of 20 March in China, which is 00:00 of the 21st.
MIDNIGHT = datetime(2026, 3, 20, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("signed_on", "closes_at", "is_in_time"),
    [
        pytest.param(date(2026, 3, 20), MIDNIGHT, True, id="the-day-that-ends-with-the-closing"),
        pytest.param(date(2026, 3, 21), MIDNIGHT, False, id="the-day-that-begins-with-it"),
        pytest.param(date(2026, 3, 21), MIDNIGHT + SECOND, True, id="a-day-of-which-one-second-was-left"),
        pytest.param(date(2026, 3, 22), MIDNIGHT + SECOND, False, id="the-day-after-that"),
        pytest.param(date(2026, 3, 20), MIDNIGHT - SECOND, True, id="closed-a-second-before-the-day-ended"),
        pytest.param(date(2026, 3, 21), MIDNIGHT - SECOND, False, id="and-the-day-after"),
    ],
)
def test_a_form_is_in_time_where_some_moment_of_its_day_was_before_the_closing(
    signed_on: date, closes_at: datetime, *, is_in_time: bool
) -> None:
    now = MIDNIGHT + timedelta(days=5)
    if is_in_time:
        assert needs_review(signed_on, OPENED, closes_at, now)
        return
    with pytest.raises(Refused) as refused:
        needs_review(signed_on, OPENED, closes_at, now)
    assert refused.value.code == "signed_too_late"


def test_a_form_from_tomorrow_is_a_slip_of_the_pen() -> None:
    with pytest.raises(Invalid):
        needs_review(date(2026, 3, 11), OPENED, CLOSES, datetime(2026, 3, 10, 4, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("said_at", "closes_at", "now", "is_in_time"),
    [
        pytest.param(CLOSES - SECOND, CLOSES, CLOSES, True, id="said-before-and-come-at-the-closing"),
        pytest.param(CLOSES - SECOND, CLOSES, CLOSES + timedelta(days=3), True, id="come-days-after"),
        pytest.param(CLOSES - SECOND, CLOSES, CLOSES - SECOND, False, id="come-before-needs-no-excuse"),
        pytest.param(CLOSES, CLOSES, CLOSES + SECOND, False, id="said-at-the-closing-itself"),
        pytest.param(CLOSES + SECOND, CLOSES, CLOSES + SECOND, False, id="said-after-it"),
        pytest.param(None, CLOSES, CLOSES + SECOND, False, id="nobody-knows-when-it-was-said"),
        pytest.param(OPENED, None, CLOSES, False, id="a-survey-without-a-closing"),
    ],
)
def test_what_was_said_at_the_door_before_the_closing_and_came_after_it_was_in_time(
    said_at: datetime | None, closes_at: datetime | None, now: datetime, *, is_in_time: bool
) -> None:
    assert is_said_in_time(said_at, closes_at, now) is is_in_time


def test_each_state_of_a_table_has_its_words():
    assert {state.value: state.name_zh for state in ExportState} == {
        "waiting": "等着写",
        "writing": "正在写",
        "ready": "可以下载",
        "failed": "没有写成",
        "gone": "已过期删除",
    }
