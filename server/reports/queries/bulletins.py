"""Bulletins: those an office writes, and those it was sent from above."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from server.divisions.models import Division
from server.divisions.rules import ids_in, path_range
from server.identity.models import RoleGrant, Staff
from server.identity.rules import ALLOWED, Permission
from server.infra.db import db
from server.reports.models import Bulletin
from server.reports.queries.returns import sheet
from server.reports.rules.bulletins import Told


def bulletin(bulletin_id: int) -> Bulletin | None:
    return db.session.get(Bulletin, bulletin_id)


def bulletins_of(division_id: int) -> list[Bulletin]:
    """What this office wrote, sent or not, newest first."""
    found = sa.select(Bulletin).where(Bulletin.division_id == division_id)
    return list(db.session.scalars(found.order_by(Bulletin.id.desc())))


def sent_to(path: str) -> list[tuple[Bulletin, str]]:
    """What offices above sent down to this one, newest first, with who sent it."""
    rows = db.session.execute(
        sa.select(Bulletin, Division.name)
        .join(Division, Division.id == Bulletin.division_id)
        .where(Bulletin.division_id.in_(ids_in(path)[:-1]), Bulletin.sent_at.is_not(None))
        .order_by(Bulletin.sent_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def readers_below(path: str, on: date) -> Sequence[int]:
    """Staff of the offices below who look at reports: they are told of a bulletin."""
    first, beyond = path_range(path)
    found = (
        sa.select(RoleGrant.staff_id)
        .distinct()
        .join(Staff, Staff.id == RoleGrant.staff_id)
        .where(
            Staff.disabled_at.is_(None),
            RoleGrant.role.in_(ALLOWED[Permission.SEE_REPORTS]),
            RoleGrant.community_id.is_(None),
            RoleGrant.division_path > first,
            RoleGrant.division_path < beyond,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.valid_from <= on,
            sa.or_(RoleGrant.valid_to.is_(None), RoleGrant.valid_to >= on),
        )
    )
    return sorted(db.session.scalars(found))


def told_of(of: Division, month: date, now: datetime) -> Told:
    """What a bulletin of this office on this month speaks of."""
    whole = sheet(of, month, now)
    return Told(
        of.name,
        month,
        whole.values,
        whole.changes,
        {one.division.name: one.values for one in whole.below if one.is_in},
        [one.division.name for one in whole.left_out],
        [one.division.name for one in whole.below if one.is_late and one.is_in],
    )
