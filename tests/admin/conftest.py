"""The staff's pages hold no statements of their own: PostgreSQL, which the rooms behind them are tested on, has them in
`make test-deep`."""

from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.walk)
