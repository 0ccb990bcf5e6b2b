"""Before the house opens: bring the database up, fill the example, and refuse what is not fit for production."""

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext

from server.identity import queries as identity
from server.infra.clock import is_example_clock_moved
from server.infra.migrated import applied_migration, newest_migration
from server.infra.settings import EXAMPLE_ACCOUNTS, WrongSettings


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """把数据库升级到最新；示例模式下，空库装入示例。"""
    if applied_migration() != newest_migration():
        click.echo("正在准备数据库……")
        flask_migrate.upgrade()
    fill = current_app.extensions.get("example_fill")
    if fill is not None:
        fill(click.echo)
    if current_app.config["APP_ENV"] == "production":
        refuse_unfit(current_app)


def refuse_unfit(app: Flask) -> None:
    """Raise `WrongSettings` where production would stand on an unmigrated database or on the example's leavings."""
    with app.app_context():
        try:
            applied = applied_migration()
        except Exception as error:
            raise WrongSettings(
                [f"数据库没有应答（{type(error).__name__}）。请检查 DATABASE_URL 和数据库服务。"]
            ) from None
        if applied != newest_migration():
            raise WrongSettings(["数据库还没有迁移到最新。请先运行 flask db upgrade。"])
        sentences = []
        if is_example_clock_moved():
            sentences.append("数据库里有示例时钟，这是示例库。请换一个正式的库。")
        if identity.has_accounts_named(EXAMPLE_ACCOUNTS):
            sentences.append("数据库里有示例账号，谁都能登录。请换一个正式的库。")
        if sentences:
            raise WrongSettings(sentences)
