"""What differs between ledger and roll, and the events that put it right: each flat leaves a head before it comes to another."""

from decimal import Decimal

import pytest

from server.ballots.rules.corrections import (
    LEAST_REASON,
    LONGEST_REASON,
    Correction,
    Held,
    HeldFlat,
    check_answer,
    check_reason,
    differences,
    may_answer,
)
from server.ballots.rules.heads import FrozenFlat, FrozenHead
from server.ballots.rules.roll import Head, Roll
from server.kernel.errors import Invalid


def flat(number: int, area: str = "60.00") -> HeldFlat:
    return HeldFlat(number, "1", "1", f"1 栋 1 单元 {number}", Decimal(area))


def held(name: str, owners: tuple[int, ...], *flats: HeldFlat) -> Held:
    return Held(name, "person", owners, {}, None, flats)


def true(owners: tuple[int, ...], *flats: HeldFlat) -> FrozenHead:
    frozen = tuple(FrozenFlat(one.flat_id, one.building, one.entrance, one.label, one.area) for one in flats)
    return FrozenHead("h?", "person", owners, None, frozen)


ROLL = [held("h1", (1,), flat(1), flat(2)), held("h2", (2,), flat(3)), held("h3", (3,), flat(4))]


def found(*truth: FrozenHead, person=None, unsure=()) -> list[Correction]:
    return differences(ROLL, truth, person=person or {}, unsure=unsure)


def events(correction: Correction) -> list[tuple[str, list[int]]]:
    return [(change.head, [one.flat_id for one in flats]) for change, flats in correction.steps]


REST = true((2,), flat(3)), true((3,), flat(4))


@pytest.mark.parametrize(
    ("truth", "steps"),
    [
        pytest.param([true((1,), flat(1), flat(2)), *REST], [], id="as-it-was"),
        pytest.param([true((1,), flat(1), flat(2, "61.00")), *REST], [[("h1", [1, 2])]], id="an-area"),
        pytest.param(
            [true((1,), flat(1)), true((2,), flat(2), flat(3)), true((3,), flat(4))],
            [[("h1", [1]), ("h2", [2, 3])]],
            id="a-flat-is-anothers",
        ),
        pytest.param(
            [true((1,), flat(1)), true((9,), flat(2)), *REST], [[("h1", [1]), ("h4", [2])]], id="one-was-two"
        ),
        pytest.param(
            [true((1,), flat(1), flat(2)), true((9,), flat(3)), true((3,), flat(4))],
            [[("h2", []), ("h4", [3])]],
            id="another-owner-is-another-head",
        ),
        pytest.param([true((1,), flat(1), flat(2)), true((2,), flat(3))], [[("h3", [])]], id="no-flat-of-owners"),
        pytest.param(
            [true((1,), flat(1), flat(2)), *REST, true((5,), flat(5))], [[("h4", [5])]], id="a-forgotten-flat"
        ),
        pytest.param(
            [true((1,), flat(3)), true((2,), flat(1), flat(2)), true((3,), flat(4))],
            [[("h1", []), ("h2", []), ("h1", [3]), ("h2", [1, 2])]],
            id="exchanged",
        ),
        pytest.param(
            [true((1,), flat(1, "1.00"), flat(2)), true((2,), flat(3)), true((3,), flat(4, "1.00"))],
            [[("h1", [1, 2])], [("h3", [4])]],
            id="two-errors-are-two-corrections",
        ),
    ],
)  # fmt: skip
def test_the_roll_is_put_right_by_these_events(truth, steps) -> None:
    corrections = found(*truth)
    assert [events(one) for one in corrections] == steps
    roll = Roll.of(Head(one.head, tuple(each.on_roll for each in one.flats)) for one in ROLL)
    for correction in corrections:
        for change, flats in correction.steps:
            roll.replace(change.head, [one.on_roll for one in flats])
    assert sorted(sorted(one.id for one in head.flats) for head in roll.heads.values()) == sorted(
        sorted(f"f{one.flat_id}" for one in head.flats) for head in truth
    )


def test_merged_records_are_one_head_and_the_first_keeps_its_name() -> None:
    truth = [true((1,), flat(1), flat(2), flat(3)), true((3,), flat(4))]
    (correction,) = found(*truth, person={2: 1})
    assert events(correction) == [("h2", []), ("h1", [1, 2, 3])]


def test_whom_the_owners_named_goes_with_the_record_that_theirs_was_merged_into() -> None:
    named = Held("h1", "person", (1, 4), {}, 4, (flat(1),))
    (correction,) = differences([named], [true((1, 2), flat(1, "61.00"))], person={4: 2}, unsure=())
    (change,) = correction.changes
    assert (change.representative_id, change.aliases) == (2, {"4": 2})


def test_a_flat_without_what_a_roll_needs_stays_as_it_is() -> None:
    assert found(true((1,), flat(1), flat(2)), true((2,), flat(3)), unsure={4}) == []
    assert found(true((1,), flat(1), flat(2, "9.00")), *REST, unsure={2}) == []


def test_a_head_that_was_taken_off_comes_back_under_its_name() -> None:
    roll = [held("h1", (1,)), held("h2", (2,), flat(1))]
    (correction,) = differences(roll, [true((1,), flat(1))], person={}, unsure=())
    assert events(correction) == [("h2", []), ("h1", [1])]


