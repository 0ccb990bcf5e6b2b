"""Connections to PostgreSQL tell what SQLAlchemy asks for, as the driver itself would tell it."""

import psycopg
import pytest

from server.infra.db import db
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
