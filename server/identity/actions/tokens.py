"""Bearer tokens of the API: opened with a slip, closed by signing out. No token is stored, only the hash it is found by."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.identity.actions.binding import enter_by_slip
from server.identity.models import ApiToken, Slip
from server.infra import crypto, replay
from server.infra.db import db
from server.kernel.actor import Actor, ActorKind

GOOD_FOR = timedelta(days=90)
_ANYONE = Actor(ActorKind.RESIDENT, 0, "居民")


def open_session(slip: Slip, *, privacy_version: str, now: datetime, client_key: str) -> tuple[ApiToken, str]:
    """A resident of their own for this device, bound to the slip's flat, and the token that speaks for it."""
    digest = replay.digest(_ANYONE, "session", slip.id, privacy_version)
    row = replay.earlier(ApiToken, client_key, digest)
    if row is not None:
        return row, _token(row.salt)
    binding = enter_by_slip(slip, resident_id=None, privacy_version=privacy_version, now=now)
    return _new_token(binding.resident_id, now, client_key, digest)


def open_token(resident_id: int, *, now: datetime, client_key: str) -> tuple[ApiToken, str]:
    """A further token for someone who is known already: another device, the example."""
    digest = replay.digest(_ANYONE, "token", resident_id)
    row = replay.earlier(ApiToken, client_key, digest)
    if row is not None:
        return row, _token(row.salt)
    return _new_token(resident_id, now, client_key, digest)


def wechat_session_before(client_key: str, login_code: str) -> tuple[ApiToken, str] | None:
    """What this request was answered the first time. WeChat takes a login code once, so it cannot be asked again."""
    row = replay.earlier(ApiToken, client_key, _wechat_digest(login_code))
    return (row, _token(row.salt)) if row is not None else None


def open_wechat_session(
    resident_id: int, login_code: str, *, now: datetime, client_key: str
) -> tuple[ApiToken, str]:
    """A token for the resident whom WeChat named for this login code."""
    return _new_token(resident_id, now, client_key, _wechat_digest(login_code))


def _wechat_digest(login_code: str) -> str:
    return replay.digest(_ANYONE, "wechat", login_code)


def close_session(token: str, *, now: datetime) -> None:
    row = db.session.scalar(
        sa.select(ApiToken).where(ApiToken.token_hash == crypto.lookup("api-token", token))
    )
    if row is not None and row.revoked_at is None:
        row.revoked_at = now


def _new_token(resident_id: int, now: datetime, client_key: str, digest: str) -> tuple[ApiToken, str]:
    """The token is derived from the row's salt with a key the database does not hold: the same request again is
    answered with the same token, though none is kept."""
    salt = secrets.token_hex(20)
    row = ApiToken(
        resident_id=resident_id,
        salt=salt,
        token_hash=crypto.lookup("api-token", _token(salt)),
        created_at=now,
        expires_at=now + GOOD_FOR,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    return row, _token(salt)


def _token(salt: str) -> str:
    return "xy_" + crypto.lookup("api-token-of-salt", salt).hex()
