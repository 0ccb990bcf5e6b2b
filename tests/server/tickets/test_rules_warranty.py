"""How long whoever built it answers for it (建设工程质量管理条例 40), to the day; and a facility that fails again and again."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from server.kernel.chinatime import WorkCalendar
from server.kernel.parts import Part
from server.policies.rules import KEYS as SPECS
from server.tickets.rules.repeating import months_before, words_zh
from server.tickets.rules.warranty import (
    KEYS,
    covers,
    is_in_doubt,
    last_day,
    nearness,
    periods_of,
    warranted,
)
from server.tickets.rules.words import Category

PERIODS = periods_of({key: SPECS[key].default for key in KEYS})
#: 28 February 2026 is a Saturday; the Monday after it is a day off here.
CALENDAR = WorkCalendar({date(2026, 3, 2): False}, frozenset({2026}))


@pytest.mark.parametrize(
    ("part", "completed", "last"),
    [
        pytest.param(Part.ROOF_WET, date(2020, 5, 20), date(2025, 5, 20), id="roof-five-years"),
        pytest.param(Part.PIPES, date(2024, 5, 20), date(2026, 5, 20), id="pipes-two-years"),
        pytest.param(Part.ELECTRICS, date(2024, 5, 20), date(2026, 5, 20), id="electrics-two-years"),
        pytest.param(Part.FIT_OUT, date(2024, 5, 20), date(2026, 5, 20), id="fit-out-two-years"),
        pytest.param(Part.INSULATION, date(2020, 5, 20), date(2025, 5, 20), id="insulation-five-years"),
        pytest.param(Part.STRUCTURE, date(2024, 5, 20), date(2074, 5, 21), id="structure-its-design-life"),
        pytest.param(Part.OTHER, date(2024, 5, 20), None, id="nothing-agreed"),
        pytest.param(Part.PIPES, date(2024, 2, 29), date(2026, 3, 3), id="29-february-then-a-day-off"),
        pytest.param(Part.PIPES, date(2024, 3, 1), date(2026, 3, 3), id="a-last-day-off-moves-on"),
        pytest.param(Part.HEATING, date(2024, 10, 1), date(2026, 3, 16), id="two-whole-seasons"),
        pytest.param(Part.HEATING, date(2024, 11, 15), date(2026, 3, 16), id="on-the-first-day-of-a-season"),
        pytest.param(
            Part.HEATING, date(2024, 11, 16), date(2027, 3, 15), id="a-broken-season-does-not-count"
        ),
        pytest.param(Part.HEATING, date(2025, 1, 10), date(2027, 3, 15), id="in-the-new-year-of-a-season"),
    ],
)
def test_the_last_day_of_each_part(part: Part, completed: date, last: date | None):
    assert last_day(part, completed, PERIODS, CALENDAR) == last


@pytest.mark.parametrize(
    ("day", "is_warranted"),
    [
        pytest.param(date(2020, 5, 19), False, id="before-it-was-finished"),
        pytest.param(date(2020, 5, 20), True, id="on-the-day"),
        pytest.param(date(2025, 5, 20), True, id="on-the-last-day"),
        pytest.param(date(2025, 5, 21), False, id="the-day-after"),
    ],
)
def test_a_roof_is_answered_for_from_its_first_to_its_last_day(day: date, is_warranted: bool):
    assert warranted(Part.ROOF_WET, date(2020, 5, 20), day, PERIODS, CALENDAR) is is_warranted


def test_what_nobody_promised_is_not_warranted():
    assert not warranted(Part.OTHER, date(2026, 1, 5), date(2026, 1, 5), PERIODS, CALENDAR)


@dataclass(frozen=True)
class Item:
    part: Part = Part.PIPES
    building_id: int | None = None
    entrance_id: int | None = None
    completed_on: date = date(2026, 1, 5)
    contractor: str = "施工单位"
    code: str = ""


@pytest.mark.parametrize(
    ("item", "category", "does"),
    [
        pytest.param(Item(), Category.WATER, True, id="for-all-stands-for-each"),
        pytest.param(Item(building_id=3), Category.WATER, True, id="the-same-building"),
        pytest.param(Item(building_id=4), Category.WATER, False, id="another-building"),
        pytest.param(Item(building_id=3, entrance_id=7), Category.WATER, True, id="the-same-entrance"),
        pytest.param(Item(building_id=3, entrance_id=8), Category.WATER, False, id="another-entrance"),
        pytest.param(Item(), Category.POWER, False, id="another-part"),
        pytest.param(Item(), Category.WORKS, True, id="about-the-works-any-part"),
        pytest.param(Item(), Category.NOISE, False, id="no-part-of-any-works"),
        pytest.param(Item(code="B02"), Category.WATER, True, id="water-pipes-leak-water"),
        pytest.param(Item(code="B02"), Category.GAS, False, id="water-pipes-leak-no-gas"),
        pytest.param(Item(code="B04"), Category.GAS, True, id="gas-pipes-do"),
        pytest.param(Item(Part.ELECTRICS, code="B11"), Category.POWER, True, id="lamps-go-dark"),
        pytest.param(Item(Part.ELECTRICS, code="B11"), Category.SECURITY, False, id="lamps-shut-no-door"),
        pytest.param(Item(Part.ELECTRICS, code="B14"), Category.SECURITY, True, id="doors-do"),
        pytest.param(Item(Part.OTHER, code="W02"), Category.LIFT, True, id="a-new-lift-stops"),
        pytest.param(Item(Part.OTHER, code="B08"), Category.LIFT, False, id="bins-are-no-lift"),
        pytest.param(Item(code="B08"), Category.WORKS, True, id="about-the-works-any-item"),
        pytest.param(Item(code="X99"), Category.WATER, True, id="a-code-of-no-list-goes-by-its-part"),
    ],
)
def test_which_works_a_trouble_can_come_from(item: Item, category: Category, does: bool):
    assert covers(item, category, 3, 7) is does


LAMPS, ROOF = Item(Part.ELECTRICS, code="B11"), Item(Part.ROOF_WET, code="B13", contractor="防水公司")


@pytest.mark.parametrize(
    ("matching", "category", "is_doubtful"),
    [
        pytest.param([], Category.WORKS, False, id="nothing-was-built"),
        pytest.param([LAMPS], Category.WORKS, False, id="one-item"),
        pytest.param([LAMPS, Item()], Category.WORKS, False, id="two-items-of-one-contractor"),
        pytest.param([LAMPS, ROOF], Category.WORKS, True, id="two-contractors"),
        pytest.param([LAMPS, replace(ROOF, contractor="")], Category.WORKS, True, id="one-of-them-unnamed"),
        pytest.param(
            [LAMPS, replace(LAMPS, contractor="灯具公司")], Category.POWER, False, id="it-says-which"
        ),
    ],
)
def test_nobody_guesses_which_of_several_contractors_built_what_is_bad(
    matching: list[Item], category: Category, is_doubtful: bool
):
    assert is_in_doubt(matching, category) is is_doubtful


def test_the_works_of_the_smallest_place_come_first_then_the_latest():
    everywhere = Item()
    building = replace(everywhere, building_id=3)
    entrance = replace(building, entrance_id=7)
    later = replace(everywhere, completed_on=date(2026, 2, 1))
    assert sorted([entrance, later, building, everywhere], key=nearness) == [
        everywhere,
        later,
        building,
        entrance,
    ]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        pytest.param(date(2026, 8, 31), 6, date(2026, 2, 28), id="a-shorter-month"),
        pytest.param(date(2026, 3, 2), 3, date(2025, 12, 2), id="over-new-year"),
        pytest.param(date(2026, 3, 2), 12, date(2025, 3, 2), id="a-year"),
    ],
)
def test_months_before_a_day(day: date, months: int, before: date):
    assert months_before(day, months) == before


def test_a_task_that_asks_why_says_how_often():
    assert "6 个月里报了 3 次" in words_zh(3, 6)
