"""Reading residents: which flats they stand for, who stands for a flat, and what waits for the committee."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.identity.models import (
    ApiToken,
    Binding,
    BindingDispute,
    BindingRequest,
    BindingTry,
    Means,
    PrivacyAcceptance,
    Resident,
    Slip,
)
from server.identity.rules import Deed, Level, effective_level, level_may
from server.infra import clock, crypto
from server.infra.db import asked_once, db, note_answer, table_of
from server.infra.statements import run
from server.ledger import queries as ledger


@dataclass(frozen=True)
class BoundFlat:
    """A flat a resident stands for. `level` is what it counts as now: a disputed binding is only REACHED."""

    flat_id: int
    community_id: int
    level: Level
    #: The proven owner; None below Level.OWNER and while a dispute is open.
    owner_id: int | None
    binding_id: int
    means: Means
    is_frozen: bool

    def may(self, deed: Deed) -> bool:
        return level_may(self.level, deed)


def resident(resident_id: int) -> Resident | None:
    return db.session.get(Resident, resident_id)


_residents = table_of(Resident)
#: Of each resident the version that a cookie must carry to be theirs, to be joined by id: id, session_version.
SESSION_VERSIONS = sa.select(_residents.c.id, _residents.c.session_version).subquery("session_versions")

_tokens = table_of(ApiToken)
_BY_TOKEN = sa.select(_tokens.c.resident_id, _tokens.c.expires_at, clock.OFFSET_COLUMN).where(
    _tokens.c.token_hash == sa.bindparam("token_hash"), _tokens.c.revoked_at.is_(None)
)


def resident_of_token(token: str, now: datetime | None = None) -> int | None:
    """Whom a bearer token speaks for. Asked with every call of the API: unless told, the time is read along with it."""
    row = run(_BY_TOKEN, {"token_hash": crypto.lookup("api-token", token)}).first()
    if row is None:
        return None
    clock.note(row.clock_offset)
    return row.resident_id if row.expires_at > (now or clock.now()) else None


_bindings = table_of(Binding)
FLATS = (
    sa.select(
        _bindings.c.flat_id,
        _bindings.c.community_id,
        _bindings.c.level,
        _bindings.c.owner_id,
        _bindings.c.id,
        _bindings.c.means,
        _bindings.c.frozen_at.is_not(None).label("is_frozen"),
    )
    .where(_bindings.c.resident_id == sa.bindparam("resident_id"), _bindings.c.ended_at.is_(None))
    .order_by(_bindings.c.id)
)


_COMING = (
    sa.select(_residents.c.session_version, *FLATS.selected_columns)
    .select_from(_residents)
    .outerjoin(_bindings, sa.and_(_bindings.c.resident_id == _residents.c.id, _bindings.c.ended_at.is_(None)))
    .where(_residents.c.id == sa.bindparam("resident_id"))
    .order_by(_bindings.c.id)
)
_COMING_HOME = _COMING.add_columns(*ledger.HOMES.c).outerjoin(
    ledger.HOMES, ledger.HOMES.c.home_id == _bindings.c.flat_id
)


def session_version(resident_id: int) -> int | None:
    """What a cookie must carry to be theirs; None for no such resident.

    Asked with every page of a resident, and nearly every such page goes on to ask for their flats: they are read along.
    """
    return asked_once(("session_version", resident_id), lambda: _session_version(resident_id))


def _session_version(resident_id: int) -> int | None:
    return _came(run(_COMING, {"resident_id": resident_id}).all(), resident_id)


def come_home(resident_id: int) -> None:
    """For pages that go on to tell where the homes are: that too is read along."""
    rows = run(_COMING_HOME, {"resident_id": resident_id}).all()
    note_answer(("session_version", resident_id), _came(rows, resident_id))
    for row in rows:
        if row.home_id is not None:
            ledger.note_home(row)


def _came(rows: Sequence[Any], resident_id: int) -> int | None:
    note_answer(("flats_of", resident_id), [_bound(row) for row in rows if row.id is not None])
    return rows[0].session_version if rows else None


def flats_of(resident_id: int) -> list[BoundFlat]:
    """In the order they were bound."""
    return asked_once(("flats_of", resident_id), lambda: _flats_of(resident_id))


def _flats_of(resident_id: int) -> list[BoundFlat]:
    return [_bound(row) for row in run(FLATS, {"resident_id": resident_id})]


def _bound(row: Any) -> BoundFlat:
    return bound_from(row, effective_level(row.level, is_frozen=row.is_frozen))


@dataclass(frozen=True)
class ReachedHousehold:
    """A household whose slip a resident opened. `is_owner`: they are proven to own its flat."""

    household_id: int
    flat_id: int
    community_id: int
    is_owner: bool


_REACHED = FLATS.join(Slip, Slip.id == _bindings.c.slip_id).add_columns(Slip.household_id)
#: The same to be joined, of the resident whose id is the parameter `resident_id`: household_id, and what `reached_from` reads.
REACHED = _REACHED.order_by(None).subquery("reached")


def reached_households(resident_id: int) -> list[ReachedHousehold]:
    """In the order they were bound. A shop, whose slip names no household, is not among them: surveys ask households."""
    rows = db.session.execute(_REACHED, {"resident_id": resident_id})
    return [found for row in rows if (found := reached_from(row)) is not None]


def reached_from(row: Any) -> ReachedHousehold | None:
    """What a row of REACHED says; None where it gives no say in surveys."""
    bound = bound_from(row, effective_level(row.level, is_frozen=row.is_frozen))
    if row.household_id is None or not bound.may(Deed.ANSWER_SURVEY):
        return None
    return ReachedHousehold(row.household_id, bound.flat_id, bound.community_id, bound.owner_id is not None)


def bound_flat(row: Binding) -> BoundFlat:
    return bound_from(row, row.standing)


def bound_from(row: Any, standing: Level) -> BoundFlat:
    owner_id = row.owner_id if standing is Level.OWNER else None
    return BoundFlat(row.flat_id, row.community_id, standing, owner_id, row.id, row.means, row.is_frozen)


def binding(binding_id: int, resident_id: int) -> Binding | None:
    """A living binding of this resident."""
    row = db.session.get(Binding, binding_id)
    return row if row is not None and row.resident_id == resident_id and row.ended_at is None else None


def binding_of(resident_id: int, flat_id: int) -> Binding | None:
    found = sa.select(Binding).where(
        Binding.resident_id == resident_id, Binding.flat_id == flat_id, Binding.ended_at.is_(None)
    )
    return db.session.scalar(found)


def bindings_beside(resident_id: int) -> list[Binding]:
    """Living bindings of others to the flats this resident stands for."""
    mine = sa.select(Binding.flat_id).where(Binding.resident_id == resident_id, Binding.ended_at.is_(None))
    found = sa.select(Binding).where(
        Binding.flat_id.in_(mine), Binding.resident_id != resident_id, Binding.ended_at.is_(None)
    )
    return list(db.session.scalars(found.order_by(Binding.flat_id, Binding.id)))


def residents_of_flat(flat_id: int) -> list[int]:
    found = sa.select(Binding.resident_id).where(Binding.flat_id == flat_id, Binding.ended_at.is_(None))
    return sorted(db.session.scalars(found))


def people_of_flats(flat_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Who stands for which of these flats: resident, flat."""
    found = sa.select(Binding.resident_id, Binding.flat_id).where(
        Binding.flat_id.in_(flat_ids), Binding.ended_at.is_(None)
    )
    ordered = found.order_by(Binding.resident_id, Binding.flat_id)
    return [(row.resident_id, row.flat_id) for row in db.session.execute(ordered)]


