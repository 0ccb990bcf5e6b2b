"""The factory: settings, database, errors. It knows the walls and the pipes, and none of the rooms."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from apiflask import APIFlask
from flask import Blueprint, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from server.infra import crypto, signing
from server.infra.db import db, init_db
from server.infra.engines import options
from server.infra.migrated import applied_migration, newest_migration
from server.infra.problems import init_problems
from server.infra.queue import init_queue
from server.infra.settings import Settings, load_settings
from server.infra.web import init_web
from server.infra.web.addresses import bound_ids
from server.infra.web.cookies import keep_sessions
from server.infra.web.csrf import protect_forms
from server.infra.web.environment import HouseEnvironment
from server.infra.web.uploads import Request
from server.infra.wechat import init_wechat

#: A ledger sheet is the largest thing anyone uploads.
LARGEST_UPLOAD = 64 * 1024 * 1024


class House(APIFlask):
    """Flask with ways of our own where its general ones cost every page."""

    request_class = Request
    jinja_environment = HouseEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """None of ours is a coroutine, and Flask would look at eleven functions with every request."""
        return func


def create_app(
    doors: Iterable[Blueprint] = (), settings: Settings | None = None, **config: object
) -> APIFlask:
    """Build the house with these doors. Without doors it is headless: migrations and tests of rooms use it so.

    Raises `WrongSettings` (a SystemExit with sentences) where the environment is not fit.
    """
    settings = settings or load_settings()
    app = House(
        "server",
        title="巷议 Xiangyi",
        version="1.0",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        # whitenoise serves what set-up has built; APIFlask's hint does not know that Flask takes None.
        static_folder=None,  # type: ignore[arg-type]
    )
    app.config.update(_config(settings), **config)
    _init_logging(settings)
    settings.instance.mkdir(parents=True, exist_ok=True)
    crypto.use(settings)
    signing.use(settings)
    init_db(app)
    init_queue(app, settings)
    init_problems(app)
    init_web(app)
    init_wechat(app, settings)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    bound_ids(app)
    keep_sessions(app)
    protect_forms(app)
    _init_health(app)
    for door in doors:
        app.register_blueprint(door)
    return app


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": options(is_sqlite=settings.is_sqlite),
        "INSTANCE_DIR": str(settings.instance),
        "PUBLIC_URL": settings.public_url,
        "APP_ENV": settings.env,
        "EXAMPLE_CLOCK": settings.env in {"example", "test"},
        "MAX_CONTENT_LENGTH": LARGEST_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_production,
        "JSON_AS_ASCII": False,
        "OPENAPI_VERSION": "3.1.0",
        "TESTING": settings.env == "test",
    }


def _init_logging(settings: Settings) -> None:
    level = logging.INFO if settings.is_production else logging.WARNING
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
    logging.basicConfig(level=level)


def _init_health(app: APIFlask) -> None:
    @app.get("/healthz")
    @app.doc(hide=True)
    def healthz() -> Response:
        """Answers while the process lives."""
        return Response("ok\n", content_type="text/plain")

    @app.get("/readyz")
    @app.doc(hide=True)
    def readyz() -> Response:
        """Answers ok only when the database answers and is at the newest migration."""
        try:
            applied = applied_migration()
        except Exception as error:
            db.session.rollback()
            app.logger.warning("not ready: %s", type(error).__name__)
            return Response("数据库没有应答。\n", 503, content_type="text/plain; charset=utf-8")
        if applied != newest_migration():
            return Response(
                "数据库还没有迁移到最新。请运行 flask db upgrade。\n",
                503,
                content_type="text/plain; charset=utf-8",
            )
        return Response("ok\n", content_type="text/plain")
