"""`flask ledger …` and `flask personal …`, and the job that works on uploaded sheets: each step one unit of work."""

import io
import logging
import secrets
import zipfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from time import monotonic
from typing import BinaryIO

import click
from flask.cli import AppGroup

from server.ballots import actions as ballots
from server.divisions import queries as divisions
from server.infra.clock import now
from server.infra.db import db, unit_of_work
from server.infra.sheets import keeping
from server.kernel.actor import COMMAND, Actor
from server.kernel.chinatime import china_day
from server.ledger import exports, queries
from server.ledger.actions import counting
from server.ledger.actions.importing import imports
from server.ledger.actions.importing.applying import (
    Stale,
    apply_stage,
    reserved_ids,
    standing_communities,
)
from server.ledger.actions.importing.checking import Progress, check_file
from server.ledger.actions.importing.problems import Findings
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.stage import Stage
from server.ledger.rules.words import ImportState
from server.ledger.sheet import write_template
from server.plans.actions import log_first_moves
from server.plans.rules.pools import by_sheet

log = logging.getLogger(__name__)

#: Seconds between two signs of life: often enough for the page, rarely enough for the other writers.
BEAT = 1.0
PROBLEMS_SHOWN = 50

ledger_commands = AppGroup("ledger", help="台账：导入、导出、模板。")


# ------------------------------------------------------------------ the job


def work_on_imports() -> int:
    """Take up every sheet that waits, one after another. Returns how many steps were done."""
    steps = 0
    while _one_step():
        steps += 1
    return steps


def _one_step() -> bool:
    with unit_of_work():
        row = imports.claim_import(now())
        found = (row.id, row.state, row.file_key, row.filename, Reach.kept(row.allowed)) if row else None
    if found is None:
        return False
    import_id, state, file_key, filename, reach = found
    try:
        if state is ImportState.CHECKING:
            _check(import_id, file_key, filename, reach)
        elif state is ImportState.APPLYING:
            _apply(import_id, file_key)
    except FileNotFoundError:
        with unit_of_work():
            imports.fail_import_by_id(import_id, imports.GONE)
    except Exception:
        # The row keeps its state and is taken up again after the silence, three times at most.
        log.exception("import %s broke off", import_id)
    return True


def _check(import_id: int, file_key: str, filename: str, reach: Reach) -> None:
    def note(stage: str, done: int, total: int) -> None:
        with unit_of_work():
            imports.note_progress(import_id, stage, done, total, now())

    with keeping.open_kept(file_key) as stream, Stage.fresh(keeping.staging_path(file_key)) as stage:
        findings = check_file(
            stream, filename, stage, reach=reach, on=china_day(now()), progress=_now_and_then(note)
        )
    with unit_of_work():
        imports.finish_check(import_id, findings, now())


def _apply(import_id: int, file_key: str) -> None:
    try:
        with Stage.filled(keeping.staging_path(file_key)) as stage:
            reserved = reserved_ids(stage)
            with unit_of_work(), _telling_of_sales(stage):
                entered = imports.apply_import(import_id, stage, reserved, now=now())
                if entered is not None:
                    _put_in_pools(entered.community_ids, entered.filename, entered.actor)
        keeping.forget(file_key)
    except Stale:
        with unit_of_work():
            imports.send_back(import_id)


def _telling_of_sales(stage: Stage) -> AbstractContextManager[object]:
    """A sheet may end ownerships while a vote runs. What stood before needs no lock: had it moved, the sheet is stale."""
    return ballots.telling_of_sales(standing_communities(stage), now=now())


def _put_in_pools(community_ids: Sequence[int], filename: str, actor: Actor) -> None:
    log_first_moves(community_ids, reason=by_sheet(filename), actor=actor, now=now())


def _now_and_then(note: Progress) -> Progress:
    last = 0.0

    def progress(stage: str, done: int, total: int) -> None:
        nonlocal last
        if monotonic() - last >= BEAT:
            last = monotonic()
            note(stage, done, total)

    return progress


# ------------------------------------------------------------------ at the server's command line


