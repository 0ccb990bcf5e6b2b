"""The database: column types, the unit of work, and tables that only grow.

Only this file commits. A write outside `unit_of_work()` is refused at flush.
"""

import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    SessionTransaction,
    make_transient_to_detached,
    mapped_column,
)
from sqlalchemy.orm.util import identity_key

from server.infra import crypto
from server.infra.engines import begin, gate, is_at_rest, prepare

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMING)


class RequestSession(FlaskSession):
    """Holds on to what was got by its key while nothing is written, so that a page asks for each row once.

    The session's own map of rows is weak: a row that nobody keeps in hand would be asked for again.
    """

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        found = super().get(entity, ident, **options)
        if found is not None and not self.info.get("unit_of_work"):
            self.info.setdefault("held", {})[id(found)] = found
        return found

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **options: Any) -> Any:  # noqa: ARG002
        """There is one database, so nothing is looked for in what is asked."""
        return bind if bind is not None else self._db.engine


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "class_": RequestSession},
)
migrate = Migrate(directory=str(Path(__file__).resolve().parents[1] / "migrations"), render_as_batch=True)

#: A surrogate key. BigInteger where the database has one; SQLite needs INTEGER for its row id.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware instant, stored as UTC; SQLite gives it back aware too. A naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Area(sa.types.TypeDecorator[Decimal]):
    """Square metres as an exact Decimal with two places, stored as whole hundredths so that sums stay exact."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        hundredths = Decimal(value) * 100
        if hundredths != int(hundredths):
            raise ValueError(f"an area has at most two decimal places: {value}")
        return int(hundredths)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(int(value)).scaleb(-2)


E = TypeVar("E", bound=StrEnum)
Answer = TypeVar("Answer")
Kept = TypeVar("Kept", bound=Base)


class Word(sa.types.TypeDecorator[E]):
    """One word of an enumeration, stored as its text. A word the enumeration does not know is refused on the way in and out."""

    impl = sa.String(40)
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words
        #: Every row of every page asks: looked up here, a word costs a third of what the enumeration takes to find it.
        self._texts: dict[Any, str] = {word: word.value for word in words}
        self._words: dict[str, E] = {word.value: word for word in words}

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is None:
            return None
        return self._texts[value] if value in self._texts else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:  # noqa: ARG002
        if value is None:
            return None
        return self._words[value] if value in self._words else self.words(value)


class Personal(sa.types.TypeDecorator[str]):
    """A personal value (name, phone, identity number): encrypted on the way in, decrypted on the way out."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        return None if value is None else crypto.seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else crypto.open_sealed(bytes(value))


class Keyed:
    """A row that a client may ask for twice: the key it sent, and a digest of what it asked for."""

    #: The client's own key for this request; unique, so that the same request twice makes one row.
    client_key: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    #: SHA-256 of who asked for what: the same key with another digest is a conflict.
    client_digest: Mapped[str | None] = mapped_column(sa.String(64))


def init_db(app: Flask) -> None:
    """Attach the database to the app. Reads `SQLALCHEMY_DATABASE_URI`."""
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        prepare(db.engine)


# ------------------------------------------------------------------ the unit of work


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction: everything in it happens, or nothing does. Doors and jobs open it, actions never.

    What was read before it is let go of, so that inside only rows as they stand now are seen.
    """
    session = cast(Session, db.session())
    if session.info.get("unit_of_work"):
        raise RuntimeError("units of work do not nest")
    _let_go(session)
    forget_answers()
    with gate(db.engine):
        session.info["unit_of_work"] = True
        try:
            going_on = session.in_transaction()
            begin(session.connection(execution_options=None if going_on else {"is_write": True}))
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("unit_of_work")
            afterwards = session.info.pop("afterwards", {})
    for call in afterwards.values():
        call()


def once_committed(name: str, call: Callable[[], None]) -> None:
    """What shall follow the unit of work that is open when it comes to stand: under each name once, outside any lock."""
    db.session().info.setdefault("afterwards", {})[name] = call


def _let_go(session: Session) -> None:
    """Forget what was read. PostgreSQL keeps the connection of the reading, so that a request gives none back to take
    another.
    """
    if not _may_go_on(session):
        session.rollback()
        return
    for row in list(session.new):
        session.expunge(row)
    session.expire_all()


def _may_go_on(session: Session) -> bool:
    """Whether it has asked PostgreSQL, and nothing of that is left open."""
    if db.engine.dialect.name != "postgresql" or not (session.in_transaction() and session.is_active):
        return False
    return is_at_rest(session.connection())


def forget_answers() -> None:
    """Let go of what this session held on to; a unit of work begins so."""
    info = db.session().info
    info.pop("held", None)
    info.pop("answers", None)


def keep_in_hand(*rows: Base | None) -> None:
    """Hold on to rows that nobody changes while this unit of work lasts, so that who gets them by their key asks no more."""
    db.session().info.setdefault("held", {}).update((id(row), row) for row in rows)


def at_hand(model: type[Kept], row_id: int) -> Kept | None:
    """The row with this key where the session knows it already; nothing is asked."""
    return cast(Kept | None, db.session().identity_map.get(identity_key(model, row_id)))


def asked_once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question that several parts of one page have, asked once; inside a unit of work always anew.

    `key` names the question with all that it depends on, its function's name first.
    """
    info = db.session().info
    if info.get("unit_of_work"):
        return ask()
    answers = info.setdefault("answers", {})
    if key not in answers:
        answers[key] = ask()
    return cast(Answer, answers[key])


