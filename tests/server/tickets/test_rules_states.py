"""Which act leads from which state to which, what it must say, and what is answered where it is out of order."""

from datetime import UTC, datetime, timedelta

import pytest

from server.kernel.errors import Conflict, Invalid, Refused
from server.tickets.rules.reports import NewTicket, check_report, priority_of
from server.tickets.rules.states import (
    FROM,
    LONGEST_WORDS,
    MOST_PHOTOS,
    NEXT_ZH,
    Standing,
    check_confirm,
    check_merge,
    check_photos,
    check_seen,
    check_suspension_asked,
    check_suspension_review,
    check_urgency,
    next_state,
    possible,
    words,
)
from server.tickets.rules.words import (
    ANSWERED,
    ENDED,
    OPEN,
    Act,
    Category,
    Level,
    Priority,
    Source,
    State,
)

ONWARD = [
    (Act.ACCEPT, State.NEW, State.ACCEPTED),
    (Act.PRIORITISE, State.ACCEPTED, State.ACCEPTED),
    (Act.DISPATCH, State.ACCEPTED, State.DISPATCHED),
    (Act.DISPATCH, State.DISPATCHED, State.DISPATCHED),
    (Act.DISPATCH, State.IN_PROGRESS, State.IN_PROGRESS),
    (Act.ARRIVE, State.ACCEPTED, State.ON_SITE),
    (Act.ARRIVE, State.DISPATCHED, State.ON_SITE),
    (Act.START, State.ACCEPTED, State.IN_PROGRESS),
    (Act.START, State.ON_SITE, State.IN_PROGRESS),
    (Act.ASK_SUSPENSION, State.ON_SITE, State.ON_SITE),
    (Act.DENY_SUSPENSION, State.ON_SITE, State.ON_SITE),
    (Act.GRANT_SUSPENSION, State.ON_SITE, State.SUSPENDED),
    (Act.FINISH, State.ON_SITE, State.DONE),
    (Act.FINISH, State.IN_PROGRESS, State.DONE),
    (Act.FINISH_PARTLY, State.IN_PROGRESS, State.PARTLY_SOLVED),
    (Act.REFUSE, State.NEW, State.REFUSED),
    (Act.CONFIRM, State.DONE, State.CONFIRMED),
    (Act.CONFIRM, State.PARTLY_SOLVED, State.CONFIRMED),
    (Act.CONFIRM, State.UNCONFIRMED, State.CONFIRMED),
    (Act.REMIND, State.DONE, State.DONE),
    (Act.LAPSE, State.DONE, State.UNCONFIRMED),
    (Act.LAPSE, State.PARTLY_SOLVED, State.CLOSED),
    (Act.LAPSE, State.REFUSED, State.CLOSED),
    (Act.WITHDRAW, State.NEW, State.CLOSED),
    (Act.MERGE, State.SUSPENDED, State.CLOSED),
    (Act.NOTE, State.CLOSED, State.CLOSED),
    (Act.ESCALATE, State.NEW, State.NEW),
    (Act.ROUTE, State.NEW, State.NEW),
]


@pytest.mark.parametrize(
    ("act", "at", "to"), [pytest.param(*row, id=f"{row[0]}-from-{row[1]}") for row in ONWARD]
)
def test_an_act_leads_on(act: Act, at: State, to: State):
    assert next_state(act, Standing(at)) is to


OUT_OF_ORDER = [
    (Act.ACCEPT, State.ACCEPTED),
    (Act.DISPATCH, State.NEW),
    (Act.ARRIVE, State.IN_PROGRESS),
    (Act.FINISH, State.NEW),
    (Act.FINISH, State.SUSPENDED),
    (Act.FINISH, State.DONE),
    (Act.CONFIRM, State.IN_PROGRESS),
    (Act.CONFIRM, State.REFUSED),
    (Act.CONFIRM, State.CLOSED),
    (Act.REOPEN, State.CLOSED),
    (Act.REOPEN, State.NEW),
    (Act.RESUME, State.IN_PROGRESS),
    (Act.REFUSE, State.SUSPENDED),
    (Act.WITHDRAW, State.DONE),
    (Act.LAPSE, State.CONFIRMED),
    (Act.ESCALATE, State.SUSPENDED),
]


@pytest.mark.parametrize(
    ("act", "at"), [pytest.param(*row, id=f"{row[0]}-from-{row[1]}") for row in OUT_OF_ORDER]
)
def test_an_act_out_of_order_says_what_comes_next_and_who_was_first(act: Act, at: State):
    with pytest.raises(Refused) as refusal:
        next_state(act, Standing(at, last_zh="王师傅：受理"))
    assert NEXT_ZH[at] in refusal.value.message
    assert "王师傅" in refusal.value.message