def test_a_correction_reads_back_as_it_was_written_and_tells_what_changes() -> None:
    (one,) = found(true((1,), flat(1)), true((2,), flat(2), flat(3)), true((3,), flat(4)))
    again = Correction(tuple(type(change).from_document(change.as_document()) for change in one.changes))
    assert (again, again.name) == (one, one.name)
    assert one.sentences == ["1 栋 1 单元 2 不算在这位业主名下了。", "1 栋 1 单元 2 算到这位业主名下。"]


@pytest.mark.parametrize(
    ("by", "is_answered", "code"),
    [("staff:2", False, None), ("staff:1", False, "same_person"), ("staff:2", True, "already_answered")],
)
def test_another_person_answers_once(by, is_answered, code) -> None:
    reasons = may_answer(proposed_by="staff:1", by=by, is_answered=is_answered)
    assert [one.code for one in reasons] == ([code] if code else [])


@pytest.mark.parametrize(
    ("truth", "sentences"),
    [
        pytest.param(
            [true((1,), flat(1), flat(2)), *REST, true((5,), flat(5), flat(6))],
            ["名册上加一位业主，有 1 栋 1 单元 5、1 栋 1 单元 6。"],
            id="a-head-is-added",
        ),
        pytest.param(
            [true((2,), flat(3)), true((3,), flat(4))],
            ["原来有 1 栋 1 单元 1、1 栋 1 单元 2 的业主不再单独算一人。"],
            id="a-head-is-taken-off",
        ),
        pytest.param(
            [true((1,), flat(1), flat(2, "61.5")), *REST],
            ["1 栋 1 单元 2 的面积从 60.00 ㎡ 改成 61.50 ㎡。"],
            id="an-area-was-wrong",
        ),
        pytest.param(
            [true((1,), flat(1, "61.00")), true((2,), flat(2, "70.00"), flat(3)), true((3,), flat(4))],
            [
                "1 栋 1 单元 2 不算在这位业主名下了。",
                "1 栋 1 单元 1 的面积从 60.00 ㎡ 改成 61.00 ㎡。",
                "1 栋 1 单元 2 算到这位业主名下。",
            ],
            id="a-flat-moves-and-the-area-of-one-that-stays-was-wrong",
        ),
    ],
)  # fmt: skip
def test_a_correction_tells_in_words_what_changes_and_names_nobody(truth, sentences) -> None:
    (correction,) = found(*truth)
    assert correction.sentences == sentences


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param("字" * LEAST_REASON, id="the-shortest"),
        pytest.param("字" * LONGEST_REASON, id="the-longest"),
        pytest.param(" " * LONGEST_REASON + "字" * LEAST_REASON, id="blanks-around-do-not-count"),
    ],
)
def test_a_reason_of_fitting_length_is_kept_without_blanks_around(reason) -> None:
    assert check_reason(reason) == reason.strip()


def test_blanks_and_breaks_within_a_reason_are_one_blank() -> None:
    assert check_reason("见 产权证\n\n 第 3 页") == "见 产权证 第 3 页"


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param("", id="none"),
        pytest.param("字" * (LEAST_REASON - 1), id="a-sign-too-few"),
        pytest.param("字" + " " * LEAST_REASON, id="blanks-do-not-count"),
        pytest.param("字" * (LONGEST_REASON + 1), id="a-sign-too-many"),
    ],
)
def test_a_correction_without_a_fitting_reason_is_refused(reason) -> None:
    with pytest.raises(Invalid, match="不要写姓名") as refusal:
        check_reason(reason)
    assert refusal.value.fields.keys() == {"reason"}


TOO_MANY = f"最多写 {LONGEST_REASON} 个字，现在有 {LONGEST_REASON + 1} 个。请写短一些。"
SAY_WHY = "退回要写清楚哪里不对。"


@pytest.mark.parametrize(
    ("reason", "is_confirmed", "said"),
    [
        pytest.param("", True, None, id="confirmed-without-words"),
        pytest.param("字" * LONGEST_REASON, True, None, id="confirmed-with-many-words"),
        pytest.param("字" * (LONGEST_REASON + 1), True, TOO_MANY, id="confirmed-with-too-many"),
        pytest.param("错", False, None, id="sent-back-with-a-word"),
        pytest.param(f" {'字' * LONGEST_REASON}\n", False, None, id="sent-back-with-many-words"),
        pytest.param("字" * (LONGEST_REASON + 1), False, TOO_MANY, id="sent-back-with-too-many"),
        pytest.param("", False, SAY_WHY, id="sent-back-without-words"),
        pytest.param(" \n", False, SAY_WHY, id="sent-back-with-blanks"),
    ],
)
def test_whoever_sends_a_correction_back_says_why_and_each_fault_has_its_sentence(
    reason, is_confirmed, said
) -> None:
    if said is None:
        check_answer(reason, is_confirmed=is_confirmed)
        return
    with pytest.raises(Invalid) as refusal:
        check_answer(reason, is_confirmed=is_confirmed)
    assert (refusal.value.message, refusal.value.fields) == (said, {"reason": [said]})
