from datetime import UTC, datetime, timedelta

import pytest

from server.kernel.errors import Invalid
from server.visits.rules import (
    DRIFT,
    LONGEST_AHEAD,
    LONGEST_NOTE,
    Purpose,
    Result,
    check_come_back,
    checked_note,
    checked_time,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=10)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        pytest.param(NOW, NOW, id="now"),
        pytest.param(SINCE, SINCE, id="as-the-matter-begins"),
        pytest.param(NOW - SECOND, NOW - SECOND, id="a-second-ago"),
        pytest.param(NOW + DRIFT, NOW, id="a-clock-slightly-ahead-is-set-right"),
    ],
)
def test_when_a_door_may_have_been_knocked_at(at: datetime, kept: datetime) -> None:
    assert checked_time(at, SINCE, NOW) == kept


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        pytest.param(NOW + DRIFT + SECOND, "晚于现在", id="in-the-future"),
        pytest.param(SINCE - SECOND, "早于", id="before-the-matter-began"),
    ],
)
def test_other_times_are_refused_with_what_to_check(at: datetime, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        checked_time(at, SINCE, NOW)
    assert list(caught.value.fields) == ["visited_at"]


@pytest.mark.parametrize(
    ("result", "come_back_at"),
    [
        pytest.param(Result.COME_BACK, NOW + SECOND, id="an-appointment"),
        pytest.param(Result.COME_BACK, NOW + LONGEST_AHEAD, id="the-latest-appointment"),
        pytest.param(Result.DONE, None, id="done"),
        pytest.param(Result.REFUSED, None, id="refused"),
        pytest.param(Result.NOBODY_HOME, None, id="nobody-home"),
    ],
)
def test_an_appointment_has_a_time_and_nothing_else_has(
    result: Result, come_back_at: datetime | None
) -> None:
    check_come_back(result, come_back_at, NOW)


@pytest.mark.parametrize(
    ("result", "come_back_at", "sentence"),
    [
        pytest.param(Result.COME_BACK, None, "填约好", id="no-time"),
        pytest.param(Result.COME_BACK, NOW, "晚于", id="not-after-the-visit"),
        pytest.param(Result.COME_BACK, NOW + LONGEST_AHEAD + SECOND, "太远", id="a-wrong-year"),
        pytest.param(Result.DONE, NOW + SECOND, "只有", id="done-and-to-come-back"),
    ],
)
def test_an_appointment_that_makes_no_sense_is_refused(
    result: Result, come_back_at: datetime | None, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        check_come_back(result, come_back_at, NOW)
    assert list(caught.value.fields) == ["come_back_at"]


def test_a_note_is_trimmed_and_bounded() -> None:
    assert checked_note(" 女儿有钥匙 ") == "女儿有钥匙"
    assert checked_note("  ") is None
    assert checked_note("长" * LONGEST_NOTE)
    with pytest.raises(Invalid, match=str(LONGEST_NOTE)):
        checked_note("长" * (LONGEST_NOTE + 1))


def test_every_word_has_its_name() -> None:
    assert [one.name_zh for one in Result] == ["没人在家", "不愿意", "约好再来", "办完了"]
    assert [one.name_zh for one in Purpose] == ["入户调查", "送达"]
