"""When two people said the same in their own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.surveys.rules.texts import same_words


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param("路灯太暗", "路灯太暗。", True, id="a-full-stop"),
        pytest.param("路灯太暗", " 路灯 太暗\n", True, id="spaces"),
        pytest.param("路灯，太暗！", "路灯、太暗", True, id="other-points"),
        pytest.param("加装 WiFi", "加装wifi", True, id="capitals"),
        pytest.param("加装ＷＩＦＩ", "加装 wifi", True, id="full-width"),
        pytest.param("2_栋", "2栋", True, id="a-line-under"),
        pytest.param("路灯太暗", "路灯太亮", False, id="another-word"),
        pytest.param("2 栋漏水", "3 栋漏水", False, id="another-number"),
        pytest.param("不要停车", "要停车", False, id="one-word-less"),
        pytest.param("太暗路灯", "路灯太暗", False, id="another-order"),
    ],
)
def test_people_said_the_same_where_only_spaces_points_case_or_width_differ(
    one: str, other: str, *, is_same: bool
) -> None:
    assert (same_words(one) == same_words(other)) is is_same


@given(st.text(alphabet="路灯暗 ，。_aＡß１1", max_size=12))
def test_words_that_were_evened_out_stay_as_they_are(text: str) -> None:
    once = same_words(text)
    assert same_words(once) == once
    assert not any(sign.isspace() or sign in "，。_" for sign in once)
