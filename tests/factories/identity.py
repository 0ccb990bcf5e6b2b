"""Staff with roles, residents with bindings, signed-in clients for tests; made through identity's own actions."""

import itertools
import time
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient

from server.identity import actions, queries
from server.identity.actions.binding import raise_level
from server.identity.models import Binding, Means, Resident, Slip, Staff
from server.identity.rules import Role
from server.infra.db import db, unit_of_work
from server.kernel.actor import COMMAND, Actor, ActorKind
from server.ledger.models import Community, Flat, Owner
from tests.factories.divisions import get_division
from tests.kept import kept

BEFORE = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
PASSWORD = "一句记得住的话 2026"
#: As the action would make it, at a hundredth of the cost: tests sign in often.
_CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
PRIVACY = "2026-1"
_count = itertools.count(1)


@kept
def make_staff(
    *roles: Role,
    community: Community | None = None,
    division: str | None = None,
    name: str | None = None,
    username: str | None = None,
) -> Staff:
    """Someone with these roles over the community, or over the division with this code; PASSWORD is theirs already."""
    number = next(_count)
    with unit_of_work():
        staff = Staff(
            username=username or f"staff{number}",
            name=name or f"工作人员{number}",
            password_hash=_CHEAP_HASH,
            must_change_password=False,
            session_version=1,
            created_at=BEFORE,
        )
        db.session.add(staff)
    for role in roles:
        give_role(staff, role, community=community, division=division)
    return staff


@kept
def give_role(
    staff: Staff, role: Role, *, community: Community | None = None, division: str | None = None, **facts: Any
) -> None:
    with unit_of_work():
        actions.grant_role(
            staff_id=staff.id,
            role=role,
            community_id=community.id if community else None,
            division_id=None if community else get_division(division or "520102").id,
            granter=None,
            actor=COMMAND,
            now=BEFORE,
            **facts,
        )


def staff_actor(staff: Staff) -> Actor:
    return Actor(ActorKind.STAFF, staff.id, staff.name)


def sign_in_staff(client: FlaskClient, staff: Staff) -> FlaskClient:
    """As the sign-in page leaves the browser."""
    with client.session_transaction() as session:
        session["_user_id"] = f"{staff.id}.{staff.session_version}"
        session["_fresh"] = True
        session["staff_until"] = int(time.time()) + 3600
    return client


@kept
def issue_slips(community: Community) -> list[Slip]:
    """A living slip for every household and shop of the community."""
    with unit_of_work():
        actions.issue_slips(community.id, actor=COMMAND, now=BEFORE)
    return queries.slips_of(community.id)


@kept
def slip_of(flat: Flat) -> Slip:
    community = db.session.get(Community, flat.community_id)
    assert community is not None
    issue_slips(community)
    return queries.slips_of_flat(flat.id)[0]


@kept
def make_binding(
    flat: Flat, *, owner: Owner | None = None, resident: Resident | None = None, now: datetime = BEFORE
) -> Binding:
    """A resident (a new one, unless given) who opened the slip of the flat; proven as `owner` where one is given."""
    slip = slip_of(flat)
    with unit_of_work():
        binding = actions.enter_by_slip(
            slip, resident_id=resident.id if resident else None, privacy_version=PRIVACY, now=now
        )
        if owner is not None:
            actor = actions.resident_actor(binding.resident_id)
            raise_level(binding, owner_id=owner.id, means=Means.NAME_AND_PHONE, actor=actor, now=now)
    return binding


@kept
def make_resident(*flats: Flat, owner: Owner | None = None, now: datetime = BEFORE) -> Resident:
    """One resident bound to all these flats."""
    resident: Resident | None = None
    for flat in flats:
        binding = make_binding(flat, owner=owner, resident=resident, now=now)
        resident = queries.resident(binding.resident_id)
    assert resident is not None, "a resident comes by the slip of a flat"
    return resident


def sign_in_resident(client: FlaskClient, resident: Resident) -> FlaskClient:
    with client.session_transaction() as session:
        session["resident"] = f"{resident.id}.{resident.session_version}"
        session["resident_until"] = int(time.time()) + 3600
    return client


@kept
def make_token(resident: Resident) -> dict[str, str]:
    """The headers of a signed-in API call."""
    with unit_of_work():
        _, token = actions.open_token(resident.id, now=datetime.now(UTC), client_key=f"token-{next(_count)}")
    return {"Authorization": f"Bearer {token}"}
