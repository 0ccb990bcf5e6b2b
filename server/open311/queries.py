"""Reading keys, and what came along with reports."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from server.infra import crypto
from server.infra.db import db
from server.kernel.pages import PAGE_SIZE, Page
from server.open311.models import Open311Key, Open311Report


def key_of(secret: str) -> Open311Key | None:
    """The key that is good and is this one."""
    found = sa.select(Open311Key).where(
        Open311Key.key_hash == crypto.lookup("open311-key", secret), Open311Key.revoked_at.is_(None)
    )
    return db.session.scalar(found)


def key(key_id: int) -> Open311Key | None:
    return db.session.get(Open311Key, key_id)


def keys_under(paths: Sequence[str], page: int = 1) -> Page[Open311Key]:
    """The keys of these divisions and all below, those that are good first, then the newest."""
    inside = sa.or_(sa.false(), *(Open311Key.division_path.startswith(one, autoescape=True) for one in paths))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Open311Key).where(inside)) or 0
    found = sa.select(Open311Key).where(inside)
    found = found.order_by(Open311Key.revoked_at.is_not(None), Open311Key.id.desc())
    rows = db.session.scalars(found.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return Page(list(rows), page, PAGE_SIZE, total)


def report_counts(key_ids: Collection[int]) -> dict[int, int]:
    """How many reports came by each of these keys; a key without one is left out."""
    counted = sa.select(Open311Report.key_id, sa.func.count().label("reports")).where(
        Open311Report.key_id.in_(key_ids)
    )
    return {row.key_id: row.reports for row in db.session.execute(counted.group_by(Open311Report.key_id))}


def report(ticket_id: int) -> Open311Report | None:
    return db.session.get(Open311Report, ticket_id)


def reports(ticket_ids: Collection[int]) -> dict[int, Open311Report]:
    """By ticket; tickets that came another way are left out."""
    found = sa.select(Open311Report).where(Open311Report.ticket_id.in_(ticket_ids))
    return {row.ticket_id: row for row in db.session.scalars(found)}


def reports_called(token: str, key_id: int | None = None) -> list[Open311Report]:
    """Whatever programs call so; of one key where one is named."""
    found = sa.select(Open311Report).where(Open311Report.token == token)
    if key_id is not None:
        found = found.where(Open311Report.key_id == key_id)
    return list(db.session.scalars(found.order_by(Open311Report.ticket_id).limit(2)))