def answered(key: Hashable) -> Any:
    """What was answered to such a question in this request, None where nobody asked; inside a unit of work always None."""
    info = db.session().info
    return None if info.get("unit_of_work") else info.get("answers", {}).get(key)


def note_answer(key: Hashable, answer: object) -> None:
    """The answer to such a question, read along with something else."""
    info = db.session().info
    if not info.get("unit_of_work"):
        info.setdefault("answers", {})[key] = answer


@event.listens_for(Session, "after_begin")
def _note_connection(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    session.info["connection"] = connection


@event.listens_for(Session, "after_transaction_end")
def _forget_connection(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop("connection", None)


def connection_in_use() -> Connection:
    """What the session asks over, found without its care for several databases: a thirtieth of a journey.

    Inside a savepoint the session is asked itself, for it sets the savepoint only then.
    """
    session = db.session()
    known = cast(Connection | None, session.info.get("connection"))
    is_ours = known is not None and session.in_transaction() and not session.in_nested_transaction()
    return cast(Connection, known) if is_ours else session.connection()


@event.listens_for(Session, "before_flush")
def _writes_need_a_unit_of_work(session: Session, _context: Any, _instances: Any) -> None:
    if not session.info.get("unit_of_work"):
        raise RuntimeError("a write outside `with unit_of_work():`")


def table_of(model: type[Base]) -> sa.Table:
    """The plain table of a model. Statements over it, made once, cost a fifth of the same ones over the model."""
    return cast(sa.Table, model.__table__)


def as_kept(row: Kept) -> Kept:
    """A row that was written past the session: from now on as if the session had read it."""
    make_transient_to_detached(row)
    # SQLite gives the number of a row that was rolled back again; what the session still holds under it is not there.
    key = sa.inspect(row, raiseerr=True).key
    gone = db.session().identity_map.get(key) if key is not None else None
    if gone is not None:
        db.session.expunge(gone)
    db.session.add(row)
    return row


def lock_row(model: type[Base], row_id: int) -> None:
    """Make other units of work wait that lock the same row. SQLite has one writer anyway."""
    table = table_of(model)
    db.session.execute(sa.select(table.c.id).where(table.c.id == row_id).with_for_update())


# ------------------------------------------------------------------ tables that only grow


def append_only_ddl(table: str, dialect: str) -> list[str]:
    """The statements that make the database itself refuse to change or delete rows of `table`; for migrations."""
    if not re.fullmatch(r"[a-z_]+", table):
        raise ValueError(table)
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
            for verb in ("update", "delete")
        ]
    return [
        (
            f"CREATE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_only_grows()"
        ),
        (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()"
        ),
    ]


def append_only_undo(table: str, dialect: str) -> list[str]:
    """The way back, for a migration's downgrade; before the table is dropped."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")]
    return [
        f"DROP TRIGGER IF EXISTS {table}_only_grows ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_only_grows()",
    ]


def only_grows(table: str) -> bool:
    """Whether the database refuses to change rows of this table."""
    if db.engine.dialect.name == "sqlite":
        found = sa.text("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = :name")
        return db.session.scalar(found, {"name": f"{table}_no_update"}) is not None
    found = sa.text("SELECT 1 FROM pg_trigger WHERE tgname = :name")
    return db.session.scalar(found, {"name": f"{table}_only_grows"}) is not None
