"""Communities of thousands of flats with owners, residents proven for them, tokens and a ballot they may vote in.

Rows whose making is not what is measured go in by bulk; drafting, announcing, opening and casting are the rooms' own.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.ballots import actions
from server.ballots.actions import Draft
from server.ballots.rules.drafting import Kind, MotionText
from server.identity.models import ApiToken, Binding, Resident, Slip
from server.identity.models.residents import Means
from server.identity.rules import Level
from server.infra import crypto
from server.infra.db import Base, db, unit_of_work
from server.kernel.actor import Actor, ActorKind
from server.kernel.matters import Matter
from server.kernel.places import ScopeKind
from server.ledger.actions.counting import count_communities
from server.ledger.models import Building, Entrance, Flat, Household, Owner, Ownership
from server.ledger.models.people import name_hash, phone_hash
from server.ledger.rules.names import sort_key
from server.ledger.rules.words import AreaSource, FlatUse
from tests.factories.ledger import make_community

CLERK = Actor(ActorKind.STAFF, 9001, "经办人")
ROWS_AT_ONCE = 1000
ENTRANCES = 4
FLATS_AN_ENTRANCE = 25
MOTIONS = (
    MotionText("加装电梯", Kind.APPROVE, Matter.REBUILD, "每个单元装一部。"),
    MotionText("外墙颜色", Kind.CHOOSE_ONE, Matter.OTHER, options=("米白", "浅灰")),
    MotionText("动用维修资金", Kind.APPROVE, Matter.USE_FUND, "修屋面和水管。"),
)
CHOICES = {"m1": "for", "m2": "米白", "m3": "against"}


@dataclass(frozen=True)
class Electorate:
    """A community in which every flat has one owner, and every owner one resident with a token."""

    community_id: int
    flat_ids: Sequence[int]
    owner_ids: Sequence[int]
    resident_ids: Sequence[int]
    tokens: Sequence[str]

    def voter(self, place: int) -> Actor:
        return Actor(ActorKind.RESIDENT, self.resident_ids[place], "居民")


def seed_electorate(flats: int, *, with_tokens: bool = True) -> Electorate:
    community = make_community(f"量速小区{secrets.token_hex(3)}")
    now = datetime.now(UTC)
    with unit_of_work():
        flat_ids = _flats(community.id, flats)
        household_ids = _insert(Household, [{"flat_id": flat_id} for flat_id in flat_ids])
        count_communities([community.id])
        owner_ids = _owners(community.id, flat_ids)
        resident_ids, tokens = _residents(community.id, flat_ids, household_ids, owner_ids, now, with_tokens)
    return Electorate(community.id, flat_ids, owner_ids, resident_ids, tokens)


def _insert(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert in bulk; the ids in the order of the rows."""
    ids: list[int] = []
    statement = sa.insert(model).returning(model.id, sort_by_parameter_order=True)  # type: ignore[attr-defined]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        ids += db.session.scalars(statement, list(rows[start : start + ROWS_AT_ONCE]))
    return ids


