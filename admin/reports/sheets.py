"""Sheets in the forms offices use, made when asked for. Asked by POST, for taking them is written into the audit."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import render_template, request
from werkzeug.wrappers import Response

from admin.guard import needs
from admin.ledger.downloads import xlsx_response
from admin.reports.door import about, month_named, months_to_report, reports, seen_division
from admin.session import me
from server.divisions.models import Division
from server.identity.rules import Permission
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.reports import actions, exports, queries
from server.reports.rules.trends import month_zh

FIRST_YEAR = 2020


@dataclass(frozen=True)
class SheetKind:
    key: str
    name_zh: str
    text_zh: str
    #: Asked for beside it: "month", "year" or nothing.
    asks: str
    write: Callable[[Path, Division], object]
    #: What stands in the file's name beside the division.
    words: Callable[[], str]


def _month() -> date:
    return month_named(request.form.get("month", ""))


def _year() -> int:
    year = request.form.get("year", 0, int)
    if not FIRST_YEAR <= year <= china_day(now()).year + 1:
        raise NotFound
    return year


def _performance(path: Path, of: Division) -> None:
    year = _year()
    due = queries.performance_due(of.path, year, china_day(now()))
    exports.write_performance(path, of, year, due, now())


KINDS: dict[str, SheetKind] = {
    one.key: one
    for one in (
        SheetKind(
            "ledger",
            "2000年以前建成的城镇老旧小区统计表",
            "台账里的老旧小区，一个小区一行，最后是合计。",
            "",
            lambda path, of: exports.write_ledger(path, of, now()),
            lambda: "2000年以前建成的城镇老旧小区统计表",
        ),
        SheetKind(
            "progress",
            "开工进度表",
            "按月报的数，一个地方一行。没有报来的写明，不算进合计。",
            "month",
            lambda path, of: exports.write_progress(path, of, _month(), now()),
            lambda: f"{month_zh(_month()).replace(' ', '')}开工进度表",
        ),
        SheetKind(
            "performance",
            "年度绩效指标表",
            "每项指标的分子、分母和来源。资金按来源另列一张表。没有记录的写“没有记录”，是哪些小区也列出来。",
            "year",
            _performance,
            lambda: f"{_year()}年绩效指标表",
        ),
        SheetKind(
            "households",
            "分户统计表",
            "一户一行：在哪里、有没有人住、调查答了没有。没有姓名、电话，也不写答了什么。",
            "",
            lambda path, of: exports.write_households(path, of, now()),
            lambda: "分户统计表",
        ),
    )
}


@reports.get("/<int:division_id>/sheets")
@needs(Permission.SEE_REPORTS)
def list_sheets(division_id: int) -> str:
    today = china_day(now())
    return render_template(
        "office/reports/sheets.html",
        **about(seen_division(division_id)),
        kinds=KINDS.values(),
        months=[(f"{one:%Y-%m}", month_zh(one)) for one in months_to_report(today)],
        years=[(year, f"{year} 年度") for year in range(today.year, FIRST_YEAR - 1, -1)],
    )


@reports.post("/<int:division_id>/sheets/<kind>")
@needs(Permission.EXPORT_STATISTICS)
def download(division_id: int, kind: str) -> Response:
    of = seen_division(division_id, Permission.EXPORT_STATISTICS)
    if kind not in KINDS:
        raise NotFound
    chosen = KINDS[kind]
    name = f"{of.name}{chosen.words()}.xlsx"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        chosen.write(path, of)
        with unit_of_work():
            actions.record_export(of, kind, name, actor=me().actor, now=now())
        return xlsx_response(path, name)
