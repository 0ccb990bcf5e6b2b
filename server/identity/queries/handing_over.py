"""Sessions on their way from the mini program into the browser that it shows."""

from datetime import datetime

import sqlalchemy as sa

from server.identity.models import ApiToken, HandOver
from server.infra import crypto
from server.infra.db import db


def hand_over_hash(code: str) -> bytes:
    # Case counts in a code, and the look-up folds it: spelled as hexadecimal digits nothing is lost.
    return crypto.lookup("hand-over", code.encode().hex())


def hand_over(code: str, now: datetime) -> HandOver | None:
    """One that can still be used; locked, where that is asked inside a unit of work."""
    found = sa.select(HandOver).where(
        HandOver.code_hash == hand_over_hash(code), HandOver.used_at.is_(None), HandOver.expires_at > now
    )
    return db.session.scalar(found.with_for_update() if db.session().info.get("unit_of_work") else found)


def resident_of_hand_over(code: str, now: datetime) -> int | None:
    """Whose session it hands over; None where it is over, used, or the session was closed meanwhile."""
    row = hand_over(code, now)
    token = db.session.get(ApiToken, row.token_id) if row is not None else None
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        return None
    return token.resident_id
