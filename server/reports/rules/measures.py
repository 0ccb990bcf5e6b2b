"""Every rate of the roll-up: what is its part, what its base, and when a community has no say in it.

A community without the record is in neither sum; how many such there are is told beside the rate. Each rate is read three
ways: in its own unit, by communities, and by the households that live in them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from server.kernel.errors import NotFound
from server.reports.rules.facts import Facts, Ratio


@dataclass(frozen=True)
class Least:
    """How much must have been answered before a rate says anything; dated settings."""

    #: Answers, in number.
    answers: int = 30
    #: Answers, in per cent of those asked.
    per_cent: int = 30

    def is_enough(self, answers: int, asked: int) -> bool:
        return answers >= self.answers and answers * 100 >= self.per_cent * asked


class Show(StrEnum):
    """Which communities stand behind a part of a figure."""

    ALL = "all"
    REACHED = "reached"
    REST = "rest"
    WITHOUT = "without"

    @classmethod
    def named(cls, word: str) -> "Show":
        """Raises NotFound for a part there is none of."""
        if word not in set(cls):
            raise NotFound
        return cls(word)


@dataclass(frozen=True)
class Measure:
    key: str
    name_zh: str
    #: 户, 人, ㎡, 项, 条, 步, 元 (kept in fen).
    unit: str
    #: Part and base in words: "答了的户，占问到的户".
    how_zh: str
    #: What a community counts as where it is reached: "答得够多".
    reached_zh: str
    #: What one without the record is: "没有做过调查".
    without_zh: str
    count: Callable[[Facts], Ratio | None]
    is_reached: Callable[[Facts, Least], bool]
    #: How many households stand behind the rate: what a comparison asks for.
    sample: Callable[[Facts], int]

    @property
    def is_milestone(self) -> bool:
        """Whether a day tells when it was reached, so that it has a trend."""
        return self.key in MILESTONE_DAYS


@dataclass(frozen=True)
class Figure:
    """One measure over some communities."""

    measure: Measure
    own: Ratio
    by_communities: Ratio
    by_households: Ratio
    #: Communities that are in neither sum, and the households in them.
    without: int
    without_households: int
    sample: int
    #: All households, with or without the record.
    households: int


def figure(measure: Measure, rows: Iterable[Facts], least: Least) -> Figure:
    """The measure over these communities. Exact for any way of cutting them into parts: parts add up to the whole."""
    # Plain numbers while adding: a province's page does this for thousands of pairs.
    part: int | Decimal = 0
    base: int | Decimal = 0
    with_record = reached = homes = homes_reached = without = without_homes = sample = 0
    for row in rows:
        counted = measure.count(row)
        if counted is None:
            without += 1
            without_homes += row.households
            continue
        part += counted.part
        base += counted.base
        with_record += 1
        homes += row.households
        sample += measure.sample(row)
        if measure.is_reached(row, least):
            reached += 1
            homes_reached += row.households
    return Figure(
        measure,
        Ratio(part, base),
        Ratio(reached, with_record),
        Ratio(homes_reached, homes),
        without,
        without_homes,
        sample,
        homes + without_homes,
    )


def added(measure: Measure, figures: Sequence[Figure]) -> Figure:
    """Figures of parts as the figure of the whole."""
    nothing = Ratio()
    return Figure(
        measure,
        sum((one.own for one in figures), nothing),
        sum((one.by_communities for one in figures), nothing),
        sum((one.by_households for one in figures), nothing),
        sum(one.without for one in figures),
        sum(one.without_households for one in figures),
        sum(one.sample for one in figures),
        sum(one.households for one in figures),
    )


def behind(measure: Measure, rows: Iterable[Facts], least: Least, show: Show) -> list[Facts]:
    """The communities that a part of the figure is made of."""

    def belongs(row: Facts) -> bool:
        if show is Show.ALL:
            return True
        if measure.count(row) is None:
            return show is Show.WITHOUT
        return show is (Show.REACHED if measure.is_reached(row, least) else Show.REST)

    return [row for row in rows if belongs(row)]


def differing(rows: Sequence[Facts]) -> int | None:
    """In how many communities the plan's claim of consent does not stand up; None where nothing could be compared."""
    compared = [row.claim_differs for row in rows if row.claim_differs is not None]
    return sum(compared) if compared else None


# ------------------------------------------------------------------ the measures


def _pair(part: str, base: str) -> Callable[[Facts], Ratio | None]:
    def count(row: Facts) -> Ratio | None:
        whole = getattr(row, base)
        return None if whole is None else Ratio(getattr(row, part) or 0, whole)

    return count


def _households_with(record: str) -> Callable[[Facts], int]:
    return lambda row: 0 if getattr(row, record) is None else row.households


#: Stages with the day they are reached on: what the trend over months is made of.
MILESTONE_DAYS: dict[str, str] = {
    "surveyed": "surveyed_on",
    "voted": "first_voted_on",
    "decided": "first_decided_on",
    "ready": "ready_on",
    "started": "started_on",
    "finished": "finished_on",
    "handed_over": "handed_over_on",
}


