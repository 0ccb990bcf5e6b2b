"""The annual performance pack: indicators with numerator, denominator and source; what has none is listed, never nought."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from server.divisions.models import Division
from server.infra.sheets import FormColumn, FormWriter
from server.infra.sheets.forms import Value
from server.reports.exports.words import NO_RECORD, SIGNED, filled_in
from server.reports.queries.figures import facts_under
from server.reports.rules.facts import Ratio
from server.reports.rules.performance import Due, Found, pack

COLUMNS = (
    FormColumn("序号", 6),
    FormColumn("类别", 16),
    FormColumn("指标", 24),
    FormColumn("怎么算", 40),
    FormColumn("单位", 8),
    FormColumn("分子", 16),
    FormColumn("分母", 16),
    FormColumn("结果", 12),
    FormColumn("涉及的小区", 12),
    FormColumn("没有记录的小区", 14),
    FormColumn("数据来源", 22),
)
GAPS = (FormColumn("序号", 6), FormColumn("类别", 16), FormColumn("指标", 24), FormColumn("原因", 50))


def write_performance(path: Path, of: Division, year: int, due: Due, now: datetime) -> None:
    rows = facts_under(of.path)
    found = pack(rows, year, due)
    in_plan = sum(row.plan_year == year for row in rows)
    with FormWriter(path) as book:
        title = f"{of.name}{year}年城镇老旧小区改造绩效指标表"
        book.sheet("指标", COLUMNS, heading=title, notes=filled_in(of.name, now))
        for number, one in enumerate(found, 1):
            book.row(_row(number, one))
        book.foot(f"范围：{year} 年度计划里的 {in_plan} 个小区。合计都是分子加分子、分母加分母。")
        book.foot(SIGNED)
        missing = [one for one in found if one.value is None]
        book.sheet("没有记录的", GAPS, heading="没有记录的指标", notes=filled_in(of.name, now))
        for number, one in enumerate(missing, 1):
            book.row([number, one.indicator.family_zh, one.indicator.name_zh, _why(one, in_plan, year)])


def _row(number: int, one: Found) -> list[Value]:
    of = one.indicator
    head: list[Value] = [number, of.family_zh, of.name_zh, of.how_zh, of.unit]
    source = of.source_zh or NO_RECORD
    if one.value is None:
        return [*head, NO_RECORD, NO_RECORD, NO_RECORD, one.communities, one.without, source]
    return [
        *head,
        _amount(one.value.part, of.unit),
        _amount(one.value.base, of.unit),
        _rate(one.value),
        one.communities,
        one.without,
        source,
    ]


def _amount(value: int | Decimal, unit: str) -> Value:
    return Decimal(value).scaleb(-2) if unit == "元" else value


def _rate(value: Ratio) -> str:
    if value.rate is None:
        return "分母是 0"
    tenths = int(value.rate * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"


def _why(one: Found, in_plan: int, year: int) -> str:
    if not one.indicator.source_zh:
        return "平台上还没有这项数据的来源，请另附材料。"
    if not in_plan:
        return f"没有 {year} 年度计划的记录。"
    return f"{one.indicator.source_zh}里没有这些小区的记录。"
