"""Which records may be one owner or two, and what stays decided."""

from itertools import permutations

import pytest

from server.kernel.errors import Invalid
from server.ledger.rules.likeness import (
    LEAST_REASON,
    LONGEST_REASON,
    Record,
    Sign,
    Verdict,
    VerdictKind,
    alike,
    check_reason,
    check_same,
    double,
    latest,
    linked_apart,
    persons_of,
    splits_in_force,
    together_with,
    two_names,
    undecided,
    undecided_doubles,
)
from server.ledger.rules.words import OwnerKind

MERGE, APART, SPLIT, ONE = VerdictKind


def test_each_sign_of_likeness_has_words_of_its_own():
    assert {sign.value: sign.name_zh for sign in Sign} == {
        "same_id": "证件号码相同",
        "same_phone": "姓名和电话都相同",
        "same_name": "单位名称相同",
        "same_building": "姓名相同，房在同一栋",
        "two_names": "一格里像是写了两个人",
    }


def test_each_verdict_has_words_of_its_own():
    assert {kind.value: kind.name_zh for kind in VerdictKind} == {
        "merge": "是同一人",
        "apart": "不是同一人",
        "split": "拆成两人",
        "one": "就是一人",
    }


def owner(
    number: int, name: str = "张三", *, phone=None, id_=None, building=1, kind=OwnerKind.PERSON
) -> Record:
    return Record(number, kind, name, name.encode(), phone, id_, frozenset({building}))


@pytest.mark.parametrize(
    ("one", "other", "signs"),
    [
        pytest.param(owner(1), owner(2, building=2), [], id="a-name-alone-is-nobody"),
        pytest.param(owner(1), owner(2), [Sign.SAME_BUILDING], id="same-name-and-building"),
        pytest.param(
            owner(1, phone=b"1"), owner(2, phone=b"1", building=2), [Sign.SAME_PHONE], id="name-and-phone"
        ),
        pytest.param(
            owner(1, phone=b"1"), owner(2, "李四", phone=b"1"), [], id="a-couple-shares-a-phone"
        ),
        pytest.param(
            owner(1, id_=b"9"), owner(2, "张叁", id_=b"9", building=2), [Sign.SAME_ID], id="same-number"
        ),
        pytest.param(owner(1, id_=b"8"), owner(2, id_=b"9"), [], id="two-numbers-are-two-people"),
        pytest.param(owner(1, id_=b"8"), owner(2), [Sign.SAME_BUILDING], id="one-number-is-missing"),
        pytest.param(
            owner(1, "某公司", kind=OwnerKind.ORGANISATION),
            owner(2, "某公司", building=2, kind=OwnerKind.ORGANISATION),
            [Sign.SAME_NAME],
            id="an-organisation-by-its-name",
        ),
        pytest.param(
            owner(1, id_=b"9"), owner(2, id_=b"9", kind=OwnerKind.ORGANISATION), [], id="a-person-is-no-company"
        ),
    ],
)  # fmt: skip
def test_two_records_may_be_one_owner_by_these_signs(one, other, signs) -> None:
    assert alike([one, other]) == ({(1, 2): signs} if signs else {})
    assert alike([other, one]) == alike([one, other])


def test_many_alike_are_held_against_the_first() -> None:
    assert list(alike(owner(number) for number in range(1, 8))) == [(1, number) for number in range(2, 8)]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("张三、李四", ("张三", "李四")),
        ("张三/李四", ("张三", "李四")),
        ("张三和李四", ("张三", "李四")),
        ("欧阳明与王五", ("欧阳明", "王五")),
        ("张三（李四）", ("张三", "李四")),
        ("张三（户主）", None),
        ("李和平", None),
        ("和平", None),
        ("欧阳和平", None),
        ("阿依古丽·买买提", None),
    ],
)
def test_two_people_in_one_field_are_seen(name, names) -> None:
    assert two_names(name) == names


def test_only_a_person_with_two_names_in_one_field_may_be_two_owners() -> None:
    found = double(
        [
            owner(1, "张三、李四"),
            owner(2, "张三"),
            owner(3, "张三、李四", kind=OwnerKind.ORGANISATION),
            owner(4, "王五（户主）"),
            owner(5, "王五（赵六）"),
        ]
    )
    assert found == {1: ("张三", "李四"), 5: ("王五", "赵六")}


@pytest.mark.parametrize(
    ("verdicts", "linked"),
    [
        pytest.param([], None, id="nothing-was-decided"),
        pytest.param([Verdict(APART, 1, 2)], None, id="kept-apart"),
        pytest.param([Verdict(APART, 1, 2), Verdict(MERGE, 1, 3)], None, id="one-of-them-merged-elsewhere"),
        pytest.param(
            [Verdict(APART, 1, 2), Verdict(MERGE, 1, 3), Verdict(MERGE, 2, 3)], (1, 2), id="through-a-third",
        ),
        pytest.param(
            [Verdict(APART, 5, 2), Verdict(MERGE, 2, 3), Verdict(MERGE, 4, 3), Verdict(MERGE, 5, 4)], (2, 5), id="through-two",
        ),
        pytest.param(
            [Verdict(APART, 1, 2), Verdict(MERGE, 1, 2), Verdict(MERGE, 2, 3)], None, id="found-to-be-one-after-all",
        ),
        pytest.param(
            [Verdict(MERGE, 1, 3), Verdict(MERGE, 2, 3), Verdict(MERGE, 1, 2), Verdict(APART, 1, 2)], (1, 2),
            id="a-merge-taken-back-while-the-link-stands",
        ),
    ],
)  # fmt: skip
def test_a_pair_kept_apart_is_told_where_a_third_record_makes_one_owner_of_it(
    verdicts: list[Verdict], linked: tuple[int, int] | None
) -> None:
    assert linked_apart(latest(verdicts)) == linked


