"""Handing the mini program's session to the browser it shows: a code of a minute, good once, for a page of the house."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from server.identity import queries
from server.identity.models import ApiToken, HandOver, Resident
from server.identity.queries import hand_over_hash
from server.identity.rules.apps import HAND_OVER_GOOD_FOR
from server.infra import crypto
from server.infra.db import db
from server.kernel.errors import NotFound, Unauthenticated


def hand_over(token: str, target: str, *, now: datetime) -> str:
    """The code under which a browser gets the session of this token. `target` is a page of the house."""
    row = db.session.scalar(
        sa.select(ApiToken).where(ApiToken.token_hash == crypto.lookup("api-token", token))
    )
    if row is None:
        raise Unauthenticated("请先登录。")
    # What is over is gone with the next one: the table holds no more than lives.
    db.session.execute(sa.delete(HandOver).where(HandOver.token_id == row.id, HandOver.expires_at <= now))
    code = secrets.token_urlsafe(24)
    db.session.add(
        HandOver(
            token_id=row.id,
            code_hash=hand_over_hash(code),
            target=target,
            expires_at=now + HAND_OVER_GOOD_FOR,
        )
    )
    db.session.flush()
    return code


def take_over(code: str, *, now: datetime) -> tuple[Resident, str]:
    """Whose session it is and where it leads. Raises NotFound for one that is unknown, over, used, or of a closed session."""
    row = queries.hand_over(code, now)
    resident_id = queries.resident_of_hand_over(code, now)
    if row is None or resident_id is None:
        raise NotFound
    row.used_at = now
    return db.session.get_one(Resident, resident_id), row.target
