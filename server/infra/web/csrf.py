"""Forms come from our own pages: every page form carries Flask-WTF's token. The API takes no cookie, so it needs none."""

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect, generate_csrf

from server.infra.problems import API_PREFIXES

_csrf = CSRFProtect()


def protect_forms(app: Flask) -> None:
    # A page may lie open on a telephone all day; the token is good as long as the session it belongs to.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)
    _csrf.init_app(app)
    app.before_request(_check)


def _check() -> None:
    if current_app.config["WTF_CSRF_ENABLED"] and not request.path.startswith(API_PREFIXES):
        _csrf.protect()


def form_token() -> str:
    """The token of this session, for a page that sends its forms itself."""
    return str(generate_csrf())
