"""What keeps a count from being posted, and a decision from hanging on one that was: by table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.decisions.rules.preliminary import (
    NOT_COUNTED,
    RECOUNT,
    STALE,
    Objected,
    Preliminary,
    before_deciding,
    may_post,
    recount_is_due,
)

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
ENDS = datetime(2026, 3, 17, 16, tzinfo=UTC)
COUNTED = NOON - timedelta(days=1)
HANGS = Preliminary(notice_id=1, count=1, ends_at=ENDS, is_withdrawn=False)
OPEN = Objected(1, is_answered=False, is_upheld=False)
REFUSED = Objected(1, is_answered=True, is_upheld=False, answered_at=NOON)
UPHELD = Objected(1, is_answered=True, is_upheld=True, answered_at=NOON)


@pytest.mark.parametrize(
    ("posted", "newest", "counted_at", "now", "codes"),
    [
        pytest.param(None, 1, COUNTED, NOON, [], id="none-was-posted"),
        pytest.param(HANGS, 1, COUNTED, ENDS - timedelta(microseconds=1), ["preliminary_hangs"], id="it-hangs"),
        pytest.param(HANGS, 1, COUNTED, ENDS, [], id="its-period-is-over"),
        pytest.param(
            replace(HANGS, objections=(OPEN,)), 1, COUNTED, ENDS, ["preliminary_objections"], id="an-open-objection"
        ),
        pytest.param(replace(HANGS, objections=(REFUSED,)), 1, COUNTED, ENDS, [], id="one-that-was-not-upheld"),
        pytest.param(replace(HANGS, objections=(UPHELD,)), 1, COUNTED, ENDS, ["recount_due"], id="one-upheld"),
        pytest.param(
            replace(HANGS, objections=(UPHELD,)), 2, NOON - timedelta(seconds=1), ENDS, ["recount_due"],
            id="a-count-from-before-the-answer",
        ),
        pytest.param(replace(HANGS, objections=(UPHELD,)), 1, None, ENDS, ["recount_due"], id="no-count-at-all"),
        pytest.param(
            replace(HANGS, objections=(UPHELD,)), 2, NOON, ENDS, ["preliminary_again"], id="recounted-not-posted"
        ),
        pytest.param(
            replace(HANGS, count=2, objections=(UPHELD,)), 2, NOON, ENDS, [], id="recounted-and-posted-again"
        ),
        pytest.param(
            replace(HANGS, is_withdrawn=True), 1, COUNTED, ENDS, ["preliminary_again"], id="taken-down"
        ),
    ],
)  # fmt: skip
def test_once_posted_it_is_gone_through_before_a_decision_hangs(
    posted: Preliminary | None, newest: int, counted_at: datetime | None, now: datetime, codes: list[str]
) -> None:
    assert [one.code for one in before_deciding(posted, newest, counted_at, now)] == codes


@pytest.mark.parametrize(
    ("posted", "newest", "counted_at", "state", "codes"),
    [
        pytest.param(None, 0, None, {}, ["not_counted"], id="before-the-count"),
        pytest.param(None, 1, COUNTED, {}, [], id="after-it"),
        pytest.param(None, 1, COUNTED, {"is_stale": True}, ["count_stale"], id="a-review-came-since"),
        pytest.param(None, 1, COUNTED, {"is_decided": True}, ["already_decided"], id="a-decision-hung"),
        pytest.param(HANGS, 1, COUNTED, {}, ["already_hangs"], id="it-hangs"),
        pytest.param(HANGS, 2, NOON, {}, [], id="a-later-count"),
        pytest.param(replace(HANGS, is_withdrawn=True), 1, COUNTED, {}, [], id="taken-down"),
        pytest.param(replace(HANGS, objections=(UPHELD,)), 1, COUNTED, {}, ["recount_due"], id="recount-first"),
    ],
)  # fmt: skip
def test_the_newest_count_is_posted_once(
    posted: Preliminary | None,
    newest: int,
    counted_at: datetime | None,
    state: dict[str, bool],
    codes: list[str],
) -> None:
    whole = {"is_stale": False, "is_decided": False} | state
    assert [one.code for one in may_post(newest, counted_at, posted, **whole)] == codes


@pytest.mark.parametrize(
    ("newest", "counted_at", "state", "reason"),
    [
        pytest.param(0, COUNTED, {}, NOT_COUNTED, id="a-count-without-a-number-is-none"),
        pytest.param(1, None, {}, NOT_COUNTED, id="nor-is-one-without-a-time"),
        pytest.param(
            0, None, {"is_decided": True, "is_stale": True}, NOT_COUNTED, id="what-was-never-counted-is-told-that-alone",
        ),
        pytest.param(1, COUNTED, {"is_stale": True}, STALE, id="a-stale-count-is-told-before-the-notice"),
    ],
)  # fmt: skip
def test_the_first_thing_missing_is_told_alone(
    newest: int, counted_at: datetime | None, state: dict[str, bool], reason: object
) -> None:
    whole = {"is_stale": False, "is_decided": False} | state
    assert may_post(newest, counted_at, HANGS, **whole) == [reason]


def test_a_decision_that_hung_already_is_told_before_a_stale_count() -> None:
    (reason,) = may_post(1, COUNTED, None, is_stale=True, is_decided=True)
    assert reason.code == "already_decided"
    assert "对着决定的公示提" in reason.message


@pytest.mark.parametrize(
    ("objections", "newest", "counted_at", "is_due"),
    [
        pytest.param((), 1, COUNTED, False, id="nobody-objected"),
        pytest.param((OPEN, REFUSED), 1, COUNTED, False, id="nothing-was-upheld"),
        pytest.param((replace(UPHELD, answered_at=None),), 1, COUNTED, False, id="an-answer-that-was-never-given"),
        pytest.param((UPHELD,), 1, NOON, True, id="the-count-that-hung-is-no-recount"),
        pytest.param((UPHELD,), 2, NOON - timedelta(microseconds=1), True, id="a-moment-before-the-answer"),
        pytest.param((UPHELD,), 2, NOON, False, id="at-the-answer"),
        pytest.param((UPHELD,), 2, None, True, id="no-time-no-count"),
        pytest.param((UPHELD, replace(UPHELD, count=2)), 2, NOON, True, id="one-of-two-is-enough"),
    ],
)  # fmt: skip
def test_a_recount_is_due_until_a_later_count_follows_what_was_upheld(
    objections: tuple[Objected, ...], newest: int, counted_at: datetime | None, is_due: bool
) -> None:
    posted = replace(HANGS, objections=objections)
    assert recount_is_due(posted, newest, counted_at) is is_due


def test_every_reason_not_to_decide_is_told_at_once_with_its_number_and_day() -> None:
    hangs = replace(HANGS, objections=(OPEN, OPEN, REFUSED))
    waiting, period = before_deciding(hangs, 1, COUNTED, NOON)
    assert waiting.message == "初步结果还有 2 条异议没有答复。"
    assert period.message == "初步结果的公示期到 2026 年 3 月 17 日 24:00 才满。"
    assert before_deciding(replace(hangs, objections=(OPEN, UPHELD)), 1, COUNTED, NOON)[1:] == [RECOUNT]


@pytest.mark.parametrize(
    ("ends_at", "last"),
    [
        pytest.param(datetime(2026, 3, 31, 16, tzinfo=UTC), "2026 年 3 月 31 日", id="at-the-end-of-a-month"),
        pytest.param(datetime(2026, 12, 31, 16, tzinfo=UTC), "2026 年 12 月 31 日", id="of-a-year"),
        pytest.param(datetime(2028, 2, 29, 16, tzinfo=UTC), "2028 年 2 月 29 日", id="of-a-leap-february"),
    ],
)
def test_people_are_told_the_last_day_and_not_the_first_that_is_too_late(
    ends_at: datetime, last: str
) -> None:
    (reason,) = before_deciding(replace(HANGS, ends_at=ends_at), 1, COUNTED, NOON)
    assert f"到 {last} 24:00 才满" in reason.message


@pytest.mark.parametrize(
    ("posted", "newest", "why"),
    [
        pytest.param(replace(HANGS, is_withdrawn=True), 1, "公示撤下了。", id="taken-down"),
        pytest.param(HANGS, 2, "不是最新一次计票。", id="an-older-count"),
        pytest.param(replace(HANGS, is_withdrawn=True), 2, "公示撤下了。", id="taken-down-and-older"),
    ],
)
def test_what_no_longer_hangs_is_posted_anew_and_told_why(posted: Preliminary, newest: int, why: str) -> None:
    (reason,) = before_deciding(posted, newest, COUNTED, ENDS)
    assert reason.code == "preliminary_again"
    assert why in reason.message
