"""The indicators of the yearly assessment (绩效): by family, each with its source. What has no record is listed as such.

The families are those of 《城镇保障性安居工程财政资金绩效评价办法》: money, management of projects, output and effect, and how
content those are whom it serves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from server.evaluations.rules.rates import Least, Rate, rate
from server.reports.rules.after import AFTER
from server.reports.rules.facts import Facts, Ratio, total


@dataclass(frozen=True)
class Due:
    """The days of the plan year by which works were to begin and to show effect."""

    start_on: date
    effect_on: date


@dataclass(frozen=True)
class Indicator:
    family_zh: str
    name_zh: str
    unit: str
    how_zh: str
    source_zh: str
    of: Callable[[Sequence[Facts], Due], Ratio | None]
    #: What people think: a share only from enough answers on.
    is_opinion: bool = False


@dataclass(frozen=True)
class Found:
    indicator: Indicator
    #: None: no record, or too few answers.
    value: Ratio | None
    #: Of how many communities, and how many of the plan have no record.
    communities: int
    without: int
    #: Which those are.
    left_out: tuple[int, ...]
    #: Of an opinion its base, interval, and how many answers are lacking.
    opinion: Rate | None = None


def _pair(part: str, base: str) -> Callable[[Sequence[Facts], Due], Ratio | None]:
    def of(rows: Sequence[Facts], _due: Due) -> Ratio | None:
        known = [row for row in rows if getattr(row, base) is not None]
        return total(Ratio(getattr(row, part) or 0, getattr(row, base)) for row in known) if known else None

    return of


def _of_projects(
    is_met: Callable[[Facts, Due], bool], *, by_households: bool = False
) -> Callable[[Sequence[Facts], Due], Ratio | None]:
    def of(rows: Sequence[Facts], due: Due) -> Ratio | None:
        projects = [row for row in rows if row.project_id is not None]
        if not projects:
            return None
        weight = (lambda row: row.households) if by_households else (lambda _row: 1)
        return total(Ratio(weight(row) if is_met(row, due) else 0, weight(row)) for row in projects)

    return of


def _by(day: str, limit: str = "") -> Callable[[Facts, Due], bool]:
    def is_met(row: Facts, due: Due) -> bool:
        on = getattr(row, day)
        return on is not None and (not limit or on <= getattr(due, limit))

    return is_met


def _planned(rows: Sequence[Facts], _due: Due) -> Ratio | None:
    """Communities of the plan that have a project."""
    return Ratio(sum(row.project_id is not None for row in rows), len(rows)) if rows else None


def _managed(rows: Sequence[Facts], _due: Due) -> Ratio | None:
    """Finished communities that somebody manages today."""
    finished = [row for row in rows if row.is_covered is not None]
    return total(Ratio(int(bool(row.is_covered)), 1) for row in finished) if finished else None


def _after(key: str) -> Callable[[Sequence[Facts], Due], Ratio | None]:
    """As the overview counts it."""
    measure = next(one for one in AFTER if one.key == key)

    def of(rows: Sequence[Facts], _due: Due) -> Ratio | None:
        known = [found for row in rows if (found := measure.count(row)) is not None]
        return total(known) if known else None

    return of


def _reached(day: str) -> Callable[[Sequence[Facts], Due], Ratio | None]:
    return lambda rows, _due: (
        Ratio(sum(getattr(row, day) is not None for row in rows), len(rows)) if rows else None
    )


def _subsidised(rows: Sequence[Facts], _due: Due) -> Ratio | None:
    decided = [row for row in rows if row.is_subsidised is not None]
    return Ratio(sum(bool(row.is_subsidised) for row in decided), len(decided)) if decided else None


def _answered(rows: Sequence[Facts], _due: Due) -> Ratio | None:
    known = [row for row in rows if row.objections is not None]
    if not known:
        return None
    return total(
        Ratio((row.objections or 0) - (row.objections_open or 0), row.objections or 0) for row in known
    )


MONEY, WORK, EFFECT, CONTENT = "资金管理", "项目管理", "产出效益", "服务对象满意度"
INDICATORS: tuple[Indicator, ...] = (
    Indicator(MONEY, "资金到位率", "元", "到位的资金，占计划的资金", "项目资金记录", _pair("funds_received", "funds_planned")),
    Indicator(MONEY, "资金支出率", "元", "支出的资金，占到位的资金", "项目资金记录", _pair("funds_spent", "funds_received")),
    Indicator(MONEY, "居民自愿出钱到位率", "元", "收到并确认的，占居民说好要出的（不在项目资金里）", "共建记录", _after("given")),
    Indicator(MONEY, "符合中央补助条件的小区", "个", "改造内容符合补助条件的，占已签发决定的", "改造决定", _subsidised),
    Indicator(WORK, "计划落到项目", "个", "有项目的小区，占计划里的小区", "年度计划、项目", _planned),
    Indicator(WORK, "前期工作完成率", "步", "做完的步骤，占要做的步骤", "项目前期记录", _pair("steps_done", "steps")),
    Indicator(WORK, "按时开工率", "个", "在限期前开工的，占有项目的小区", "经确认的开工记录", _of_projects(_by("started_on", "start_on"))),
    Indicator(WORK, "开工率", "个", "开工的，占有项目的小区", "经确认的开工记录", _of_projects(_by("started_on"))),
    Indicator(WORK, "公示异议答复率", "条", "答复了的异议，占收到的异议", "公示", _answered),
    Indicator(EFFECT, "按时完工率", "个", "在限期前完工的，占有项目的小区", "经确认的完工记录", _of_projects(_by("finished_on", "effect_on"))),
    Indicator(EFFECT, "完工受益的户", "户", "完工小区里的户，占有项目的小区里的户", "经确认的完工记录、台账", _of_projects(_by("finished_on"), by_households=True)),
    Indicator(EFFECT, "完工小区有物业管理", "个", "今天有管理方式在期内的，占完工小区", "物业管理合同、经确认的完工记录", _managed),
    Indicator(EFFECT, "移交物业管理", "个", "移交了的，占有项目的小区", "经确认的移交记录", _of_projects(_by("handed_over_on"))),
    Indicator(CONTENT, "入户调查覆盖率", "户", "答了的户，占该问的户（空置和联系不上的也算）", "入户调查", _pair("answered", "asked")),
    Indicator(CONTENT, "同意改造的户", "户", "同意的，占答了同意不同意的户", "入户调查", _pair("agreed", "consent_answered")),
    Indicator(CONTENT, "表决参与率（人数）", "人", "参与投票的业主，占全体业主", "表决计票", _pair("heads", "roll_heads")),
    Indicator(CONTENT, "表决参与率（面积）", "㎡", "参与投票的面积，占全体面积", "表决计票", _pair("area", "roll_area")),
    Indicator(CONTENT, "决定签发的小区", "个", "决定签发了的，占计划里的小区", "改造决定", _reached("first_decided_on")),
    Indicator(CONTENT, "改造后评价参与率", "户", "评了的户，占该评的户（最近一次评完的）", "改造后评价", _after("judged")),
    Indicator(CONTENT, "改造后满意度", "户", "满意和基本满意的户，占答了总体评价的户（最近一次评完的）", "改造后评价", _after("satisfied"), is_opinion=True),
    Indicator(CONTENT, "报修投诉按时办结率", "件", "统计期内按时办结的，占办结的和逾期没办的", "报修记录", _after("tickets_on_time")),
    Indicator(CONTENT, "报修居民确认率", "件", "居民确认解决的，占统计期内办结的", "报修记录", _after("tickets_confirmed")),
    Indicator(CONTENT, "报修未确认结束", "件", "问了两次没有人答复的，占统计期内办结的", "报修记录", _after("tickets_unconfirmed")),
    Indicator(CONTENT, "报修重新打开", "件", "重新打开过的，占统计期内办结的和还在办的", "报修记录", _after("tickets_reopened")),
)  # fmt: skip


def pack(rows: Sequence[Facts], year: int, due: Due, least: Least) -> list[Found]:
    """Every indicator over the communities of the year's plan. `least`: from how many answers on opinions are told."""
    mine = [row for row in rows if row.plan_year == year]
    found = []
    for indicator in INDICATORS:
        left_out = tuple(row.community_id for row in mine if indicator.of([row], due) is None)
        value = indicator.of(mine, due)
        # A base of nothing is a record of nothing: no objection came, no steps were asked. It is not "no record".
        opinion = _opinion(value, mine, least) if indicator.is_opinion and value is not None else None
        told = None if opinion is not None and opinion.lacking else value
        found.append(Found(indicator, told, len(mine) - len(left_out), len(left_out), left_out, opinion))
    return found


def _opinion(value: Ratio, rows: Sequence[Facts], least: Least) -> Rate:
    return rate(int(value.part), int(value.base), sum(row.judged_households or 0 for row in rows), least)
