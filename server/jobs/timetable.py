"""The worker: looks every minute, and at once when woken. `flask jobs run` serves it, `flask jobs due` looks once."""

from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from huey import crontab

from server.infra.db import db
from server.infra.queue import queue
from server.jobs.checks import work_on_checks
from server.jobs.due import run_due
from server.jobs.ledger import work_on_imports
from server.jobs.messages import work_on_deliveries
from server.jobs.surveys import work_on_exports

jobs_commands = AppGroup("jobs", help="到点要做的事。")

#: Waking words and what they look at. Whoever writes work into a table calls `infra.queue.wake(word)` after its commit.
LOOKS: dict[str, Callable[[], Any]] = {
    "due": run_due,
    "ledger": work_on_imports,
    "surveys": work_on_exports,
    "messages": work_on_deliveries,
    "checks": work_on_checks,
}


def register_tasks(app: Flask) -> None:
    """Give the queue its tasks. Each runs in an application context of its own."""
    huey = app.extensions["queue"]

    def task(name: str, look: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> None:
            with app.app_context():
                try:
                    look()
                finally:
                    db.session.remove()

        huey.periodic_task(crontab(minute="*"), name=f"every-minute-{name}")(run)
        return huey.task(name=f"look-at-{name}")(run)  # type: ignore[no-any-return]

    app.extensions["queue_tasks"] = {name: task(name, look) for name, look in LOOKS.items()}


@jobs_commands.command("run")
@click.option("--threads", default=2, show_default=True, help="同时做几件事。")
def run(threads: int) -> None:
    """一直运行：每分钟看一次，有事被叫醒时马上看。"""
    run_due()
    consumer = queue().create_consumer(workers=threads, periodic=True, initial_delay=0.1, max_delay=1.0)
    consumer.run()


@jobs_commands.command("due")
def due() -> None:
    """现在看一次，做完就退出。"""
    for name, count in run_due().items():
        click.echo(f"{name}: {count}")
