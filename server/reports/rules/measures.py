"""Every rate of the roll-up, by the order in which they are read. What a rate is stands in `figuring`."""

from collections.abc import Sequence

from server.reports.rules.after import AFTER
from server.reports.rules.facts import Facts, Ratio
from server.reports.rules.figuring import (
    MILESTONE_DAYS,
    Figure,
    Least,
    Measure,
    Show,
    added,
    behind,
    figure,
    households_with,
    is_all,
    pair,
)

__all__ = [
    "MEASURES",
    "MILESTONE_DAYS",
    "Figure",
    "Least",
    "Measure",
    "Show",
    "added",
    "behind",
    "differing",
    "figure",
]


def differing(rows: Sequence[Facts]) -> int | None:
    """In how many communities the plan's claim of consent does not stand up; None where nothing could be compared."""
    compared = [row.claim_differs for row in rows if row.claim_differs is not None]
    return sum(compared) if compared else None


# ------------------------------------------------------------------ the measures


def _milestone(key: str, name_zh: str, how_zh: str, *, of_projects: bool) -> Measure:
    day = MILESTONE_DAYS[key]

    def count(row: Facts) -> Ratio | None:
        if of_projects and row.project_id is None:
            return None
        return Ratio(0 if getattr(row, day) is None else row.households, row.households)

    return Measure(
        key, name_zh, "户", how_zh, name_zh, "没有项目记录" if of_projects else "没有记录", count,
        lambda row, _least: getattr(row, day) is not None,
        households_with("project_id") if of_projects else lambda row: row.households,
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
            pair("answered", "asked"), lambda row, least: least.is_enough(row.answered or 0, row.asked or 0),
            lambda row: row.asked or 0,
        ),
        Measure(
            "will", "同意改造", "户", "同意的户，占答了同意不同意的户。", "答得够多，而且过半同意", "没有问过同意不同意",
            pair("agreed", "consent_answered"), _agrees, lambda row: row.consent_answered or 0,
        ),
        Measure(
            "claims", "计划写的同意比例", "户", "计划写的同意比例和调查、表决对得上的小区里的户，占能对照的小区里的户。", "对得上", "没有可对照的",
            _claim, lambda row, _least: not row.claim_differs, households_with("claim_differs"),
        ),
        Measure(
            "turnout_heads", "投票参与（人数）", "人", "参与投票的业主，占全体业主。", "至少一项够参与", "没有计过票",
            pair("heads", "roll_heads"), lambda row, _least: (row.motions or 0) > (row.undecided or 0), households_with("roll_heads"),
        ),
        Measure(
            "turnout_area", "投票参与（面积）", "㎡", "参与投票的面积，占全体专有部分面积。", "至少一项够参与", "没有计过票",
            pair("area", "roll_area"), lambda row, _least: (row.motions or 0) > (row.undecided or 0), households_with("roll_area"),
        ),
        Measure(
            "passed", "表决通过", "项", "通过的事项，占投过的事项。分楼栋、单元投的分开数。", "至少通过一项", "没有计过票",
            pair("passed", "motions"), lambda row, _least: bool(row.passed), households_with("motions"),
        ),
        Measure(
            "objections", "异议答复", "条", "答复了的异议，占收到的异议。", "都答复了", "没有贴过公示",
            _objections_answered, lambda row, _least: not row.objections_open, households_with("objections"),
        ),
        _milestone("surveyed", "调查做完", "调查截止了、有人答过的小区里的户，占全部户。", of_projects=False),
        _milestone("voted", "表决计票", "计过票的小区里的户，占全部户。", of_projects=False),
        _milestone("decided", "决定签发", "决定签发了的小区里的户，占全部户。", of_projects=False),
        Measure(
            "steps", "前期工作", "步", "做完的步骤，占要做的步骤（每个小区八步）。连片项目里，每个小区都做完了才算做完。", "八步都做完", "没有项目记录",
            pair("steps_done", "steps"), lambda row, _least: row.steps == row.steps_done, households_with("project_id"),
        ),
        _milestone("started", "开工", "开工了的小区里的户，占有项目的小区里的户。", of_projects=True),
        _milestone("finished", "完工", "完工了的小区里的户，占有项目的小区里的户。", of_projects=True),
        _milestone("handed_over", "移交物业管理", "移交了的小区里的户，占有项目的小区里的户。", of_projects=True),
        Measure(
            "managed", "有人管理", "户", "今天有管理方式在期内的小区里的户，占知道有没有人管的小区里的户。没录过管理方式、也没完工的，按台账记载。", "今天有人管", "没有记录",
            _is_managed, lambda row, _least: bool(row.is_managed), households_with("is_managed"),
        ),
        Measure(
            "funds_received", "资金到位", "元", "到位的资金，占计划的资金。连片项目的钱按户数分到各小区，加起来还是那么多。", "全部到位", "没有资金记录",
            pair("funds_received", "funds_planned"),
            is_all("funds_received", "funds_planned"), households_with("funds_planned"),
        ),
        Measure(
            "funds_spent", "资金支出", "元", "支出的资金，占到位的资金。连片项目的钱按户数分到各小区，加起来还是那么多。", "全部支出", "没有资金记录",
            pair("funds_spent", "funds_received"),
            is_all("funds_spent", "funds_received"), households_with("funds_received"),
        ),
        *AFTER,
    )
}  # fmt: skip
