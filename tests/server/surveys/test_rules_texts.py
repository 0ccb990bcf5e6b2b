"""When two people said the same in their own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.surveys.rules.texts import digest_of, same_words


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param("路灯太暗", "路灯太暗。", True, id="a-full-stop"),
        pytest.param("路灯太暗", " 路灯 太暗\n", True, id="spaces"),
        pytest.param("路灯太暗！", "路灯太暗……", True, id="another-closing"),
        pytest.param("路灯\u200b太暗", "路灯太暗", True, id="a-space-that-nobody-sees"),
        pytest.param("加装 WiFi", "加装wifi", True, id="capitals"),
        pytest.param("加装ＷＩＦＩ", "加装 wifi", True, id="full-width"),
        pytest.param("宽３．５米；", "宽 3.5 米", True, id="full-width-numbers"),
        pytest.param("e\u0301tage", "\u00e9tage", True, id="one-letter-made-of-two"),
        pytest.param("。", "", True, id="nothing-but-an-end"),
        pytest.param("宽 3.5 米", "宽 35 米", False, id="a-point-in-a-number"),
        pytest.param("1,000 元", "1.000 元", False, id="another-point-in-a-number"),
        pytest.param("+1", "-1", False, id="another-sign"),
        pytest.param("-1", "1", False, id="a-sign-less"),
        pytest.param("50%", "50", False, id="per-cent"),
        pytest.param("10²", "102", False, id="a-power"),
        pytest.param("①②", "12", False, id="numbers-in-rings"),
        pytest.param("2 3 栋", "23 栋", False, id="two-numbers-are-not-one"),
        pytest.param("2  3 栋", "2 3栋", True, id="two-numbers-however-far-apart"),
        pytest.param("1. 5 栋", "1.5 栋", False, id="a-first-and-a-fifth"),
        pytest.param("3 -1", "3-1", False, id="a-number-and-one-below-nothing"),
        pytest.param("no way", "noway", False, id="two-words-of-letters"),
        pytest.param("👍", "", False, id="a-picture-says-something"),
        pytest.param("👍", "👎", False, id="another-picture"),
        pytest.param("👍", "👍。", True, id="a-picture-and-a-full-stop"),
        pytest.param("a\u0301", "a", False, id="a-mark-on-a-letter"),
        pytest.param("不，要停车", "不要停车", False, id="a-comma-that-turns-it-round"),
        pytest.param("要停车？", "要停车", False, id="a-question"),
        pytest.param("要停车？！", "要停车？", True, id="a-question-asked-loudly"),
        pytest.param("2_3 栋", "23 栋", False, id="a-line-under"),
        pytest.param("路灯太暗", "路灯太亮", False, id="another-word"),
        pytest.param("2 栋漏水", "3 栋漏水", False, id="another-number"),
        pytest.param("不要停车", "要停车", False, id="one-word-less"),
        pytest.param("太暗路灯", "路灯太暗", False, id="another-order"),
    ],
)
def test_people_said_the_same_where_only_spaces_case_width_or_the_end_differ(
    one: str, other: str, *, is_same: bool
) -> None:
    assert (same_words(one) == same_words(other)) is is_same
    assert (digest_of(one) == digest_of(other)) is is_same


def test_a_digest_is_as_long_as_its_column_and_does_not_change_by_itself() -> None:
    assert digest_of("路灯太暗") == "5b89e26ce55cb45aaa30c4950a14bfb4"


@given(st.text(alphabet="路灯暗 ，。_aＡß１1.+-%👍", max_size=12))
def test_words_that_were_evened_out_stay_as_they_are(text: str) -> None:
    once = same_words(text)
    assert same_words(once) == once
    assert once == once.strip()
    assert not once.endswith(("，", "。", ",", "."))
    assert digest_of(once) == digest_of(text)
