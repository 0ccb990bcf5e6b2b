"""Reading slips and poster codes."""

import sqlalchemy as sa

from server.identity.models import PlaceCode, Slip
from server.identity.rules.codes import plain
from server.infra import crypto
from server.infra.db import db
from server.ledger import queries as ledger

EVERY_FLAT = 1_000_000


def slip_by_code(code: str) -> Slip | None:
    """The living slip with this code, as scanned or as typed with spaces and small letters."""
    found = sa.select(Slip).where(
        Slip.code_hash == crypto.lookup("slip", plain(code)), Slip.revoked_at.is_(None)
    )
    return db.session.scalar(found)


def slips_of(community_id: int) -> list[Slip]:
    """The living slips of a community, with their codes in clear: for printing only."""
    found = sa.select(Slip).where(Slip.community_id == community_id, Slip.revoked_at.is_(None))
    return list(db.session.scalars(found.order_by(Slip.id)))


def slip(slip_id: int, community_id: int) -> Slip | None:
    row = db.session.get(Slip, slip_id)
    return row if row is not None and row.community_id == community_id else None


def slip_counts(community_id: int) -> tuple[int, int]:
    """How many living slips there are, and how many of them were opened."""
    found = sa.select(sa.func.count(), sa.func.count(Slip.first_opened_at)).where(
        Slip.community_id == community_id, Slip.revoked_at.is_(None)
    )
    total, opened = db.session.execute(found).one()
    return int(total), int(opened)


def place_code_by_token(token: str) -> PlaceCode | None:
    found = sa.select(PlaceCode).where(PlaceCode.token == plain(token), PlaceCode.revoked_at.is_(None))
    return db.session.scalar(found)


def place_codes_of(community_id: int) -> list[PlaceCode]:
    found = sa.select(PlaceCode).where(PlaceCode.community_id == community_id, PlaceCode.revoked_at.is_(None))
    return list(db.session.scalars(found.order_by(PlaceCode.id)))


def slips_of_flat(flat_id: int) -> list[Slip]:
    found = sa.select(Slip).where(Slip.flat_id == flat_id, Slip.revoked_at.is_(None))
    return list(db.session.scalars(found.order_by(Slip.id)))


def slips_unprinted(community_id: int) -> int:
    found = sa.select(sa.func.count()).where(
        Slip.community_id == community_id, Slip.revoked_at.is_(None), Slip.printed_at.is_(None)
    )
    return db.session.scalar(found) or 0


def places_lacking_slips(community_id: int) -> list[tuple[int, int | None]]:
    """(flat, household) of each household, and (flat, None) of each counted flat without one, that has no living slip."""
    living = db.session.execute(
        sa.select(Slip.household_id, Slip.flat_id).where(
            Slip.community_id == community_id, Slip.revoked_at.is_(None)
        )
    ).all()
    have = {(row.flat_id, row.household_id) for row in living}
    households = ledger.households(community_id)
    lived_in = {one.flat_id for one in households}
    wanted: list[tuple[int, int | None]] = [(one.flat_id, one.id) for one in households]
    wanted += [
        (flat.id, None)
        for flat in ledger.flats(community_id, size=EVERY_FLAT).items
        if flat.use.is_counted and flat.id not in lived_in
    ]
    return [place for place in wanted if place not in have]
