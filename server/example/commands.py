"""`flask example …`: fill an empty database, move the example's time."""

import click
from flask.cli import AppGroup

from server.example import clock
from server.example.clock import RunDue
from server.example.fill import fill
from server.infra.clock import now
from server.kernel.chinatime import CHINA
from server.kernel.errors import Problem


def example_commands(run_due: RunDue) -> AppGroup:
    group = AppGroup("example", help="示例数据：装入，拨快时间。")

    @group.command("fill")
    def fill_database() -> None:
        """空库装入示例；已有数据就什么也不做。"""
        if not fill(click.echo):
            click.echo("示例数据已经在了。")

    @group.command("advance")
    @click.argument("step")
    def advance(step: str) -> None:
        """把示例时间拨快，如 15d、6h、2w；途中到期的事会照样发生。"""
        try:
            clock.advance(clock.step_of(step), run_due)
        except Problem as problem:
            raise click.ClickException(problem.message) from None
        click.echo(f"现在是示例时间 {now().astimezone(CHINA):%Y-%m-%d %H:%M}。")

    return group
