"""Shares: each side of each edge, what is lacking, and the words of the law."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.shares import Threshold, at_least, more_than


@pytest.mark.parametrize(
    ("threshold", "part", "whole", "is_met"),
    [
        pytest.param(at_least("2/3"), 40, 60, True, id="two-thirds-is-at-least-two-thirds"),
        pytest.param(at_least("2/3"), 39, 60, False, id="one-less-is-not"),
        pytest.param(at_least("2/3"), 41, 61, True, id="above-two-thirds-of-a-number-it-does-not-divide"),
        pytest.param(at_least("2/3"), 40, 61, False, id="below-it"),
        pytest.param(more_than("1/2"), 30, 60, False, id="half-is-not-a-majority"),
        pytest.param(more_than("1/2"), 31, 60, True, id="half-and-one-is"),
        pytest.param(more_than("1/2"), 31, 61, True, id="more-than-half-of-an-odd-number"),
        pytest.param(more_than("1/2"), 30, 61, False, id="less-than-half-of-an-odd-number"),
        pytest.param(at_least("3/4"), 3, 4, True, id="three-quarters-exactly"),
        pytest.param(at_least("3/4"), Decimal("74.99"), Decimal("100.00"), False, id="a-hundredth-short"),
        pytest.param(at_least("3/4"), Decimal("75.00"), Decimal("100.00"), True, id="area-exactly"),
        pytest.param(
            at_least("2/3"), Decimal("66.67"), Decimal("100.00"), True, id="a-third-no-decimal-can-write"
        ),
        pytest.param(at_least("2/3"), Decimal("66.66"), Decimal("100.00"), False, id="just-below-it"),
        pytest.param(more_than("1/2"), Decimal("50.01"), Decimal("100.00"), True, id="a-hundredth-over-half"),
        pytest.param(at_least("0"), 0, 60, True, id="nothing-is-at-least-nothing"),
        pytest.param(more_than("0"), 0, 60, False, id="nothing-is-not-more-than-nothing"),
        pytest.param(at_least("1"), 60, 60, True, id="all"),
        pytest.param(more_than("1"), 60, 60, False, id="never-more-than-all"),
        pytest.param(at_least("0"), 0, 0, False, id="of-nobody-no-share-is-reached"),
        pytest.param(more_than("1/2"), Decimal("0.00"), Decimal("0.00"), False, id="of-no-area-neither"),
        pytest.param(at_least("1/3"), 10**40, 3 * 10**40, True, id="large-numbers-stay-exact"),
        pytest.param(at_least("1/3"), 10**40 - 1, 3 * 10**40, False, id="and-one-less-is-seen"),
    ],
)
def test_a_share_is_met(
    threshold: Threshold, part: int | Decimal, whole: int | Decimal, is_met: bool
) -> None:
    assert threshold.is_met(part, whole) is is_met


@pytest.mark.parametrize(
    ("threshold", "part", "whole", "lacking"),
    [
        pytest.param(at_least("2/3"), 28, 60, 12, id="12-heads-short"),
        pytest.param(at_least("2/3"), 40, 60, 0, id="met"),
        pytest.param(at_least("2/3"), 60, 60, 0, id="more-than-met"),
        pytest.param(at_least("2/3"), 40, 61, 1, id="whole-persons-only"),
        pytest.param(more_than("1/2"), 30, 60, 1, id="half-lacks-one"),
        pytest.param(more_than("1/2"), 30, 61, 1, id="half-of-an-odd-number-lacks-one"),
        pytest.param(
            at_least("2/3"), Decimal("2596.50"), Decimal("5100.00"), Decimal("803.50"), id="803.50-m2-short"
        ),
        pytest.param(
            at_least("2/3"), Decimal("66.66"), Decimal("100.00"), Decimal("0.01"), id="a-hundredth-short"
        ),
        pytest.param(
            more_than("1/2"),
            Decimal("50.00"),
            Decimal("100.00"),
            Decimal("0.01"),
            id="half-lacks-a-hundredth",
        ),
        pytest.param(more_than("1"), 3, 3, None, id="more-than-all-is-never-met"),
        pytest.param(at_least("1/2"), 0, 0, None, id="of-nobody-never"),
        pytest.param(at_least("1/2"), Decimal("0.00"), Decimal("0.00"), None, id="of-no-area-never"),
    ],
)
def test_what_is_lacking(threshold: Threshold, part: int, whole: int, lacking: int | Decimal | None) -> None:
    found = threshold.lacking(part, whole)
    assert found == lacking
    assert found is None or type(found) is type(whole)


@given(
    st.integers(0, 12),
    st.integers(1, 12),
    st.booleans(),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_what_is_lacking_is_the_least_that_meets(
    top: int, bottom: int, is_strict: bool, part: int, rest: int, is_area: bool
) -> None:
    threshold = Threshold(Fraction(min(top, bottom), bottom), is_strict)
    step = Decimal("0.01") if is_area else 1
    there, whole = part * step, (part + rest) * step
    lacking = threshold.lacking(there, whole)  # type: ignore[arg-type]
    if lacking is None:
        assert not threshold.is_met(whole, whole)
        return
    assert threshold.is_met(there + lacking, whole) or not whole
    assert lacking == 0 or not threshold.is_met(there + lacking - step, whole)
    assert there + lacking <= whole


@pytest.mark.parametrize(
    ("threshold", "text"),
    [
        (at_least("2/3"), "三分之二以上"),
        (at_least("3/4"), "四分之三以上"),
        (more_than("1/2"), "过半数"),
        (at_least("1/2"), "半数以上"),
        (more_than("2/3"), "超过三分之二"),
        (at_least("85/100"), "二十分之十七以上"),
        (at_least("99/100"), "百分之九十九以上"),
        (more_than("10/21"), "超过二十一分之十"),
        (at_least("1/101"), "101分之一以上"),
        (at_least("1"), "全部"),
        (more_than("1"), "超过全部"),
        (at_least("0"), "不设下限"),
        (more_than("0"), "多于零"),
    ],
)
def test_thresholds_speak_as_the_law_does(threshold: Threshold, text: str) -> None:
    assert threshold.text_zh == text


def test_a_share_is_written_reduced() -> None:
    assert at_least(Fraction(2, 4)).written == "1/2"


@pytest.mark.parametrize("share", ["3/2", "-1/2"])
def test_a_share_is_from_0_to_1(share: str) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        at_least(share)
