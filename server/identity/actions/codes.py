"""Slips and posters: issued, printed, replaced."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from server.audit.actions import record
from server.identity import queries
from server.identity.actions.binding import end_binding
from server.identity.models import Binding, BindingEnd, PlaceCode, PlaceKind, Slip
from server.identity.rules import Level
from server.identity.rules.codes import new_code
from server.infra import crypto
from server.infra.db import db, lock_row
from server.infra.statements import insert_rows
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, NotFound
from server.ledger import queries as ledger


def issue_slips(community_id: int, *, actor: Actor, now: datetime) -> int:
    """A slip for each household that has none, and for each flat without a household (a shop). Returns how many."""
    rows = [
        _slip_row(community_id, flat_id, household_id, now)
        for flat_id, household_id in queries.places_lacking_slips(community_id)
    ]
    if rows:
        insert_rows(Slip, rows)
        record(
            actor,
            "identity.issue_slips",
            "community",
            community_id,
            now=now,
            community_id=community_id,
            count=len(rows),
        )
    return len(rows)


def note_printing(community_id: int, slip_ids: list[int], *, actor: Actor, now: datetime) -> None:
    """Codes were shown in clear to whoever prints: that is an act."""
    db.session.execute(sa.update(Slip).where(Slip.id.in_(slip_ids)).values(printed_at=now))
    record(
        actor,
        "identity.print_slips",
        "community",
        community_id,
        now=now,
        community_id=community_id,
        count=len(slip_ids),
    )


def replace_slip(
    slip_id: int, community_id: int, *, ends_bindings: bool, actor: Actor, now: datetime
) -> Slip:
    """A new code; the old one opens nothing any more. May also let go of whoever came by the old one unproven."""
    lock_row(Slip, slip_id)
    old = queries.slip(slip_id, community_id)
    if old is None:
        raise NotFound
    if old.revoked_at is not None:
        raise Conflict("这张码已经换过了。")
    old.revoked_at = now
    db.session.flush()
    row = _slip(community_id, old.flat_id, old.household_id, now)
    db.session.add(row)
    db.session.flush()
    ended = _end_unproven(old.id, actor, now) if ends_bindings else 0
    record(
        actor, "identity.replace_slip", "slip", row.id, now=now, community_id=community_id,
        flat_id=old.flat_id, old_slip_id=old.id, ended_bindings=ended,
    )  # fmt: skip
    return row


def issue_place_codes(community_id: int, *, actor: Actor, now: datetime) -> int:
    """A poster code for the community, its buildings, entrances and facilities, where they have none."""
    living = {(row.kind, row.target_id) for row in queries.place_codes_of(community_id)}
    wanted = [(PlaceKind.COMMUNITY, community_id)]
    for building in ledger.buildings(community_id):
        wanted.append((PlaceKind.BUILDING, building.id))
        wanted += [(PlaceKind.ENTRANCE, entrance.id) for entrance in building.entrances]
    wanted += [(PlaceKind.FACILITY, one.id) for one in ledger.facilities(community_id)]
    rows = [_place_code(community_id, *place, now) for place in wanted if place not in living]
    if rows:
        db.session.add_all(rows)
        record(
            actor,
            "identity.issue_place_codes",
            "community",
            community_id,
            now=now,
            community_id=community_id,
            count=len(rows),
        )
    return len(rows)


def replace_place_code(code_id: int, community_id: int, *, actor: Actor, now: datetime) -> PlaceCode:
    """A new code for a poster that was torn down or pasted over; the old one opens nothing any more."""
    lock_row(PlaceCode, code_id)
    old = db.session.get(PlaceCode, code_id)
    if old is None or old.community_id != community_id:
        raise NotFound
    if old.revoked_at is not None:
        raise Conflict("这张码已经换过了。")
    old.revoked_at = now
    db.session.flush()
    row = _place_code(community_id, old.kind, old.target_id, now)
    db.session.add(row)
    db.session.flush()
    record(
        actor, "identity.replace_place_code", "place_code", row.id, now=now, community_id=community_id,
        kind=old.kind, target_id=old.target_id,
    )  # fmt: skip
    return row


def _slip(community_id: int, flat_id: int, household_id: int | None, now: datetime) -> Slip:
    return Slip(**_slip_row(community_id, flat_id, household_id, now))


def _slip_row(community_id: int, flat_id: int, household_id: int | None, now: datetime) -> dict[str, Any]:
    code = new_code()
    return {
        "community_id": community_id,
        "flat_id": flat_id,
        "household_id": household_id,
        "code": code,
        "code_hash": crypto.lookup("slip", code),
        "issued_at": now,
    }


def _place_code(community_id: int, kind: PlaceKind, target_id: int, now: datetime) -> PlaceCode:
    return PlaceCode(
        community_id=community_id, kind=kind, target_id=target_id, token=new_code(), created_at=now
    )


def _end_unproven(slip_id: int, actor: Actor, now: datetime) -> int:
    found = sa.select(Binding).where(
        Binding.slip_id == slip_id, Binding.level == Level.REACHED, Binding.ended_at.is_(None)
    )
    rows = list(db.session.scalars(found))
    for row in rows:
        end_binding(row, BindingEnd.SLIP_REPLACED, actor=actor, now=now)
    return len(rows)
