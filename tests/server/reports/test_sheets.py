"""The sheets: in the forms offices use, exact, without personal values, and with what is missing said as missing."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

from server.audit.models import AuditEntry
from server.identity.rules import Role
from server.infra.db import db
from server.infra.sheets import FormColumn, FormWriter
from server.ledger.rules.words import OwnershipKind, Pool
from server.projects.rules.preparation import DERIVED, StepKind
from server.reports import exports
from server.reports.rules.performance import Due
from tests.admin.forms import post_form
from tests.factories.divisions import get_division
from tests.factories.identity import make_staff, sign_in_staff
from tests.factories.ledger import make_flat, make_household, make_owner
from tests.factories.plans import make_move
from tests.factories.projects import make_project, make_step
from tests.factories.reports import (
    GUIYANG,
    MONTH,
    NANMING,
    NOW,
    YUNYAN_STREET,
    make_place,
    recompute,
    set_facts,
    submit,
)
from tests.factories.surveys import ASKING, answer, make_open_survey

pytestmark = pytest.mark.usefixtures("clock")


def rows_of(path: Path, sheet: int = 0) -> list[list[object]]:
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]


# ------------------------------------------------------------------ the writer


def test_a_form_has_its_title_notes_headings_rows_sum_and_foot(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    columns = [FormColumn("名称", 20), FormColumn("甲", group="规模"), FormColumn("乙", group="规模")]
    with FormWriter(path) as book:
        book.sheet("第一/张", columns, heading="标题", notes=["谁", "什么时候"])
        book.row(["=1+1 <&>\x07", 1234567, Decimal("803.50")])
        book.row(["没有记录", None, ""])
        book.total(["合计", 1234567, Decimal("803.50")])
        book.foot("填表人：")
        book.sheet("第二张", [FormColumn("只有一列")])
        book.row(["一行"])
    loaded = openpyxl.load_workbook(path)
    sheet = loaded.worksheets[0]
    assert [one.title for one in loaded.worksheets] == ["第一张", "第二张"]
    assert sheet["A1"].value == "标题"
    assert sheet["A2"].value == "谁　　什么时候"
    assert [cell.value for cell in sheet[3]] == ["名称", "规模", None]
    assert [cell.value for cell in sheet[4]] == [None, "甲", "乙"]
    assert [cell.value for cell in sheet[5]] == ["=1+1 <&>", 1234567, 803.5]
    assert sheet["A5"].data_type == "s"  # what somebody typed is never a formula
    assert sheet["B5"].number_format == "#,##0"
    assert sheet["C5"].number_format == "#,##0.00####"
    assert [cell.value for cell in sheet[7]] == ["合计", 1234567, 803.5]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:C1", "A2:C2", "A3:A4", "B3:C3", "A8:C8"}
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$3:$4"
    assert [cell.value for cell in loaded.worksheets[1]["A"]] == ["只有一列", "一行"]


def test_a_form_that_breaks_off_is_no_whole_book(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    with pytest.raises(RuntimeError), FormWriter(path) as book:
        book.sheet("一", [FormColumn("列")])
        raise RuntimeError
    with pytest.raises((KeyError, ValueError)):
        openpyxl.load_workbook(path)


# ------------------------------------------------------------------ the ledger's form


def test_the_ledgers_form_lists_old_communities_and_says_what_is_missing(tmp_path: Path) -> None:
    old_place = make_place(
        name="老小区",
        flats=3,
        ownership_kind=OwnershipKind.MIXED,
        floor_area=Decimal("1234.56"),
        has_owners_committee=False,
    )
    make_place(name="没写年份", built_year=None)
    make_place(name="新小区", built_year=2001)
    make_place(YUNYAN_STREET, name="边上的", built_year=2000)
    make_move(old_place, Pool.IMPLEMENT)
    path = tmp_path / "ledger.xlsx"
    exports.write_ledger(path, get_division(NANMING), NOW)
    rows = rows_of(path)
    assert rows[0][0] == "南明区2000年以前建成的城镇老旧小区统计表"
    assert "填报单位：南明区" in str(rows[1][0])
    body = {row[5]: row for row in rows[4:6]}
    old = body["老小区"]
    assert old[1:5] == ["贵阳市", "南明区", "中曹司街道", "九洲巷社区居民委员会"]
    assert (old[8], old[9], old[10], old[11], old[12], old[13]) == ("1996", 1, 1, 3, 1234.56, "混合")
    assert (old[14], old[15], old[16]) == ("没有记录", "无", "没有记录")
    assert (old[19], body["没写年份"][19]) == ("实施一批", "储备一批")
    assert body["没写年份"][8] == "没有记录"
    assert rows[6][0] == "合计"
    assert rows[6][5] == "2 个小区"
    assert rows[6][9:12] == [2, 2, 5]
    assert "另有 1 个小区在 2000 年以后建成" in str(rows[7][0])
    assert "有 1 个小区没有登记建成年份" in str(rows[8][0])
    exports.write_ledger(path, get_division(GUIYANG), NOW)
    assert rows_of(path)[7][5] == "3 个小区"


# ------------------------------------------------------------------ households


def test_each_household_has_its_row_and_no_name(tmp_path: Path) -> None:
    community = make_place(name="分户小区", flats=0)
    flat, other = make_flat(community, room="101", area="67.70"), make_flat(community, room="102", area=None)
    make_owner(flat, name="张三丰")
    make_household(other)
    survey = make_open_survey(community)
    answer(survey, flat, {"wants": "a"})
    recompute(now=ASKING)
    path = tmp_path / "households.xlsx"
    assert exports.write_households(path, get_division(NANMING), NOW) == 3
    rows = rows_of(path)
    assert len(rows[2]) == 12
    assert [row[4:] for row in rows[3:6]] == [
        ["分户小区", "1", "1", "101", 1, "有人住", 67.7, "答了，扫纸条"],
        ["分户小区", "1", "1", "102", 1, "有人住", "没有记录", "没有答"],
        ["分户小区", "1", "1", "102", 2, "有人住", "没有记录", "没有答"],
    ]
    assert rows[6][9] == "3 户"
    assert "张三丰" not in str(rows)


def test_where_nobody_asked_the_row_says_so_and_an_empty_place_has_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "households.xlsx"
    assert exports.write_households(path, get_division(NANMING), NOW) == 0
    assert rows_of(path)[2][0] == "市（州）"
    make_place(flats=1)
    exports.write_households(path, get_division(NANMING), NOW)
    assert rows_of(path)[3][11] == "没有调查过"


# ------------------------------------------------------------------ progress


def test_the_progress_leaves_out_who_did_not_report(tmp_path: Path) -> None:
    set_facts(make_place(), households=100, project_id=1, started_on=date(2026, 2, 3))
    make_place(YUNYAN_STREET)
    submit()
    path = tmp_path / "progress.xlsx"
    exports.write_progress(path, get_division(GUIYANG), MONTH, NOW)
    rows = rows_of(path)
    assert rows[4][1:9] == ["南明区", "没有记录", "没有记录", 0, 0, 1, 100, 1]
    assert rows[5][1:4] == ["云岩区", "没有报", "没有报"]
    assert rows[6][:2] == ["合计", "贵阳市"]
    assert rows[6][6:8] == [1, 100]
    assert rows[6][11] == "报来 1 / 2"
    assert "没有报来、没有算进合计的 1 个：云岩区" in str(rows[7][0])


def test_a_countys_progress_has_its_communities(tmp_path: Path) -> None:
    started = make_place(name="开工的")
    project = make_project(started)
    for kind in set(StepKind) - DERIVED:
        make_step(project, kind, done_on=date(2026, 2, 20))
    recompute(started.id)
    set_facts(
        started,
        start_planned_on=date(2026, 2, 1),
        started_on=date(2026, 2, 3),
        plan_year=2026,
    )
    set_facts(make_place(name="只在计划里"), plan_year=2026)
    make_place(name="都不在")
    path = tmp_path / "progress.xlsx"
    exports.write_progress(path, get_division(NANMING), MONTH, NOW)
    rows = rows_of(path, 1)
    assert rows[3][1:] == ["开工的", 2, "2026", "6 / 8", "2026-02-01", "2026-02-03", "还没有", "还没有"]
    assert rows[4][1:] == [
        "只在计划里",
        2,
        "2026",
        "没有记录",
        "没有记录",
        "没有记录",
        "没有记录",
        "没有记录",
    ]
    assert rows[5][1] == "2 个小区"


def test_a_countys_communities_stand_as_they_did_at_the_end_of_the_month(tmp_path: Path) -> None:
    community = make_place(name="还在准备的")
    project = make_project(community)
    make_step(project, StepKind.BUDGET, done_on=date(2026, 2, 28))
    make_step(project, StepKind.FUNDS, done_on=date(2026, 3, 1))
    recompute(community.id)
    path = tmp_path / "progress.xlsx"
    exports.write_progress(path, get_division(NANMING), MONTH, NOW)
    rows = rows_of(path, 1)
    assert "截至：2026 年 2 月底" in str(rows[1][0])
    assert rows[3][1:5] == ["还在准备的", 2, "没有记录", "1 / 8"]


# ------------------------------------------------------------------ performance


def test_an_indicator_without_a_record_is_listed_and_never_nought(tmp_path: Path) -> None:
    set_facts(
        make_place(),
        plan_year=2026,
        project_id=1,
        funds_planned=300,
        funds_received=100,
        funds_spent=0,
        objections=0,
        objections_open=0,
    )
    path = tmp_path / "performance.xlsx"
    due = Due(date(2026, 6, 30), date(2026, 12, 31))
    exports.write_performance(path, get_division(NANMING), 2026, due, NOW)
    rows = {str(row[2]): row for row in rows_of(path)}
    assert rows["资金到位率"][5:9] == [1, 3, "33.3%", 1]
    assert rows["公示异议答复率"][5:8] == [0, 0, "分母是 0"]
    assert rows["改造后满意度"][5:11] == ["没有记录", "没有记录", "没有记录", 0, 1, "改造后评价"]
    missing = {str(row[2]): str(row[3]) for row in rows_of(path, 3)}
    assert "改造后评价里没有这些小区的记录" in missing["改造后满意度"]
    assert "入户调查里没有这些小区的记录" in missing["入户调查覆盖率"]
    exports.write_performance(path, get_division(NANMING), 2025, due, NOW)
    assert "没有 2025 年度计划的记录" in str(rows_of(path, 3))


def test_the_pack_says_what_came_after_and_its_sources_add_up_to_the_fen(tmp_path: Path) -> None:
    set_facts(
        make_place(), plan_year=2026, funds_planned=500_01, funds_received=300_00, funds_spent=100_00,
        funds_by_source="province=300_00/200_00/100_00 residents=200_01/100_00/0".replace("_", ""),
        pledged=900_00, given=800_00, given_used=0, is_covered=True, tickets_ended=9, tickets_on_time=6, tickets_overdue=3,
        judged_households=100, judged_answered=44, judged_marked=40, judged_satisfied=30,
    )  # fmt: skip
    set_facts(
        make_place(name="没记过钱的"), plan_year=2026, judged_households=10, judged_answered=3, judged_marked=3,
        judged_satisfied=0, is_covered=False,
    )  # fmt: skip
    path = tmp_path / "performance.xlsx"
    exports.write_performance(
        path, get_division(NANMING), 2026, Due(date(2026, 6, 30), date(2026, 12, 31)), NOW
    )
    rows = {str(row[2]): row for row in rows_of(path)}
    assert rows["报修投诉按时办结率"][5:10] == [6, 12, "50.0%", 1, 1]
    assert rows["完工小区有物业管理"][5:8] == [1, 2, "50.0%"]
    assert rows["改造后满意度"][5:7] == [30, 43]
    assert str(rows["改造后满意度"][7]).startswith("69.8%（95% 区间 54.9% 到 81.4%）")
    sources = [row[1:6] for row in rows_of(path, 1)]
    assert ["省级配套", 300, 200, 100, 1] in sources
    assert ["居民出资", 200.01, 100, 0, 1] in sources
    total = next(row for row in rows_of(path, 1) if row[0] == "合计")
    assert total[2:6] == [*rows["资金到位率"][6:4:-1], 100, 1]
    assert "没有资金记录的小区 1 个" in str(rows_of(path, 1))
    assert "收到 800.00 元" in str(rows_of(path, 1))
    assert ["资金到位率", "没记过钱的"] in [row[1:3] for row in rows_of(path, 2)]


# ------------------------------------------------------------------ at the desk


@pytest.mark.parametrize(
    ("kind", "asked", "name"),
    [
        pytest.param("ledger", {}, "统计表.xlsx", id="ledger"),
        pytest.param("households", {}, "分户统计表.xlsx", id="households"),
        pytest.param("progress", {"month": "2026-02"}, "2026年2月开工进度表.xlsx", id="progress"),
        pytest.param("performance", {"year": "2026"}, "2026年绩效指标表.xlsx", id="performance"),
    ],
)
def test_a_sheet_is_taken_out_and_written_into_the_audit(
    client: FlaskClient, tmp_path: Path, kind: str, asked: dict, name: str
) -> None:
    make_place()
    desk = sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    page = f"/admin/reports/{get_division(NANMING).id}/sheets"
    answer_ = post_form(desk, page, f"{page}/{kind}", asked)
    assert answer_.status_code == 200
    (tmp_path / "got.xlsx").write_bytes(answer_.data)
    assert "南明区" in str(rows_of(tmp_path / "got.xlsx")[0][0])
    entry = db.session.query(AuditEntry).filter(AuditEntry.verb == "reports.export").one()
    assert str(entry.facts["filename"]).endswith(name)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        pytest.param("nothing", {}, id="no-such-sheet"),
        pytest.param("progress", {"month": "x"}, id="no-such-month"),
        pytest.param("performance", {"year": "1999"}, id="no-such-year"),
        pytest.param("performance", {}, id="no-year"),
    ],
)
def test_a_sheet_there_is_none_of_is_not_found(client: FlaskClient, kind: str, asked: dict) -> None:
    desk = sign_in_staff(client, make_staff(Role.COUNTY_OFFICER, division=NANMING))
    page = f"/admin/reports/{get_division(NANMING).id}/sheets"
    assert post_form(desk, page, f"{page}/{kind}", asked).status_code == 404


def test_the_auditor_looks_and_takes_nothing_out(client: FlaskClient) -> None:
    desk = sign_in_staff(client, make_staff(Role.AUDITOR, division=NANMING))
    page = f"/admin/reports/{get_division(NANMING).id}/sheets"
    assert "只能看" in desk.get(page).text
    assert post_form(desk, "/admin/account", f"{page}/ledger", {}).status_code == 403
