from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from server.divisions import queries
from server.divisions.models import Division
from server.divisions.rules import DivisionLevel
from server.infra.db import db
from tests.factories.divisions import get_division

pytestmark = pytest.mark.usefixtures("app")


def test_the_real_divisions_of_guizhou_are_there() -> None:
    levels = Counter(db.session.scalars(sa.select(Division.level).where(Division.valid_to.is_(None))))
    assert levels == {
        DivisionLevel.PROVINCE: 1,
        DivisionLevel.PREFECTURE: 9,
        DivisionLevel.COUNTY: 88,
        DivisionLevel.TOWNSHIP: 1510,
        DivisionLevel.COMMITTEE: 3592,
        DivisionLevel.REPORTING_UNIT: 1,
    }


def test_every_listed_division_stands_under_the_parent_its_code_was_cut_from() -> None:
    above = aliased(Division)
    pairs = db.session.execute(
        sa.select(Division.code, above.code).join(above, above.id == Division.parent_id)
    )
    wrong = [(code, parent) for code, parent in pairs if code and not code.startswith(parent)]
    assert wrong == []


@pytest.mark.parametrize(
    ("code", "on", "name"),
    [
        pytest.param("520221", date(2020, 3, 1), "水城县", id="the-old-county-in-early-2020"),
        pytest.param("520221", date(2021, 1, 1), None, id="the-old-code-is-nobody's-later"),
        pytest.param("520204", date(2020, 3, 1), None, id="the-new-code-was-nobody's-before"),
        pytest.param("520204", date(2021, 1, 1), "水城区", id="the-new-district-later"),
        pytest.param("520522", date(2021, 3, 3), "黔西县", id="qianxi-county-to-its-last-day"),
        pytest.param("520522", date(2021, 3, 4), None, id="qianxi-county-no-longer"),
        pytest.param("520581", date(2021, 3, 4), "黔西市", id="qianxi-city-from-its-first-day"),
        pytest.param("520221", None, "水城县", id="an-old-report's-code-is-found-without-a-day"),
        pytest.param("999999", None, None, id="no-such-code"),
    ],
)
def test_a_code_means_the_division_valid_that_day(code: str, on: date | None, name: str | None) -> None:
    found = queries.by_code(code, on)
    assert (found.name if found else None) == name


def test_a_replaced_division_leads_to_its_successor() -> None:
    old = get_division("520221")
    assert queries.current(old, date(2024, 1, 1)).name == "水城区"
    assert queries.current(old, date(2020, 1, 1)).name == "水城县"
    assert [one.name for one in queries.predecessors(get_division("520581").id)] == ["黔西县"]


def test_guian_reports_under_the_province_without_a_code() -> None:
    (guian,) = queries.search("贵安新区")
    assert guian.code is None
    assert guian.level is DivisionLevel.REPORTING_UNIT
    assert queries.full_name(guian.path) == "贵州省 贵安新区"


def test_children_of_a_day_leave_out_what_was_not_valid() -> None:
    liupanshui = get_division("5202").id
    assert "水城县" not in {one.name for one in queries.children(liupanshui, date(2024, 1, 1))}
    early = {one.name for one in queries.children(liupanshui, date(2020, 1, 1))}
    assert "水城县" in early
    assert "水城区" not in early
    assert len(queries.children(liupanshui)) == 5


def test_ancestors_come_root_first() -> None:
    street = get_division("520102016")
    assert [one.name for one in queries.ancestors(street.path)] == [
        "贵州省",
        "贵阳市",
        "南明区",
        "新华路街道",
    ]
    assert queries.full_names([street.path]) == {street.path: "贵州省 贵阳市 南明区 新华路街道"}


def test_a_subtree_is_itself_and_all_below() -> None:
    nanming = get_division("520102")
    ids = set(db.session.scalars(queries.subtree_ids(nanming.path)))
    assert nanming.id in ids
    assert get_division("520102016").id in ids
    assert get_division("520103").id not in ids
    by_code = set(db.session.scalars(sa.select(Division.id).where(Division.code.startswith("520102"))))
    assert ids == by_code


def test_search_finds_by_name_and_code_and_only_under_a_place() -> None:
    assert queries.search("  ") == []
    assert queries.search("%") == []
    assert queries.search("南明区")[0].code == "520102"
    assert queries.search("520102")[0].name == "南明区"
    nanming = get_division("520102")
    assert all(one.path.startswith(nanming.path) for one in queries.search("社区", under=nanming.path))
    assert queries.search("云岩区", under=nanming.path) == []
