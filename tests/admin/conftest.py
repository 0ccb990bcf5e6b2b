"""A community and who works and lives there; a file that needs others makes them itself."""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from server.identity.rules import Role
from server.ledger.models import Community, Flat
from tests.admin.browsers import browser_of
from tests.factories.identity import make_binding, make_staff
from tests.factories.ledger import make_community, make_flat


@pytest.fixture
def community(app: APIFlask) -> Community:
    return make_community("甲院")


@pytest.fixture
def clerk(app: APIFlask, community: Community) -> FlaskClient:
    return browser_of(app, make_staff(Role.CLERK, community=community, name="林经办"))


@pytest.fixture
def company(app: APIFlask, community: Community) -> FlaskClient:
    return browser_of(app, make_staff(Role.PROPERTY_MANAGER, community=community, name="何经理"))


@pytest.fixture
def neighbours(community: Community) -> list[tuple[Flat, int]]:
    """Two homes, each with a resident."""
    flats = [make_flat(community, room=room) for room in ("101", "102")]
    return [(flat, make_binding(flat).resident_id) for flat in flats]
