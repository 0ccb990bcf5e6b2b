"""Staff for the tests of the room."""

from collections.abc import Callable

import pytest

from server.identity.rules import Role
from server.ledger.models import Community
from tests.factories.identity import make_staff


@pytest.fixture
def staff_of() -> Callable[[Community], None]:
    """The community gets one clerk."""

    def place(community: Community) -> None:
        make_staff(Role.CLERK, community=community)

    return place
