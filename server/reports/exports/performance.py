"""The annual performance pack: indicators with numerator, denominator and source; what has none is listed, never nought."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from server.divisions.models import Division
from server.evaluations.rules.rates import Rate
from server.infra.sheets import FormColumn, FormWriter
from server.infra.sheets.forms import Value
from server.kernel.chinatime import china_day
from server.reports.exports.words import NO_RECORD, SIGNED, filled_in, yuan
from server.reports.queries.as_of import in_year
from server.reports.queries.figures import facts_under, least, names
from server.reports.rules.facts import Facts, Ratio
from server.reports.rules.funding import funds
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
SOURCES = (
    FormColumn("序号", 6),
    FormColumn("来源", 24),
    FormColumn("计划", 18),
    FormColumn("到位", 18),
    FormColumn("支出", 18),
    FormColumn("涉及的小区", 12),
)
LEFT_OUT = (FormColumn("序号", 6), FormColumn("指标", 24), FormColumn("小区", 24))
GAPS = (FormColumn("序号", 6), FormColumn("类别", 16), FormColumn("指标", 24), FormColumn("原因", 50))


def write_performance(path: Path, of: Division, year: int, due: Due, now: datetime) -> None:
    rows = in_year(facts_under(of.path), year)
    found = pack(rows, year, due, least(of.path, china_day(now)).opinions)
    mine = [row for row in rows if row.plan_year == year]
    in_plan = len(mine)
    with FormWriter(path) as book:
        title = f"{of.name}{year}年城镇老旧小区改造绩效指标表"
        book.sheet("指标", COLUMNS, heading=title, notes=filled_in(of.name, now))
        for number, one in enumerate(found, 1):
            book.row(_row(number, one))
        book.foot(f"范围：{year} 年度计划里的 {in_plan} 个小区。合计都是分子加分子、分母加分母。")
        book.foot(SIGNED)
        _sources(book, of, mine, now)
        _left_out(book, of, found, names(mine), now)
        missing = [one for one in found if one.value is None]
        book.sheet("没有记录的", GAPS, heading="没有记录的指标", notes=filled_in(of.name, now))
        for number, one in enumerate(missing, 1):
            book.row([number, one.indicator.family_zh, one.indicator.name_zh, _why(one, in_plan, year)])


def _sources(book: FormWriter, of: Division, rows: Sequence[Facts], now: datetime) -> None:
    """Adds up to the indicators of money, to the fen; what residents gave of their own accord stands below the sum."""
    found = funds(rows)
    book.sheet("资金来源", SOURCES, heading="资金来源", notes=filled_in(of.name, now, "元、个"))
    for number, one in enumerate(found.sources, 1):
        amounts = [yuan(one.planned), yuan(one.received), yuan(one.spent)]
        book.row([number, one.source.name_zh, *amounts, one.communities])
    whole = found.whole
    book.total(
        ["合计", "", yuan(whole.planned), yuan(whole.received), yuan(whole.spent), found.communities]
        if found.communities
        else ["合计", "", NO_RECORD, NO_RECORD, NO_RECORD, 0]
    )
    if found.given is not None:
        ours = found.given
        book.foot(
            f"另外，居民自愿出钱：说好 {yuan(ours.pledged)} 元，收到 {yuan(ours.given)} 元，用掉 {yuan(ours.used)} 元；"
            f"自愿出力：说好 {ours.hours_pledged} 小时，出了 {ours.hours_given} 小时。"
            f"涉及 {ours.communities} 个小区，不算在上面的合计里。"
        )
    if found.without:
        book.foot(f"没有资金记录的小区 {found.without} 个，没有算进来。")


def _left_out(
    book: FormWriter, of: Division, found: Sequence[Found], named: Mapping[int, str], now: datetime
) -> None:
    """Of indicators with a value, the communities that are in neither sum; those without any value stand on the last sheet."""
    book.sheet("没有记录的小区", LEFT_OUT, heading="没有算进指标的小区", notes=filled_in(of.name, now))
    rows = [(one, community_id) for one in found if one.value is not None for community_id in one.left_out]
    for number, (one, community_id) in enumerate(rows, 1):
        book.row([number, one.indicator.name_zh, named.get(community_id, "")])
    if not rows:
        book.foot("都有记录。")


def _row(number: int, one: Found) -> list[Value]:
    of = one.indicator
    head: list[Value] = [number, of.family_zh, of.name_zh, of.how_zh, of.unit]
    if one.value is None:
        return [*head, NO_RECORD, NO_RECORD, NO_RECORD, one.communities, one.without, of.source_zh]
    return [
        *head,
        _amount(one.value.part, of.unit),
        _amount(one.value.base, of.unit),
        _rate(one.value) + (_interval(one.opinion) if one.opinion is not None else ""),
        one.communities,
        one.without,
        of.source_zh,
    ]


def _amount(value: int | Decimal, unit: str) -> Value:
    return Decimal(value).scaleb(-2) if unit == "元" else value


def _rate(value: Ratio) -> str:
    if value.rate is None:
        return "分母是 0"
    return _per_cent(value.rate)


def _per_cent(share: Fraction) -> str:
    tenths = int(share * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"


def _interval(of: Rate) -> str:
    return f"（95% 区间 {_per_cent(of.interval.low)} 到 {_per_cent(of.interval.high)}）"


def _why(one: Found, in_plan: int, year: int) -> str:
    if one.opinion is not None:
        return f"答了 {one.opinion.answered} 户，再有 {one.opinion.lacking} 户才写比例。"
    if not in_plan:
        return f"没有 {year} 年度计划的记录。"
    return f"{one.indicator.source_zh}里没有这些小区的记录。"
