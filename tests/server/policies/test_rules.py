from datetime import date
from typing import Any

import pytest

from server.kernel.chinatime import Period
from server.kernel.errors import Invalid
from server.policies.rules import (
    KEYS,
    Basis,
    DatedRow,
    check_start,
    checked_value,
    period_of,
    row_in_force,
    spec_of,
    value_text,
    value_words,
)

NOTICE, SHORTEST, PRECEDENCE = (
    KEYS["ballot.notice_period"],
    KEYS["ballot.shortest_days"],
    KEYS["ballot.precedence"],
)
RESULT, FLAG, CUTOFF = (
    KEYS["result.notice_period"],
    KEYS["ballot.may_change_vote"],
    KEYS["eligibility.cutoff_on"],
)
LISTED = KEYS["moderation.words"]


def test_every_default_is_a_right_value_of_its_setting() -> None:
    for spec in KEYS.values():
        assert checked_value(spec, spec.default) == spec.default
        assert value_text(spec, spec.default)


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        pytest.param("ballot.shortest_days", "5", 5, id="a-number-typed"),
        pytest.param("ballot.shortest_days", 1, 1, id="the-least"),
        pytest.param("ballot.shortest_days", 60, 60, id="the-most"),
        pytest.param("ballot.notice_period", {"days": 15}, {"days": 15}, id="the-laws-fifteen-days"),
        pytest.param("ballot.notice_period", {"days": "20"}, {"days": 20}, id="more-than-the-law"),
        pytest.param("result.notice_period", {"workdays": 5}, {"workdays": 5}, id="working-days"),
        pytest.param("ballot.precedence", "paper", "paper", id="a-choice"),
        pytest.param("ballot.may_change_vote", "false", False, id="a-flag-typed"),
        pytest.param("ballot.may_change_vote", True, True, id="a-flag"),
        pytest.param("eligibility.cutoff_on", "2005-12-31", "2005-12-31", id="a-day"),
        pytest.param("milestone.start_by", "6-30", "06-30", id="a-day-of-every-year"),
        pytest.param("milestone.start_by", "12-31", "12-31", id="the-last-day-of-the-year"),
        pytest.param("privacy.notice_version", " 2026-2 ", "2026-2", id="words-are-trimmed"),
        pytest.param(
            "moderation.words", "广告，贷款\n\n 广告 、办证;", ["广告", "贷款", "办证"], id="a-list-typed"
        ),
        pytest.param("moderation.words", ["a  b", "长" * 20], ["a b", "长" * 20], id="a-list"),
        pytest.param("moderation.words", "", [], id="an-empty-list"),
        pytest.param("verdict.consent", "2/3", "2/3", id="a-share"),
        pytest.param("verdict.consent", " ４ / 6 ", "2/3", id="a-share-in-lowest-terms-and-wide-signs"),
        pytest.param("verdict.consent", "66.7%", "667/1000", id="a-share-as-per-cent"),
        pytest.param("verdict.consent", "0%", "0/1", id="a-share-of-nothing"),
        pytest.param("verdict.consent", "1/1", "1/1", id="a-share-of-all"),
    ],
)
def test_right_values_are_kept(key: str, value: Any, kept: Any) -> None:
    assert checked_value(KEYS[key], value) == kept


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("ballot.shortest_days", 0, id="under-the-least"),
        pytest.param("ballot.shortest_days", 61, id="over-the-most"),
        pytest.param("ballot.shortest_days", "5.0", id="not-a-whole-number"),
        pytest.param("ballot.shortest_days", True, id="a-flag-is-no-number"),
        pytest.param("ballot.shortest_days", None, id="nothing"),
        pytest.param("ballot.notice_period", {"days": 14}, id="less-than-the-law"),
        pytest.param("ballot.notice_period", {"workdays": 15}, id="the-law-counts-calendar-days"),
        pytest.param("result.notice_period", {"days": 7, "workdays": 5}, id="two-units"),
        pytest.param("result.notice_period", 7, id="no-unit"),
        pytest.param("ballot.precedence", "sideways", id="no-such-choice"),
        pytest.param("ballot.may_change_vote", "maybe", id="neither-yes-nor-no"),
        pytest.param("eligibility.cutoff_on", "2000-02-30", id="no-such-day"),
        pytest.param("milestone.start_by", "02-29", id="a-day-that-most-years-lack"),
        pytest.param("milestone.start_by", "13-01", id="no-such-month"),
        pytest.param("milestone.start_by", "2026-06-30", id="a-day-of-one-year"),
        pytest.param("milestone.start_by", "六月", id="no-day"),
        pytest.param("privacy.notice_version", "", id="no-words"),
        pytest.param("moderation.words", "路", id="a-listed-word-of-one-sign"),
        pytest.param("moderation.words", ["长" * 21], id="a-listed-word-too-long"),
        pytest.param(
            "moderation.words", [f"词{number}" for number in range(501)], id="too-many-listed-words"
        ),
    ],
)
def test_wrong_values_are_refused_by_the_field(key: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        checked_value(KEYS[key], value)
    assert "value" in refused.value.fields


@pytest.mark.parametrize(
    ("spec", "value", "text"),
    [
        pytest.param(NOTICE, {"days": 15}, "15 日", id="days"),
        pytest.param(RESULT, {"workdays": 5}, "5 个工作日", id="working-days"),
        pytest.param(SHORTEST, 5, "5 天", id="number"),
        pytest.param(PRECEDENCE, "latest", "算最后一次", id="choice"),
        pytest.param(FLAG, False, "不能", id="flag"),
        pytest.param(CUTOFF, "2000-12-31", "2000 年 12 月 31 日", id="day"),
        pytest.param(LISTED, ["广告", "贷款"], "广告、贷款", id="list"),
        pytest.param(LISTED, ["广告"] * 7, "广告、广告、广告、广告、广告、广告等 7 个词", id="long-list"),
        pytest.param(LISTED, [], "没有词", id="empty-list"),
    ],
)
def test_values_are_told_in_words(spec: Any, value: Any, text: str) -> None:
    assert value_text(spec, value) == text


def test_periods_are_read_in_their_unit() -> None:
    assert period_of({"days": 15}) == Period(15)
    assert period_of({"workdays": 5}) == Period(5, in_workdays=True)


DAY = date(2026, 3, 1)
NATION, PROVINCE = DatedRow(1, None, date(2020, 1, 1), False), DatedRow(2, 1, date(2025, 1, 1), False)
COUNTY, OTHER = DatedRow(3, 3, DAY, False), DatedRow(4, 9, date(2025, 1, 1), False)
COUNTY_AGAIN, COUNTY_ENDS = DatedRow(5, 3, DAY, False), DatedRow(6, 3, date(2026, 4, 1), True)


@pytest.mark.parametrize(
    ("rows", "on", "held"),
    [
        pytest.param([], DAY, None, id="nobody-set-it"),
        pytest.param([NATION], DAY, NATION, id="the-whole-platforms"),
        pytest.param([NATION, PROVINCE], DAY, PROVINCE, id="a-division-stands-before-the-platform"),
        pytest.param([COUNTY, PROVINCE], DAY, COUNTY, id="the-nearest-division-stands-first"),
        pytest.param([COUNTY, PROVINCE], date(2026, 2, 28), PROVINCE, id="not-before-its-first-day"),
        pytest.param([OTHER, PROVINCE], DAY, PROVINCE, id="another-countys-is-not-ours"),
        pytest.param([COUNTY, COUNTY_AGAIN], DAY, COUNTY_AGAIN, id="of-one-day-the-later-entered"),
        pytest.param(
            [COUNTY, COUNTY_ENDS, PROVINCE], date(2026, 3, 31), COUNTY, id="holds-to-the-day-before-its-end"
        ),
        pytest.param(
            [COUNTY, COUNTY_ENDS, PROVINCE], date(2026, 4, 1), PROVINCE, id="ended-what-stands-above-holds"
        ),
    ],
)
def test_the_nearest_and_latest_row_is_in_force(
    rows: list[DatedRow], on: date, held: DatedRow | None
) -> None:
    assert row_in_force(rows, [1, 2, 3], on) == held
    assert row_in_force(list(reversed(rows)), [1, 2, 3], on) == held


def test_a_setting_begins_today_or_later() -> None:
    check_start(DAY, DAY)
    with pytest.raises(Invalid):
        check_start(date(2026, 2, 28), DAY)


@pytest.mark.parametrize("value", ["", "2", "3/2", "1/0", "101%", "-1/2", "0.5", "a/b", "66.667%", "1/2/3"])
def test_a_share_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(Invalid, match="2/3 或 75%"):
        checked_value(KEYS["verdict.consent"], value)


def test_a_share_is_told_exactly_where_it_can_be() -> None:
    told = [value_text(KEYS["verdict.consent"], one) for one in ("3/4", "2/3", "1/20", "1/1")]
    assert told == ["3/4（75%）", "2/3（约 66.7%）", "1/20（5%）", "1/1（100%）"]


def test_a_row_that_ends_a_setting_goes_by_the_level_above():
    assert value_words(NOTICE.key, None) == "按上一级"
    assert value_words(NOTICE.key, {"workdays": 5}) == value_text(NOTICE, {"workdays": 5})


def test_every_setting_is_found_by_its_key():
    assert [spec_of(key).key for key in KEYS] == list(KEYS)


@pytest.mark.parametrize("key", ["", "ballot", "ballot.notice_period ", "BALLOT.NOTICE_PERIOD", "no.such"])
def test_what_is_no_setting_is_refused_at_the_field(key: str):
    with pytest.raises(Invalid) as refused:
        spec_of(key)
    assert refused.value.fields == {"key": ["请从列表里选。"]}


def test_each_basis_has_its_word():
    assert {basis.value: basis.name_zh for basis in Basis} == {
        "law": "法律法规",
        "document": "文件",
        "house": "平台默认",
    }
