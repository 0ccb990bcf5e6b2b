"""`flask ballots …`: bundles, counts and checks at the server."""

import click
from flask.cli import AppGroup

from server.ballots import actions, exports, queries
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.errors import Problem

ballots_commands = AppGroup("ballots", help="表决：导出选票包、计票、核对。")


def _check_known(ballot_id: int) -> None:
    if queries.ballot(ballot_id) is None:
        raise click.ClickException(f"没有编号为 {ballot_id} 的投票。")


def _refusal(problem: Problem) -> click.ClickException:
    return click.ClickException(
        "\n".join([problem.message, *(f"- {reason.message}" for reason in problem.reasons)])
    )


@ballots_commands.command("export")
@click.argument("ballot_id", type=int)
@click.option("--reason", default="在服务器上导出", help="给谁、做什么用，会记下来。")
def export(ballot_id: int, reason: str) -> None:
    """把选票包写到标准输出；截止前拒绝。导出后不能再补录选票。"""
    _check_known(ballot_id)
    try:
        with unit_of_work():
            ballot = actions.disclose(ballot_id, reason=reason, actor=COMMAND, now=now())
    except Problem as problem:
        raise _refusal(problem) from None
    for part in exports.bundle_lines(ballot):
        click.echo(part, nl=False)


@ballots_commands.command("count")
@click.argument("ballot_id", type=int)
def count(ballot_id: int) -> None:
    """计票；日志没有变化时沿用上一次的结果。"""
    _check_known(ballot_id)
    try:
        with unit_of_work():
            row = actions.count_ballot(ballot_id, actor=COMMAND, now=now())
    except Problem as problem:
        raise _refusal(problem) from None
    click.echo(f"第 {row.number} 次计票，共 {row.events} 条记录，链尾 {row.head_hash}。")


@ballots_commands.command("recompute-turnout")
@click.argument("ballot_id", type=int)
def recompute_turnout(ballot_id: int) -> None:
    """按名册和日志重算参与人数与面积。"""
    _check_known(ballot_id)
    with unit_of_work():
        differed = actions.recompute_turnout(ballot_id, actor=COMMAND, now=now())
    click.echo("原来的合计有出入，已经改正。" if differed else "合计没有出入。")


@ballots_commands.command("verify")
@click.argument("ballot_id", type=int)
def verify(ballot_id: int) -> None:
    """核对日志的哈希链、截止时间和参与合计。有不对的，退出码为 1。"""
    _check_known(ballot_id)
    if queries.opening(ballot_id) is None:
        raise click.ClickException("投票还没开始，没有日志可以核对。")
    faults = list(queries.faults_in(ballot_id))
    for fault in faults:
        click.echo(fault, err=True)
    events, head_hash = queries.head_hash(ballot_id)
    click.echo(f"{events} 条记录，链尾 {head_hash}，{'完整' if not faults else f'有 {len(faults)} 处不对'}。")
    if faults:
        raise SystemExit(1)
