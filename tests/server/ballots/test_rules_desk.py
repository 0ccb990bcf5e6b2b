"""At the paper desk: what each mark and fault is called, which keys a motion has, when a paper counts and who reviews it."""

from datetime import UTC, datetime, timedelta

import pytest

from server.ballots.rules.casting import AskedMotion
from server.ballots.rules.desk import (
    BY_REVIEWER,
    Fault,
    check_received,
    check_reviewer,
    key_legend,
    read_keys,
)
from server.ballots.rules.marks import MOST_OPTIONS, Mark
from tests.server.ballots.refusing import code_of

COLOUR = AskedMotion("m1", "外墙颜色", ("米白", "浅灰", "abstain"))


def test_each_odd_mark_and_each_fault_has_a_name_of_its_own():
    assert [mark.name_zh for mark in Mark] == ["空白", "看不清或填法不对", "几套房意见不一"]
    names = {fault: fault.name_zh for fault in Fault}
    assert names[Fault.UNSIGNED] == "没有签名"
    assert len(set(names.values())) == len(Fault)


def test_a_reviewer_names_any_fault_but_the_one_that_the_house_finds_itself():
    assert set(Fault) - set(BY_REVIEWER) == {Fault.REPRESENTATIVE}


def test_the_legend_tells_the_choices_as_printed_and_then_the_marks():
    assert key_legend(COLOUR) == [
        ("1", "米白"),
        ("2", "浅灰"),
        ("3", "弃权"),
        ("0", "空白"),
        ("-", "看不清或填法不对"),
        ("=", "几套房意见不一"),
    ]


def test_every_key_of_the_legend_is_read():
    read = [read_keys([COLOUR], key)["m1"] for key, _ in key_legend(COLOUR)]
    assert read == ["米白", "浅灰", "abstain", "blank", "unclear", "split"]


def many(count: int) -> AskedMotion:
    return AskedMotion("m1", "外墙颜色", (*(f"颜色 {number}" for number in range(1, count + 1)), "abstain"))


@pytest.mark.parametrize("count", [2, MOST_OPTIONS])
def test_every_choice_has_a_key_and_abstaining_too(count):
    motion = many(count)
    keys = key_legend(motion)[: -len(Mark)]
    assert [read_keys([motion], key)["m1"] for key, _ in keys] == list(motion.choices)
    assert keys[-1][1] == "弃权"


def test_where_an_old_motion_has_more_options_than_keys_abstaining_still_has_the_last_one():
    motion = many(MOST_OPTIONS + 1)
    keys = key_legend(motion)[: -len(Mark)]
    assert keys[-2:] == [("Y", f"颜色 {MOST_OPTIONS}"), ("Z", "弃权")]
    assert read_keys([motion], "Z") == {"m1": "abstain"}


OPENED = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CLOSING = OPENED + timedelta(days=7)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("received", "now", "code"),
    [
        pytest.param(OPENED - MOMENT, CLOSING, "received_before_opening", id="just-before-the-opening"),
        pytest.param(OPENED, CLOSING, None, id="as-it-opens"),
        pytest.param(CLOSING - MOMENT, CLOSING, None, id="the-last-moment"),
        pytest.param(CLOSING - MOMENT, CLOSING + timedelta(days=3), None, id="in-time-and-keyed-days-later"),
        pytest.param(CLOSING, CLOSING + timedelta(days=3), "received_too_late", id="as-it-closes"),
        pytest.param(OPENED + MOMENT, OPENED + MOMENT, None, id="right-now"),
        pytest.param(OPENED + MOMENT, OPENED, "invalid", id="in-the-future"),
    ],
)
def test_a_paper_counts_by_when_it_was_received(received, now, code):
    assert code_of(lambda: check_received(received, OPENED, CLOSING, now)) == code


@pytest.mark.parametrize(
    ("reviewer", "entered_by", "code"),
    [
        pytest.param("staff:3", ["staff:1", "staff:2"], None, id="another-person"),
        pytest.param("staff:3", [], None, id="nobody-entered-it"),
        pytest.param("staff:1", ["staff:1", "staff:2"], "own_entry", id="the-first-keyer"),
        pytest.param("staff:2", ["staff:1", "staff:2"], "own_entry", id="the-second-keyer"),
    ],
)
def test_whoever_entered_a_paper_does_not_review_it(reviewer, entered_by, code):
    assert code_of(lambda: check_reviewer(reviewer, entered_by)) == code
