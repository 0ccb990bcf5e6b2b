"""The plan table and the master plan as .xlsx, in the form offices use."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from server.infra.sheets import FormColumn, FormWriter
from server.infra.sheets.forms import Value
from server.plans import queries
from server.plans.models import PlanDraftRow, PlanRow
from server.plans.queries import EntryLine, PlanLine
from server.plans.rules.figures import Totals, summed
from server.plans.rules.words import SOURCE_NAMES, FundSource

FEN_IN_WAN = 1_000_000
Cells = list[Value]


def wan(fen: int) -> Decimal:
    return Decimal(fen) / FEN_IN_WAN


def write_plan_table(path: Path, division: str, lines: Sequence[PlanLine], year: int, today: date) -> None:
    """Two sheets: the sum of each county, and every community with its money by source."""
    notes = _notes(lines, today)
    with FormWriter(path) as book:
        book.sheet("汇总表", _SUMMARY, heading=f"{division}{year}年城镇老旧小区改造计划汇总表", notes=notes)
        for number, line in enumerate(lines, 1):
            book.row(_summary(number, line))
        book.total(_sum_of(lines))
        book.sheet("计划表", _COLUMNS, heading=f"{division}{year}年城镇老旧小区改造计划表", notes=notes)
        for row in _rows(lines, today):
            book.row(row)
        book.total(_total(lines))
        book.foot("声明同意户数是计划里写的数，入户调查和业主表决的结果另看。")


_SUMMARY = (
    FormColumn("序号", 6),
    FormColumn("县（市、区）", 18),
    FormColumn("小区（个）", 12),
    FormColumn("户数（户）", 12),
    FormColumn("计划投资（万元）", 18),
    FormColumn("状态", 18),
    FormColumn("文号", 26),
    FormColumn("文件时小区（个）", 12),
    FormColumn("文件时户数（户）", 12),
)
_COLUMNS = (
    FormColumn("序号", 6),
    FormColumn("县（市、区）", 14),
    FormColumn("小区名称", 22),
    FormColumn("户数（户）", 10),
    FormColumn("改造内容", 34),
    FormColumn("声明同意（户）", 10),
    FormColumn("问过（户）", 10),
    FormColumn("计划投资（万元）", 14),
    *(FormColumn(f"{SOURCE_NAMES[source]}（万元）", 12) for source in FundSource),
    FormColumn("备注", 24),
)


def _notes(lines: Sequence[PlanLine], today: date) -> list[str]:
    open_ = [line.division.name for line in lines if line.frozen is None]
    said = [f"制表日期：{today.year} 年 {today.month} 月 {today.day} 日    单位：个、户、万元"]
    if open_:
        said.append(f"还没有形成正式文件：{'、'.join(open_)}。数字还会变。")
    return said


def _summary(number: int, line: PlanLine) -> Cells:
    paper = queries.document(line.document_id) if line.document_id is not None else None
    return [
        number,
        line.division.name,
        *_figures(line.totals),
        line.state.name_zh,
        paper.doc_no if paper is not None else "",
        line.frozen.communities if line.frozen is not None else None,
        line.frozen.households if line.frozen is not None else None,
    ]


def _figures(totals: Totals) -> Cells:
    return [totals.communities, totals.households, wan(totals.cost_fen)]


def _sum_of(lines: Sequence[PlanLine]) -> Cells:
    frozen = [line.frozen for line in lines if line.frozen is not None]
    then = summed(frozen)
    there: Cells = [then.communities, then.households] if frozen else [None, None]
    return [None, "合计", *_figures(summed(line.totals for line in lines)), "", "", *there]


def _rows(lines: Sequence[PlanLine], today: date) -> Iterator[Cells]:
    number = 0
    for line in lines:
        rows = _standing(line)
        names = queries.community_names({one.community_id for one in rows})
        items = queries.item_names(line.division.path, today)
        for row in rows:
            number += 1
            yield _row(number, line.division.name, names.get(row.community_id, ""), row, items)


def _row(
    number: int, division: str, name: str, row: PlanRow | PlanDraftRow, items: Mapping[str, str]
) -> Cells:
    return [
        number,
        division,
        name,
        row.households,
        "、".join(items.get(code, code) for code in row.contents),
        row.claimed_consenting,
        row.claimed_base,
        wan(row.cost_fen),
        *(wan(row.costs.get(source.value, 0)) for source in FundSource),
        row.note,
    ]


def _total(lines: Sequence[PlanLine]) -> Cells:
    rows = [one for line in lines for one in _standing(line)]
    return [
        None,
        "合计",
        f"{len(rows)} 个小区",
        sum(one.households for one in rows),
        "",
        sum(one.claimed_consenting for one in rows),
        sum(one.claimed_base for one in rows),
        wan(sum(one.cost_fen for one in rows)),
        *(wan(sum(one.costs.get(source.value, 0) for one in rows)) for source in FundSource),
        "",
    ]


def _standing(line: PlanLine) -> list[PlanRow] | list[PlanDraftRow]:
    if line.frozen is None:
        return queries.draft_rows(line.plan.id)
    return [one.row for one in queries.row_lines(line.plan.id) if one.ended_by is None]


# ------------------------------------------------------------------ the master plan


_YEARS = (FormColumn("年度", 10), FormColumn("小区（个）", 12), FormColumn("户数（户）", 12))
_ORDER = (
    FormColumn("年度", 10),
    FormColumn("顺序", 8),
    FormColumn("小区名称", 24),
    FormColumn("户数（户）", 12),
    FormColumn("所在库", 10),
    FormColumn("排在这一年的理由", 50),
)


def write_master_plan(
    path: Path, division: str, by_year: Mapping[int, Sequence[EntryLine]], today: date
) -> None:
    """The sum by year, and every community in its order."""
    years = list(by_year)
    title = f"{division}城镇老旧小区改造总体规划（{years[0]}—{years[-1]}）"
    note = [f"制表日期：{today.year} 年 {today.month} 月 {today.day} 日    单位：个、户"]
    with FormWriter(path) as book:
        book.sheet("分年度", _YEARS, heading=title, notes=note)
        for year, found in by_year.items():
            book.row([f"{year} 年", len(found), _households(found)])
        book.total(
            [
                "合计",
                sum(len(found) for found in by_year.values()),
                sum(_households(found) for found in by_year.values()),
            ]
        )
        book.sheet("小区时序", _ORDER, heading=title, notes=note)
        for row in _entries(by_year):
            book.row(row)


def _households(found: Sequence[EntryLine]) -> int:
    return sum(one.households for one in found)


def _entries(by_year: Mapping[int, Sequence[EntryLine]]) -> Iterator[Cells]:
    for year, found in by_year.items():
        for number, one in enumerate(found, 1):
            pool = one.pool.store_zh if one.pool is not None else "不在库里"
            yield [f"{year} 年", number, one.name, one.households, pool, one.entry.reason]
