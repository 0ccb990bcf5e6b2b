import pytest

from server.evaluations.rules.answering import (
    LONGEST_WORDS,
    Entry,
    Low,
    Said,
    check_review,
    check_said,
    check_staff_entry,
    counted,
    low_marks,
    state_of,
)
from server.evaluations.rules.words import FURTHER, Aspect, Fee, ItemMark, Mark, State
from server.kernel.errors import Conflict, Invalid, Refused

TITLES = {"B-01": "修路", "T-01": "加装电梯"}


def test_every_word_has_its_name():
    assert all(one.name_zh for kind in (Mark, ItemMark, Aspect, Fee, State) for one in kind)
    assert all(aspect.question_zh for aspect in Aspect)
    assert Aspect.OVERALL not in FURTHER


def test_an_answer_of_promised_items_and_words_of_the_longest_is_taken():
    check_said(Said(Mark.GOOD, items={"B-01": ItemMark.FAIR}, words="好" * LONGEST_WORDS), TITLES)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param(Said(Mark.GOOD, items={"X-9": ItemMark.GOOD}), "items", id="an-item-nobody-promised"),
        pytest.param(Said(Mark.GOOD, words="好" * (LONGEST_WORDS + 1)), "words", id="a-word-too-many"),
    ],
)
def test_what_is_not_in_form_is_said_at_its_field(said, field):
    with pytest.raises(Invalid) as caught:
        check_said(said, TITLES)
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize(
    ("said", "low"),
    [
        pytest.param(Said(Mark.GOOD), [], id="satisfied"),
        pytest.param(Said(Mark.FAIR, {Aspect.QUALITY: Mark.FAIR}), [], id="fair-is-not-low"),
        pytest.param(Said(Mark.POOR), [Low("", "这次改造", False)], id="the-whole"),
        pytest.param(
            Said(Mark.POOR, {Aspect.QUALITY: Mark.POOR}), [Low("", "施工质量", False)], id="a-part-names-it"
        ),
        pytest.param(
            Said(Mark.GOOD, items={"T-01": ItemMark.NOT_DONE, "B-01": ItemMark.POOR}),
            [Low("B-01", "修路", False), Low("T-01", "加装电梯", True)],
            id="items-in-the-order-they-were-asked",
        ),
    ],
)
def test_what_is_low_is_offered_a_ticket(said, low):
    assert low_marks(said, TITLES) == low


OWN, OWN_LATER = Entry(3, True), Entry(5, True)
WAITING, ACCEPTED, TURNED_DOWN = Entry(1, False), Entry(1, False, True), Entry(1, False, False)


@pytest.mark.parametrize(
    ("entries", "standing", "state"),
    [
        pytest.param([], None, State.NONE, id="nobody-answered"),
        pytest.param([WAITING], None, State.WAITING, id="keyed-in-and-not-looked-at-does-not-count"),
        pytest.param([TURNED_DOWN], None, State.NONE, id="turned-down-is-as-if-it-were-not"),
        pytest.param([ACCEPTED], ACCEPTED, State.BY_STAFF, id="accepted-counts"),
        pytest.param([OWN], OWN, State.OWN, id="their-own-counts"),
        pytest.param([OWN_LATER, OWN], OWN_LATER, State.OWN, id="the-later-of-their-own"),
        pytest.param([OWN, Entry(9, False, True)], OWN, State.OWN, id="their-own-before-any-of-the-staff"),
        pytest.param([TURNED_DOWN, Entry(2, False)], None, State.WAITING, id="entered-anew-it-waits-again"),
        pytest.param(
            [ACCEPTED, Entry(2, False, True)], Entry(2, False, True), State.BY_STAFF, id="newest-accepted"
        ),
    ],
)
def test_one_answer_of_a_household_counts(entries, standing, state):
    assert counted(entries) == standing
    assert state_of(entries) is state


@pytest.mark.parametrize(
    ("state", "error"),
    [
        pytest.param(State.OWN, Refused, id="their-own-stands"),
        pytest.param(State.BY_STAFF, Refused, id="an-accepted-one-stands"),
        pytest.param(State.WAITING, Conflict, id="one-waits"),
    ],
)
def test_staff_never_enter_over_an_answer(state, error):
    with pytest.raises(error):
        check_staff_entry(state)


def test_staff_enter_where_there_is_none():
    check_staff_entry(State.NONE)


def test_another_person_looks_at_it():
    check_review("staff:1", "staff:2", state=State.WAITING, is_accepted=True, reason="")
    check_review("staff:1", "staff:2", state=State.WAITING, is_accepted=False, reason="没有签名")


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        pytest.param({"reviewed_by": "staff:1"}, Refused, id="never-the-same"),
        pytest.param({"state": State.OWN}, Refused, id="not-once-a-resident-answered"),
        pytest.param({"is_accepted": False, "reason": " "}, Invalid, id="turning-down-needs-a-reason"),
    ],
)
def test_a_review_that_may_not_be_says_why(facts, error):
    asked = {"reviewed_by": "staff:2", "state": State.WAITING, "is_accepted": True, "reason": "", **facts}
    with pytest.raises(error):
        check_review("staff:1", asked.pop("reviewed_by"), **asked)
