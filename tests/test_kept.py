"""A house that was built once is found again, as it was; see tests/kept.py."""

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from server.infra.db import db, unit_of_work
from server.ledger.models import Community, Flat
from tests.conftest import Store
from tests.factories.ledger import make_community, make_flat
from tests.kept import kept

built: list[str] = []


@kept
def make_estate(name: str) -> tuple[Community, Flat]:
    built.append(name)
    community = make_community(name)
    return community, make_flat(community)


@kept
def rename(community: Community, name: str) -> None:
    built.append(name)
    with unit_of_work():
        db.session.get_one(Community, community.id).name = name


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Community.name).order_by(Community.id)))


def rename_by_hand(community: Community, name: str) -> None:
    with unit_of_work():
        db.session.get_one(Community, community.id).name = name


def test_what_was_built_is_found_again_as_if_it_was_built_now(app: APIFlask, store: Store) -> None:
    first, _ = make_estate("松柏院")
    rename_by_hand(first, "别的院")
    built.clear()
    store.restore()
    community, flat = make_estate("松柏院")
    assert built == []
    assert (community.name, flat.community_id) == ("松柏院", community.id)
    assert names() == ["松柏院"]
    assert db.session.get(Community, community.id) is community
    rename_by_hand(community, "桂花院")
    assert names() == ["桂花院"]


def test_one_step_leads_on_from_another(app: APIFlask, store: Store) -> None:
    for times in ([1, 1], [0, 0]):
        built.clear()
        store.restore()
        community, _ = make_estate("翠竹院")
        assert community.name == "翠竹院"
        rename(community, "桂花院")
        assert "id" not in sa.inspect(community).expired_attributes  # threads of one test ask for it at once
        assert [built.count("翠竹院"), built.count("桂花院")] == times
        assert community.name == "桂花院"
        assert names() == ["桂花院"]


def test_after_other_writing_a_factory_builds(app: APIFlask, store: Store) -> None:
    for _time in range(2):
        built.clear()
        store.restore()
        community, _ = make_estate("银杏院")
        rename_by_hand(community, "桂花院")
        make_estate("梧桐院")
        assert "梧桐院" in built
        assert names() == ["桂花院", "梧桐院"]


def test_other_arguments_ask_for_another(app: APIFlask, store: Store) -> None:
    make_estate("玉兰院")
    store.restore()
    make_estate("海棠院")
    assert names() == ["海棠院"]


def test_a_test_that_may_change_the_house_builds_for_itself(
    app: APIFlask, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(2):
        built.clear()
        store.restore()
        make_estate("石榴院")
        assert built == ["石榴院"]
        assert names() == ["石榴院"]
