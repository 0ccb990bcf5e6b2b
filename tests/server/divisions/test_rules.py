from datetime import date

import pytest

from server.divisions.rules import DivisionLevel, child_path, ids_in, is_valid_on, path_range, tree_of

LISTED = [
    {"code": "52", "name": "省", "level": "province"},
    {"code": "5201", "name": "甲市", "level": "prefecture"},
    {"code": "520102", "name": "甲区", "level": "county"},
    {"code": "5202", "name": "乙市", "level": "prefecture"},
    {"code": "520204", "name": "新区", "level": "county"},
]
EMPTY = {"valid_from": "", "valid_to": "", "replaced_by_code": "", "source": ""}
CHANGES = [
    {**EMPTY, "code": "520221", "name": "旧县", "level": "county", "parent_code": "5202", "valid_to": "2020-07-18",
     "replaced_by_code": "520204"},
    {**EMPTY, "code": "520204", "name": "新区", "level": "county", "parent_code": "5202", "valid_from": "2020-07-18"},
    {**EMPTY, "code": "", "name": "某新区", "level": "reporting_unit", "parent_code": "52"},
]  # fmt: skip


def test_the_tree_is_numbered_depth_first_and_paths_follow() -> None:
    rows = tree_of(LISTED, CHANGES)
    assert [(row.id, row.name, row.parent_id, row.path) for row in rows] == [
        (1, "省", None, "/1/"),
        (2, "甲市", 1, "/1/2/"),
        (3, "甲区", 2, "/1/2/3/"),
        (4, "乙市", 1, "/1/4/"),
        (5, "新区", 4, "/1/4/5/"),
        (6, "旧县", 4, "/1/4/6/"),
        (7, "某新区", 1, "/1/7/"),
    ]


def test_a_replaced_division_names_its_successor_and_both_share_the_day() -> None:
    rows = {row.name: row for row in tree_of(LISTED, CHANGES)}
    assert rows["旧县"].replaced_by_id == rows["新区"].id
    assert rows["旧县"].valid_to == rows["新区"].valid_from == date(2020, 7, 18)


def test_a_reporting_unit_stands_without_a_code() -> None:
    unit = tree_of(LISTED, CHANGES)[-1]
    assert (unit.code, unit.level, unit.parent_id) == (None, DivisionLevel.REPORTING_UNIT, 1)


DAY = date(2020, 7, 18)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "on", "expected"),
    [
        pytest.param(None, None, DAY, True, id="no-bounds-is-always-valid"),
        pytest.param(DAY, None, DAY, True, id="valid-from-its-first-day"),
        pytest.param(DAY, None, date(2020, 7, 17), False, id="not-valid-the-day-before"),
        pytest.param(None, DAY, date(2020, 7, 17), True, id="valid-on-its-last-day"),
        pytest.param(None, DAY, DAY, False, id="the-successors-first-day-is-no-longer-its-own"),
    ],
)
def test_validity_has_a_first_day_and_a_first_day_after(
    valid_from: date | None, valid_to: date | None, on: date, expected: bool
) -> None:
    assert is_valid_on(valid_from, valid_to, on) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/1/2/", True, id="itself"),
        pytest.param("/1/2/14/", True, id="below"),
        pytest.param("/1/20/", False, id="a-longer-number-is-another-division"),
        pytest.param("/1/", False, id="above"),
        pytest.param("/1/3/", False, id="beside"),
    ],
)
def test_a_range_of_paths_holds_what_is_under_it(path: str, expected: bool) -> None:
    first, beyond = path_range("/1/2/")
    assert (first <= path < beyond) is expected


def test_paths_are_made_and_read_alike() -> None:
    assert child_path("", 1) == "/1/"
    assert ids_in(child_path("/1/2/", 14)) == [1, 2, 14]


def test_each_level_of_a_division_has_its_word() -> None:
    assert {level.value: level.name_zh for level in DivisionLevel} == {
        "province": "省",
        "prefecture": "市（州）",
        "county": "县（市、区）",
        "township": "街道（乡镇）",
        "committee": "居委会",
        "reporting_unit": "单独报数的单位",
    }