def _milestone(key: str, name_zh: str, how_zh: str, *, of_projects: bool) -> Measure:
    day = MILESTONE_DAYS[key]

    def count(row: Facts) -> Ratio | None:
        if of_projects and row.project_id is None:
            return None
        return Ratio(0 if getattr(row, day) is None else row.households, row.households)

    return Measure(
        key, name_zh, "户", how_zh, name_zh, "没有项目记录" if of_projects else "没有记录", count,
        lambda row, _least: getattr(row, day) is not None,
        _households_with("project_id") if of_projects else lambda row: row.households,
    )  # fmt: skip


def _is_managed(row: Facts) -> Ratio | None:
    if row.is_managed is None:
        return None
    return Ratio(row.households if row.is_managed else 0, row.households)


def _claim(row: Facts) -> Ratio | None:
    if row.claim_differs is None:
        return None
    return Ratio(0 if row.claim_differs else row.households, row.households)


def _agrees(row: Facts, least: Least) -> bool:
    answered = row.consent_answered or 0
    return least.is_enough(answered, row.asked or 0) and 2 * (row.agreed or 0) > answered


def _objections_answered(row: Facts) -> Ratio | None:
    if row.objections is None:
        return None
    return Ratio(row.objections - (row.objections_open or 0), row.objections)


MEASURES: dict[str, Measure] = {
    one.key: one
    for one in (
        Measure(
            "coverage", "调查覆盖", "户", "答了的户，占该问的户。空置和联系不上的也算该问的户。", "答得够多", "没有做过调查",
            _pair("answered", "asked"), lambda row, least: least.is_enough(row.answered or 0, row.asked or 0),
            lambda row: row.asked or 0,
        ),
        Measure(
            "will", "同意改造", "户", "同意的户，占答了同意不同意的户。", "答得够多，而且过半同意", "没有问过同意不同意",
            _pair("agreed", "consent_answered"), _agrees, lambda row: row.consent_answered or 0,
        ),
        Measure(
            "claims", "计划写的同意比例", "户", "计划写的同意比例和调查、表决对得上的小区里的户，占能对照的小区里的户。", "对得上", "没有可对照的",
            _claim, lambda row, _least: not row.claim_differs, _households_with("claim_differs"),
        ),
        Measure(
            "turnout_heads", "投票参与（人数）", "人", "参与投票的业主，占全体业主。", "至少一项够参与", "没有计过票",
            _pair("heads", "roll_heads"), lambda row, _least: (row.motions or 0) > (row.undecided or 0), _households_with("roll_heads"),
        ),
        Measure(
            "turnout_area", "投票参与（面积）", "㎡", "参与投票的面积，占全体专有部分面积。", "至少一项够参与", "没有计过票",
            _pair("area", "roll_area"), lambda row, _least: (row.motions or 0) > (row.undecided or 0), _households_with("roll_area"),
        ),
        Measure(
            "passed", "表决通过", "项", "通过的事项，占投过的事项。分楼栋、单元投的分开数。", "至少通过一项", "没有计过票",
            _pair("passed", "motions"), lambda row, _least: bool(row.passed), _households_with("motions"),
        ),
        Measure(
            "objections", "异议答复", "条", "答复了的异议，占收到的异议。", "都答复了", "没有贴过公示",
            _objections_answered, lambda row, _least: not row.objections_open, _households_with("objections"),
        ),
        _milestone("surveyed", "调查做完", "调查截止了、有人答过的小区里的户，占全部户。", of_projects=False),
        _milestone("voted", "表决计票", "计过票的小区里的户，占全部户。", of_projects=False),
        _milestone("decided", "决定签发", "决定签发了的小区里的户，占全部户。", of_projects=False),
        Measure(
            "steps", "前期工作", "步", "做完的步骤，占要做的步骤（每个小区八步）。连片项目里，每个小区都做完了才算做完。", "八步都做完", "没有项目记录",
            _pair("steps_done", "steps"), lambda row, _least: row.steps == row.steps_done, _households_with("project_id"),
        ),
        _milestone("started", "开工", "开工了的小区里的户，占有项目的小区里的户。", of_projects=True),
        _milestone("finished", "完工", "完工了的小区里的户，占有项目的小区里的户。", of_projects=True),
        _milestone("handed_over", "移交物业管理", "移交了的小区里的户，占有项目的小区里的户。", of_projects=True),
        Measure(
            "managed", "有人管理", "户", "有物业管理方式的小区里的户，占登记了管理方式的小区里的户。", "有管理方式", "没有登记管理方式",
            _is_managed, lambda row, _least: bool(row.is_managed), _households_with("is_managed"),
        ),
        Measure(
            "funds_received", "资金到位", "元", "到位的资金，占计划的资金。连片项目的钱按户数分到各小区，加起来还是那么多。", "全部到位", "没有资金记录",
            _pair("funds_received", "funds_planned"),
            lambda row, _least: (row.funds_received or 0) >= (row.funds_planned or 0), _households_with("funds_planned"),
        ),
        Measure(
            "funds_spent", "资金支出", "元", "支出的资金，占到位的资金。连片项目的钱按户数分到各小区，加起来还是那么多。", "全部支出", "没有资金记录",
            _pair("funds_spent", "funds_received"),
            lambda row, _least: (row.funds_spent or 0) >= (row.funds_received or 0), _households_with("funds_received"),
        ),
    )
}  # fmt: skip
