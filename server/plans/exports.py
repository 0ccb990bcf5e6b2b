"""The plan table and the master plan as .xlsx, in the form offices use."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from server.infra.sheets import Column, OfficeTable, write_tables
from server.plans import queries
from server.plans.models import PlanDraftRow, PlanRow
from server.plans.queries import EntryLine, PlanLine
from server.plans.rules.figures import Totals, summed
from server.plans.rules.words import SOURCE_NAMES, FundSource

FEN_IN_WAN = 1_000_000
Cells = list[str | int | Decimal | None]


def wan(fen: int) -> Decimal:
    return Decimal(fen) / FEN_IN_WAN


def write_plan_table(path: Path, division: str, lines: Sequence[PlanLine], year: int, today: date) -> None:
    """Two sheets: the sum of each county, and every community with its money by source."""
    write_tables(
        path,
        [
            OfficeTable(
                "汇总表",
                f"{division}{year}年城镇老旧小区改造计划汇总表",
                _SUMMARY,
                (_summary(number, line) for number, line in enumerate(lines, 1)),
                notes=_notes(lines, today),
                total=_sum_of(lines),
            ),
            OfficeTable(
                "计划表",
                f"{division}{year}年城镇老旧小区改造计划表",
                _COLUMNS,
                _rows(lines, today),
                notes=_notes(lines, today),
                total=_total(lines),
                foot=["声明同意户数是计划里写的数，入户调查和业主表决的结果另看。"],
            ),
        ],
    )


_SUMMARY = (
    Column("序号", 6, "count"),
    Column("县（市、区）", 18),
    Column("小区（个）", 12, "count"),
    Column("户数（户）", 12, "count"),
    Column("计划投资（万元）", 18, "money"),
    Column("状态", 18),
    Column("文号", 26),
    Column("文件时小区（个）", 12, "count"),
    Column("文件时户数（户）", 12, "count"),
)
_COLUMNS = (
    Column("序号", 6, "count"),
    Column("县（市、区）", 14),
    Column("小区名称", 22),
    Column("户数（户）", 10, "count"),
    Column("改造内容", 34),
    Column("声明同意（户）", 10, "count"),
    Column("问过（户）", 10, "count"),
    Column("计划投资（万元）", 14, "money"),
    *(Column(f"{SOURCE_NAMES[source]}（万元）", 12, "money") for source in FundSource),
    Column("备注", 24),
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


def write_master_plan(
    path: Path, division: str, by_year: Mapping[int, Sequence[EntryLine]], today: date
) -> None:
    """The sum by year, and every community in its order."""
    years = list(by_year)
    title = f"{division}城镇老旧小区改造总体规划（{years[0]}—{years[-1]}）"
    note = [f"制表日期：{today.year} 年 {today.month} 月 {today.day} 日    单位：个、户"]
    write_tables(
        path,
        [
            OfficeTable(
                "分年度",
                title,
                (Column("年度", 10), Column("小区（个）", 12, "count"), Column("户数（户）", 12, "count")),
                ([f"{year} 年", len(found), _households(found)] for year, found in by_year.items()),
                notes=note,
                total=[
                    "合计",
                    sum(len(found) for found in by_year.values()),
                    sum(_households(found) for found in by_year.values()),
                ],
            ),
            OfficeTable(
                "小区时序",
                title,
                (
                    Column("年度", 10),
                    Column("顺序", 8, "count"),
                    Column("小区名称", 24),
                    Column("户数（户）", 12, "count"),
                    Column("所在库", 10),
                    Column("排在这一年的理由", 50),
                ),
                _entries(by_year),
                notes=note,
            ),
        ],
    )


def _households(found: Sequence[EntryLine]) -> int:
    return sum(one.households for one in found)


def _entries(by_year: Mapping[int, Sequence[EntryLine]]) -> Iterator[Cells]:
    for year, found in by_year.items():
        for number, one in enumerate(found, 1):
            pool = one.pool.store_zh if one.pool is not None else "不在库里"
            yield [f"{year} 年", number, one.name, one.households, pool, one.entry.reason]
