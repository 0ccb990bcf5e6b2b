"""Planned starts by month against actual ones, and the due days of a plan year. Each is in time on its last day."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from server.kernel.errors import Invalid, Refused


@dataclass(frozen=True)
class PlannedStart:
    """The first day of the month, and the day in it where one was named."""

    month: date
    planned_on: date | None

    @property
    def due_on(self) -> date:
        """The planned day, or the last of the month."""
        return self.planned_on or last_of(self.month)

    @property
    def text_zh(self) -> str:
        day = f" {self.planned_on.day} 日" if self.planned_on else ""
        return f"{self.month.year} 年 {self.month.month} 月{day}"


def last_of(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def check_plan(
    month: date,
    planned_on: date | None,
    *,
    plan_year: int,
    before: PlannedStart | None,
    is_started: bool,
    reason: str,
) -> None:
    """A start lies in the plan year or the one after; moving it needs a reason; what has started is no longer planned."""
    if is_started:
        raise Refused("已经开工，计划不再改。", code="already_started")
    if month.day != 1 or not plan_year <= month.year <= plan_year + 1:
        raise _wrong("month", f"选 {plan_year} 年或 {plan_year + 1} 年的月份。")
    if planned_on is not None and (planned_on.year, planned_on.month) != (month.year, month.month):
        raise _wrong("planned_on", f"日期要在 {month.month} 月里。")
    if before == PlannedStart(month, planned_on):
        raise _wrong("month", "和现在的计划一样，没有改动。")
    if before is not None and not reason.strip():
        raise _wrong("reason", "写上为什么改计划。")


class StartState(StrEnum):
    UNPLANNED = "unplanned"
    AHEAD = "ahead"
    OVERDUE = "overdue"
    ON_TIME = "on_time"
    LATE = "late"

    @property
    def name_zh(self) -> str:
        return {
            "unplanned": "没有开工计划",
            "ahead": "还没到时候",
            "overdue": "到时没开工",
            "on_time": "按时开工",
            "late": "晚开工",
        }[self.value]

    @property
    def tone(self) -> str:
        return {"unplanned": "wait", "ahead": "info", "overdue": "stop", "on_time": "go", "late": "wait"}[
            self.value
        ]


def start_state(plan: PlannedStart | None, started_on: date | None, today: date) -> StartState:
    """A start on the planned day is in time. One that nobody planned is in time too: there was nothing to miss."""
    if started_on is not None:
        return StartState.LATE if plan is not None and started_on > plan.due_on else StartState.ON_TIME
    if plan is None:
        return StartState.UNPLANNED
    return StartState.OVERDUE if today > plan.due_on else StartState.AHEAD


# ------------------------------------------------------------------ due days


class Milestone(StrEnum):
    START = "start"
    EFFECT = "effect"
    PERFORMANCE = "performance"

    @property
    def name_zh(self) -> str:
        return {"start": "开工", "effect": "取得预期效果（竣工）", "performance": "报送绩效资料"}[self.value]

    @property
    def setting(self) -> str:
        """The dated setting that holds its day of the year."""
        return f"milestone.{self.value}_by"

    @property
    def years_after(self) -> int:
        """How many years after the plan year its day lies (次年 1 月底前)."""
        return int(self is Milestone.PERFORMANCE)


def due_day(which: Milestone, plan_year: int, day_of_year: str) -> date:
    """ "06-30" in the year that the milestone belongs to."""
    month, day = day_of_year.split("-")
    return date(plan_year + which.years_after, int(month), int(day))


def asked_on(plan_year: int, today: date) -> date:
    """On which day the settings of a plan year are read: today while it runs, else as they stood at its end."""
    return min(today, date(plan_year, 12, 31))


class DueState(StrEnum):
    AHEAD = "ahead"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"

    @property
    def name_zh(self) -> str:
        return {"ahead": "还没到", "overdue": "过期没做到", "met": "按时做到", "met_late": "晚做到"}[
            self.value
        ]

    @property
    def tone(self) -> str:
        return {"ahead": "info", "overdue": "stop", "met": "go", "met_late": "wait"}[self.value]


def due_state(due_on: date, met_on: date | None, today: date) -> DueState:
    """The due day itself is in time."""
    if met_on is not None:
        return DueState.MET if met_on <= due_on else DueState.MET_LATE
    return DueState.OVERDUE if today > due_on else DueState.AHEAD


# ------------------------------------------------------------------ the months of a year


@dataclass(frozen=True)
class Counted:
    """A sum over projects: how many, with how many communities and households."""

    projects: int = 0
    communities: int = 0
    households: int = 0

    def plus(self, one: "StartLine") -> "Counted":
        return Counted(
            self.projects + 1, self.communities + one.communities, self.households + one.households
        )


@dataclass(frozen=True)
class StartLine:
    """What the months need of one project."""

    project_id: int
    communities: int
    households: int
    plan: PlannedStart | None
    started_on: date | None


@dataclass(frozen=True)
class MonthLine:
    """One month: what was planned in it, what started in it, and both from January on."""

    month: date
    planned: Counted
    started: Counted
    planned_so_far: Counted
    started_so_far: Counted


@dataclass(frozen=True)
class YearOfStarts:
    months: list[MonthLine]
    whole: Counted
    planned: Counted
    started: Counted
    unplanned: Counted
    #: Planned or started in another year.
    elsewhere: Mapping[str, Counted] = field(default_factory=dict)


def year_of_starts(year: int, lines: Iterable[StartLine]) -> YearOfStarts:
    """The twelve months of a year. What lies outside the year is counted apart, so that the sums can be checked."""
    rows = list(lines)
    months = []
    planned_so_far, started_so_far = Counted(), Counted()
    for number in range(1, 13):
        month = date(year, number, 1)
        planned = [one for one in rows if one.plan is not None and one.plan.month == month]
        started = [
            one for one in rows if one.started_on is not None and one.started_on.replace(day=1) == month
        ]
        planned_so_far = summed(planned, planned_so_far)
        started_so_far = summed(started, started_so_far)
        months.append(MonthLine(month, summed(planned), summed(started), planned_so_far, started_so_far))
    return YearOfStarts(
        months,
        summed(rows),
        planned_so_far,
        started_so_far,
        summed(one for one in rows if one.plan is None),
        {
            "planned": summed(one for one in rows if one.plan is not None and one.plan.month.year != year),
            "started": summed(
                one for one in rows if one.started_on is not None and one.started_on.year != year
            ),
        },
    )


def summed(lines: Iterable[StartLine], start: Counted | None = None) -> Counted:
    found = start or Counted()
    for one in lines:
        found = found.plus(one)
    return found


def _wrong(name: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={name: [sentence]})