def residents_of_community(community_id: int) -> list[int]:
    found = sa.select(Binding.resident_id).where(
        Binding.community_id == community_id, Binding.ended_at.is_(None)
    )
    return sorted(set(db.session.scalars(found)))


def residents_of_owner(owner_id: int) -> list[int]:
    """Whoever is proven to be this owner and not disputed."""
    found = sa.select(Binding.resident_id).where(
        Binding.owner_id == owner_id, Binding.ended_at.is_(None), Binding.frozen_at.is_(None)
    )
    return sorted(set(db.session.scalars(found)))


def residents_of_owners(owner_ids: Collection[int]) -> list[tuple[int, int]]:
    """Owner and resident: whoever is proven to be one of these owners and not disputed."""
    found = sa.select(Binding.owner_id, Binding.resident_id).where(
        Binding.owner_id.in_(owner_ids), Binding.ended_at.is_(None), Binding.frozen_at.is_(None)
    )
    return [(row[0], row[1]) for row in db.session.execute(found.distinct()) if row[0] is not None]


def wrong_tries(flat_id: int, since: datetime) -> int:
    found = sa.select(sa.func.count()).where(
        BindingTry.flat_id == flat_id, BindingTry.at > since, BindingTry.is_success.is_(False)
    )
    return db.session.scalar(found) or 0


