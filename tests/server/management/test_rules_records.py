"""Accounts, handover and the watch."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.errors import Invalid, Refused
from server.kernel.money import MOST_FEN
from server.management.rules.accounts import (
    Book,
    Direction,
    Sums,
    check_counter,
    check_entry,
    check_publication,
    publication_due,
    sums_of,
)
from server.management.rules.handover import (
    HandoverStep,
    StepState,
    check_step,
    handover_text,
    open_steps,
    progress,
)
from server.management.rules.watch import (
    Round,
    RoundState,
    Seen,
    Verdict,
    WatchItem,
    check_round,
    round_name,
    rounds,
)

TODAY = date(2026, 6, 1)
TOMORROW = TODAY + timedelta(1)


@pytest.mark.parametrize(
    ("fen", "change", "field"),
    [
        pytest.param(1, {}, None, id="a-fen"),
        pytest.param(0, {}, "amount", id="nothing"),
        pytest.param(-1, {}, "amount", id="below-nothing"),
        pytest.param(MOST_FEN, {}, None, id="the-most"),
        pytest.param(MOST_FEN + 1, {}, "amount", id="a-fen-too-much"),
        pytest.param(1, {"words": " "}, "words", id="for-what"),
        pytest.param(1, {"document": ""}, "document", id="by-which-paper"),
        pytest.param(1, {"on": TOMORROW}, "happened_on", id="tomorrow"),
    ],
)
def test_an_entry_says_what_for_and_by_which_paper(fen, change, field):
    facts = {"words": "停车费", "document": "收据 1", "on": TODAY, "today": TODAY, **change}
    if field is None:
        check_entry(fen, **facts)
        return
    with pytest.raises(Invalid) as refused:
        check_entry(fen, **facts)
    assert list(refused.value.fields) == [field]


def test_an_entry_is_taken_back_once_and_for_a_reason():
    check_counter(is_counter=False, is_countered=False, reason="金额写错")
    with pytest.raises(Refused, match="不能再冲销"):
        check_counter(is_counter=True, is_countered=False, reason="错")
    with pytest.raises(Refused, match="已经冲销过"):
        check_counter(is_counter=False, is_countered=True, reason="错")
    with pytest.raises(Invalid, match="为什么冲销"):
        check_counter(is_counter=False, is_countered=False, reason=" ")


IN, OUT = Direction.IN, Direction.OUT


@pytest.mark.parametrize(
    ("entries", "sums", "balance"),
    [
        pytest.param([], Sums(), 0, id="an-empty-book"),
        pytest.param([(IN, 500), (OUT, 300), (IN, 1)], Sums(501, 300), 201, id="each-on-its-side"),
        pytest.param([(OUT, 300)], Sums(0, 300), -300, id="spent-before-it-came"),
        pytest.param([(IN, 500), (IN, -500)], Sums(), 0, id="an-income-taken-back-is-no-expense"),
        pytest.param([(IN, 500), (OUT, 300), (OUT, -300)], Sums(500, 0), 500, id="an-expense-taken-back"),
    ],
)
def test_a_book_is_what_came_in_and_what_went_out(entries, sums, balance):
    assert sums_of(entries) == sums
    assert sums_of(entries).balance == balance


@given(st.lists(st.tuples(st.sampled_from(Direction), st.integers(1, MOST_FEN))))
def test_an_entry_and_its_counter_entry_leave_no_trace_in_the_sums(entries):
    taken_back = [*entries, *((direction, -fen) for direction, fen in entries)]
    assert sums_of(taken_back) == Sums(0, 0)
    found = sums_of(entries)
    assert found.balance == sum(fen if way is Direction.IN else -fen for way, fen in entries)


YESTERDAY = TODAY - timedelta(1)


@pytest.mark.parametrize(
    ("through", "last", "newest", "has_new", "error"),
    [
        pytest.param(TODAY, None, None, False, None, id="the-first-though-empty"),
        pytest.param(TOMORROW, None, TODAY, True, Invalid, id="tomorrow"),
        pytest.param(TODAY, TOMORROW, TODAY, True, Invalid, id="before-the-last"),
        pytest.param(TODAY, TODAY, TODAY, True, None, id="the-same-day-with-something-new"),
        pytest.param(TODAY, TODAY, TODAY, False, Refused, id="the-same-day-with-nothing-new"),
        pytest.param(TODAY, YESTERDAY, YESTERDAY, False, None, id="a-day-without-an-entry"),
        pytest.param(YESTERDAY, None, YESTERDAY, True, None, id="up-to-its-newest-entry"),
        pytest.param(YESTERDAY, None, TODAY, True, Invalid, id="a-day-before-its-newest-entry"),
    ],
)
def test_a_book_is_published_up_to_a_day_that_has_come(through, last, newest, has_new, error):
    facts = {"last_through": last, "newest_on": newest, "has_new": has_new, "today": TODAY}
    if error is None:
        check_publication(through, **facts)
    else:
        with pytest.raises(error):
            check_publication(through, **facts)


def test_the_next_publication_is_counted_from_the_last_or_from_the_beginning():
    assert publication_due(None, date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert publication_due(TODAY, date(2026, 1, 31), 6) == date(2026, 12, 1)


def test_books_and_directions_have_names():
    assert [book.name_zh for book in Book] == ["公共收益", "维修资金"]
    assert all("民法典" in book.explained_zh for book in Book)
    assert [way.name_zh for way in Direction] == ["收入", "支出"]


# ------------------------------------------------------------------ handover


@pytest.mark.parametrize(
    ("state", "change", "error"),
    [
        pytest.param(StepState.DONE, {}, None, id="done-with-a-paper"),
        pytest.param(StepState.DONE, {"words": "", "has_picture": True}, None, id="done-with-a-picture"),
        pytest.param(StepState.DONE, {"words": " "}, Invalid, id="done-with-nothing"),
        pytest.param(StepState.DONE, {"done_on": TOMORROW}, Invalid, id="done-tomorrow"),
        pytest.param(StepState.REOPENED, {"before": StepState.DONE}, None, id="opened-again"),
        pytest.param(
            StepState.REOPENED, {"before": StepState.DONE, "words": ""}, Invalid, id="without-a-reason"
        ),
        pytest.param(StepState.REOPENED, {}, Refused, id="never-done"),
        pytest.param(StepState.REOPENED, {"before": StepState.REOPENED}, Refused, id="open-already"),
    ],
)
def test_a_step_of_the_handover_rests_on_something(state, change, error):
    facts = {
        "before": None, "done_on": TODAY, "words": "移交清单", "has_picture": False, "today": TODAY, **change,
    }  # fmt: skip
    if error is None:
        check_step(state, **facts)
    else:
        with pytest.raises(error):
            check_step(state, **facts)


def test_the_tracker_says_what_is_left():
    states = dict.fromkeys(HandoverStep, StepState.DONE) | {HandoverStep.PAPERS: StepState.REOPENED}
    assert open_steps(states) == [HandoverStep.PAPERS]
    assert progress(states) == (5, 6)
    assert handover_text(states) == "还有 1 步没办好"
    assert handover_text(dict.fromkeys(HandoverStep, StepState.DONE)) == "办完了"
    assert all(step.name_zh and step.hint_zh for step in HandoverStep)
    assert [state.name_zh for state in StepState] == ["办好了", "重新打开"]


# ------------------------------------------------------------------ the watch


def test_rounds_follow_the_completion_and_those_that_were_done_stay():
    found = rounds(date(2026, 3, 1), [3, 12, 0], {0, 6}, TODAY)
    assert [(one.months, one.due_on, one.state) for one in found] == [
        (0, date(2026, 3, 1), RoundState.DONE),
        (3, date(2026, 6, 1), RoundState.DUE),
        (6, date(2026, 9, 1), RoundState.DONE),
        (12, date(2027, 3, 1), RoundState.COMING),
    ]
    assert rounds(date(2026, 3, 2), [3], {0}, TODAY)[1].state is RoundState.COMING
    assert found[1].name_zh == "竣工后 3 个月"
    assert round_name(0) == "竣工时"
    assert all(state.name_zh and state.tone for state in RoundState)
    assert all(verdict.name_zh and verdict.tone for verdict in Verdict)


DUE = Round(3, TODAY, RoundState.DUE)
ABSENT = dict.fromkeys(WatchItem, Seen(Verdict.ABSENT))


def seen(**change):
    return ABSENT | {WatchItem.ROAD: Seen(Verdict.HOLDS, "", has_picture=True)} | {
        WatchItem(name): one for name, one in change.items()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "error"),
    [
        (DUE, None),
        (None, "没有安排"),
        (Round(3, TODAY, RoundState.DONE), "已经看过"),
        (Round(3, TODAY, RoundState.COMING), "还没到时候"),
    ],
)
def test_a_round_is_held_when_it_is_due(planned, error):
    if error is None:
        check_round(planned, seen())
    else:
        with pytest.raises(Refused, match=error):
            check_round(planned, seen())


@pytest.mark.parametrize(
    ("months", "one", "sentence"),
    [
        (3, Seen(Verdict.FELL_BACK, "3 栋旁又塌了", has_picture=True), None),
        (3, Seen(Verdict.FELL_BACK, " ", has_picture=True), "怎么回潮"),
        (3, Seen(Verdict.FELL_BACK, "塌了"), "拍一张照片"),
        (3, Seen(Verdict.HOLDS), "拍一张照片"),
        (3, Seen(Verdict.ABSENT), None),
        (0, Seen(Verdict.FELL_BACK, "塌了", has_picture=True), "竣工时没有回潮"),
        (0, Seen(Verdict.HOLDS, has_picture=True), None),
    ],
)
def test_what_is_there_is_photographed_and_what_fell_back_described(months, one, sentence):
    planned = Round(months, TODAY, RoundState.DUE)
    if sentence is None:
        check_round(planned, seen(green=one))
        return
    with pytest.raises(Invalid) as refused:
        check_round(planned, seen(green=one))
    assert list(refused.value.fields) == ["green"]
    assert sentence in refused.value.fields["green"][0]


def test_every_item_is_looked_at_and_one_at_least_is_there():
    with pytest.raises(Invalid) as refused:
        check_round(DUE, {WatchItem.ROAD: Seen(Verdict.HOLDS, "", has_picture=True)})
    assert set(refused.value.fields) == set(WatchItem) - {WatchItem.ROAD}
    with pytest.raises(Refused, match="一项都没看"):
        check_round(DUE, ABSENT)
    assert all(item.name_zh for item in WatchItem)
