"""The serial on a paper form finds every single slip of the finger."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.errors import Invalid
from server.surveys.rules.instants import answered_at_door, answered_on_paper
from server.surveys.rules.serials import ALPHABET, Serial, read_serial

numbers = st.integers(1, 10**9)
NOW = datetime(2026, 3, 5, 3, 0, tzinfo=UTC)  # 11:00 in China
OPENED = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


@given(numbers, numbers)
def test_what_is_printed_is_read_again(survey_id: int, household_id: int) -> None:
    serial = Serial(survey_id, household_id)
    assert read_serial(str(serial)) == serial


@given(numbers, numbers, st.data())
def test_one_wrong_sign_is_always_found(survey_id: int, household_id: int, data: st.DataObject) -> None:
    right = str(Serial(survey_id, household_id))
    place = data.draw(st.integers(1, len(right) - 1).filter(lambda one: right[one] != "-"))
    signs = ALPHABET if place == len(right) - 1 else "0123456789"
    sign = data.draw(st.sampled_from([one for one in signs if one != right[place]]))
    with pytest.raises(Invalid):
        read_serial(right[:place] + sign + right[place + 1 :])


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("W7-1235-{}", id="a-wrong-household"),
        pytest.param("W8-1234-{}", id="a-wrong-survey"),
        pytest.param("W7-1243-{}", id="two-digits-exchanged"),
        pytest.param("W71-234-{}", id="a-dash-that-moved"),
    ],
)
def test_a_slip_is_told_to_look_at_the_form_again(typed: str) -> None:
    right = str(Serial(7, 1234))
    assert read_serial(right) == Serial(7, 1234)
    with pytest.raises(Invalid) as refused:
        read_serial(typed.format(right[-1]))
    assert refused.value.fields == {"serial": ["编号不对，可能输错了一位。请照着表右上角再输一遍。"]}
    assert refused.value.code == "serial"


def test_of_all_check_signs_one_is_right() -> None:
    right = str(Serial(7, 1234))
    taken = 0
    for sign in ALPHABET:
        if sign == right[-1]:
            taken += read_serial(right[:-1] + sign) == Serial(7, 1234)
            continue
        with pytest.raises(Invalid):
            read_serial(right[:-1] + sign)
    assert taken == 1


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(" w7-1234-{} ", id="small-letters-and-spaces"),
        pytest.param("Ｗ７－１２３４－{}", id="full-width"),
        pytest.param("W7 1234 {}", id="spaces-for-dashes"),
        pytest.param("W7—1234–{}", id="other-dashes"),
    ],
)
def test_a_serial_may_be_typed_as_keyboards_have_it(typed: str) -> None:
    serial = Serial(7, 1234)
    assert read_serial(typed.format(str(serial)[-1])) == serial


@pytest.mark.parametrize(
    "typed", ["", "7-1234-K", "W7", "W7-1234", "W-1234-K", "W7-1234-KK", "https://x.cn/s/abc"]
)
def test_what_is_no_serial_is_told_how_one_looks(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_serial(typed)
    assert refused.value.fields == {"serial": ["编号的样子是 W7-1234-K，印在表的右上角。请照着再输一遍。"]}


def test_a_letter_taken_for_a_digit_is_read_as_the_digit() -> None:
    serial = next(one for one in (Serial(1, number) for number in range(1, 500)) if str(one).endswith("0"))
    assert read_serial(str(serial)[:-1] + "O") == serial


@pytest.mark.parametrize(
    ("signed_on", "instant"),
    [
        pytest.param(
            date(2026, 3, 4), datetime(2026, 3, 4, 15, 59, 59, tzinfo=UTC), id="end-of-an-earlier-day"
        ),
        pytest.param(date(2026, 3, 5), NOW, id="today-is-now"),
        pytest.param(date.max, NOW, id="no-day-after-today"),
    ],
)
def test_a_paper_form_was_answered_by_the_end_of_its_day(signed_on: date, instant: datetime) -> None:
    assert answered_on_paper(signed_on, NOW) == instant


@pytest.mark.parametrize(
    ("told", "opened_at", "instant"),
    [
        pytest.param(None, OPENED, NOW, id="untold"),
        pytest.param(NOW.replace(hour=4), OPENED, NOW, id="a-clock-that-runs-ahead"),
        pytest.param(NOW.replace(hour=2), OPENED, NOW.replace(hour=2), id="an-hour-ago"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), OPENED, OPENED, id="a-clock-never-set"),
        pytest.param(NOW.replace(hour=2), None, NOW.replace(hour=2), id="a-matter-without-opening"),
    ],
)
def test_an_answer_at_the_door_lies_between_opening_and_now(told, opened_at, instant) -> None:
    assert answered_at_door(told, opened_at, NOW) == instant
