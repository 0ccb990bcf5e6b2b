"""Connections to PostgreSQL tell what SQLAlchemy asks for, keep what they have prepared, and read outside transactions."""

import psycopg
import pytest
import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from server.audit.models import AuditEntry
from server.infra.db import db, unit_of_work
from server.infra.postgres import TerseCursor

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("SELECT 1 AS one, 'x'::text AS \"两个字\", now(), NULL::bytea AS nothing", id="rows"),
        pytest.param("SELECT 1 AS one WHERE false", id="no-row"),
        pytest.param("SELECT", id="no-column"),
        pytest.param("SET LOCAL lock_timeout = '60s'", id="no-answer"),
    ],
)
def test_each_column_has_the_name_and_the_type_that_the_driver_tells(statement):
    driver = db.session.connection().connection.driver_connection
    told = []
    for cursor in (psycopg.Cursor(driver), TerseCursor(driver)):
        cursor.execute(statement)
        told.append(cursor.description and [(column[0], column[1]) for column in cursor.description])
        assert all(len(column) == 7 for column in cursor.description or ())
    assert told[0] == told[1]


def test_statements_of_the_house_go_through_such_a_cursor():
    driver = db.session.connection().connection.driver_connection
    assert issubclass(driver.cursor_factory, TerseCursor)


def test_the_connection_of_a_reading_is_in_no_transaction():
    def state() -> int:
        return db.session.connection().connection.driver_connection.pgconn.transaction_status

    db.session.scalar(sa.text("SELECT 1"))
    assert state() == TransactionStatus.IDLE
    with unit_of_work():
        assert state() == TransactionStatus.INTRANS
    assert state() == TransactionStatus.IDLE


def test_a_statement_prepared_over_a_table_that_changed_fails_once_and_no_more():
    """As when the house is brought to a newer version while it serves."""
    ask = sa.text("SELECT * FROM changing")
    try:
        write_ddl("CREATE TABLE changing (one integer)")
        for _ in range(8):
            assert db.session.execute(ask).all() == []
            db.session.rollback()
        write_ddl("ALTER TABLE changing ALTER one TYPE text")
        with pytest.raises(sa.exc.DBAPIError, match="cached plan"):
            db.session.execute(ask)
        db.session.rollback()
        assert db.session.execute(ask).all() == []
    finally:
        db.session.rollback()
        write_ddl("DROP TABLE IF EXISTS changing")


def write_ddl(statement: str) -> None:
    beside = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
    with beside.begin() as connection:
        connection.execute(sa.text(statement))


def test_what_postgresql_has_prepared_outlives_a_reading():
    for _ in range(8):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0
        db.session.rollback()
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, :table) > 0"
    assert db.session.scalar(sa.text(prepared), {"table": AuditEntry.__tablename__}) == 1
