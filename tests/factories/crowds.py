"""Many at once, each in a thread and a database session of its own."""

import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask

from server.infra.db import db


def at_once(app: Flask, jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run every job in a thread of its own, started together; what each returned, or the refusal it met."""
    # One session is not for many threads: what they share of it is read before they start.
    for row in list(db.session):
        db.session.refresh(row)
        for relationship in sa.inspect(row).mapper.relationships:
            getattr(row, relationship.key)
    db.session.commit()
    barrier = threading.Barrier(len(jobs))
    outcomes: list[Any] = [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes[place] = job()
            except Exception as error:  # the test looks at it
                outcomes[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(place, job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    db.session.expire_all()
    return outcomes
