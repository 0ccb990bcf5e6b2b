"""Commands about personal values, in whatever room they are."""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from server.infra.db import only_grows, unit_of_work
from server.infra.resealing import reseal_batch, sealed_tables

personal_commands = AppGroup("personal", help="个人信息：换密钥后重新加密。")


@personal_commands.command("reseal")
def reseal() -> None:
    """换密钥以后，把旧密钥加密的个人信息改用最新的密钥。可以随时中断再来。"""
    changed, kept = 0, {}
    for table in sealed_tables():
        old, stays = _walk(table)
        if stays and old:
            kept[table.name] = old
        else:
            changed += old
    click.echo(f"重新加密了 {changed} 条。")
    if kept:
        tables = "，".join(f"{name} {count} 条" for name, count in kept.items())
        click.echo(f"只增不改的表里还有用旧密钥的（{tables}），旧密钥要留着，排在新密钥后面。")


def _walk(table: sa.Table) -> tuple[int, bool]:
    """How many rows bore an older seal, and whether they keep it because the table only grows."""
    last, old = None, 0
    while True:
        with unit_of_work():
            stays = only_grows(table.name)
            batch = reseal_batch(table, last)
        old += batch.old
        if batch.last is None:
            return old, stays
        last = batch.last
