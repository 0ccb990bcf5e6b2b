"""A connection that the server ended is replaced before anybody meets it; one used a moment ago is not asked about."""

import time

import pytest
import sqlalchemy as sa

from server.infra import liveness
from server.infra.db import db

WHO = sa.text("SELECT pg_backend_pid()")


def used_and_put_back() -> int:
    backend = db.session.scalar(WHO)
    db.session.rollback()
    return backend


def ended(backend: int) -> None:
    """The server ends this connection, and the word of it has come."""
    beside = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
    with beside.connect() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:one)"), {"one": backend})
        there = sa.text("SELECT count(*) FROM pg_stat_activity WHERE pid = :one")
        while connection.scalar(there, {"one": backend}):
            time.sleep(0.01)
    time.sleep(0.05)


@pytest.fixture
def asked(app, monkeypatch) -> list[int]:
    """How often a connection was asked whether it is there."""
    db.session.rollback()
    db.engine.dispose()  # so that one connection is all the pool has
    found: list[int] = []
    ping = db.engine.dialect.do_ping
    monkeypatch.setattr(db.engine.dialect, "do_ping", lambda one: found.append(1) or ping(one))
    return found


def test_a_connection_that_the_server_ended_is_replaced_unseen(asked):
    backend = used_and_put_back()
    ended(backend)
    assert used_and_put_back() != backend
    assert asked == [1]


def test_one_used_a_moment_ago_is_taken_without_asking(asked):
    assert used_and_put_back() == used_and_put_back()
    assert asked == []


def test_one_that_rested_long_is_asked_and_kept(asked, monkeypatch):
    backend = used_and_put_back()
    monkeypatch.setattr(liveness, "ASK_AFTER", 0.0)
    assert used_and_put_back() == backend
    assert asked == [1]
