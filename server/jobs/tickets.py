"""`flask tickets …`: the kept states and dates of tickets, made anew; portion by portion, each one unit of work."""

import click
from flask.cli import AppGroup

from server.infra.db import unit_of_work
from server.tickets import actions

tickets_commands = AppGroup("tickets", help="报修投诉：重算每一件的状态和时限。")


@tickets_commands.command("recompute")
def recompute() -> None:
    """按经过重算每一件的状态和时限。改正了几件，写在最后一行。"""
    differed, last = 0, 0
    while True:
        with unit_of_work():
            some, reached = actions.recompute(last)
        differed += some
        if reached is None:
            break
        last = reached
    click.echo(f"{differed} 件有出入，已经改正。" if differed else "每一件都对。")
