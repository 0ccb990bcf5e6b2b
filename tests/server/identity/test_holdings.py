"""What residents own on a day: read of one alone, of many, and of many on several days, it is the same."""

from datetime import date, timedelta

import pytest

from server.identity import queries
from server.infra.db import unit_of_work
from server.ledger.models import Ownership
from tests.factories.identity import make_binding
from tests.factories.ledger import make_community, make_flat, make_owner, make_ownership

pytestmark = pytest.mark.usefixtures("app")
BOUGHT, SOLD = date(2026, 3, 10), date(2026, 3, 20)
DAYS = [day + timedelta(days=by) for day in (BOUGHT, SOLD) for by in (-1, 0, 1)]


@pytest.fixture
def holder() -> int:
    """Someone who always owned the flat they are bound to, and another from BOUGHT until SOLD."""
    community = make_community()
    home, other = make_flat(community, room="101"), make_flat(community, room="102")
    owner = make_owner(home, name="业主甲", phone="13800000001")
    bought = make_ownership(other, "业主甲", phone="13800000001", from_on=BOUGHT)
    assert bought.owner_id == owner.id
    with unit_of_work() as session:
        session.get_one(Ownership, bought.id).to_on = SOLD
    return make_binding(home, owner=owner).resident_id


def test_a_flat_is_owned_from_its_first_day_until_the_day_it_is_sold(holder):
    owned = [len(queries.holdings(holder, day)[0].owned) for day in DAYS]
    assert owned == [1, 2, 2, 2, 1, 1]


def test_however_it_is_read_it_is_the_same(holder):
    neighbour = make_binding(make_flat(make_community())).resident_id
    together = queries.holdings_on({holder: DAYS, neighbour: DAYS})
    for one in (holder, neighbour):
        for day in DAYS:
            alone = queries.holdings(one, day)
            assert queries.holdings_of([one], day) == {one: alone}
            assert together[one, day] == alone
