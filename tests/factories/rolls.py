"""What happens to a roll after its opening, one of each for tests."""

import itertools
from decimal import Decimal

from server.ballots import actions, queries
from server.ballots.models import Ballot
from server.infra.db import unit_of_work
from server.ledger.actions import owners, places
from server.ledger.models import Community, Flat
from server.ledger.rules.words import AreaSource, FlatUse
from tests.factories.ballots import CLERK, VOTING, key, make_opened, make_photo, owners_of
from tests.factories.ledger import make_flat, make_owner
from tests.kept import kept


@kept
def set_area(flat: Flat, area: str) -> None:
    with unit_of_work():
        places.change_flat(
            flat.id, flat.community_id, use=FlatUse.DWELLING, floor=None, area=Decimal(area),
            area_source=AreaSource.REGISTER, actor=CLERK, now=VOTING,
        )  # fmt: skip


@kept
def sell(flat: Flat, buyer: str = "新业主", phone: str = "13700000001") -> int:
    """On the day of VOTING, in the ledger alone. Returns the buyer's id."""
    new = owners.NewOwner(buyer, phone=phone)
    with unit_of_work():
        owners.change_owners(
            flat.community_id, flat.id, [new], on=VOTING.date(), client_key=key(), actor=CLERK, now=VOTING
        )
    return owners_of(flat)[-1]


_buildings = itertools.count(901)


def _opened(community: Community) -> tuple[Ballot, Flat]:
    """A vote of a building of its own: whatever else a test put into the community keeps it from no opening."""
    flat = make_flat(community, building=str(next(_buildings)))
    make_owner(flat)
    return make_opened(community, building_ids=(flat.building_id,)), flat


@kept
def make_correction(community: Community) -> int:
    ballot, flat = _opened(community)
    set_area(flat, "99.00")
    (found,) = queries.corrections_found(queries.known(ballot.id))
    with unit_of_work():
        return actions.propose_correction(
            ballot.id, found.name, reason="登记时面积抄错", client_key=key(), actor=CLERK, now=VOTING
        ).id


@kept
def make_takeover(community: Community) -> int:
    ballot, flat = _opened(community)
    buyer = sell(flat)
    with unit_of_work():
        return actions.note_sale(
            ballot.id, head="h1", owner_ids=[buyer], sold_on=VOTING.date(), note="", photo_id=make_photo(),
            client_key=key(), actor=CLERK, now=VOTING,
        ).id  # fmt: skip


@kept
def make_authorization(community: Community) -> int:
    ballot, _ = _opened(community)
    with unit_of_work():
        return actions.register_proxy(
            ballot.id, head="h1", agent="钱七", phone="13900000007", motions=["m1"], photo_id=make_photo(),
            client_key=key(), actor=CLERK, now=VOTING,
        ).id  # fmt: skip
