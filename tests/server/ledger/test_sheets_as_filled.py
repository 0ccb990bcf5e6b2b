"""Sheets as people fill them in: titles above, columns moved, cells merged, sheets missing, and what is said of each."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import xlsxwriter
from apiflask import APIFlask

from server.infra.db import db, unit_of_work
from server.ledger import queries
from server.ledger.actions.importing import problems
from server.ledger.actions.importing.applying import apply_stage, reserved_ids
from server.ledger.actions.importing.checking import check_file
from server.ledger.actions.importing.problems import Findings
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.stage import Stage
from server.ledger.models import Community
from tests.factories.ledger import make_community, make_facility, make_flat
from tests.factories.sheets import NAME, small_ledger, workbook

TODAY = date(2026, 3, 2)
Look = Callable[..., Findings]


@pytest.fixture
def look(app: APIFlask, tmp_path: Path) -> Look:
    def look(file: io.BytesIO, name: str = "台账.xlsx", apply: bool = False) -> Findings:
        with Stage.fresh(tmp_path / "stage") as stage:
            found = check_file(
                file,
                name,
                stage,
                reach=Reach.everywhere(),
                on=TODAY,
                progress=lambda _what, _done, _total: None,
            )
        db.session.rollback()
        if apply:
            assert found.problems == []
            with Stage.filled(tmp_path / "stage") as stage:
                reserved = reserved_ids(stage)
                with unit_of_work():
                    apply_stage(stage, reserved)
        return found

    return look


def drawn(*sheets: tuple[str, Callable[[Any, Any], None]]) -> io.BytesIO:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for title, fill in sheets:
        fill(book, book.add_worksheet(title))
    book.close()
    out.seek(0)
    return out


def said(found: Findings) -> list[str]:
    return [f"{one.sheet} {one.row or ''} {one.column} {one.what}" for one in found.problems]


def test_a_file_that_is_no_sheet_is_one_problem_of_the_whole_file(look: Look) -> None:
    found = look(io.BytesIO(b"hello"))
    assert (
        found.problem_count == 1 and found.problems[0].row is None and "不是 Excel" in found.problems[0].what
    )


def test_a_book_without_any_of_our_sheets_names_them(look: Look) -> None:
    found = look(drawn(("Sheet1", lambda _book, page: page.write(0, 0, "x"))))
    assert "小区、楼栋、房屋、业主、住户、设施" in found.problems[0].mend


def test_a_sheet_without_headings_or_columns_is_told(look: Look) -> None:
    found = look(
        drawn(
            ("房屋", lambda _book, page: page.write_row(0, 0, ["a", "b"])),
            ("楼栋", lambda _book, page: page.write_row(0, 0, ["小区", "层数"])),
            ("住户", lambda _book, _page: None),
        )
    )
    assert said(found) == ["楼栋 1  缺少这些列：楼栋", "房屋 1  没有找到标题行"]


def test_headings_may_stand_lower_be_moved_and_carry_stars(look: Look) -> None:
    make_flat(make_community(NAME), "1", "1", "101")

    def fill(_book: Any, page: Any) -> None:
        page.write(0, 0, "棉纺厂家属院房屋表")
        page.write_row(2, 0, ["房号*", "备考", "楼栋（必填）", "用途", "小区", "楼层"])
        page.write_row(3, 0, ["101", "x", "1栋", "住宅", NAME, "1层"])

    found = look(drawn(("房屋", fill), ("草稿", lambda _book, page: page.write(0, 0, "x"))))
    assert found.problems == [] and found.of("房屋").changed == 1
    assert found.notices == ["没有读这些表：草稿。", "“房屋”表里没有读这些列：备考。"]


def test_merged_cells_below_the_headings_are_told_first(look: Look) -> None:
    make_community(NAME)

    def fill(book: Any, page: Any) -> None:
        page.merge_range(0, 0, 0, 3, "棉纺厂家属院")
        page.write_row(1, 0, ["小区", "楼栋", "单元", "层数"])
        page.merge_range(2, 0, 3, 0, NAME, book.add_format())
        page.write_row(2, 1, ["1", "1", 7])
        page.write_row(3, 1, ["2", "1", "七"])

    found = look(drawn(("楼栋", fill)))
    assert said(found)[0] == "楼栋 3 A3:A4 这里合并了单元格" and found.problem_count == 2
    assert "A1:D1" not in str(said(found)), "a title above may be merged"


def test_problems_are_counted_all_and_told_in_part(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "MOST_PROBLEMS", 3)
    owners = [{"building": "1", "entrance": "1", "room": "101", "name": f"张{n}?"} for n in range(10)]
    found = look(workbook(small_ledger(owners=owners)))
    assert (found.problem_count, len(found.problems)) == (10, 3)


def test_a_zip_of_csv_files_comes_in_too(look: Look) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "小区.csv", "小区名称,所在社区代码,位置\n棉纺厂家属院,520102028004,城市\n".encode("gb18030")
        )
        archive.writestr("楼栋.csv", "楼栋,单元\n1,\n".encode("gb18030"))
        archive.writestr("房屋.csv", "楼栋,房号,用途,面积,面积来源\n1,101,住宅,67.7,实测\n".encode("gb18030"))
    found = look(io.BytesIO(out.getvalue()), "台账.zip", apply=True)
    assert found.of("房屋").new == 1
    community = db.session.scalars(sa.select(Community)).one()
    assert queries.flats(community.id).items[0].label == "1 栋 101"


def test_a_row_that_names_no_community_needs_a_file_with_just_one(look: Look) -> None:
    two = [*small_ledger()["communities"], {**small_ledger()["communities"][0], "name": "乙", "code": "NM-2"}]
    found = look(
        workbook(
            {"communities": two, "buildings": [{"building": "1"}, {"community": "NM-2", "building": "1"}]}
        )
    )
    assert said(found) == ["楼栋 2 A 小区 没写是哪个小区"]


def test_two_communities_of_one_name_are_told_apart_by_their_number(look: Look) -> None:
    make_community("同名", code="520102028005", built_year=1990)
    make_community("同名", code="520102028006")
    found = look(workbook({"buildings": [{"community": "同名", "building": "1"}]}))
    assert said(found) == ["楼栋 2 A 小区 有几个同名的小区"]


def test_a_community_named_twice_is_told(look: Look) -> None:
    rows = [*small_ledger()["communities"]] * 2
    assert said(look(workbook({"communities": rows}))) == ["小区 3 A 小区名称 和第 2 行重复"]


def test_a_community_is_found_by_its_number_and_renamed(look: Look) -> None:
    look(workbook(small_ledger()), apply=True)
    row = {
        **small_ledger()["communities"][0],
        "name": "棉纺厂小区",
        "kind": "单栋住宅楼",
        "floor_area": "12500",
        "built_on": "1996-09-30",
    }
    found = look(workbook({"communities": [row]}), apply=True)
    assert found.of("小区").changed == 1
    community = db.session.scalars(sa.select(Community)).one()
    assert community.name == "棉纺厂小区" and str(community.floor_area) == "12500.00"
    assert look(workbook({"communities": [row]})).is_nothing


def test_a_division_that_changed_its_code_is_taken_as_it_is_now(look: Look) -> None:
    row = {**small_ledger()["communities"][0], "division": "520221"}
    look(workbook({"communities": [row]}), apply=True)
    place = queries.place(db.session.scalars(sa.select(Community.id)).one())
    assert place is not None
    named = queries.communities_under(place.division_path).items[0].division
    assert "水城区" in named


def test_a_building_gains_entrances_and_floors(look: Look) -> None:
    look(workbook(small_ledger()), apply=True)
    more = [{"community": NAME, "building": "1", "entrances": "1、2、3", "floors": 8}]
    found = look(workbook({"buildings": more}), apply=True)
    assert found.samples["楼栋"] == ["1 栋：改 层数、单元"]
    building = queries.buildings(db.session.scalars(sa.select(Community.id)).one())[0]
    assert building.floors == 8 and [one.name for one in building.entrances] == ["1", "2", "3"]
    assert look(workbook({"buildings": more})).is_nothing
    assert said(look(workbook({"buildings": more * 2}))) == ["楼栋 3 B 楼栋 和第 2 行重复"]
    twice = [{"community": NAME, "building": "1", "entrances": "1、1"}]
    assert said(look(workbook({"buildings": twice}))) == ["楼栋 2 C 单元 单元写重了"]


def test_the_use_of_a_dwelling_is_not_changed_by_a_sheet(look: Look) -> None:
    look(workbook(small_ledger()), apply=True)
    flats = [{"community": NAME, "building": "1", "entrance": "1", "room": "101", "use": "商铺"}]
    assert said(look(workbook({"flats": flats}))) == ["房屋 2 E 用途 用途和台账里的不一样，会影响户数"]


def test_a_facility_is_mended_by_its_number(look: Look) -> None:
    community = make_community(NAME)
    make_facility(community, "DT-1", name="电梯")
    rows = [
        {"community": NAME, "code": "DT-1", "kind": "电梯", "name": "东侧电梯"},
        {"community": NAME, "code": "MJ-1", "kind": "门禁", "name": "大门"},
    ]
    found = look(workbook({"facilities": rows}), apply=True)
    assert (found.of("设施").changed, found.of("设施").new) == (1, 1)
    assert sorted(one.name for one in queries.facilities(community.id)) == ["东侧电梯", "大门"]
    assert said(look(workbook({"facilities": [rows[0]] * 2}))) == ["设施 3 B 设施编号 和第 2 行重复"]
    wrong = [{**rows[0], "building": "99"}]
    assert said(look(workbook({"facilities": wrong}))) == ["设施 2 E 楼栋 没有“99”这栋楼"]


def test_households_belong_to_dwellings_and_are_named_once(look: Look) -> None:
    shop = [*small_ledger()["households"], {"building": "2", "room": "S1", "state": "空置"}]
    assert said(look(workbook(small_ledger(households=shop)))) == ["住户 4 D 房号 这不是住宅，没有户"]
    twice = [small_ledger()["households"][0]] * 2
    assert said(look(workbook(small_ledger(households=twice)))) == ["住户 3 E 第几户 和第 2 行重复"]


def test_an_owner_named_twice_in_a_flat_is_told(look: Look) -> None:
    twice = [small_ledger()["owners"][0]] * 2
    assert said(look(workbook(small_ledger(owners=twice)))) == ["业主 3 F 姓名或名称 和第 2 行重复"]


def test_two_representatives_of_a_flat_are_told(look: Look) -> None:
    base = {"building": "1", "entrance": "1", "room": "101", "is_representative": "是"}
    owners = [{**base, "name": "张三"}, {**base, "name": "李四"}]
    found = look(workbook(small_ledger(owners=owners)))
    assert said(found) == ["业主 3 J 共有人代表 同一套房写了两个共有人代表，另一个在第 2 行"]


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        pytest.param("floor", "七层", "要写整数", id="no-number"),
        pytest.param("floor", 300, "数字超出范围", id="too-high"),
        pytest.param("room", "x" * 21, "名称超过 20 个字", id="name-too-long"),
        pytest.param("use", True, "不是列表里的词", id="a-truth-for-a-word"),
    ],
)
def test_what_does_not_fit_a_column_is_told(look: Look, column: str, value: Any, what: str) -> None:
    row = {"building": "1", "entrance": "1", "room": "103", "use": "住宅", column: value}
    found = look(workbook(small_ledger(flats=[*small_ledger()["flats"], row])))
    assert [one.what for one in found.problems] == [what]


def test_dates_are_read_however_they_are_written(look: Look) -> None:
    base = {"building": "1", "entrance": "1", "name": "张三", "phone": "13800001111"}
    days = ["2001年5月6日", "2001.5.6", "2001-05-06", "20010506", date(2001, 5, 6)]
    flats = [{"building": "1", "entrance": "1", "room": str(n), "use": "住宅"} for n in range(len(days))]
    owners = [{**base, "room": str(n), "from_on": day} for n, day in enumerate(days)]
    file = workbook(
        small_ledger(flats=flats, owners=owners, households=[]), options={"default_date_format": "yyyy-mm-dd"}
    )
    look(file, apply=True)
    community_id = db.session.scalars(sa.select(Community.id)).one()
    owned = [queries.owners_of_flat(flat_id, TODAY)[0].from_on for flat_id in queries.flat_ids(community_id)]
    assert owned == [date(2001, 5, 6)] * len(days)
