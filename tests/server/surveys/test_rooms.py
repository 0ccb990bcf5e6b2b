"""Doors as people write them."""

import pytest

from server.surveys.rules.rooms import spellings


@pytest.mark.parametrize(
    ("written", "tried"),
    [
        pytest.param("一单元", ("一单元", "1单元"), id="numeral"),
        pytest.param("2栋", ("2栋", "二栋"), id="digit"),
        pytest.param("红楼", ("红楼",), id="name"),
        pytest.param("", ("",), id="nothing"),
    ],
)
def test_a_door_is_tried_in_digits_and_in_numerals(written: str, tried: tuple[str, ...]) -> None:
    assert spellings(written) == tried