def test_work_goes_on_where_it_was_suspended():
    assert next_state(Act.RESUME, Standing(State.SUSPENDED, State.DISPATCHED)) is State.DISPATCHED
    assert next_state(Act.RESUME, Standing(State.SUSPENDED)) is State.IN_PROGRESS


@pytest.mark.parametrize(
    "at", [State.DONE, State.PARTLY_SOLVED, State.REFUSED, State.CONFIRMED, State.UNCONFIRMED]
)
def test_what_is_reopened_reaches_whoever_worked_on_it(at: State):
    assert next_state(Act.REOPEN, Standing(at, is_assigned=True)) is State.DISPATCHED
    assert next_state(Act.REOPEN, Standing(at)) is State.NEW


def test_every_state_is_open_answered_or_ended_and_has_its_words():
    assert {*OPEN, *ANSWERED, *ENDED} == set(State)
    assert len(OPEN) + len(ANSWERED) + len(ENDED) == len(State)
    for state in State:
        assert state.name_zh
        assert NEXT_ZH[state].endswith("。")
        assert state.is_open + state.is_answered + state.is_ended == 1
    assert State.NEW.tone == "wait"
    assert State.ON_SITE.tone == "info"
    words_of = [one.name_zh for kind in (Act, Category, Level, Priority, Source) for one in kind]
    assert all(words_of)


def test_the_last_word_of_a_company_is_that_it_did_what_it_will():
    assert {act for act in Act if act.is_last_word} == {Act.FINISH, Act.FINISH_PARTLY, Act.REFUSE}


def test_nobody_but_the_clock_ends_what_is_answered_without_the_resident():
    from_answered = {
        act for act in FROM if possible(State.DONE, act) and next_state(act, Standing(State.DONE)).is_ended
    }
    assert from_answered == {Act.CONFIRM, Act.LAPSE}


def test_a_clock_stands_only_when_another_person_looked():
    check_suspension_asked(Standing(State.ON_SITE), "staff:1")
    waits = Standing(State.ON_SITE, suspension_asked_by="staff:1")
    with pytest.raises(Refused, match="已经申请过"):
        check_suspension_asked(waits, "staff:2")
    with pytest.raises(Refused, match="自己申请"):
        check_suspension_review(waits, "staff:1")
    check_suspension_review(waits, "staff:2")
    with pytest.raises(Conflict, match="没有等着"):
        check_suspension_review(Standing(State.ON_SITE), "staff:2")


FIXED = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("before", "after", "fixed_by", "is_taken"),
    [
        pytest.param(Priority.P1, Priority.P2, FIXED + A_MINUTE, True, id="while-there-is-time"),
        pytest.param(Priority.P1, Priority.P2, FIXED, False, id="the-instant-it-is-late"),
        pytest.param(Priority.P2, Priority.P3, FIXED - A_MINUTE, False, id="nor-later"),
        pytest.param(Priority.P2, Priority.P1, FIXED - A_MINUTE, True, id="more-urgent-at-any-time"),
        pytest.param(Priority.P2, Priority.P2, FIXED - A_MINUTE, True, id="the-same-changes-nothing"),
        pytest.param(Priority.P2, Priority.P3, None, True, id="where-no-clock-runs"),
    ],
)
def test_what_is_late_is_not_made_less_urgent(before, after, fixed_by, is_taken):
    if is_taken:
        check_urgency(before, after, fixed_by, FIXED, may_put_off=True)
    else:
        with pytest.raises(Refused, match="不能再改缓"):
            check_urgency(before, after, fixed_by, FIXED, may_put_off=True)


@pytest.mark.parametrize(
    ("after", "is_taken"),
    [(Priority.P0, True), (Priority.P1, True), (Priority.P2, False), (Priority.P3, False)],
)
def test_whoever_works_on_it_makes_nothing_less_urgent_even_in_time(after: Priority, is_taken: bool):
    if is_taken:
        check_urgency(Priority.P1, after, FIXED, FIXED - A_MINUTE, may_put_off=False)
    else:
        with pytest.raises(Refused, match="不能自己改缓"):
            check_urgency(Priority.P1, after, FIXED, FIXED - A_MINUTE, may_put_off=False)


@pytest.mark.parametrize(
    ("own", "other", "is_taken"),
    [
        pytest.param(FIXED, FIXED - A_MINUTE, True, id="due-earlier"),
        pytest.param(FIXED, FIXED, True, id="due-at-the-same-time"),
        pytest.param(FIXED, FIXED + A_MINUTE, False, id="due-later"),
        pytest.param(FIXED, None, False, id="whose-clock-stands"),
        pytest.param(None, FIXED, True, id="from-one-whose-clock-stands"),
        pytest.param(None, None, True, id="where-both-clocks-stand"),
    ],
)
def test_a_ticket_is_merged_only_into_one_that_is_due_no_later(own, other, is_taken):
    if is_taken:
        check_merge(own, other, State.NEW, is_inside=False)
    else:
        with pytest.raises(Refused, match="反过来"):
            check_merge(own, other, State.NEW, is_inside=False)


