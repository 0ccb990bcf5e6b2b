"""The clock's door: commands for people at the server, what falls due, and the timetable that looks for it."""

import os
from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from server.jobs.audit import audit_commands
from server.jobs.ballots import ballots_commands
from server.jobs.due import run_due
from server.jobs.ledger import ledger_commands
from server.jobs.people import staff_commands
from server.jobs.personal import personal_commands
from server.jobs.reports import reports_commands
from server.jobs.start import prepare, refuse_unfit
from server.jobs.surveys import surveys_commands
from server.jobs.tickets import tickets_commands
from server.jobs.timetable import jobs_commands, register_tasks
from server.jobs.wechat import wechat_sandbox

__all__ = ["jobs", "run_due"]

jobs = Blueprint("jobs", __name__, cli_group=None)
for command in (
    audit_commands,
    ballots_commands,
    jobs_commands,
    ledger_commands,
    personal_commands,
    prepare,
    reports_commands,
    staff_commands,
    surveys_commands,
    tickets_commands,
    wechat_sandbox,
):
    jobs.cli.add_command(command)


@jobs.record_once
def _open_for_work(state: BlueprintSetupState) -> None:
    app = cast(Flask, state.app)
    register_tasks(app)
    # Commands must run before the database is fit, or it could never become so; whoever serves must not.
    if app.config["APP_ENV"] == "production" and not os.environ.get("FLASK_RUN_FROM_CLI"):
        refuse_unfit(app)
