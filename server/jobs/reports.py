"""`flask reports …`: the kept figures, made anew; portion by portion, each one unit of work."""

import click
from flask.cli import AppGroup

from server.infra.clock import now
from server.infra.db import unit_of_work
from server.reports import actions, queries

PORTION = 50

reports_commands = AppGroup("reports", help="报表：重算每个小区的数。")


@reports_commands.command("recompute")
def recompute() -> None:
    """按记录重算每个小区的数。改正了几个，写在最后一行。"""
    ids, differed = queries.community_ids(), 0
    for start in range(0, len(ids), PORTION):
        with unit_of_work():
            differed += actions.recompute(ids[start : start + PORTION], now())
    click.echo(
        f"{len(ids)} 个小区，{differed} 个的数有出入，已经改正。"
        if differed
        else f"{len(ids)} 个小区，数都对。"
    )