@ledger_commands.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只检查，不导入。")
def import_(path: Path, dry_run: bool) -> None:
    """导入台账：一个 .xlsx、一个 .zip，或一个放着各表 .csv 的文件夹。有问题时退出码为 1。"""
    key = secrets.token_hex(16)
    try:
        with _opened(path) as stream:
            findings, stage_path = _checked(stream, path.name, key)
        _tell(findings)
        if findings.problem_count:
            raise SystemExit(1)
        if dry_run or findings.is_nothing:
            click.echo("只做了检查，什么都没有改。" if dry_run else "台账已经和表里一样，没有要改的。")
            return
        with Stage.filled(stage_path) as stage:
            reserved = reserved_ids(stage)
            with unit_of_work(), _telling_of_sales(stage):
                applied = apply_stage(stage, reserved)
                imports.record_import(applied.changed, None, COMMAND, now(), findings.summary()["counts"])
                _put_in_pools(applied.new, path.name, COMMAND)
        click.echo(f"导入完成，涉及 {len(applied.changed)} 个小区。")
    except Stale as stale:
        raise click.ClickException(stale.message) from None
    finally:
        keeping.forget(key)


@ledger_commands.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--division", default="", help="区划代码：导出它下面的全部小区。")
@click.option("--community", "community_ids", multiple=True, type=int, help="小区的编号，可以写几个。")
@click.option("--full", is_flag=True, help="姓名、电话、证件号码写全；不加就打码。")
@click.option("--purpose", default="服务器导出", help="用途，记在操作记录里。")
def export(path: Path, division: str, community_ids: tuple[int, ...], full: bool, purpose: str) -> None:
    """导出台账，格式和导入的一样。"""
    ids = list(community_ids) or _all_under(division)
    if not ids:
        raise click.ClickException("没有找到小区。请检查 --division 或 --community。")
    with unit_of_work():
        exports.record_export(ids, is_full=full, purpose=purpose, actor=COMMAND, now=now())
    exports.write_export(path, ids, is_full=full)
    click.echo(f"导出了 {len(ids)} 个小区到 {path}。")


@ledger_commands.command("template")
@click.argument("path", type=click.Path(path_type=Path))
def template(path: Path) -> None:
    """写一份空白模板。"""
    write_template(path)
    click.echo(f"模板在 {path}。")


@ledger_commands.command("recompute")
def recompute() -> None:
    """按各户重数每个单元有多少户。"""
    with unit_of_work():
        differed = counting.recompute_households()
    click.echo(f"{differed} 个单元的户数有出入，已经改正。" if differed else "户数没有出入。")


def _opened(path: Path) -> BinaryIO:
    """The file, or the .csv files of a folder as the .zip they could have been sent in."""
    if path.is_file():
        return path.open("rb")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(path.glob("*.csv")):
            archive.writestr(part.name, part.read_bytes())
    packed.seek(0)
    return packed


def _checked(stream: BinaryIO, name: str, key: str, on: date | None = None) -> tuple[Findings, Path]:
    stage_path = keeping.staging_path(key)
    with Stage.fresh(stage_path) as stage, click.progressbar(length=1000, label="检查") as bar:
        findings = check_file(
            stream,
            name,
            stage,
            reach=Reach.everywhere(),
            on=on or china_day(now()),
            progress=_bar_progress(lambda at: bar.update(at - bar.pos)),
        )
        bar.update(1000 - bar.pos)
    return findings, stage_path


def _bar_progress(move: Callable[[int], None]) -> Progress:
    def progress(_stage: str, done: int, total: int) -> None:
        move(1000 * done // total if total else 0)

    return progress


def _tell(findings: Findings) -> None:
    for sheet, counts in findings.counts.items():
        click.echo(
            f"{sheet}：新增 {counts.new}，改动 {counts.changed}，转出 {counts.ended}，不变 {counts.same}"
        )
    for notice in findings.notices:
        click.echo(f"注意：{notice}")
    for problem in findings.problems[:PROBLEMS_SHOWN]:
        where = " ".join(
            part
            for part in (problem.sheet, f"第 {problem.row} 行" if problem.row else "", problem.column)
            if part
        )
        click.echo(f"{where}：{problem.what}。{problem.mend}".lstrip("："), err=True)
    if findings.problem_count > PROBLEMS_SHOWN:
        click.echo(f"一共 {findings.problem_count} 处问题，上面是前 {PROBLEMS_SHOWN} 处。", err=True)


def _all_under(code: str) -> list[int]:
    path = "/"
    if code:
        division = divisions.by_code(code)
        if division is None:
            return []
        path = division.path
    page, ids = 1, []
    while True:
        found = queries.communities_under(path, page=page, size=200)
        ids += [card.id for card in found.items]
        db.session.rollback()
        if not found.has_next:
            return ids
        page += 1
