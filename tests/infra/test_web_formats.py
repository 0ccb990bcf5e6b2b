"""How figures, shares, areas, money, dates and codes read."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from server.infra.web import formats

TODAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        pytest.param(lambda: formats.area(Decimal("803.5")), "803.50 ㎡", id="area-keeps-hundredths"),
        pytest.param(lambda: formats.area(Decimal("66783.97")), "66,783.97 ㎡", id="area-in-thousands"),
        pytest.param(lambda: formats.share(Fraction(417, 703)), "59.3%", id="share"),
        pytest.param(lambda: formats.share(Fraction(2, 3)), "66.7%", id="two-thirds"),
        pytest.param(lambda: formats.share(Fraction(99999, 100000)), "99.9%", id="nearly-all-is-not-all"),
        pytest.param(lambda: formats.share(Fraction(1, 100000)), "0.1%", id="hardly-any-is-not-none"),
        pytest.param(lambda: formats.share(Fraction(1)), "100.0%", id="all"),
        pytest.param(lambda: formats.share(Fraction(0)), "0.0%", id="none"),
        pytest.param(lambda: formats.share(Fraction(61, 100), 0), "61%", id="whole-per-cent"),
        pytest.param(lambda: formats.share(Fraction(999, 1000), 0), "99%", id="whole-per-cent-nearly-all"),
        pytest.param(lambda: formats.width(Fraction(2, 3)), "66.666%", id="a-bar-is-cut-not-rounded"),
        pytest.param(lambda: formats.width(Fraction(5, 4)), "100.000%", id="a-bar-ends-at-its-track"),
        pytest.param(lambda: formats.count(417, 703), "417 / 703 户 (59.3%)", id="count"),
        pytest.param(lambda: formats.count(0, 0, "人"), "0 / 0 人 (0.0%)", id="nothing-of-nothing"),
        pytest.param(
            lambda: formats.area_count(Decimal("42118.35"), Decimal("71020.80")),
            "42,118.35 / 71,020.80 ㎡ (59.3%)",
            id="area-count",
        ),
        pytest.param(lambda: formats.told(1200, "件"), "1,200 件", id="told"),
        pytest.param(lambda: formats.told(None, "件"), "数太少，不公布", id="hidden"),
        pytest.param(lambda: formats.yuan(1234567), "12,345.67 元", id="money"),
        pytest.param(lambda: formats.groups("K7M2-9QXA4trc"), "K7M2 9QXA 4trc", id="groups-of-four"),
    ],
)
def test_figures_read_as_written_for_people(call: Callable[[], str], text: str) -> None:
    assert call() == text


@pytest.mark.parametrize(
    ("value", "year", "text"),
    [
        pytest.param(date(2026, 3, 31), False, "3 月 31 日", id="this-year"),
        pytest.param(date(2025, 12, 31), False, "2025 年 12 月 31 日", id="last-year"),
        pytest.param(date(2026, 3, 31), True, "2026 年 3 月 31 日", id="a-document"),
        pytest.param(datetime(2026, 3, 30, 16, 0, tzinfo=UTC), False, "3 月 31 日", id="midnight-in-china"),
        pytest.param(datetime(2025, 12, 31, 16, 0, tzinfo=UTC), False, "1 月 1 日", id="new-year-in-china"),
    ],
)
def test_a_day_names_its_year_where_it_differs(value: date, year: bool, text: str) -> None:
    assert formats.chinadate(value, TODAY, year) == text


def test_an_instant_is_told_in_china_time() -> None:
    closes = datetime(2026, 3, 31, 10, 0, tzinfo=UTC)
    assert formats.chinatime(closes, TODAY) == "3 月 31 日 18:00"
    assert formats.chinatime(closes, date(2027, 1, 1)) == "2026 年 3 月 31 日 18:00"
    assert formats.form_time(closes) == "2026-03-31T18:00"


@pytest.mark.parametrize(
    ("ends", "text", "last"),
    [
        pytest.param(datetime(2026, 3, 31, 10, 0, tzinfo=UTC), "3 月 31 日 18:00", "3 月 31 日", id="by-day"),
        pytest.param(datetime(2026, 3, 31, 15, 59, tzinfo=UTC), "3 月 31 日 23:59", "3 月 31 日", id="a-minute-before"),
        pytest.param(datetime(2026, 3, 31, 16, 0, tzinfo=UTC), "3 月 31 日 24:00", "3 月 31 日", id="midnight"),
        pytest.param(datetime(2026, 3, 31, 16, 1, tzinfo=UTC), "4 月 1 日 00:01", "4 月 1 日", id="a-minute-after"),
        pytest.param(datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "2025 年 12 月 31 日 24:00", "2025 年 12 月 31 日", id="the-year"),
    ],
)  # fmt: skip
def test_what_ends_at_midnight_ends_with_the_day_that_is_over(ends: datetime, text: str, last: str) -> None:
    assert formats.chinaend(ends, TODAY) == text
    assert formats.chinalast(ends, TODAY) == last


def test_what_was_typed_wrongly_goes_back_into_the_form() -> None:
    assert formats.form_time("明天") == "明天"
    assert formats.form_date(None) == ""
    assert formats.form_date(date(2026, 3, 5)) == "2026-03-05"


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(lambda: formats.area(86.5), id="area"),  # type: ignore[arg-type]
        pytest.param(lambda: formats.share(0.5), id="share"),  # type: ignore[arg-type]
        pytest.param(lambda: formats.yuan(12.5), id="money"),  # type: ignore[arg-type]
        pytest.param(lambda: formats.chinatime(datetime(2026, 3, 3, 8, 0), TODAY), id="naive"),  # noqa: DTZ001
    ],
)
def test_a_float_or_a_naive_time_is_refused(call: Callable[[], str]) -> None:
    with pytest.raises(TypeError):
        call()
