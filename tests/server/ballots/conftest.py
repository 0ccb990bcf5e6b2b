"""Staff for the tests of the room."""

from collections.abc import Callable

import pytest

from server.identity import queries as identity
from server.ledger.models import Community


@pytest.fixture
def staff_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Community], None]:
    """One staff member, 9001, holds every permission in the community."""

    def place(community: Community) -> None:
        monkeypatch.setattr(
            identity,
            "staff_with",
            lambda _permission, where, _on: [9001] if where.community_id == community.id else [],
        )

    return place
