from datetime import date

import pytest

from server.catalogue import queries
from server.catalogue.rules import ItemClass, SubsidyKey
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from tests.factories.catalogue import get_item
from tests.factories.divisions import get_division

pytestmark = pytest.mark.usefixtures("app")


def test_every_item_of_the_provinces_list_is_there() -> None:
    items = queries.items(date(2026, 3, 2), get_division().path)
    named = [item.code for item in items if not item.code.endswith("Z")]
    expected = (
        [f"B{n:02}" for n in range(1, 15)]
        + [f"W{n:02}" for n in range(1, 9)]
        + [f"T{n:02}" for n in range(1, 7)]
    )
    assert named == expected
    assert [item.code for item in items if item.code.endswith("Z")] == ["B02Z", "B03Z", "B04Z"]
    assert all(item.item_class is ItemClass(item.code[0]) for item in items)


def test_every_item_says_in_short_sentences_what_it_means() -> None:
    for item in queries.items_of(1):
        assert item.description.endswith("。")
        assert len(item.description) <= 80
        assert "！" not in item.description
        assert item.is_voteable or item.note, f"{item.code} says why nobody votes on it"


@pytest.mark.parametrize(
    ("code", "matter", "key", "scope"),
    [
        pytest.param("B01", None, None, ScopeKind.COMMUNITY, id="demolition-is-law-enforcement"),
        pytest.param("B02", Matter.OTHER, SubsidyKey.WATER, ScopeKind.COMMUNITY, id="shared-pipes"),
        pytest.param(
            "B02Z", None, SubsidyKey.WATER, ScopeKind.COMMUNITY, id="utility-mains-are-consulted-on"
        ),
        pytest.param("B05", Matter.OTHER, None, ScopeKind.COMMUNITY, id="heating-counts-for-nothing"),
        pytest.param("B06", Matter.OTHER, SubsidyKey.ROAD, ScopeKind.COMMUNITY, id="road"),
        pytest.param("B11", Matter.OTHER, None, ScopeKind.COMMUNITY, id="lighting-is-not-power"),
        pytest.param("B12", None, None, ScopeKind.COMMUNITY, id="fibre-is-not-power"),
        pytest.param("B13", Matter.OTHER, None, ScopeKind.BUILDING, id="a-buildings-own-roof"),
        pytest.param("W01", Matter.REBUILD, None, ScopeKind.BUILDING, id="insulation-rebuilds"),
        pytest.param("W02", Matter.REBUILD, SubsidyKey.ELEVATOR, ScopeKind.ENTRANCE, id="a-new-lift"),
        pytest.param("W03", Matter.CHANGE_USE, None, ScopeKind.COMMUNITY, id="parking-is-not-road"),
        pytest.param("T01", Matter.CHANGE_USE, None, ScopeKind.COMMUNITY, id="common-rooms-for-care"),
    ],
)
def test_items_raise_the_matter_the_law_says(
    code: str, matter: Matter | None, key: SubsidyKey | None, scope: ScopeKind
) -> None:
    item = get_item(code)
    assert (item.matter, item.subsidy_key, item.default_scope) == (matter, key, scope)
    assert item.is_voteable is (matter is not None)


def test_before_the_list_there_is_none_and_items_are_found_by_id() -> None:
    assert queries.items(date(2019, 12, 31), get_division().path) == []
    lift = get_item("W02")
    assert queries.item(lift.id) is lift
    assert queries.item(999_999) is None
    assert queries.items_by_ids([lift.id, 999_999]) == {lift.id: lift}
