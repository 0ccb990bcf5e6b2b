"""What the acts of a ticket make of it: its dates follow from them, and from nothing else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.chinatime import CHINA, WorkCalendar
from server.policies.rules import KEYS as SPECS
from server.tickets.rules.clocks import KEYS, settings_of
from server.tickets.rules.figures import FORMULAS_ZH, Figures, formula_zh
from server.tickets.rules.folding import Folded, Happened, fold
from server.tickets.rules.states import FROM, next_state, possible
from server.tickets.rules.words import Act, Level, Priority, State

SETTINGS = settings_of({key: SPECS[key].default for key in KEYS}, WorkCalendar({}, frozenset({2026})))
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def after(
    *steps: tuple[Act, timedelta], priority: Priority = Priority.P1, assigned: int | None = None
) -> Folded:
    """A ticket reported on Monday at nine, and these acts so long after it."""
    acts = [Happened(Act.REPORT, MONDAY, State.NEW, "resident:1", priority)]
    for act, later in steps:
        to = next_state(act, fold(acts, SETTINGS).standing)
        level = fold(acts, SETTINGS).level.above if act is Act.ESCALATE else None
        said = {"assignee_id": assigned or 7, "worker": "王师傅"} if act is Act.DISPATCH else {}
        acts.append(Happened(act, MONDAY + later, to, "staff:7", level=level, **said))  # type: ignore[arg-type]
    return fold(acts, SETTINGS)


@pytest.mark.parametrize(
    ("steps", "priority", "due"),
    [
        pytest.param([], Priority.P0, 5 * MINUTE, id="danger-is-to-be-accepted"),
        pytest.param([(Act.ACCEPT, MINUTE)], Priority.P0, 30 * MINUTE, id="then-reached"),
        pytest.param([(Act.ACCEPT, MINUTE), (Act.ARRIVE, 2 * MINUTE)], Priority.P0, DAY, id="then-mended"),
        pytest.param(
            [(Act.ACCEPT, MINUTE), (Act.START, 2 * MINUTE)], Priority.P1, DAY, id="to-start-is-to-be-there"
        ),
        pytest.param([], Priority.P2, 4 * HOUR, id="an-ordinary-one-in-office-hours"),
        pytest.param([(Act.ACCEPT, HOUR)], Priority.P2, 3 * DAY, id="then-in-three-worked-days"),
        pytest.param([], Priority.P3, DAY, id="a-complaint-is-answered"),
        pytest.param([(Act.ACCEPT, HOUR)], Priority.P3, 9 * DAY, id="and-closed-in-seven-worked-days"),
        pytest.param([(Act.ACCEPT, 8 * HOUR)], Priority.P1, HOUR, id="accepted-late-is-still-to-be-reached"),
    ],
)
def test_what_is_due_next(steps: list[tuple[Act, timedelta]], priority: Priority, due: timedelta):
    assert after(*steps, priority=priority).due_at == MONDAY + due


def test_a_suspension_stands_from_its_review_to_its_end():
    asked = ((Act.ACCEPT, MINUTE), (Act.ARRIVE, 2 * MINUTE), (Act.ASK_SUSPENSION, HOUR))
    assert after(*asked).due_at == MONDAY + DAY
    denied = after(*asked, (Act.DENY_SUSPENSION, 2 * HOUR))
    assert (denied.due_at, denied.suspension_asked_by) == (MONDAY + DAY, None)
    granted = (*asked, (Act.GRANT_SUSPENSION, 2 * HOUR))
    assert after(*granted).due_at is None
    assert after(*granted).escalate_at is None
    resumed = after(*granted, (Act.RESUME, 50 * HOUR))
    assert resumed.state is State.ON_SITE
    assert resumed.due_at == MONDAY + DAY + 48 * HOUR


def test_a_done_that_the_resident_turns_down_stopped_no_clock():
    done = ((Act.ACCEPT, MINUTE), (Act.ARRIVE, 2 * MINUTE), (Act.FINISH, 3 * HOUR))
    assert after(*done).due_at is None
    again = after(*done, (Act.REOPEN, 20 * HOUR))
    assert (again.opened_at, again.due_at, again.reopened) == (MONDAY, MONDAY + DAY, 1)
    assert (again.answered_at, again.finished_by, again.wake_at) == (None, None, None)


def test_what_the_resident_confirmed_and_what_broke_later_is_not_the_same_delay():
    ended = ((Act.ACCEPT, MINUTE), (Act.ARRIVE, 2 * MINUTE), (Act.FINISH, 3 * HOUR), (Act.CONFIRM, 4 * HOUR))
    again = after(*ended, (Act.REOPEN, 10 * DAY))
    assert again.due_at == MONDAY + 10 * DAY + 21 * HOUR
    assert again.ended_at is None


def test_silence_then_a_late_word_then_trouble_leaves_no_clock_standing():
    told = ((Act.ACCEPT, MINUTE), (Act.ARRIVE, 2 * MINUTE), (Act.FINISH, 3 * HOUR), (Act.REMIND, 3 * DAY))
    lapsed = (*told, (Act.LAPSE, 7 * DAY))
    assert after(*lapsed).state is State.UNCONFIRMED
    again = after(*lapsed, (Act.CONFIRM, 8 * DAY), (Act.REOPEN, 9 * DAY))
    assert again.due_at is not None
    assert again.due_at > MONDAY + 9 * DAY


def test_a_late_word_moves_no_end():
    done = ((Act.ACCEPT, MINUTE), (Act.ARRIVE, 2 * MINUTE), (Act.FINISH, 3 * HOUR), (Act.REMIND, 3 * DAY))
    late = after(*done, (Act.LAPSE, 7 * DAY), (Act.CONFIRM, 99 * DAY))
    assert (late.state, late.ended_at) == (State.CONFIRMED, MONDAY + 7 * DAY)


def test_trouble_after_its_end_goes_up_the_ladder_anew():
    ended = (
        (Act.ACCEPT, MINUTE), (Act.ARRIVE, 2 * MINUTE), (Act.ESCALATE, 25 * HOUR), (Act.ESCALATE, 26 * HOUR),
        (Act.FINISH, 27 * HOUR),
    )  # fmt: skip
    # What the resident turns down is the same delay, and the street knows of it.
    assert after(*ended, (Act.REOPEN, 28 * HOUR)).level is Level.STREET
    again = after(*ended, (Act.CONFIRM, 28 * HOUR), (Act.REOPEN, 9 * DAY))
    assert again.level is Level.COMPANY
    assert again.due_at is not None
    assert again.escalate_at == again.due_at + 15 * MINUTE


@pytest.mark.parametrize("act", [Act.FINISH, Act.FINISH_PARTLY, Act.REFUSE])
def test_a_resident_who_does_not_answer_is_asked_again_and_then_it_ends(act: Act):
    answered = ((Act.ACCEPT, MINUTE), (Act.ARRIVE, 2 * MINUTE), (act, HOUR))
    assert after(*answered).wake_at == MONDAY + HOUR + 3 * DAY
    asked = (*answered, (Act.REMIND, 3 * DAY))
    assert after(*asked).wake_at == MONDAY + 3 * DAY + 4 * DAY
    ended = after(*asked, (Act.LAPSE, 7 * DAY))
    assert ended.wake_at is None
    assert ended.ended_at == MONDAY + 7 * DAY
    assert ended.took_seconds == 3600


def test_what_is_late_goes_up_on_the_timetable_of_its_urgency():
    assert after().escalate_at == MONDAY + 15 * MINUTE + 15 * MINUTE
    up = after((Act.ESCALATE, HOUR))
    assert (up.level, up.escalate_at) == (Level.COMMITTEE, MONDAY + 15 * MINUTE + HOUR)
    top = after((Act.ESCALATE, HOUR), (Act.ESCALATE, 2 * HOUR), (Act.ESCALATE, 3 * HOUR))
    assert (top.level, top.escalate_at) == (Level.COUNTY, None)
    assert after(priority=Priority.P2).escalate_at == MONDAY + 4 * HOUR + 4 * HOUR


def test_another_urgency_counts_from_the_first_report():
    acts = [
        Happened(Act.REPORT, MONDAY, State.NEW, "resident:1", Priority.P2),
        Happened(Act.PRIORITISE, MONDAY + HOUR, State.NEW, "staff:7", Priority.P0),
    ]
    assert fold(acts, SETTINGS).due_at == MONDAY + 5 * MINUTE


# ------------------------------------------------------------------ laws that hold over any course


def walk(choices: list[int]) -> Iterator[list[Happened]]:
    """Courses of acts, each possible where it happens; after each act, all so far."""
    acts = [Happened(Act.REPORT, MONDAY, State.NEW, "resident:1", Priority.P1)]
    for number, choice in enumerate(choices, start=1):
        now = fold(acts, SETTINGS)
        able = [
            act for act in FROM if possible(now.state, act) and (act is not Act.ESCALATE or now.level.above)
        ]
        if not able:
            return
        act = able[choice % len(able)]
        level = now.level.above if act is Act.ESCALATE else None
        at = MONDAY + number * 7 * HOUR
        acts.append(Happened(act, at, next_state(act, now.standing), f"staff:{choice % 3}", level=level))
        yield acts


@given(st.lists(st.integers(0, 1000), max_size=25))
def test_the_dates_of_a_ticket_fit_where_it_stands(choices: list[int]):
    for acts in walk(choices):
        now = fold(acts, SETTINGS)
        assert now.state is acts[-1].to
        assert now.opened_at == MONDAY
        assert now.version == len(acts)
        assert now.reopened == sum(one.act is Act.REOPEN for one in acts)
        assert (now.due_at is not None) is (now.state.is_open and now.state is not State.SUSPENDED)
        assert (now.wake_at is not None) is now.state.is_answered
        assert (now.ended_at is not None) is now.state.is_ended
        assert (now.took_seconds is not None) is (now.answered_at is not None)
        assert now.escalate_at is None or (now.due_at is not None and now.escalate_at >= now.due_at)
        assert now.level is acts_level(acts)


def acts_level(acts: list[Happened]) -> Level:
    level = Level.COMPANY
    for before, one in pairwise(acts):
        if one.act is Act.REOPEN and before.to.is_ended:
            level = Level.COMPANY
        level = one.level or level
    return level


# ------------------------------------------------------------------ figures


def test_closing_less_makes_no_figure_better():
    figures = Figures(opened=10, ended=6, ended_on_time=5, confirmed=4, unconfirmed=1, open=4, overdue_open=4)
    assert figures.on_time == Fraction(5, 10)
    assert figures.confirmed_rate == Fraction(4, 6)


def test_where_nothing_ended_there_is_no_share():
    assert Figures().on_time is None
    assert Figures().confirmed_rate is None
    assert Figures().median_hours is None
    assert Figures(overdue_open=1).on_time == 0
    assert Figures(median_seconds=Fraction(5400)).median_hours == Fraction(3, 2)
    assert all(one.count("=") == 1 for one in FORMULAS_ZH.values())
    assert formula_zh("on_time") == "按时办结 ÷（办结 + 超时还没办完）"
    # Partly solved or refused and left at that is closed, and no "unconfirmed".
    assert "说办完了" in FORMULAS_ZH["unconfirmed"]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_leaving_a_late_one_open_never_raises_the_share_on_time(ended: int, late: int, more: int):
    on_time = min(ended, late)
    one = Figures(ended=ended, ended_on_time=on_time, overdue_open=late).on_time
    worse = Figures(ended=ended, ended_on_time=on_time, overdue_open=late + more).on_time
    assert one is None or (worse is not None and worse <= one)


def test_instants_are_compared_whatever_their_zone():
    assert (
        fold([Happened(Act.REPORT, MONDAY.astimezone(UTC), State.NEW, "x", Priority.P2)], SETTINGS).due_at
        == after(priority=Priority.P2).due_at
    )
