"""《2000年以前建成的城镇老旧小区统计表》: every old community of the ledger, one row each."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from server.divisions.models import Division
from server.infra.sheets import FormColumn, FormWriter
from server.infra.sheets.forms import Value
from server.kernel.chinatime import china_day
from server.ledger.models import Community
from server.policies import queries as policies
from server.reports.exports.words import NO_RECORD, SIGNED, filled_in, said
from server.reports.queries.figures import facts_under
from server.reports.queries.statistics import LedgerLine, ledger_lines

TITLE = "2000年以前建成的城镇老旧小区统计表"
COLUMNS = (
    FormColumn("序号", 6),
    FormColumn("市（州）", 12, "所在地"),
    FormColumn("县（市、区）", 12, "所在地"),
    FormColumn("街道（乡镇）", 14, "所在地"),
    FormColumn("社区", 18, "所在地"),
    FormColumn("小区名称", 20),
    FormColumn("地址", 24),
    FormColumn("类型", 10),
    FormColumn("建成年份", 9),
    FormColumn("楼栋数", 8, "规模"),
    FormColumn("单元数", 8, "规模"),
    FormColumn("户数", 8, "规模"),
    FormColumn("建筑面积", 12, "规模"),
    FormColumn("产权类型", 10),
    FormColumn("业主大会", 9, "管理"),
    FormColumn("业委会", 9, "管理"),
    FormColumn("物业管理方式", 12, "管理"),
    FormColumn("维修资金", 9, "管理"),
    FormColumn("存在的问题", 24),
    FormColumn("批次", 10),
    FormColumn("改造范围", 10),
)
PROBLEMS = (
    ("has_poor_environment", "环境条件差"),
    ("has_lacking_facilities", "配套设施不全或破损"),
    ("lacks_accessibility", "无障碍建设缺失"),
    ("lacks_management", "管理服务机制不健全"),
)


def write_ledger(path: Path, of: Division, now: datetime) -> None:
    cutoff = policies.day("eligibility.cutoff_on", of.path, china_day(now))
    rows = facts_under(of.path)
    with FormWriter(path) as book:
        book.sheet(
            "统计表", COLUMNS, heading=f"{of.name}{TITLE}", notes=filled_in(of.name, now, "个、户、平方米")
        )
        counted, newer, unknown = 0, 0, 0
        sums = [0, 0, 0]
        for line in ledger_lines(rows):
            year = line.community.built_on.year if line.community.built_on else line.community.built_year
            if year is not None and year > cutoff.year:
                newer += 1
                continue
            unknown += year is None
            counted += 1
            for place, number in enumerate((line.facts.buildings, line.entrances, line.facts.households)):
                sums[place] += number
            book.row(_row(counted, line, year))
        book.total(["合计", *[""] * 4, f"{counted} 个小区", "", "", "", *sums])
        for sentence in _left_out(newer, unknown, cutoff.year):
            book.foot(sentence)
        book.foot(SIGNED)


def _row(number: int, line: LedgerLine, year: int | None) -> Sequence[Value]:
    of, where = line.community, line.where
    return [
        number,
        where.prefecture,
        where.county,
        where.street,
        where.neighbourhood,
        of.name,
        of.address or NO_RECORD,
        of.kind.name_zh,
        NO_RECORD if year is None else str(year),
        line.facts.buildings,
        line.entrances,
        line.facts.households,
        said(of.floor_area),
        said(of.ownership_kind),
        said(of.has_owners_assembly),
        said(of.has_owners_committee),
        said(of.property_mode),
        said(of.has_maintenance_fund),
        _problems(of),
        line.pool.name_zh,
        line.facts.eligible.name_zh,
    ]


def _problems(of: Community) -> str:
    return "、".join(word for name, word in PROBLEMS if getattr(of, name)) or NO_RECORD


def _left_out(newer: int, unknown: int, year: int) -> list[str]:
    said_ = []
    if newer:
        said_.append(f"另有 {newer} 个小区在 {year} 年以后建成，不在本表里。")
    if unknown:
        said_.append(f"有 {unknown} 个小区没有登记建成年份，先列在本表里，补登以后再核。")
    return said_
