"""Names, numbers and eligibility: each side of each edge."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ledger.rules import names, numbers, words
from server.ledger.rules.eligibility import EligibilityFacts, eligibility
from server.ledger.rules.numbers import Wrong
from server.ledger.rules.words import Exclusion, FlatUse, ImportState, LocationType

CUTOFF = date(2000, 12, 31)
OLD = EligibilityFacts(
    LocationType.CITY, None, 1996, is_rebuild_suitable=False, exclusion=Exclusion.NONE, problems=1
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("3", "3"),
        ("3栋", "3"),
        ("3 号楼", "3"),
        ("３＃", "3"),
        ("甲幢", "甲"),
        ("A座", "A"),
        ("红楼", "红楼"),
        ("幸福楼 一 栋", "幸福楼一栋"),
        ("12-1栋", "12-1"),
    ],
)
def test_one_building_has_one_name_however_it_is_written(written: str, name: str) -> None:
    assert names.building_name(written) == name


@pytest.mark.parametrize(
    ("written", "name"), [("2单元", "2"), ("二单元", "二"), ("", "无"), (" 2 ", "2"), ("东门", "东")]
)
def test_an_entrance_that_is_not_named_is_the_undivided_one(written: str, name: str) -> None:
    assert names.entrance_name(written) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [("501室", "501"), ("５０１", "501"), ("501 号", "501"), ("S1", "S1"), ("负一层", "负一层")],
)
def test_rooms_are_named_alike(written: str, name: str) -> None:
    assert names.room_name(written) == name


@pytest.mark.parametrize(
    ("parts", "label"),
    [
        (("3", "2", "501"), "3 栋 2 单元 501"),
        (("3", "无", "501"), "3 栋 501"),
        (("红楼", "2", "501"), "红楼 2 单元 501"),
        (("3", ""), "3 栋"),
        (("3", "2"), "3 栋 2 单元"),
    ],
)
def test_a_label_says_where_it_is(parts: tuple[str, ...], label: str) -> None:
    assert names.label(*parts) == label


def test_rooms_sort_as_people_count() -> None:
    rooms = ["1001", "101", "A2", "901", "A10"]
    assert sorted(rooms, key=names.sort_key) == ["101", "901", "1001", "A2", "A10"]


def test_flats_of_a_community_sort_by_building_then_entrance_then_room() -> None:
    flats = ["10 1 101", "甲 无 101", "2 10 101", "2 1 1001", "2 1 901", "2 1 101"]
    assert sorted(flats, key=lambda flat: names.flat_sort_key(*flat.split())) == [
        "2 1 101",
        "2 1 901",
        "2 1 1001",
        "2 10 101",
        "10 1 101",
        "甲 无 101",
    ]


def test_a_place_has_a_key_that_can_be_kept_however_many_numbers_its_name_holds() -> None:
    longest = "1-" * (names.LONGEST_NAME // 2)
    assert len(names.flat_sort_key(longest, longest, longest)) <= 250


@given(st.text(max_size=30))
def test_no_name_of_a_place_holds_a_space(text: str) -> None:
    for named in (names.building_name, names.entrance_name, names.room_name):
        assert not any(ch.isspace() for ch in named(text))


@pytest.mark.parametrize("text", ["张三?", "诸葛孔明、周公瑾", "诸葛**"])
def test_what_is_wrong_never_repeats_the_value(text: str) -> None:
    with pytest.raises(Wrong) as wrong:
        numbers.owner_name(text)
    assert text not in str(wrong.value)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        pytest.param("张三", "张三", id="as-it-is"),
        pytest.param("  幸福  小区\n", "幸福 小区", id="one-space-within-and-none-at-the-ends"),
        pytest.param("幸福\u3000小区", "幸福 小区", id="a-wide-space"),
        pytest.param("Ａ１（东）", "A1(东)", id="full-width"),
        pytest.param("Abc", "Abc", id="capitals-stay"),
        pytest.param(" \t", "", id="only-space"),
    ],
)
def test_a_text_is_evened_out_in_width_and_space_and_in_nothing_else(written: str, name: str) -> None:
    assert names.plain(written) == name


@pytest.mark.parametrize(
    ("said", "held", "is_other"),
    [
        pytest.param("东门,周一", "东门，周一", False, id="typed-full-width"),
        pytest.param("东门，周一", "东门，周一", False, id="the-same"),
        pytest.param("东门,周二", "东门，周一", True, id="another-text"),
        pytest.param("东门", "", True, id="nothing-stood"),
        pytest.param("东门", None, True, id="nothing-known"),
        pytest.param(1996, 1997, True, id="another-number"),
        pytest.param(1996, 1996, False, id="the-same-number"),
    ],
)
def test_a_sheet_says_otherwise_where_more_than_the_width_differs(
    said: object, held: object, is_other: bool
) -> None:
    assert names.says_otherwise(said, held) is is_other


@given(st.text(max_size=30))
def test_a_name_that_was_evened_out_stays_as_it_is(text: str) -> None:
    once = names.plain(text)
    assert names.plain(once) == once


def read(check: Any, text: str) -> str:
    """What became of the text: the value, or what is wrong with it."""
    try:
        return str(check(text))
    except Wrong as wrong:
        return f"✗ {wrong.what}" if wrong.mend else "no remedy"


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        pytest.param("欧阳·买买提", "欧阳·买买提", id="dot"),
        pytest.param("欧阳•买买提", "欧阳·买买提", id="bullet-for-dot"),
        pytest.param("𠮷田", "𠮷田", id="beyond-the-basic-plane"),
        pytest.param("张　三", "张三", id="wide-space-between-han"),
        pytest.param("Mary Ann", "Mary Ann", id="latin-keeps-its-space"),
        pytest.param("", "✗ 没有写姓名", id="empty"),
        pytest.param("张**", "✗ 姓名打了码", id="masked"),
        pytest.param("张?", "✗ 姓名里有显示不出来的字", id="lost-character"),
        pytest.param("张\ufdd0", "✗ 姓名里有显示不出来的字", id="no-character"),
        pytest.param("张三、李四", "✗ 一格里写了几个人", id="two-people"),
        pytest.param("长" * 51, "✗ 姓名超过 50 个字", id="too-long"),
    ],
)
def test_names_of_people(text: str, becomes: str) -> None:
    assert read(numbers.owner_name, text) == becomes


def test_an_organisation_may_have_a_long_name_with_commas() -> None:
    name = "贵州省凯里市棉纺织厂(集团)、下属劳动服务公司"
    assert numbers.owner_name(name, is_person=False) == name
    with pytest.raises(Wrong):
        numbers.owner_name("长" * 101, is_person=False)


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        pytest.param("13800001111", "13800001111", id="mobile"),
        pytest.param("+86 138-0000-1111", "13800001111", id="country-code"),
        pytest.param("８６13800001111", "13800001111", id="full-width"),
        pytest.param("0851-85551234", "085185551234", id="landline"),
        pytest.param("8555123", "8555123", id="seven-digits"),
        pytest.param("1380000111", "✗ 电话号码不对", id="one-digit-short"),
        pytest.param("12800001111", "✗ 电话号码不对", id="no-such-prefix"),
        pytest.param("138****1111", "✗ 电话打了码", id="masked"),
    ],
)
def test_phones(text: str, becomes: str) -> None:
    assert read(numbers.phone, text) == becomes


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        pytest.param("11010519491231002X", "11010519491231002X", id="ends-in-x"),
        pytest.param("11010519491231002x", "11010519491231002X", id="small-x"),
        pytest.param("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", id="full-width"),
        pytest.param("110105194912310021", "✗ 身份证号的校验位不对", id="check-digit"),
        pytest.param("110105491231002", "11010519491231002X", id="fifteen-digits"),
        pytest.param("110105194902300020", "✗ 身份证号里的出生日期不存在", id="no-such-birthday"),
        pytest.param("G12345678", "G12345678", id="passport"),
        pytest.param("1101051949123100", "✗ 证件号码不对", id="sixteen-digits"),
        pytest.param("1.10105E+17", "✗ 证件号码被表格软件改成了科学计数", id="scientific"),
        pytest.param("110***********002X", "✗ 证件号码打了码", id="masked"),
    ],
)
def test_identity_numbers(text: str, becomes: str) -> None:
    assert read(numbers.person_id, text) == becomes


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        pytest.param("91110000600037341L", "91110000600037341L", id="right"),
        pytest.param("9111 0000 6000 3734 1l", "91110000600037341L", id="spaced"),
        pytest.param("91110000600037341A", "✗ 统一社会信用代码不对", id="check-character"),
    ],
)
def test_credit_codes(text: str, becomes: str) -> None:
    assert read(numbers.credit_code, text) == becomes


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("67.7", "67.70"),
        ("６７．７０ ㎡", "67.70"),
        ("1,234.5平方米", "1234.50"),
        ("0.01", "0.01"),
        ("0", "✗ 面积要大于 0"),
        ("-5", "✗ 面积要大于 0"),
        ("67.705", "✗ 面积最多两位小数"),
        ("100000.01", "✗ 面积大得不合常理"),
        ("六十", "✗ 面积不是数字"),
        ("NaN", "✗ 面积要大于 0"),
    ],
)
def test_areas(text: str, becomes: str) -> None:
    assert read(numbers.area, text) == becomes


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        pytest.param("100000.01", "100000.01", id="more-than-a-flat-may-have"),
        pytest.param("1,000万", "✗ 面积不是数字", id="no-words-for-numbers"),
        pytest.param("10000000 ㎡", "10000000.00", id="as-large-as-may-be"),
        pytest.param("10000000.01", "✗ 面积大得不合常理", id="a-hundredth-more"),
        pytest.param("0", "✗ 面积要大于 0", id="nothing"),
        pytest.param("83650.125", "✗ 面积最多两位小数", id="three-places"),
    ],
)
def test_all_buildings_together_may_have_a_hundred_times_the_area_of_a_flat(text: str, becomes: str) -> None:
    assert read(numbers.floor_area, text) == becomes


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal(100_000), places=2))
def test_every_area_with_two_places_is_read_exactly(value: Decimal) -> None:
    assert numbers.area(str(value)) == value


ELIGIBLE: list[Any] = [
    pytest.param({}, CUTOFF, True, "", id="city-1996"),
    pytest.param({"location_type": LocationType.COUNTY_SEAT}, CUTOFF, True, "", id="county-seat"),
    pytest.param({"location_type": LocationType.ELSEWHERE}, CUTOFF, False, "location", id="village"),
    pytest.param({"built_year": 2000}, CUTOFF, True, "", id="the-year-of-the-cut-off-counts"),
    pytest.param({"built_year": 2001}, CUTOFF, False, "built", id="the-year-after-does-not"),
    pytest.param({"built_year": None}, CUTOFF, None, "built", id="no-year-is-open"),
    pytest.param({"built_on": date(2000, 12, 31)}, CUTOFF, True, "", id="the-last-day"),
    pytest.param({"built_on": date(2001, 1, 1)}, CUTOFF, False, "built", id="a-day-late"),
    pytest.param(
        {"built_on": date(2001, 1, 1), "built_year": 1996},
        CUTOFF,
        False,
        "built",
        id="the-day-stands-before-the-year",
    ),
    pytest.param({"built_year": 2000}, date(2000, 6, 30), None, "built", id="mid-year-cut-off-needs-the-day"),
    pytest.param({"built_year": 1999}, date(2000, 6, 30), True, "", id="mid-year-cut-off-year-before"),
    pytest.param({"built_year": 2005}, date(2005, 12, 31), True, "", id="a-later-cut-off"),
    pytest.param({"is_rebuild_suitable": True}, CUTOFF, False, "rebuild", id="to-be-rebuilt"),
    pytest.param({"exclusion": Exclusion.SHANTYTOWN_PLAN}, CUTOFF, False, "exclusion", id="shantytown-plan"),
    pytest.param({"exclusion": Exclusion.SELF_BUILT_AREA}, CUTOFF, False, "exclusion", id="self-built"),
    pytest.param({"exclusion": Exclusion.URBAN_VILLAGE}, CUTOFF, False, "exclusion", id="urban-village"),
    pytest.param({"problems": 0}, CUTOFF, False, "problems", id="nothing-wrong-recorded"),
    pytest.param({"problems": 4}, CUTOFF, True, "", id="everything-wrong"),
]


@pytest.mark.parametrize(("facts", "cutoff", "is_met", "failed"), ELIGIBLE)
def test_eligibility(facts: dict[str, Any], cutoff: date, is_met: bool | None, failed: str) -> None:
    judged = eligibility(replace(OLD, **facts), cutoff)
    assert judged.is_eligible is (is_met is True)
    assert judged.is_open is (is_met is None)
    assert [test.code for test in judged.failed] == ([failed] if failed else [])
    assert all(test.reason and test.name for test in judged.tests)


@pytest.mark.parametrize(
    ("facts", "against"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"built_year": None}, [], id="a-year-that-is-not-recorded"),
        pytest.param({"problems": 0}, [], id="problems-that-are-not-recorded"),
        pytest.param({"built_year": 2001}, ["built"], id="too-new"),
        pytest.param({"problems": 0, "is_rebuild_suitable": True}, ["rebuild"], id="a-fact-beside-a-gap"),
        pytest.param(
            {
                "location_type": LocationType.ELSEWHERE, "built_year": 2001, "is_rebuild_suitable": True,
                "exclusion": Exclusion.URBAN_VILLAGE, "problems": 0,
            },
            ["location", "built", "rebuild", "exclusion"],
            id="every-fact",
        ),
    ],
)  # fmt: skip
def test_only_a_recorded_fact_puts_a_community_outside_the_plan(
    facts: dict[str, Any], against: list[str]
) -> None:
    judged = eligibility(replace(OLD, **facts), CUTOFF)
    assert [test.code for test in judged.against] == against
    assert {test.code for test in judged.against} <= {test.code for test in judged.failed}


@pytest.mark.parametrize(
    ("built_on", "is_met", "reason"),
    [
        pytest.param(date(2000, 12, 30), True, "2000 年 12 月 30 日竣工，早于截止日。", id="the-day-before"),
        pytest.param(date(2000, 12, 31), True, "2000 年 12 月 31 日竣工，正好是截止日当天，也算。", id="the-cut-off-day"),
        pytest.param(date(2001, 1, 1), False, "2001 年 1 月 1 日竣工，晚于截止日。", id="the-day-after"),
    ],
)  # fmt: skip
def test_the_reason_says_on_which_side_of_the_cut_off_a_day_lies(
    built_on: date, reason: str, *, is_met: bool
) -> None:
    built = eligibility(replace(OLD, built_on=built_on), CUTOFF).tests[1]
    assert (built.is_met, built.reason) == (is_met, reason)


def test_a_year_on_the_edge_asks_for_evidence() -> None:
    built = eligibility(replace(OLD, built_year=2000), CUTOFF).tests[1]
    assert "边界" in built.reason


@pytest.mark.parametrize(
    "words_of",
    [
        one
        for one in vars(words).values()
        if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
    ],
)
def test_every_word_has_its_own_chinese(words_of: Any) -> None:
    said = [one.name_zh for one in words_of]
    assert all(said) and len(set(said)) == len(said)


def test_only_parking_is_not_counted() -> None:
    assert [use for use in FlatUse if not use.is_counted] == [FlatUse.PARKING]


def test_an_import_is_over_or_at_work_or_waits_for_a_person() -> None:
    assert {state for state in ImportState if not state.is_over and not state.is_working} == {
        ImportState.READY
    }
    assert not {state for state in ImportState if state.is_over and state.is_working}


@pytest.mark.parametrize(
    ("pool", "batch", "place"),
    [
        (words.Pool.IMPLEMENT, "实施一批", "实施库"),
        (words.Pool.PLAN, "谋划一批", "谋划库"),
        (words.Pool.RESERVE, "储备一批", "储备库"),
    ],
)
def test_a_pool_has_a_name_as_a_batch_and_one_as_a_place(pool: words.Pool, batch: str, place: str) -> None:
    assert (pool.name_zh, pool.store_zh) == (batch, place)
