"""A sheet into the ledger: what is right comes in whole, and again changes nothing."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from server.infra.db import db, unit_of_work
from server.ledger import exports, queries
from server.ledger.actions.importing.applying import Stale, apply_stage, reserved_ids
from server.ledger.actions.importing.checking import check_file
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.stage import Stage
from server.ledger.models import Community, Flat, Household, Owner
from server.ledger.rules.words import AreaSource, OwnerKind, Pool
from tests.conftest import START
from tests.factories.divisions import get_division
from tests.factories.ledger import make_community, make_flat
from tests.factories.plans import make_move
from tests.factories.sheets import FULL_ID, NAME, small_ledger, workbook
from tests.server.ledger.importing import TODAY, Importer, the_community, told


def test_a_ledger_comes_in_whole(look: Importer) -> None:
    found = look(workbook(small_ledger()), apply=True)
    community = the_community()
    assert community.division_id == get_division("520102028004").id
    assert (community.built_year, community.has_lacking_facilities) == (1996, True)
    rows = queries.owner_rows(community.id, on=TODAY)
    assert [row.label for row in rows] == [
        "1 栋 1 单元 101",
        "1 栋 1 单元 102",
        "1 栋 2 单元 101",
        "1 栋 2 单元 102",
        "2 栋 S1",
    ]
    assert [row.area for row in rows] == [
        Decimal("67.70"),
        Decimal("70.15"),
        Decimal("67.70"),
        None,
        Decimal("30.00"),
    ]
    assert [row.area_source for row in rows][2:4] == [AreaSource.ESTIMATE, None]
    assert rows[0].owners == rows[1].owners, "one identity number is one owner"
    assert rows[3].owners == rows[4].owners and rows[3].holder is OwnerKind.WORK_UNIT
    assert len(rows[2].owners) == 2 and rows[2].representative_id in rows[2].owners
    assert len(queries.households(community.id)) == 5, "four dwellings, one of them split; the shop has none"
    assert found.of("房屋").new == 5 and found.of("业主").new == 6


def test_rare_characters_and_dots_stay_as_they_are(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    flat = queries.flat_by_address(the_community().id, "1", "2", "101")
    assert flat is not None
    assert [card.name for card in queries.owners_of_flat(flat.id, TODAY)] == ["欧阳·买买提", "𠮷田"]
    assert queries.owners_of_flat(flat.id, TODAY)[1].phone == "085185551235"


def test_the_same_file_twice_changes_nothing(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    revision = the_community().revision
    found = look(workbook(small_ledger()), apply=True)
    assert found.is_nothing, found.counts
    assert the_community().revision == revision


def test_what_was_exported_changes_nothing_when_imported(look: Importer, tmp_path: Path) -> None:
    look(workbook(small_ledger()), apply=True)
    path = tmp_path / "export.xlsx"
    exports.write_export(path, [the_community().id], is_full=True)
    found = look(io.BytesIO(path.read_bytes()))
    assert found.problems == [] and found.is_nothing, found.counts
    assert found.of("房屋").same == 5 and found.of("业主").same == 6


def test_a_text_typed_into_a_form_stays_as_it_was_typed_when_an_export_is_imported(
    look: Importer, tmp_path: Path
) -> None:
    look(workbook(small_ledger()), apply=True)
    typed = "东门居委会一楼，周一到周五 ９：００—１７：００"
    with unit_of_work():
        the_community().contact_place = typed
    path = tmp_path / "export.xlsx"
    exports.write_export(path, [the_community().id], is_full=True)
    found = look(io.BytesIO(path.read_bytes()), apply=True)
    assert found.is_nothing, found.counts
    assert the_community().contact_place == typed


def test_a_pool_is_moved_by_a_logged_move_and_the_sheet_only_says_where_it_stands(
    look: Importer, tmp_path: Path
) -> None:
    rows = small_ledger()["communities"]
    look(workbook(small_ledger(communities=[{**rows[0], "pool": "谋划一批"}])), apply=True)
    assert the_community().pool is Pool.PLAN
    make_move(the_community(), Pool.IMPLEMENT)
    path = tmp_path / "export.xlsx"
    exports.write_export(path, [the_community().id], is_full=True)
    assert look(io.BytesIO(path.read_bytes())).is_nothing
    differs = look(workbook({"communities": [{**rows[0], "pool": "谋划一批"}]}))
    assert told(differs) == [("小区", 2, "项目库")]
    assert "台账里是“实施一批”" in differs.problems[0].what and "在哪个库" in differs.problems[0].mend
    assert look(workbook({"communities": [{**rows[0], "pool": None}]})).problems == []


def test_a_masked_export_cannot_be_imported(look: Importer, tmp_path: Path) -> None:
    look(workbook(small_ledger()), apply=True)
    path = tmp_path / "export.xlsx"
    exports.write_export(path, [the_community().id], is_full=False)
    assert FULL_ID not in path.read_bytes().decode("latin1")
    found = look(io.BytesIO(path.read_bytes()))
    assert {one.sheet for one in found.problems} == {"业主"}
    assert any("打了码" in one.what for one in found.problems)


def test_a_check_writes_nothing(look: Importer) -> None:
    look(workbook(small_ledger()))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Community)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Owner)) == 0


def test_one_problem_keeps_everything_out(look: Importer) -> None:
    flats = [
        *small_ledger()["flats"],
        {"building": "1", "entrance": "1", "room": "103", "use": "住宅", "area": 0},
    ]
    with pytest.raises(AssertionError):
        look(workbook(small_ledger(flats=flats)), apply=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Flat)) == 0


def test_a_blank_cell_leaves_what_stands(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    flats = [{"building": "1", "entrance": "1", "room": "101", "use": "住宅"}]
    owners = [{"building": "1", "entrance": "1", "room": "101", "name": "张三"}]
    found = look(workbook({"communities": small_ledger()["communities"], "flats": flats, "owners": owners}))
    assert found.problems == [] and found.is_nothing


def test_what_is_not_in_the_file_stays(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    found = look(workbook({"communities": small_ledger()["communities"]}), apply=True)
    assert found.is_nothing
    assert len(queries.owner_rows(the_community().id, on=TODAY)) == 5


def test_an_area_is_mended_and_the_change_is_told(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    flats = [
        {
            "community": NAME,
            "building": "1",
            "entrance": "2",
            "room": "102",
            "use": "住宅",
            "area": 55.5,
            "area_source": "实测",
        }
    ]
    found = look(workbook({"flats": flats}), apply=True)
    assert found.of("房屋").changed == 1 and found.samples["房屋"] == ["1 栋 2 单元 102：改 面积、面积来源"]
    flat = queries.flat_by_address(the_community().id, "1", "2", "102")
    assert flat is not None and flat.area == Decimal("55.50")


def test_a_sale_in_the_file_ends_one_ownership_and_begins_another(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    sale = [
        {
            "community": NAME,
            "building": "2",
            "room": "S1",
            "name": "棉纺厂",
            "kind": "原产权单位",
            "to_on": "2026-02-01",
        },
        {"community": NAME, "building": "2", "room": "S1", "name": "李四", "from_on": "2026-02-01"},
    ]
    found = look(workbook({"owners": sale}), apply=True)
    assert (found.of("业主").ended, found.of("业主").new) == (1, 1)
    community = the_community()
    now, before = (queries.owner_rows(community.id, on=day)[4] for day in (TODAY, date(2026, 1, 31)))
    assert now.owners != before.owners and now.holder is OwnerKind.PERSON
    assert look(workbook({"owners": sale})).is_nothing, "the same sale again is nothing new"


def test_a_new_owner_beside_an_unnamed_one_is_asked_about(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    found = look(workbook({"owners": [{"community": NAME, "building": "2", "room": "S1", "name": "李四"}]}))
    assert told(found) == [("业主", 2, "姓名或名称")]
    assert "转出日期" in found.problems[0].mend


def test_the_representative_passes_on(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    owners = [
        {
            "community": NAME,
            "building": "1",
            "entrance": "2",
            "room": "101",
            "name": "𠮷田",
            "is_representative": "是",
        }
    ]
    look(workbook({"owners": owners}), apply=True)
    community = the_community()
    flat = queries.flat_by_address(community.id, "1", "2", "101")
    assert flat is not None
    cards = queries.owners_of_flat(flat.id, TODAY)
    assert {card.name: card.is_representative for card in cards} == {"欧阳·买买提": False, "𠮷田": True}


def test_a_phone_is_mended_by_the_name_in_the_same_flat(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    owners = [
        {
            "community": NAME,
            "building": "1",
            "entrance": "2",
            "room": "101",
            "name": "𠮷田",
            "phone": "13900002222",
        }
    ]
    found = look(workbook({"owners": owners}), apply=True)
    assert found.of("业主").changed == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Owner)) == 4


def test_a_household_that_was_joined_again_can_be_named_again(look: Importer) -> None:
    look(workbook(small_ledger()), apply=True)
    with unit_of_work():
        second = db.session.scalars(sa.select(Household).where(Household.number == 2)).one()
        second.closed_at = START
        community = db.session.get(Community, the_community().id)
        assert community is not None
    look(workbook(small_ledger()), apply=True)
    assert len(queries.households(the_community().id)) == 5


def test_an_import_that_was_checked_before_another_change_is_stale(app: APIFlask, tmp_path: Path) -> None:
    community = make_community(NAME)
    make_flat(community, "1", "1", "101")
    row = {"community": NAME, "building": "1", "entrance": "1", "room": "101", "use": "住宅", "floor": 1}
    path = tmp_path / "stage"
    with Stage.fresh(path) as stage:
        check_file(
            workbook({"flats": [row]}),
            "a.xlsx",
            stage,
            reach=Reach.everywhere(),
            on=TODAY,
            progress=lambda _stage, _done, _total: None,
        )
    make_flat(community, "1", "1", "102")
    with Stage.filled(path) as stage, pytest.raises(Stale), unit_of_work():
        apply_stage(stage, reserved_ids(stage))
    assert queries.flats(community.id).items[0].floor is None
