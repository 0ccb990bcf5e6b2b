"""What only one of the databases can be asked."""

from pathlib import Path

import pytest

from tests.conftest import POSTGRES, database_under_test

#: SQLite has no server that could end a connection, plans without statistics, and has a driver of its own.
OF_A_SERVER = {
    Path(__file__).with_name(name)
    for name in ("test_liveness.py", "test_postgres.py", "test_prebuilt.py", "test_statistics.py")
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if database_under_test() != POSTGRES:
        config.hook.pytest_deselected(items=[item for item in items if item.path in OF_A_SERVER])
        items[:] = [item for item in items if item.path not in OF_A_SERVER]
