"""`flask example …`: fill an empty database, move the example's time."""

from datetime import datetime, time

import click
from flask.cli import AppGroup

from server.example import clock
from server.example.clock import RunDue
from server.example.fill import fill
from server.example.whole_plan import build
from server.infra.clock import now
from server.kernel.chinatime import CHINA, from_china
from server.kernel.errors import Problem

NOON = time(12)


def example_commands(run_due: RunDue) -> AppGroup:
    @click.group("example", cls=AppGroup, invoke_without_command=True)
    @click.option(
        "--plan-2020", is_flag=True, help="空库装入整个 2020 年计划：305 个小区，59605 户，要几分钟。"
    )
    @click.option(
        "--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="把哪一天当作今天；不写就是示例时间的今天。"
    )
    @click.pass_context
    def group(context: click.Context, plan_2020: bool, on: datetime | None) -> None:
        """示例数据：装入，拨快时间。"""
        if context.invoked_subcommand is None and not plan_2020:
            click.echo(context.get_help())
        if plan_2020:
            _build(on)

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


def _build(on: datetime | None) -> None:
    today = from_china(datetime.combine(on.date(), NOON)) if on else now()
    try:
        build(click.echo, today)
    except Problem as problem:
        raise click.ClickException(problem.message) from None
