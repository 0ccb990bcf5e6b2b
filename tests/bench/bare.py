"""The bare handler that casting is measured beside: one Flask view, two rows through the Flask-SQLAlchemy session, one
commit; no token, no throttle, no client key, no roll, no chain. Engine, transaction and gate are the house's own."""

import os

import sqlalchemy as sa
from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.infra.db import BigId, db, init_db, unit_of_work
from server.infra.engines import options


class Base(DeclarativeBase):
    """Apart from the house's own, so that its tables stay what they are."""


class BareVote(Base):
    __tablename__ = "bare_votes"
    __table_args__ = (sa.UniqueConstraint("poll", "resident"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    poll: Mapped[int]
    resident: Mapped[int]
    choice: Mapped[str] = mapped_column(sa.String(20))


class BareAudit(Base):
    __tablename__ = "bare_audits"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    actor: Mapped[str] = mapped_column(sa.String(40))
    verb: Mapped[str] = mapped_column(sa.String(60))


def create_bare(url: str) -> Flask:
    """A Flask with nothing but the view, on the engine settings of server.app."""
    app = Flask("bare")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options(is_sqlite=url.startswith("sqlite"))
    init_db(app)

    @app.post("/votes")
    def cast() -> ResponseReturnValue:
        asked = request.get_json()
        with unit_of_work() as session:
            session.add(BareVote(poll=1, resident=asked["resident"], choice=asked["choice"]))
            session.add(BareAudit(actor=f"resident:{asked['resident']}", verb="vote"))
        return {"ok": True}, 201

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


def make_tables(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as session:
            Base.metadata.create_all(session.connection())
        db.engine.dispose()


def app() -> Flask:
    """For gunicorn: `tests.bench.bare:app()`."""
    return create_bare(os.environ["DATABASE_URL"])
