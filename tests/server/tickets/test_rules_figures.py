"""How long it took, in words."""

from fractions import Fraction

import pytest

from server.tickets.rules.figures import hours_zh


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (None, "还没有"),
        (Fraction(0), "0 小时 0 分钟"),
        (Fraction(10, 3), "3 小时 20 分钟"),
        # Cut: a minute that is not over is none.
        (Fraction(119, 120), "0 小时 59 分钟"),
        (Fraction(1439, 60), "23 小时 59 分钟"),
        (Fraction(24), "1 天 0 小时"),
        (Fraction(53), "2 天 5 小时"),
    ],
)
def test_a_time_is_cut_and_never_rounded(hours, words):
    assert hours_zh(hours) == words