def test_merged_records_count_as_the_lowest_of_them_in_whatever_order_they_were_merged() -> None:
    pairs = [(1, 2), (2, 3), (4, 5)]
    for order in permutations(pairs):
        decided = latest(Verdict(MERGE, *two) for two in order)
        assert persons_of(decided) == {2: 1, 3: 1, 5: 4}


def test_what_was_decided_last_stands_and_is_not_proposed_again() -> None:
    found = alike([owner(1), owner(2), owner(3)])
    turned_down = latest([Verdict(APART, 1, 2)])
    assert list(undecided(found, turned_down)) == [(1, 3), (2, 3)]
    merged = latest([Verdict(APART, 1, 2), Verdict(MERGE, 1, 2), Verdict(MERGE, 2, 3)])
    assert undecided(found, merged) == {}
    assert persons_of(latest([Verdict(MERGE, 1, 2), Verdict(APART, 1, 2)])) == {}


@pytest.mark.parametrize(
    ("id_", "together"),
    [
        pytest.param(1, {1, 2, 3}, id="the-one-they-count-as"),
        pytest.param(2, {1, 2, 3}, id="in-the-middle"),
        pytest.param(3, {1, 2, 3}, id="only-through-another"),
        pytest.param(4, {4}, id="kept-apart"),
        pytest.param(9, {9}, id="nobody-spoke-of-it"),
    ],
)
def test_all_that_count_as_one_owner_are_found_from_each_of_them(id_: int, together: set[int]) -> None:
    decided = latest([Verdict(MERGE, 1, 2), Verdict(MERGE, 2, 3), Verdict(APART, 3, 4)])
    assert together_with(id_, decided) == together


def test_a_record_found_to_be_one_owner_is_not_proposed_again_and_a_split_can_be_taken_back() -> None:
    names = {7: ("张三", "李四"), 8: ("王五", "赵六")}
    assert list(undecided_doubles(names, [Verdict(ONE, 7, None)])) == [8]
    assert splits_in_force([Verdict(SPLIT, 7, 9)]) == {(7, 9)}
    assert splits_in_force([Verdict(SPLIT, 7, 9), Verdict(ONE, 7, 9)]) == set()
    assert splits_in_force([Verdict(SPLIT, 7, 9), Verdict(ONE, 7, None)]) == {(7, 9)}
    assert splits_in_force([Verdict(SPLIT, 7, 9), Verdict(ONE, 7, 9), Verdict(SPLIT, 7, 9)]) == {(7, 9)}


@pytest.mark.parametrize("kind", [MERGE, APART])
def test_a_split_is_no_matter_of_whether_two_records_are_one_owner(kind: VerdictKind) -> None:
    assert splits_in_force([Verdict(kind, 7, 9)]) == set()
    assert splits_in_force([Verdict(SPLIT, 7, 9), Verdict(kind, 7, 9)]) == {(7, 9)}


@pytest.mark.parametrize(("numbers", "is_fit"), [((None, None), True), ((b"1", None), True), ((b"1", b"1"), True), ((b"1", b"2"), False)])  # fmt: skip
def test_different_numbers_are_never_one_owner(numbers, is_fit) -> None:
    if is_fit:
        check_same(numbers)
        return
    with pytest.raises(Invalid):
        check_same(numbers)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("打电话问过本人", "打电话问过本人", id="a-sentence"),
        pytest.param("  问过\n本人  ", "问过 本人", id="runs-of-space-are-one"),
        pytest.param("问" * LEAST_REASON, "问" * LEAST_REASON, id="just-long-enough"),
        pytest.param("问" * LONGEST_REASON, "问" * LONGEST_REASON, id="as-long-as-may-be"),
        pytest.param(" " * LONGEST_REASON + "问过", "问过", id="spaces-make-none-too-long"),
        pytest.param("问" * (LEAST_REASON - 1), None, id="one-sign"),
        pytest.param(" 问 ", None, id="spaces-make-none-long-enough"),
        pytest.param("", None, id="nothing"),
        pytest.param("问" * (LONGEST_REASON + 1), None, id="one-sign-too-long"),
    ],
)
def test_whoever_decides_says_by_what(written: str, kept: str | None) -> None:
    if kept is not None:
        assert check_reason(written) == kept
        return
    with pytest.raises(Invalid) as refused:
        check_reason(written)
    assert set(refused.value.fields) == {"reason"}
