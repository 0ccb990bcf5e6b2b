"""Who reads what of a ticket, what is told of each step, and what a resident may do."""

from datetime import UTC, datetime, timedelta

import pytest

from server.tickets.rules.seeing import Deed, deeds, is_read, next_zh, reads_whole, reopens_until
from server.tickets.rules.states import possible
from server.tickets.rules.telling import for_residents, for_staff, is_told
from server.tickets.rules.words import Act, Level, Priority, State

# ------------------------------------------------------------------ what is read


@pytest.mark.parametrize(
    ("act", "by", "is_reporter", "is_whole"),
    [
        pytest.param(Act.REPORT, "resident:1", True, True, id="who-reported-reads-their-own"),
        pytest.param(Act.REOPEN, "resident:1", True, True, id="who-reported-reads-what-a-neighbour-said"),
        pytest.param(Act.FINISH, "staff:3", False, True, id="who-joined-reads-what-was-done"),
        pytest.param(Act.REMIND, "system:0", False, True, id="who-joined-reads-what-the-clock-did"),
        pytest.param(Act.REOPEN, "resident:2", False, True, id="who-joined-reads-their-own-words"),
        pytest.param(Act.REOPEN, "resident:1", False, False, id="who-joined-waits-for-a-neighbours-words"),
        pytest.param(Act.REOPEN, "resident:21", False, False, id="whose-number-begins-alike-is-another"),
        pytest.param(Act.REPORT, "resident:1", False, False, id="who-joined-waits-for-the-report"),
        pytest.param(Act.REPORT, "staff:3", False, False, id="a-report-by-telephone-is-a-neighbours-too"),
    ],
)
def test_who_reads_an_act_as_it_came(act: Act, by: str, is_reporter: bool, is_whole: bool):
    assert reads_whole(act, by, "resident:2", is_reporter=is_reporter) is is_whole


# ------------------------------------------------------------------ what is told


def told(act: Act, to: State, note: str = "", level: Level | None = None) -> str:
    return for_residents(act, to, "南门", "安防、门禁", note, level)[1]


def test_residents_are_told_of_each_step_in_words():
    assert told(Act.REFUSE, State.REFUSED, "不归物业管。").startswith("这件不予办理，原因：不归物业管。")
    # Late may be the accepting alone, long before it was to be mended.
    assert told(Act.ESCALATE, State.NEW, level=Level.STREET) == "超时了，已经报给街道。"
    assert "解决了吗" in told(Act.REMIND, State.DONE)
    assert "你同意吗" in told(Act.REMIND, State.REFUSED)
    assert "未确认" in told(Act.LAPSE, State.UNCONFIRMED)
    assert "还没好，可以重新打开" in told(Act.LAPSE, State.CLOSED)
    assert for_staff("派给你一件", "南门", "安防、门禁", State.DISPATCHED)[0] == "派给你一件：南门安防、门禁"
    assert is_told(Act.FINISH)
    assert not is_told(Act.ASK_SUSPENSION)


# ------------------------------------------------------------------ what a resident sees and may do

UNTIL = datetime(2026, 4, 1, tzinfo=UTC)
BEFORE, AT = UNTIL - timedelta(seconds=1), UNTIL


@pytest.mark.parametrize(
    ("state", "reporter", "joined", "has_reporter", "now", "may"),
    [
        pytest.param(State.NEW, True, False, True, BEFORE, {Deed.WITHDRAW}, id="withdraws-what-is-open"),
        pytest.param(State.NEW, False, False, True, BEFORE, {Deed.JOIN}, id="a-neighbour-joins"),
        pytest.param(State.NEW, False, True, True, BEFORE, set(), id="and-joins-once"),
        pytest.param(State.DONE, True, False, True, BEFORE, {Deed.CONFIRM, Deed.REOPEN}, id="says-whether-it-is-done"),
        pytest.param(State.DONE, False, True, True, BEFORE, {Deed.REOPEN}, id="who-joined-says-it-is-not"),
        pytest.param(State.DONE, False, True, False, BEFORE, {Deed.CONFIRM, Deed.REOPEN}, id="or-speaks-where-nobody-did"),
        pytest.param(State.REFUSED, True, False, True, BEFORE, {Deed.REOPEN}, id="does-not-take-a-refusal"),
        pytest.param(State.CONFIRMED, True, False, True, BEFORE, {Deed.REOPEN}, id="broken-again"),
        pytest.param(State.CONFIRMED, True, False, True, AT, set(), id="too-late-to-reopen"),
        pytest.param(State.CONFIRMED, False, False, True, BEFORE, set(), id="over-for-others"),
        pytest.param(State.CLOSED, True, False, True, BEFORE, set(), id="closed-for-good"),
    ],
)  # fmt: skip
def test_what_a_resident_may_do(state, reporter, joined, has_reporter, now, may):
    found = deeds(
        state,
        is_reporter=reporter,
        is_joined=joined,
        has_reporter=has_reporter,
        is_answered=state.is_answered,
        reopen_until=UNTIL,
        now=now,
    )
    assert found == may


@pytest.mark.parametrize(("is_answered", "may"), [(True, {Deed.REOPEN}), (False, set())])
def test_what_silence_closed_after_an_answer_is_opened_again_and_what_was_withdrawn_is_not(is_answered, may):
    """A refusal that nobody answered for a week is no agreement."""
    found = deeds(
        State.CLOSED,
        is_reporter=True,
        is_joined=False,
        has_reporter=True,
        is_answered=is_answered,
        reopen_until=UNTIL,
        now=BEFORE,
    )
    assert found == may
    assert possible(State.CLOSED, Act.REOPEN, is_answered=is_answered) is bool(may)


def test_whoever_is_still_asked_may_always_say_that_it_is_not_solved():
    assert reopens_until(None, 7) is None
    asked = deeds(
        State.DONE,
        is_reporter=True,
        is_joined=False,
        has_reporter=True,
        is_answered=True,
        reopen_until=None,
        now=UNTIL,
    )
    assert asked == {Deed.CONFIRM, Deed.REOPEN}
    assert reopens_until(UNTIL - timedelta(days=7), 7) == UNTIL


@pytest.mark.parametrize(
    ("priority", "accepted", "reached", "words"),
    [
        pytest.param(Priority.P2, False, False, "受理", id="is-to-be-accepted"),
        pytest.param(Priority.P3, False, False, "答复", id="a-complaint-is-to-be-answered"),
        pytest.param(Priority.P0, True, False, "到场", id="danger-is-to-be-reached"),
        pytest.param(Priority.P0, True, True, "办完", id="then-mended"),
        pytest.param(Priority.P2, True, False, "办完", id="an-ordinary-one-is-to-be-mended"),
    ],
)
def test_what_is_due_next_in_a_word(priority, accepted, reached, words):
    assert next_zh(priority, is_accepted=accepted, is_reached=reached) == words


def test_people_read_what_concerns_them_and_not_the_companys_own_affairs():
    assert is_read(Act.REPORT)
    assert is_read(Act.FINISH)
    assert not is_read(Act.ASK_SUSPENSION)
    assert not is_read(Act.DENY_SUSPENSION)