def oldest_wrong_try(flat_id: int, since: datetime) -> datetime | None:
    """When the first of the wrong tries in the window was: the way opens again a window after it."""
    found = sa.select(BindingTry.at).where(
        BindingTry.flat_id == flat_id, BindingTry.at > since, BindingTry.is_success.is_(False)
    )
    return db.session.scalar(found.order_by(BindingTry.at).limit(1))


def accepted_privacy(resident_id: int) -> str | None:
    """The version of the privacy notice that this resident agrees to now."""
    found = sa.select(PrivacyAcceptance.version).where(
        PrivacyAcceptance.resident_id == resident_id, PrivacyAcceptance.withdrawn_at.is_(None)
    )
    return db.session.scalar(found.order_by(PrivacyAcceptance.id.desc()).limit(1))


def waiting_request(binding_id: int) -> BindingRequest | None:
    found = sa.select(BindingRequest).where(
        BindingRequest.binding_id == binding_id, BindingRequest.decided_at.is_(None)
    )
    return db.session.scalar(found.limit(1))


def waiting_requests(community_id: int) -> list[BindingRequest]:
    """What the committee has to confirm, oldest first."""
    found = sa.select(BindingRequest).where(
        BindingRequest.community_id == community_id, BindingRequest.decided_at.is_(None)
    )
    return list(db.session.scalars(found.order_by(BindingRequest.id)))


def open_disputes(community_id: int) -> list[BindingDispute]:
    found = sa.select(BindingDispute).where(
        BindingDispute.community_id == community_id, BindingDispute.decided_at.is_(None)
    )
    return list(db.session.scalars(found.order_by(BindingDispute.id)))


def open_dispute(binding_id: int) -> BindingDispute | None:
    found = sa.select(BindingDispute).where(
        BindingDispute.binding_id == binding_id, BindingDispute.decided_at.is_(None)
    )
    return db.session.scalar(found.limit(1))


def request(request_id: int, community_id: int) -> BindingRequest | None:
    row = db.session.get(BindingRequest, request_id)
    return row if row is not None and row.community_id == community_id else None


def dispute(dispute_id: int, community_id: int) -> BindingDispute | None:
    row = db.session.get(BindingDispute, dispute_id)
    return row if row is not None and row.community_id == community_id else None


def bindings_by_id(binding_ids: list[int]) -> dict[int, Binding]:
    rows = db.session.scalars(sa.select(Binding).where(Binding.id.in_(binding_ids)))
    return {row.id: row for row in rows}


def waiting_count(community_id: int) -> int:
    """Requests and disputes that wait for someone of the committee."""
    counts = [
        sa.select(sa.func.count())
        .where(model.community_id == community_id, model.decided_at.is_(None))
        .scalar_subquery()
        for model in (BindingRequest, BindingDispute)
    ]
    return int(db.session.scalar(sa.select(counts[0] + counts[1])) or 0)


def was_disputed(binding_id: int) -> bool:
    """Whether staff have decided a dispute about it before."""
    found = sa.select(BindingDispute.id).where(
        BindingDispute.binding_id == binding_id, BindingDispute.decided_at.is_not(None)
    )
    return db.session.scalar(found.limit(1)) is not None


def level_counts(community_id: int) -> dict[Level, int]:
    """How many flats of the community someone is bound to, at each level at least; disputed ones count as reached."""
    owner = sa.case((sa.and_(Binding.level == Level.OWNER, Binding.frozen_at.is_(None)), Binding.flat_id))
    found = sa.select(sa.func.count(sa.distinct(Binding.flat_id)), sa.func.count(sa.distinct(owner))).where(
        Binding.community_id == community_id, Binding.ended_at.is_(None)
    )
    reached, proven = db.session.execute(found).one()
    return {Level.REACHED: int(reached), Level.OWNER: int(proven)}