def test_a_ticket_is_not_merged_into_what_is_over_or_inside_anothers_home():
    with pytest.raises(Refused, match="已经办完"):
        check_merge(FIXED, FIXED, State.DONE, is_inside=False)
    with pytest.raises(Refused, match="别人家里"):
        check_merge(FIXED, FIXED, State.NEW, is_inside=True)


def test_who_did_it_does_not_confirm_it():
    done = Standing(State.DONE, finished_by="staff:1")
    check_confirm(done, "staff:2")
    with pytest.raises(Refused, match="不能替居民"):
        check_confirm(done, "staff:1")


def test_whoever_saw_an_older_page_is_told_who_was_first():
    check_seen(None, 3, "王师傅：完成")
    check_seen(3, 3, "王师傅：完成")
    with pytest.raises(Conflict, match="王师傅"):
        check_seen(2, 3, "王师傅：完成")


def test_the_words_of_an_act():
    assert words("  好 ", "写一句") == "好"
    assert words("", "") == ""
    assert words("好" * LONGEST_WORDS, "") == "好" * LONGEST_WORDS
    with pytest.raises(Invalid, match="写一句"):
        words("  ", "写一句")
    with pytest.raises(Invalid, match="最多"):
        words("好" * (LONGEST_WORDS + 1), "")


def test_the_pictures_of_an_act():
    check_photos(0)
    check_photos(MOST_PHOTOS, "拍一张")
    with pytest.raises(Invalid, match="拍一张"):
        check_photos(0, "拍一张")
    with pytest.raises(Invalid, match="最多"):
        check_photos(MOST_PHOTOS + 1)


# ------------------------------------------------------------------ the report


def new(category: Category = Category.WATER, **more: object) -> NewTicket:
    return NewTicket(1, category, Source.RESIDENT_QR, "key", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("report", "priority"),
    [
        pytest.param(new(Category.GAS), Priority.P0, id="gas-is-danger"),
        pytest.param(new(Category.LIFT), Priority.P1, id="a-lift-is-urgent"),
        pytest.param(new(), Priority.P2, id="most-are-ordinary"),
        pytest.param(new(Category.FEE), Priority.P3, id="a-fee-is-a-complaint"),
        pytest.param(new(is_danger=True), Priority.P0, id="somebody-may-come-to-harm"),
        pytest.param(new(priority=Priority.P1), Priority.P1, id="a-clerk-says-otherwise"),
        pytest.param(
            new(Category.FEE, is_danger=True, priority=Priority.P3), Priority.P0, id="danger-comes-first"
        ),
    ],
)
def test_how_urgent_a_report_is_taken_to_be(report: NewTicket, priority: Priority):
    assert priority_of(report) is priority


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(new(), id="a-category-alone-is-enough"),
        pytest.param(new(Category.NOISE, words="半夜装修"), id="a-complaint-with-words"),
        pytest.param(new(Category.NOISE, photos=(1,)), id="or-with-a-picture"),
        pytest.param(new(Category.OTHER, media_url="https://city.example/1.jpg"), id="or-with-a-link"),
        pytest.param(
            new(place="南" * 120, contact_name="张" * 40, contact_phone="0851-8580 0000"), id="at-the-edges"
        ),
    ],
)
def test_a_report_that_can_be_worked_with_is_taken(report: NewTicket):
    check_report(report)


@pytest.mark.parametrize(
    ("report", "field"),
    [
        pytest.param(new(Category.NOISE), "words", id="a-complaint-says-what"),
        pytest.param(new(words="好" * 1001), "words", id="too-many-words"),
        pytest.param(new(photos=tuple(range(7))), "photo", id="too-many-pictures"),
        pytest.param(new(place="南" * 121), "place", id="too-long-a-place"),
        pytest.param(new(contact_name="张" * 41), "contact_name", id="too-long-a-name"),
        pytest.param(new(contact_phone="找老张"), "contact_phone", id="no-number"),
        pytest.param(new(media_url="ftp://city.example/1.jpg"), "media_url", id="no-web-address"),
        pytest.param(new(media_url="https://" + "a" * 500), "media_url", id="too-long-a-link"),
    ],
)
def test_a_report_that_cannot_is_told_what_is_missing(report: NewTicket, field: str):
    with pytest.raises(Invalid) as refusal:
        check_report(report)
    assert field in refusal.value.fields
