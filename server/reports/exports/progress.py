"""The monthly progress of starts (开工进度表), place by place, with those that did not report."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from server.divisions.models import Division
from server.infra.sheets import FormColumn, FormWriter
from server.infra.sheets.forms import Value
from server.reports.exports.words import NO_RECORD, SIGNED, filled_in, said
from server.reports.queries.as_of import as_of
from server.reports.queries.figures import facts_under, names
from server.reports.queries.returns import Below, Sheet, sheet
from server.reports.rules.facts import Facts
from server.reports.rules.returns import Values
from server.reports.rules.trends import last_day, month_zh

TITLE = "城镇老旧小区改造开工进度表"
KEYS = (
    "plan_communities",
    "plan_households",
    "due",
    "due_households",
    "started",
    "started_households",
    "started_new",
    "finished",
    "finished_households",
)
COLUMNS = (
    FormColumn("序号", 6),
    FormColumn("地区", 18),
    FormColumn("小区", 10, "年度计划"),
    FormColumn("户", 10, "年度计划"),
    FormColumn("小区", 10, "按计划该开工"),
    FormColumn("户", 10, "按计划该开工"),
    FormColumn("小区", 10, "到月底开工"),
    FormColumn("户", 10, "到月底开工"),
    FormColumn("其中本月", 10, "到月底开工"),
    FormColumn("小区", 10, "到月底完工"),
    FormColumn("户", 10, "到月底完工"),
    FormColumn("月报", 16),
)
BY_COMMUNITY = (
    FormColumn("序号", 6),
    FormColumn("小区", 24),
    FormColumn("户", 10),
    FormColumn("列入计划的年度", 14),
    FormColumn("前期做完的步骤", 14),
    FormColumn("计划开工", 14),
    FormColumn("开工", 14),
    FormColumn("完工", 14),
    FormColumn("移交", 14),
)


def write_progress(path: Path, of: Division, month: date, now: datetime) -> None:
    """Of a prefecture or province by the returns from below; of a county, with its communities on a second sheet."""
    found = sheet(of, month, now)
    with FormWriter(path) as book:
        notes = [*filled_in(of.name, now, "个、户"), _until(month)]
        book.sheet("开工进度", COLUMNS, heading=f"{of.name}{TITLE}", notes=notes)
        for number, one in enumerate(found.below, 1):
            book.row([number, one.division.name, *_values(one), _state(one)])
        book.total(["合计", of.name, *_numbers(found.values), _whole(found)])
        if found.left_out:
            left_out = "、".join(one.division.name for one in found.left_out)
            book.foot(f"没有报来、没有算进合计的 {len(found.left_out)} 个：{left_out}。")
        book.foot(SIGNED)
        if not found.below:
            _by_community(book, of, month, now)


def _until(month: date) -> str:
    return f"截至：{month_zh(month)}底"


def _values(one: Below) -> Sequence[Value]:
    return _numbers(one.values) if one.is_in else ["没有报"] * len(KEYS)


def _numbers(values: Values) -> list[Value]:
    return [said(values.get(key)) for key in KEYS]


def _state(one: Below) -> str:
    late = "，晚报" if one.is_in else "，过期没报"
    return f"{one.turn.state.name_zh}{late if one.is_late else ''}"


def _whole(found: Sheet) -> str:
    if not found.below:
        return found.state.name_zh
    return f"报来 {len(found.below) - len(found.left_out)} / {len(found.below)}"


def _by_community(book: FormWriter, of: Division, month: date, now: datetime) -> None:
    """As of the end of the month, like the first sheet: what came later is not in it."""
    end = last_day(month)
    rows = [
        row
        for row in as_of(facts_under(of.path), end)
        if row.project_id is not None or row.plan_year is not None
    ]
    named = names(rows)
    title = f"{of.name}各小区开工进度"
    book.sheet("各小区", BY_COMMUNITY, heading=title, notes=[*filled_in(of.name, now, "户"), _until(month)])
    for number, row in enumerate(rows, 1):
        book.row(_community(number, named.get(row.community_id, ""), row, end))
    book.total(["合计", f"{len(rows)} 个小区", sum(row.households for row in rows)])


def _community(number: int, name: str, row: Facts, end: date) -> list[Value]:
    def by_then(on: date | None) -> Value:
        if row.project_id is None:
            return NO_RECORD
        return said(on) if on is not None and on <= end else "还没有"

    return [
        number,
        name,
        row.households,
        NO_RECORD if row.plan_year is None else str(row.plan_year),
        NO_RECORD if row.steps is None else f"{row.steps_done} / {row.steps}",
        said(row.start_planned_on),
        by_then(row.started_on),
        by_then(row.finished_on),
        by_then(row.handed_over_on),
    ]
