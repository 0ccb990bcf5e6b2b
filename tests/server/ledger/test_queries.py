"""Reading the ledger: scopes, reach, and the two electorates that never meet."""

import ast
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

import server.ledger.queries as package
from server.infra.db import db
from server.ledger import queries
from server.ledger.rules.words import LocationType, OwnerKind
from tests.factories.divisions import get_division
from tests.factories.ledger import (
    make_community,
    make_facility,
    make_flat,
    make_household,
    make_owner,
    make_ownership,
    make_small_community,
)
from tests.factories.policies import make_policy

TODAY = date(2026, 3, 2)


def names_in(module: str) -> set[str]:
    """What a module of the queries imports and names."""
    tree = ast.parse((Path(package.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_the_two_electorates_never_meet_in_a_query() -> None:
    assert "Household" not in names_in("owners")
    assert not {"Owner", "Ownership"} & names_in("households")


def test_a_scope_is_the_community_or_buildings_or_entrances(app: APIFlask) -> None:
    community = make_community()
    flats = [
        make_flat(community, *place) for place in (("1", "1", "101"), ("1", "2", "101"), ("2", "1", "101"))
    ]
    for flat in flats:
        make_owner(flat)
    building, other = queries.buildings(community.id)
    rows = queries.owner_rows(community.id, on=TODAY, building_ids=[building.id])
    assert [row.flat_id for row in rows] == [flats[0].id, flats[1].id]
    entrance = building.entrances[1]
    assert [one.flat_id for one in queries.households(community.id, entrance_ids=[entrance.id])] == [
        flats[1].id
    ]
    assert queries.flat_ids(community.id, building_ids=[other.id]) == [flats[2].id]
    assert len(queries.owner_rows(community.id, on=TODAY)) == 3


def test_a_flat_that_nobody_is_known_to_own_is_on_the_list(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community, area=None)
    row = queries.owner_rows(community.id, on=TODAY)[0]
    assert (row.flat_id, row.owners, row.area, row.holder) == (flat.id, (), None, OwnerKind.PERSON)


def test_a_split_flat_is_two_households_and_one_row_of_owners(app: APIFlask) -> None:
    community, (flat,) = make_small_community(1)
    make_household(flat)
    assert len(queries.households(community.id)) == 2
    assert len(queries.owner_rows(community.id, on=TODAY)) == 1


def test_a_flat_shared_with_the_developer_counts_as_the_developers(app: APIFlask) -> None:
    community = make_community()
    flat = make_flat(community)
    make_ownership(flat, "张三")
    make_ownership(flat, "某开发公司", kind=OwnerKind.DEVELOPER)
    assert queries.owner_rows(community.id, on=TODAY)[0].holder is OwnerKind.DEVELOPER


def test_an_ownership_that_begins_tomorrow_does_not_count_today(app: APIFlask) -> None:
    community = make_community()
    make_ownership(make_flat(community), from_on=date(2026, 3, 3))
    assert queries.owner_rows(community.id, on=TODAY)[0].owners == ()
    assert queries.owner_rows(community.id, on=date(2026, 3, 3))[0].owners != ()


def test_the_flats_of_an_owner_are_those_owned_that_day(app: APIFlask) -> None:
    community = make_community()
    flats = [make_flat(community), make_flat(community)]
    owner = make_owner(*flats)
    owned = sa.select(queries.OWNED.c.flat_id).where(queries.OWNED.c.owner_id == owner.id)
    assert set(db.session.scalars(owned, {"on": TODAY})) == {flat.id for flat in flats}


def test_communities_are_listed_below_a_division_or_one_by_one(app: APIFlask) -> None:
    here, there = make_community("甲小区"), make_community("乙小区", code="520103")
    county = get_division("520102").path
    assert [card.id for card in queries.communities_under(county).items] == [here.id]
    both = queries.communities_under(county, community_ids=[there.id])
    assert {card.id for card in both.items} == {here.id, there.id}
    assert queries.communities_under().items == []
    assert [card.id for card in queries.communities_under("/", text="乙").items] == [there.id]
    assert queries.communities_under("/", text="%").items == []


def test_a_card_counts_flats_without_parking(app: APIFlask) -> None:
    community, _ = make_small_community(3)
    card = queries.communities_under("/").items[0]
    assert (card.id, card.flats, str(card.area)) == (community.id, 3, "203.10")
    assert card.division.startswith("贵州省 贵阳市 南明区")


def test_eligibility_is_judged_by_the_cut_off_of_the_place(app: APIFlask) -> None:
    community = make_community(built_year=2003)
    judged = queries.eligibility(community.id, TODAY)
    assert judged is not None and [test.code for test in judged.failed] == ["built"]
    make_policy("eligibility.cutoff_on", date(2005, 12, 31), division_id=get_division("520102").id)
    judged = queries.eligibility(community.id, TODAY)
    assert judged is not None and judged.is_eligible
    before = queries.eligibility(community.id, date(2025, 12, 31))
    assert before is not None and not before.is_eligible


def test_a_community_outside_the_towns_is_told_so(app: APIFlask) -> None:
    judged = queries.eligibility(make_community(location_type=LocationType.ELSEWHERE).id, TODAY)
    assert judged is not None and judged.failed[0].code == "location"


@pytest.mark.parametrize("building", ["1", "1栋"])
def test_an_address_without_entrance_is_found_where_there_is_only_one(app: APIFlask, building: str) -> None:
    community = make_community()
    flat = make_flat(community, "1", "1", "101")
    found = queries.flat_by_address(community.id, building, "", "101")
    assert found is not None and found.id == flat.id
    make_flat(community, "1", "2", "101")
    assert queries.flat_by_address(community.id, building, "", "101") is None


def test_what_is_elsewhere_is_not_found_here(app: APIFlask) -> None:
    community, other = make_community(), make_community()
    facility = make_facility(community)
    assert queries.facility(facility.id, community.id) is not None
    assert queries.facility(facility.id, other.id) is None
    assert queries.eligibility(10**9, TODAY) is None and queries.place(10**9) is None
    assert queries.contact(10**9) == ("", "", "")
    assert queries.contact(community.id)[1] == "0851-85551234"
