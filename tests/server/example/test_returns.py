"""The example's monthly returns come to every stage, whatever day of the month it is made on."""

from datetime import UTC, date, datetime

import pytest

from server.example import returns
from server.example.returns import Course, Office
from server.infra.db import unit_of_work
from server.reports import queries
from server.reports.rules.returns import State
from tests.factories.divisions import get_division
from tests.factories.reports import CITY_OFFICER, COUNTY_CLERK, NANMING, make_place

pytestmark = pytest.mark.usefixtures("app")
MONTH = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("course", "state", "is_late", "acts"),
    [
        pytest.param(Course.MISSING, State.DRAFT, True, [], id="missing"),
        pytest.param(Course.WAITING, State.SUBMITTED, False, ["submitted"], id="waiting"),
        pytest.param(Course.RETURNED, State.RETURNED, True, ["submitted", "returned"], id="returned"),
        pytest.param(Course.ACCEPTED, State.ACCEPTED, False, ["submitted", "accepted"], id="accepted"),
        pytest.param(Course.LATE, State.ACCEPTED, True, ["submitted", "accepted"], id="late"),
        pytest.param(
            Course.MENDED,
            State.ACCEPTED,
            False,
            ["submitted", "returned", "submitted", "accepted"],
            id="mended",
        ),
        pytest.param(Course.CORRECTED, State.ACCEPTED, False, ["submitted", "accepted"], id="corrected"),
    ],
)
def test_a_return_comes_as_far_as_told(
    course: Course, state: State, *, is_late: bool, acts: list[str]
) -> None:
    make_place()
    of, today = get_division(NANMING), datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
    with unit_of_work():
        returns.hand_up(Office(of.id, COUNTY_CLERK, CITY_OFFICER), MONTH, course, today)
    sheet = queries.sheet(of, MONTH, today)
    assert (sheet.state, sheet.is_late) == (state, is_late)
    row = queries.report(of.id, MONTH)
    assert [one.state.value for one in queries.acts(row.id)] == acts if row else not acts
    assert any(line.is_overridden for line in sheet.lines) is (course is Course.CORRECTED)


def test_on_the_first_of_a_month_nothing_happens_in_the_future() -> None:
    make_place()
    of, today = get_division(NANMING), datetime(2026, 2, 28, 16, 30, tzinfo=UTC)
    assert returns.months_back(today, 1) == MONTH
    assert returns.months_back(today, 3) == date(2025, 12, 1)
    with unit_of_work():
        returns.hand_up(Office(of.id, COUNTY_CLERK, CITY_OFFICER), MONTH, Course.MENDED, today)
    row = queries.report(of.id, MONTH)
    assert row is not None
    assert {one.at for one in queries.acts(row.id)} == {today}