def _flats(community_id: int, flats: int) -> list[int]:
    entrances = -(-flats // FLATS_AN_ENTRANCE)
    names = [str(number) for number in range(1, -(-entrances // ENTRANCES) + 1)]
    buildings = _insert(
        Building, [{"community_id": community_id, "name": name, "sort_key": sort_key(name)} for name in names]
    )
    doors = [(building, str(number)) for building in buildings for number in range(1, ENTRANCES + 1)]
    entrance_ids = _insert(
        Entrance, [{"building_id": b, "name": name, "sort_key": sort_key(name)} for b, name in doors]
    )
    rows = []
    for place in range(flats):
        door, floor = place // FLATS_AN_ENTRANCE, place % FLATS_AN_ENTRANCE
        room = f"{floor // 4 + 1}0{floor % 4 + 1}"
        rows.append(
            {
                "community_id": community_id,
                "building_id": doors[door][0],
                "entrance_id": entrance_ids[door],
                "room": room,
                "sort_key": sort_key(room),
                "use": FlatUse.DWELLING,
                "area": Decimal(5000 + place * 37 % 9000).scaleb(-2),
                "area_source": AreaSource.REGISTER,
            }
        )
    return _insert(Flat, rows)


def _owners(community_id: int, flat_ids: Sequence[int]) -> list[int]:
    people = [(f"业主{place}", f"139{place:08d}") for place in range(len(flat_ids))]
    rows = [
        {
            "community_id": community_id,
            "name": name,
            "phone": phone,
            "name_hash": name_hash(name),
            "phone_hash": phone_hash(phone),
        }
        for name, phone in people
    ]
    owner_ids = _insert(Owner, rows)
    pairs = zip(flat_ids, owner_ids, strict=True)
    _insert(Ownership, [{"flat_id": flat_id, "owner_id": owner_id} for flat_id, owner_id in pairs])
    return owner_ids


def _residents(
    community_id: int,
    flat_ids: Sequence[int],
    household_ids: Sequence[int],
    owner_ids: Sequence[int],
    now: datetime,
    with_tokens: bool,
) -> tuple[list[int], list[str]]:
    codes = [secrets.token_hex(8) for _ in flat_ids]
    slips = _insert(
        Slip,
        [
            {
                "community_id": community_id,
                "flat_id": flat_id,
                "household_id": household_id,
                "code": code,
                "code_hash": crypto.lookup("slip", code),
                "issued_at": now,
            }
            for flat_id, household_id, code in zip(flat_ids, household_ids, codes, strict=True)
        ],
    )
    residents = _insert(Resident, [{"created_at": now, "session_version": 1} for _ in flat_ids])
    bound = zip(residents, flat_ids, owner_ids, slips, strict=True)
    _insert(
        Binding,
        [
            {
                "resident_id": resident,
                "community_id": community_id,
                "flat_id": flat,
                "slip_id": slip,
                "level": Level.OWNER,
                "owner_id": owner,
                "means": Means.NAME_AND_PHONE,
                "bound_at": now,
                "proven_at": now,
            }
            for resident, flat, owner, slip in bound
        ],
    )
    return residents, _tokens(residents, now) if with_tokens else []


def _tokens(residents: Sequence[int], now: datetime) -> list[str]:
    tokens = [f"xy_{secrets.token_hex(32)}" for _ in residents]
    _insert(
        ApiToken,
        [
            {
                "resident_id": resident,
                "salt": secrets.token_hex(20),
                "token_hash": crypto.lookup("api-token", token),
                "created_at": now,
                "expires_at": now + timedelta(days=90),
            }
            for resident, token in zip(residents, tokens, strict=True)
        ],
    )
    return tokens


def open_ballot(
    community_id: int, *, scope: ScopeKind = ScopeKind.COMMUNITY, days_open: int = 2, days_left: int = 20
) -> int:
    """A ballot announced weeks ago, opened days ago, closing in some days (or closed already); by the room's own acts."""
    now = datetime.now(UTC).replace(microsecond=0)
    opened, closes = now - timedelta(days=days_open), now + timedelta(days=days_left)
    announced = opened - timedelta(days=40)
    draft = Draft("改造表决", scope, MOTIONS, opens_at=opened, closes_at=closes)
    with unit_of_work():
        row = actions.draft_ballot(community_id, draft, client_key=_key(), actor=CLERK, now=announced)
    with unit_of_work():
        actions.announce_ballot(row, client_key=_key(), actor=CLERK, now=announced)
    with unit_of_work():
        actions.open_ballot(row, actor=CLERK, now=opened)
    return row.id


def count_ballot(ballot_id: int) -> None:
    with unit_of_work():
        actions.count_ballot(ballot_id, actor=CLERK, now=datetime.now(UTC))


def cast_all(
    electorate: Electorate, ballot_id: int, *, share: float = 1.0, at: datetime | None = None
) -> int:
    """Votes of this share of the electorate, each through the room's own act, hundreds to a commit."""
    voters = int(len(electorate.flat_ids) * share)
    moment = at or datetime.now(UTC)
    for start in range(0, voters, 500):
        with unit_of_work():
            for place in range(start, min(start + 500, voters)):
                choices = CHOICES if place % 3 else {**CHOICES, "m1": "against", "m2": "浅灰"}
                actions.cast_vote(
                    ballot_id, choices, client_key=_key(), actor=electorate.voter(place), now=moment
                )
        db.session.expunge_all()
    return voters


def _key() -> str:
    return secrets.token_urlsafe(12)
