"""How long whoever built it answers for it (建设工程质量管理条例 40, 民用建筑节能条例 23). Pure; the periods are dated settings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from server.kernel.chinatime import WorkCalendar
from server.kernel.parts import Part
from server.tickets.rules.words import Category

#: In `server/policies`; 条例 40 sets the least, the structure is answered for as long as it was designed to stand.
KEYS = (
    "warranty.roof_wet_years", "warranty.pipes_years", "warranty.electrics_years", "warranty.fit_out_years",
    "warranty.insulation_years", "warranty.structure_years", "warranty.other_years", "warranty.heating_seasons",
    "warranty.heating_from", "warranty.heating_until",
)  # fmt: skip

#: Which parts of the works a trouble can come from. About the works themselves: any.
PARTS: dict[Category, frozenset[Part]] = {
    Category.WATER: frozenset({Part.PIPES}),
    Category.GAS: frozenset({Part.PIPES}),
    Category.POWER: frozenset({Part.ELECTRICS}),
    Category.SECURITY: frozenset({Part.ELECTRICS}),
    Category.FIRE: frozenset({Part.PIPES, Part.ELECTRICS}),
    Category.LEAK: frozenset({Part.ROOF_WET, Part.INSULATION}),
    Category.ROAD: frozenset({Part.FIT_OUT}),
    Category.LIFT: frozenset({Part.OTHER}),
    Category.WORKS: frozenset(Part),
}
#: Says that the works are bad, and not which of them: what matches is a guess.
NAMES_NO_PART = frozenset({Category.WORKS})
#: Which troubles an item of the province's list can be to blame for; the part alone would send a door that does not shut to
#: whoever hung the lamps, and a smell of gas to whoever laid the water pipes. An item of no such code goes by its part.
BLAMED: dict[str, frozenset[Category]] = {
    "B02": frozenset({Category.WATER}),
    "B03": frozenset({Category.POWER}),
    "B04": frozenset({Category.GAS}),
    "B06": frozenset({Category.ROAD}),
    "B10": frozenset({Category.FIRE}),
    "B11": frozenset({Category.POWER}),
    "B13": frozenset({Category.LEAK}),
    "B14": frozenset({Category.SECURITY}),
    "W01": frozenset({Category.LEAK}),
    "W02": frozenset({Category.LIFT}),
    "W03": frozenset({Category.ROAD}),
    # Nothing of these leaks, goes dark or lets people in.
    **dict.fromkeys(("B01", "B05", "B07", "B08", "B09", "B12"), frozenset()),
}


@dataclass(frozen=True)
class Periods:
    years: Mapping[Part, int]
    heating_seasons: int
    #: (month, day) between which homes are heated; a season begins in one year and ends in the next.
    heating_from: tuple[int, int]
    heating_until: tuple[int, int]


def periods_of(values: Mapping[str, Any]) -> Periods:
    named = [part for part in Part if part is not Part.HEATING]
    return Periods(
        {part: values[f"warranty.{part.value}_years"] for part in named},
        values["warranty.heating_seasons"],
        _month_day(values["warranty.heating_from"]),
        _month_day(values["warranty.heating_until"]),
    )


def last_day(part: Part, completed_on: date, periods: Periods, calendar: WorkCalendar) -> date | None:
    """The last day on which it is answered for; None where nothing is promised for such a part.

    Years end on the day of the same number (民法典 202); a last day that is not worked moves on (民法典 203).
    Heating is answered for through whole seasons that begin after it was finished.
    """
    if part is Part.HEATING:
        year = completed_on.year + (date(completed_on.year, *periods.heating_from) < completed_on)
        return calendar.next_workday(date(year + periods.heating_seasons, *periods.heating_until))
    years = periods.years[part]
    return calendar.next_workday(_years_after(completed_on, years)) if years else None


def warranted(part: Part, completed_on: date, day: date, periods: Periods, calendar: WorkCalendar) -> bool:
    last = last_day(part, completed_on, periods, calendar)
    return last is not None and completed_on <= day <= last


class Done(Protocol):
    """A finished item of the works."""

    @property
    def building_id(self) -> int | None: ...
    @property
    def entrance_id(self) -> int | None: ...
    @property
    def code(self) -> str: ...
    @property
    def part(self) -> Part: ...
    @property
    def completed_on(self) -> date: ...
    @property
    def contractor(self) -> str: ...


def covers(done: Done, category: Category, building_id: int | None, entrance_id: int | None) -> bool:
    """Whether a trouble of this kind, there, can be the works'. What is done for all stands for each building."""
    blamed = BLAMED.get(done.code)
    return (
        done.part in PARTS.get(category, frozenset())
        and (blamed is None or category is Category.WORKS or category in blamed)
        and done.building_id in {None, building_id}
        and done.entrance_id in {None, entrance_id}
    )


def is_in_doubt(matching: Iterable[Done], category: Category) -> bool:
    """Whether nobody can say whose it is: the trouble names no part, and more than one built what is there.

    One whose contractor nobody named, or who no longer answers for it, may be the one to blame as well.
    """
    return category in NAMES_NO_PART and len({one.contractor for one in matching}) > 1


def nearness(done: Done) -> tuple[bool, bool, date]:
    """Of several the greatest: for the smallest place, of those the latest finished."""
    return done.entrance_id is not None, done.building_id is not None, done.completed_on


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February, in a year that has none.
        return date(day.year + years, 2, 28)


def _month_day(value: str) -> tuple[int, int]:
    month, day = (int(part) for part in value.split("-"))
    return month, day
