"""How long WeChat is asked, until when it knows a person, and what people are told of its check: by table."""

from datetime import UTC, datetime, timedelta

import pytest

from server.moderation.rules.checking import (
    ACTIVE_FOR,
    LABELS,
    NOTHING,
    WAITS,
    Checking,
    Found,
    Why,
    is_active,
    next_try,
    told,
)

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
LONG_AGO = NOW - timedelta(days=30)
TRYING, LATER = "微信正在查。", "检查暂时不通，已留着，过一会儿再查。"


@pytest.mark.parametrize(
    ("found", "needs"),
    [(Found.PASS, False), (Found.REVIEW, True), (Found.RISKY, True)],
)
def test_only_what_wechat_has_nothing_against_needs_no_person(found: Found, needs: bool) -> None:
    assert found.needs_a_person is needs


@pytest.mark.parametrize(
    ("seen_at", "submitted_at", "is_known"),
    [
        pytest.param(NOW, LONG_AGO, True, id="seen-now"),
        pytest.param(LONG_AGO, NOW, True, id="wrote-now"),
        pytest.param(NOW - ACTIVE_FOR + MOMENT, LONG_AGO, True, id="seen-just-within-two-hours"),
        pytest.param(NOW - ACTIVE_FOR, LONG_AGO, False, id="seen-two-hours-ago"),
        pytest.param(LONG_AGO, NOW - ACTIVE_FOR + MOMENT, True, id="wrote-just-within-two-hours"),
        pytest.param(LONG_AGO, NOW - ACTIVE_FOR, False, id="wrote-two-hours-ago"),
    ],
)
def test_wechat_knows_a_person_for_two_hours_after_the_later_of_seeing_and_writing(
    seen_at: datetime, submitted_at: datetime, is_known: bool
) -> None:
    assert is_active(seen_at, submitted_at, NOW) is is_known


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        pytest.param(0, timedelta(minutes=1), id="not-tried-yet"),
        pytest.param(1, timedelta(minutes=1), id="after-the-first"),
        pytest.param(2, timedelta(minutes=5), id="after-the-second"),
        pytest.param(3, timedelta(minutes=15), id="after-the-third"),
        pytest.param(len(WAITS), timedelta(minutes=30), id="after-the-fourth"),
        pytest.param(len(WAITS) + 1, timedelta(minutes=30), id="the-last-wait-holds-for-all-that-follow"),
        pytest.param(1_000, timedelta(minutes=30), id="for-ever"),
    ],
)
def test_tries_come_slower_and_never_end(attempts: int, wait: timedelta) -> None:
    assert next_try(attempts, NOW) - NOW == wait


@pytest.mark.parametrize(
    ("found", "label", "sentence"),
    [
        pytest.param(Found.PASS, NOTHING, "微信检查：没有发现问题。", id="nothing-found"),
        pytest.param(Found.PASS, None, "微信检查：没有发现问题。", id="passed-without-a-label"),
        pytest.param(Found.REVIEW, 20001, "微信检查：拿不准（时政）。", id="doubted"),
        pytest.param(Found.REVIEW, None, "微信检查：拿不准。", id="doubted-without-a-label"),
        pytest.param(Found.RISKY, 20006, "微信检查：有问题（违法犯罪）。", id="risky"),
        pytest.param(Found.RISKY, 99999, "微信检查：有问题。", id="a-label-that-is-new-to-the-house"),
    ],
)
def test_a_verdict_is_told_with_its_label_whatever_the_state(
    found: Found, label: int | None, sentence: str
) -> None:
    assert {told(state, 3, found, label, Why.AWAY) for state in Checking} == {sentence}


@pytest.mark.parametrize(
    ("state", "attempts", "why", "sentence"),
    [
        pytest.param(Checking.WAITING, 0, None, TRYING, id="waiting-for-the-first-try"),
        pytest.param(Checking.WAITING, 1, None, LATER, id="waiting-after-one"),
        pytest.param(Checking.CLAIMED, 1, None, TRYING, id="the-first-try-is-in-hand"),
        pytest.param(Checking.CLAIMED, 2, None, LATER, id="the-second-is-in-hand"),
        pytest.param(Checking.ASKED, 1, None, "微信正在看照片。", id="a-picture-is-looked-at"),
        pytest.param(Checking.ASKED, 9, None, "微信正在看照片。", id="however-often-it-was-asked"),
        pytest.param(Checking.LEFT, 0, None, "", id="left-without-a-reason"),
        pytest.param(
            Checking.LEFT, 0, Why.NO_ACCOUNT, "写的人近来没有用小程序，只对过词表。", id="not-known"
        ),
        pytest.param(Checking.LEFT, 9, Why.AWAY, "微信一直没有查成，只对过词表。", id="away"),
        pytest.param(Checking.LEFT, 1, Why.REJECTED, "微信不收这一条，只对过词表。", id="not-taken"),
        pytest.param(Checking.LEFT, 1, Why.SILENT, "微信收了照片，一直没有回话。", id="never-called-back"),
        pytest.param(Checking.LEFT, 1, Why.UNSEEN, "微信没有取到照片，没有查成。", id="could-not-fetch-it"),
        pytest.param(Checking.LEFT, 0, Why.NEEDLESS, "", id="not-needed-any-more"),
    ],
)
def test_without_a_verdict_people_are_told_how_far_it_has_come(
    state: Checking, attempts: int, why: Why | None, sentence: str
) -> None:
    assert told(state, attempts, None, None, why) == sentence


def test_each_label_has_a_word_of_its_own_and_nothing_found_has_none() -> None:
    assert len(set(LABELS.values())) == len(LABELS)
    assert NOTHING not in LABELS
