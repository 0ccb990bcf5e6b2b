"""The clock's door: commands for people at the server, what falls due, and the timetable that looks for it."""

from flask import Blueprint

from server.jobs.audit import audit_commands

jobs = Blueprint("jobs", __name__, cli_group=None)
jobs.cli.add_command(audit_commands)
