"""A sheet into the ledger: what is wrong is told by sheet, row, column and remedy, and keeps everything out."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND
from server.ledger import queries
from server.ledger.actions.importing.imports import record_import
from server.ledger.actions.importing.reach import Reach
from server.ledger.rules.words import HouseholdState
from tests.conftest import START
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat, make_ownership
from tests.factories.sheets import FULL_ID, NAME, Rows, small_ledger, workbook
from tests.server.ledger.importing import TODAY, Importer, the_community, told


def test_another_divisions_community_is_as_if_it_were_not(look: Importer) -> None:
    community = make_community("别处小区", code="520103")
    make_flat(community, "1", "1", "101")
    reach = Reach.of([get_division("520102").path])
    absent, foreign = (
        look(
            workbook({"flats": [{"community": name, "building": "1", "room": "1", "use": "住宅"}]}),
            reach=reach,
        )
        for name in ("没有的小区", "别处小区")
    )
    assert [one.what for one in foreign.problems] == [one.what for one in absent.problems] == ["没有这个小区"]
    sheets = [
        {"name": name, "division": "520103", "location_type": "城市"} for name in ("没有的小区", "别处小区")
    ]
    found = look(workbook({"communities": sheets}), reach=reach)
    assert len({(one.what, one.mend) for one in found.problems}) == 1 and found.problem_count == 2


def test_a_clerk_of_one_community_may_import_into_it_only(look: Importer) -> None:
    mine, other = make_community("我的小区"), make_community("旁边小区")
    reach = Reach.of([], [mine.id])
    buildings = [{"community": one.name, "building": "9"} for one in (mine, other)]
    assert told(look(workbook({"buildings": buildings}), reach=reach)) == [("楼栋", 3, "小区")]


WRONG: list[Any] = [
    pytest.param(
        "flats", {"room": "103", "area": "abc", "area_source": "实测"}, "面积", "不是数字", id="type"
    ),
    pytest.param(
        "flats", {"room": "103", "area": 0, "area_source": "实测"}, "面积", "大于 0", id="area-zero"
    ),
    pytest.param(
        "flats",
        {"room": "103", "area": 67.705, "area_source": "实测"},
        "面积",
        "两位小数",
        id="area-thousandths",
    ),
    pytest.param("flats", {"room": "103", "area": 60}, "面积来源", "没写来源", id="area-without-source"),
    pytest.param(
        "flats", {"room": "103", "area_source": "实测"}, "面积", "没写面积", id="source-without-area"
    ),
    pytest.param("flats", {"room": "101"}, "房号", "第 2 行重复", id="duplicate-room"),
    pytest.param("flats", {"room": "１０１ 室"}, "房号", "第 2 行重复", id="duplicate-room-in-full-width"),
    pytest.param("flats", {"room": "103", "use": "别墅"}, "用途", "列表里", id="unknown-word"),
    pytest.param("flats", {"room": "103", "building": "9"}, "楼栋", "没有“9”", id="unknown-building"),
    pytest.param("flats", {"room": "103", "entrance": "9"}, "单元", "没有“9”", id="unknown-entrance"),
    pytest.param("flats", {"room": "103", "entrance": None}, "单元", "没写单元", id="entrance-needed"),
    pytest.param("flats", {"room": None}, "房号", "没有填", id="required"),
    pytest.param(
        "flats", {"room": "103", "area": "=60+7", "area_source": "实测"}, "面积", "公式", id="formula"
    ),
    pytest.param("owners", {"id_number": "110105194912310021"}, "证件号码", "校验位", id="check-digit"),
    pytest.param(
        "owners", {"id_number": 110105194912310020}, "证件号码", "存成了数字", id="number-lost-its-end"
    ),
    pytest.param("owners", {"phone": "123"}, "电话", "电话号码不对", id="phone"),
    pytest.param("owners", {"name": "张三、李四"}, "姓名或名称", "几个人", id="two-people-in-a-cell"),
    pytest.param("owners", {"name": "张?"}, "姓名或名称", "显示不出来", id="lost-character"),
    pytest.param("owners", {"name": "张\U0001fffe"}, "姓名或名称", "显示不出来", id="no-character-in-a-name"),
    pytest.param("flats", {"room": "10\U0001fffe"}, "房号", "显示不出来", id="no-character-in-a-room"),
    pytest.param("owners", {"room": "999"}, "房号", "没有这套房", id="unknown-room"),
    pytest.param("owners", {"kind": "单位", "id_number": "123"}, "证件号码", "信用代码", id="credit-code"),
    pytest.param(
        "owners",
        {"from_on": "2020-01-02", "to_on": "2020-01-01"},
        "转出日期",
        "早于",
        id="ends-before-it-begins",
    ),
    pytest.param("owners", {"from_on": "2020-02-30"}, "取得日期", "日期不对", id="no-such-day"),
    pytest.param("owners", {"from_on": "2000-12"}, "取得日期", "日期不对", id="a-month-is-no-day"),
    pytest.param("owners", {"from_on": 2001.12}, "取得日期", "日期不对", id="a-month-kept-as-a-number"),
    pytest.param(
        "owners", {"from_on": "200112"}, "取得日期", "日期不对", id="a-month-without-a-sign-between"
    ),
]


@pytest.mark.parametrize(("sheet", "values", "column", "what"), WRONG)
def test_each_fault_is_told_with_sheet_row_column_and_remedy(
    look: Importer, sheet: str, values: dict[str, Any], column: str, what: str
) -> None:
    base = {
        "flats": {"building": "1", "entrance": "1", "use": "住宅"},
        "owners": {"building": "1", "entrance": "1", "room": "101", "name": "赵六"},
    }[sheet]
    rows: Rows = small_ledger()[sheet]
    bad = {key: value for key, value in {**base, **values}.items() if value is not None}
    found = look(workbook(small_ledger(**{sheet: [*rows, bad]})))
    title = {"flats": "房屋", "owners": "业主"}[sheet]
    assert told(found) == [(title, len(rows) + 2, column)]
    assert what in found.problems[0].what and found.problems[0].mend


HUNG: list[Any] = [
    pytest.param("flats", 0, {"area": "六十"}, 1, id="the-owners-of-a-flat"),
    pytest.param("buildings", 0, {"floors": "四层半"}, 12, id="all-that-is-in-a-building"),
    pytest.param("communities", 0, {"built_year": 1066}, 16, id="all-that-is-in-a-community"),
]


@pytest.mark.parametrize(("sheet", "row", "fault", "hanging"), HUNG)
def test_what_hangs_on_a_faulty_row_is_not_called_faulty_too(
    look: Importer, sheet: str, row: int, fault: dict[str, Any], hanging: int
) -> None:
    rows = small_ledger()
    rows[sheet][row] |= fault
    found = look(workbook(rows))
    assert found.problem_count == 1
    assert found.hanging == hanging
    assert found.notices[-1].startswith(f"另有 {hanging} 行还没查")


def test_a_flat_that_no_row_speaks_of_is_missed_though_another_row_is_faulty(look: Importer) -> None:
    rows = small_ledger()
    rows["flats"][0]["area"] = "六十"
    rows["owners"].append({"building": "1", "entrance": "1", "room": "999", "name": "赵六"})
    assert told(look(workbook(rows))) == [
        ("房屋", 2, "面积"),
        ("业主", len(rows["owners"]) + 1, "房号"),
    ]


@pytest.mark.parametrize(
    ("values", "column"),
    [
        pytest.param({"division": "999999999999"}, "所在社区代码", id="unknown-division"),
        pytest.param({"division": "52"}, "所在社区代码", id="division-too-high"),
        pytest.param({"built_year": 1066}, "建成年份", id="impossible-year"),
        pytest.param({"location_type": None}, "位置", id="location-missing"),
    ],
)
def test_a_community_that_cannot_stand_is_told(look: Importer, values: dict[str, Any], column: str) -> None:
    merged = {**small_ledger()["communities"][0], **values}
    row = {key: value for key, value in merged.items() if value is not None}
    assert told(look(workbook({"communities": [row]}))) == [("小区", 2, column)]


def test_no_problem_repeats_a_personal_value(look: Importer) -> None:
    owners = [
        {
            "building": "1",
            "entrance": "1",
            "room": "101",
            "name": "诸葛亮?",
            "phone": "139999",
            "id_number": "110105194912310021",
        }
    ]
    found = look(workbook(small_ledger(owners=owners)))
    text = str(found.problem_rows()) + str(found.summary())
    assert found.problem_count >= 1
    assert "诸葛" not in text and "139999" not in text and "1101051949" not in text


def test_one_number_under_two_names_is_asked_about(look: Importer) -> None:
    owners = [
        {"building": "1", "entrance": "1", "room": "101", "name": "张三", "id_number": FULL_ID},
        {"building": "1", "entrance": "1", "room": "102", "name": "李四", "id_number": FULL_ID},
    ]
    found = look(workbook(small_ledger(owners=owners)))
    assert told(found) == [("业主", 3, "姓名或名称")] and "第 2 行" in found.problems[0].what


def test_namesakes_without_phone_are_two_owners_and_are_told(look: Importer) -> None:
    owners = [{"building": "1", "entrance": "1", "room": room, "name": "张伟"} for room in ("101", "102")]
    found = look(workbook(small_ledger(owners=owners)), apply=True)
    rows = queries.owner_rows(the_community().id, on=TODAY)
    assert rows[0].owners != rows[1].owners
    assert any("1 个姓名" in notice for notice in found.notices)


def test_an_old_number_of_15_digits_is_the_same_person_as_its_new_one(look: Importer) -> None:
    owners = [
        {"building": "1", "entrance": "1", "room": "101", "name": "张三", "id_number": FULL_ID},
        {"building": "1", "entrance": "1", "room": "102", "name": "张三", "id_number": "110105491231002"},
    ]
    look(workbook(small_ledger(owners=owners)), apply=True)
    rows = queries.owner_rows(the_community().id, on=TODAY)
    assert rows[0].owners == rows[1].owners


def test_an_owner_entered_by_hand_is_found_by_the_sheet(look: Importer) -> None:
    community = make_community(NAME)
    flat = make_flat(community, "1", "1", "101")
    ownership = make_ownership(flat, "张三", phone="13800001111")
    owners = [
        {
            "community": NAME,
            "building": "1",
            "entrance": "1",
            "room": "101",
            "name": "张三",
            "id_number": FULL_ID,
        }
    ]
    found = look(workbook({"owners": owners}), apply=True)
    assert found.of("业主").changed == 1
    assert queries.owners_of_flat(flat.id, TODAY)[0].id == ownership.owner_id


def test_a_vacant_household_is_taken_over(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    states = [one.state for one in queries.households(the_community().id)]
    assert states.count(HouseholdState.VACANT) == 1


def test_an_import_leaves_an_entry_for_each_community(app: APIFlask, tmp_path: Path) -> None:
    community = make_community()
    with unit_of_work():
        record_import({community.id: {"flats": 3}}, 7, COMMAND, START, {"房屋": {"new": 3}})
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "ledger.import")).all()
    assert [(one.object_kind, one.community_id) for one in entries] == [
        ("ledger_import", None),
        ("community", community.id),
    ]
