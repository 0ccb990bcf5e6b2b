"""`flask audit …`: look whether the record of what was done is whole."""

import click
from flask.cli import AppGroup

from server.audit import actions, queries
from server.infra.clock import now
from server.infra.db import unit_of_work

audit_commands = AppGroup("audit", help="操作记录：封存与核验。")


@audit_commands.command("seal")
def seal() -> None:
    """把还没有封存的记录接进哈希链。"""
    with unit_of_work():
        count = actions.seal(now())
    click.echo(f"封存了 {count} 条。")


@audit_commands.command("verify")
def verify() -> None:
    """核验哈希链：断在哪里、缺了哪些、还有多少没有封存。有断裂时退出码为 1。"""
    found = queries.verification()
    for problem in found.breaks:
        click.echo(f"第 {problem.seq} 环：{problem.message}", err=True)
    click.echo(
        f"已封存 {found.sealed} 条，未封存 {found.unsealed} 条，{'完整' if found.is_whole else f'有 {len(found.breaks)} 处断裂'}。"
    )
    if not found.is_whole:
        raise SystemExit(1)
