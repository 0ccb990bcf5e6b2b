"""`flask staff …`: the first accounts, which nobody in the back office could open yet."""

import getpass
import sys

import click
from flask.cli import AppGroup

from server.divisions import queries as divisions
from server.identity import actions, queries
from server.identity.rules import Role
from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.kernel.errors import Problem

staff_commands = AppGroup("staff", help="工作人员账号：开第一批账号，给岗位，停用。")


@staff_commands.command("create")
@click.argument("username")
@click.option("--name", prompt="姓名", help="姓名。")
def create(username: str, name: str) -> None:
    """开一个账号。初始密码在这里输入，对方第一次登录要换掉。"""
    password = _ask_password()
    try:
        with unit_of_work():
            staff = actions.create_staff(
                username=username, name=name, password=password, actor=COMMAND, now=now()
            )
    except Problem as error:
        raise _stopped(error) from None
    click.echo(f"开好了：{staff.username}（{staff.name}）。再用 flask staff grant {staff.username} 给岗位。")


@staff_commands.command("grant")
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--division", "code", help="区划代码：管到它下面的全部小区。")
@click.option("--community", "community_id", type=int, help="小区编号：只管这一个。")
def grant(username: str, role: str, code: str | None, community_id: int | None) -> None:
    """给一个岗位，管一个小区或一个地区。"""
    staff = queries.staff_named(username)
    division = divisions.by_code(code) if code else None
    if staff is None or (code and division is None):
        raise SystemExit(f"没有{'这个账号' if staff is None else '这个区划代码'}。检查后再试。")
    try:
        with unit_of_work():
            row = actions.grant_role(
                staff_id=staff.id,
                role=Role(role),
                division_id=division.id if division else None,
                community_id=community_id,
                granter=None,
                actor=COMMAND,
                now=now(),
            )
    except Problem as error:
        raise _stopped(error) from None
    role_zh, place = queries.grants_named([row.grant])[0]
    click.echo(f"{staff.name}：{role_zh}，{place}。")


@staff_commands.command("disable")
@click.argument("username")
@click.option("--reason", prompt="原因", help="记进操作记录。")
def disable(username: str, reason: str) -> None:
    """停用一个账号，已登录的马上退出。"""
    staff = queries.staff_named(username)
    if staff is None:
        raise SystemExit("没有这个账号。检查后再试。")
    try:
        with unit_of_work():
            actions.disable_staff(staff.id, reason=reason, granter=None, actor=COMMAND, now=now())
    except Problem as error:
        raise _stopped(error) from None
    click.echo(f"{staff.username} 已停用。")


def _ask_password() -> str:
    """Typed without being shown; or one line of a pipe, for scripts."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("初始密码：")
    if password != getpass.getpass("再输一遍："):
        raise SystemExit("两遍不一样，没有开账号。")
    return password


def _stopped(error: Problem) -> SystemExit:
    fields: dict[str, list[str]] = getattr(error, "fields", {})
    told = [sentence for found in fields.values() for sentence in found]
    return SystemExit(" ".join(dict.fromkeys(told)) or error.message)
