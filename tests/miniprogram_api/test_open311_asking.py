"""What a query asks for, on each side of each edge."""

from datetime import UTC, datetime, timedelta

import pytest

from miniprogram_api.open311.asking import ids, instant, micro_degrees, number, period, query, status
from server.kernel.errors import Invalid, NotFound
from server.tickets.rules.words import Category

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAYS = timedelta(days=90)
JANUARY = "2026-01-01T00:00:00Z"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("", "", (NOW - DAYS, NOW), id="neither: the most recent ninety days"),
        pytest.param(JANUARY, "", (FIRST, FIRST + DAYS), id="from a start on"),
        pytest.param("", JANUARY, (FIRST - DAYS, FIRST), id="up to an end"),
        pytest.param(JANUARY, JANUARY, (FIRST, FIRST), id="one instant"),
        pytest.param(JANUARY, "2026-04-01T00:00:00Z", (FIRST, FIRST + DAYS), id="ninety days exactly"),
        pytest.param(
            "2026-01-01T08:00:00+08:00",
            "2026-01-01T00:00:00Z",
            (FIRST, FIRST),
            id="another zone, same instant",
        ),
        pytest.param(
            "2026-01-01T08:00:00 08:00", JANUARY, (FIRST, FIRST), id="a plus sign that became a blank"
        ),
    ],
)
def test_a_span_is_at_most_ninety_days(start: str, end: str, expected: object) -> None:
    assert period(start, end, NOW) == expected


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(JANUARY, "2026-04-01T00:00:01Z", id="a second more than ninety days"),
        pytest.param(JANUARY, "2025-12-31T23:59:59Z", id="the wrong way round"),
        pytest.param("gestern", "", id="no date"),
        pytest.param("2026-01-01T00:00:00", "", id="no zone"),
        pytest.param("2026-01-01", "", id="a day alone"),
        pytest.param("0001-01-01T00:00:00Z", "", id="before all calendars"),
        pytest.param("9999-12-31T00:00:00Z", "", id="after all calendars"),
    ],
)
def test_a_span_that_is_wrong_is_refused(start: str, end: str) -> None:
    with pytest.raises(Invalid):
        period(start, end, NOW)


def test_an_instant_that_was_not_sent_is_none():
    assert instant("", "start_date") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", None), ("open", True), ("closed", False), ("open,closed", None), (" closed , ", False)],
)
def test_statuses_are_listed_with_commas(text: str, expected: bool | None) -> None:
    assert status(text) is expected


def test_there_are_only_two_statuses():
    with pytest.raises(Invalid, match="done"):
        status("open,done")


def test_ids_that_are_none_of_ours_are_left_out():
    assert ids("5, 17,abc,,٣," + "9" * 5000) == (5, 17)
    assert ids(str(2**63 - 1) + "," + str(2**63)) == (2**63 - 1,)


def test_no_more_ids_than_are_answered():
    assert len(ids(",".join(["1"] * 1000))) == 1000
    with pytest.raises(Invalid):
        ids(",".join(["1"] * 1001))


@pytest.mark.parametrize(("text", "expected"), [("", 7), ("1", 1), ("9", 9)])
def test_a_number_lies_within_its_bounds(text: str, expected: int) -> None:
    assert number(text, "page", 9, 7) == expected


@pytest.mark.parametrize("text", ["0", "10", "-1", "x", "٣", "9" * 30])
def test_a_number_beyond_them_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        number(text, "page", 9, 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", None), ("26.5783", 26_578_300), ("-90", -90_000_000), ("90", 90_000_000), ("0", 0)],
)
def test_degrees_are_kept_as_millionths(text: str, expected: int | None) -> None:
    assert micro_degrees(text, "lat", 90) == expected


@pytest.mark.parametrize("text", ["90.0000001", "nan", "inf", "north"])
def test_degrees_that_are_on_no_globe_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        micro_degrees(text, "lat", 90)


def test_what_is_empty_counts_as_not_sent():
    names = ("service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size")
    assert query(dict.fromkeys(names, ""), NOW) == query({}, NOW)
    found = query({}, NOW)
    assert (found.ids, found.categories, found.is_open, found.page, found.size) == (None, (), None, 1, 1000)


def test_services_are_listed_with_commas_and_must_be_known():
    assert query({"service_code": "water, power"}, NOW).categories == (Category.WATER, Category.POWER)
    with pytest.raises(NotFound):
        query({"service_code": "water,magic"}, NOW)
