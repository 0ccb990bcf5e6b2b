"""Production opens only on a database that is fit for it."""

from datetime import timedelta

import pytest
from flask import Flask

from server.identity.actions import accounts
from server.infra import clock
from server.infra.db import unit_of_work
from server.infra.settings import WrongSettings
from server.jobs.start import refuse_unfit
from server.kernel.actor import COMMAND


def refused(app: Flask) -> str:
    with pytest.raises(WrongSettings) as found:
        refuse_unfit(app)
    return " ".join(found.value.sentences)


def test_a_migrated_database_without_an_example_is_fit(app):
    refuse_unfit(app)


def test_an_older_migration_is_refused_with_the_command_that_mends_it(app, monkeypatch):
    monkeypatch.setattr("server.jobs.start.newest_migration", lambda: "9999")
    assert "flask db upgrade" in refused(app)


def test_a_database_that_does_not_answer_is_refused(app, monkeypatch):
    def gone() -> str:
        raise OSError

    monkeypatch.setattr("server.jobs.start.applied_migration", gone)
    assert "DATABASE_URL" in refused(app)


def test_a_moved_example_clock_is_refused(app):
    with unit_of_work():
        clock.move_forward(timedelta(days=1))
    assert "示例时钟" in refused(app)


def test_an_example_account_is_refused(app):
    with unit_of_work():
        accounts.create_staff(
            username="example-clerk",
            name="周敏",
            password="a-long-enough-Passw0rd",
            actor=COMMAND,
            now=clock.now(),
        )
    assert "示例账号" in refused(app)
