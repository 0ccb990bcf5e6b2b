"""Personal values: shown in full as an audited act with a purpose, and sealed anew when the key has changed."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import crypto
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Invalid, NotFound
from server.ledger.models import Owner
from server.ledger.queries import OwnerCard, flat, owners_of_flat

LEAST_PURPOSE = 4
RESEAL_AT_ONCE = 500


def show_owners(
    community_id: int, flat_id: int, *, purpose: str, actor: Actor, now: datetime
) -> list[OwnerCard]:
    """The owners of a flat in full. Who looked, when and what for is kept for good."""
    purpose = checked_purpose(purpose)
    if flat(flat_id, community_id) is None:
        raise NotFound
    cards = owners_of_flat(flat_id, china_day(now))
    record(
        actor,
        "ledger.show_owners",
        "flat",
        flat_id,
        now=now,
        community_id=community_id,
        purpose=purpose,
        owners=[card.id for card in cards],
    )
    return cards


def checked_purpose(purpose: str) -> str:
    purpose = " ".join(purpose.split())
    if len(purpose) < LEAST_PURPOSE:
        sentence = f"请写明用途，至少 {LEAST_PURPOSE} 个字，例如“电话通知开会”。"
        raise Invalid(sentence, fields={"purpose": [sentence]})
    return purpose[:200]


def reseal_owners(after_id: int = 0) -> tuple[int, int, int]:
    """Seal a batch of owners with the newest key. Gives (last id looked at, looked at, resealed); 0 looked at is the end.

    Goes by bytes, not by the mapped columns: only what an older key sealed is opened at all.
    """
    table = cast(sa.Table, Owner.__table__)
    fields = ("name", "phone", "id_number")
    raw = [sa.type_coerce(table.c[field], sa.LargeBinary).label(field) for field in fields]
    rows = db.session.execute(
        sa.select(table.c.id, *raw).where(table.c.id > after_id).order_by(table.c.id).limit(RESEAL_AT_ONCE)
    ).all()
    resealed = 0
    for row in rows:
        old = {
            field: crypto.open_sealed(bytes(value))
            for field in fields
            if (value := getattr(row, field)) is not None and not crypto.is_current(bytes(value))
        }
        if old:
            db.session.execute(sa.update(table).where(table.c.id == row.id).values(old))
            resealed += 1
    return (rows[-1].id if rows else after_id), len(rows), resealed
