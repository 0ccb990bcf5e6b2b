"""Journeys: a real browser before the running house. Each module has a house of its own on a copy of the example.

`make test` has the main story, at a desk and on SQLite; all of them run on both databases in `make test-deep`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import database_under_test
from tests.journeys.live import Databases, LiveHouse
from tests.journeys.visitor import Visitor

HERE = Path(__file__).resolve().parent
MAIN_STORY = "test_from_sheet_to_decision"
Arrive = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)
            if item.path.stem != MAIN_STORY:
                item.add_marker(pytest.mark.deep)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("journeys"), database_under_test(), worker_id)
    yield made
    made.drop_all()


@pytest.fixture(scope="module")
def live(databases: Databases) -> Iterator[LiveHouse]:
    with LiveHouse(databases.copy()).running() as house:
        yield house
    assert not house.complaints(), house.complaints()


@pytest.fixture
def arrive(browser: Browser, live: LiveHouse) -> Iterator[Arrive]:
    """`arrive(PHONE)` is another visitor; when the test is over no page they saw may have given cause for complaint."""
    came: list[Visitor] = []

    def come(size: dict[str, int], **more: object) -> Visitor:
        came.append(Visitor.arrive(browser, live.address, size, **more))
        return came[-1]

    yield come
    for visitor in came:
        visitor.leave()
    found = [one for visitor in came for one in visitor.found()]
    assert not found, "\n".join(found)
