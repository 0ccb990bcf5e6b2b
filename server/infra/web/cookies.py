"""The signed cookie of a browser, as Flask keeps it: its signer made once, and the cookie renewed once a day.

Flask signs it anew with every answer, so that its life counts from the last visit. A day is near enough to that.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

RENEWED_AFTER = timedelta(days=1)


class DatedSession(SecureCookieSession):
    """Knows when its cookie was signed; None for a browser that brought none."""

    signed_at: datetime | None = None


class DailySessions(SecureCookieSessionInterface):
    session_class = DatedSession

    def __init__(self) -> None:
        self._made: tuple[Any, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))
        known, signer = self._made
        if known != keys:
            signer = super().get_signing_serializer(app)
            self._made = (keys, signer)
        return signer

    def open_session(self, app: Flask, request: Request) -> DatedSession | None:
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        sent = request.cookies.get(self.get_cookie_name(app))
        if not sent:
            return DatedSession()
        longest = int(app.permanent_session_lifetime.total_seconds())
        try:
            held, signed_at = signer.loads(sent, max_age=longest, return_timestamp=True)
        except BadSignature:
            return DatedSession()
        session = DatedSession(held)
        session.signed_at = signed_at
        return session

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if session.modified:
            return True
        signed_at = session.signed_at if isinstance(session, DatedSession) else None
        is_old = signed_at is None or datetime.now(UTC) - signed_at > RENEWED_AFTER
        return is_old and super().should_set_cookie(app, session)


def keep_sessions(app: Flask) -> None:
    app.session_interface = DailySessions()
