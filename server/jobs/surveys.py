"""`flask surveys …`, and the job that writes exports: each step one unit of work."""

import json
import logging
import secrets
from pathlib import Path

import click
from flask.cli import AppGroup

from server.infra.clock import now
from server.infra.db import unit_of_work
from server.kernel.actor import COMMAND
from server.ledger import queries as ledger
from server.surveys import actions, exports, queries
from server.surveys.actions import Heading
from server.surveys.actions.drafting import LONGEST_TITLE
from server.surveys.rules.words import ExportState
from server.surveys.sheet import FormRefused, read_xlsform

log = logging.getLogger(__name__)

surveys_commands = AppGroup("surveys", help="问卷：导入表单、重算合计、导出答卷。")


# ------------------------------------------------------------------ the job


def work_on_exports() -> int:
    """Write every export that waits, one after another. Returns how many were taken up."""
    taken = 0
    while _one_export():
        taken += 1
    return taken


def _one_export() -> bool:
    with unit_of_work():
        row = actions.claim_export(now())
        found = (
            (row.id, row.survey_id, row.state, row.form, row.has_labels, actions.file_of(row))
            if row
            else None
        )
    if found is None:
        return False
    export_id, survey_id, state, form, has_labels, path = found
    if state is ExportState.WRITING:
        try:
            _write(export_id, survey_id, form, path, has_labels=has_labels)
        except Exception:
            # The row keeps its state and is taken up again after the silence, three times at most.
            log.exception("export %s broke off", export_id)
    return True


def _write(export_id: int, survey_id: int, form: str, path: Path, *, has_labels: bool) -> None:
    def note(done: int) -> None:
        with unit_of_work():
            actions.note_progress(export_id, done, now())

    exports.write(path, form, queries.known(survey_id), has_labels=has_labels, progress=note)
    with unit_of_work():
        actions.finish_export(export_id, now())


# ------------------------------------------------------------------ at the server's command line


@surveys_commands.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--community", "community_id", type=int, required=True, help="小区的编号。")
def import_(path: Path, community_id: int) -> None:
    """导入 XLSForm，做成一份草稿。有不能收的，逐格写出来，什么都不导入，退出码为 1。"""
    if ledger.community(community_id) is None:
        raise click.ClickException(f"没有编号为 {community_id} 的小区。")
    try:
        form = read_xlsform(path.read_bytes(), path.name)
    except FormRefused as refusal:
        for problem in refusal.problems:
            click.echo(f"{problem.place or path.name}：{problem.message}", err=True)
        raise SystemExit(1) from None
    with unit_of_work():
        survey = actions.draft_survey(
            community_id,
            Heading(form.title[:LONGEST_TITLE]),
            form.definition,
            client_key=secrets.token_urlsafe(16),
            actor=COMMAND,
            now=now(),
        )
    for sentence in form.left_out:
        click.echo(sentence, err=True)
    click.echo(json.dumps({"survey": survey.id}))


@surveys_commands.command("recompute")
@click.argument("survey_id", type=int)
def recompute(survey_id: int) -> None:
    """按答卷重算哪份算数和所有合计。"""
    _check_known(survey_id)
    with unit_of_work():
        differed = actions.recompute_sums(survey_id)
    click.echo("原来的合计有出入，已经改正。" if differed else "合计没有出入。")


@surveys_commands.command("export")
@click.argument("survey_id", type=int)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--codes", is_flag=True, help="写编号，不写文字。")
def export(survey_id: int, path: Path, codes: bool) -> None:
    """把答卷写成 .xlsx 或 .csv，看文件名的结尾。"""
    _check_known(survey_id)
    form = "csv" if path.suffix.lower() == ".csv" else "xlsx"
    exports.write(path, form, queries.known(survey_id), has_labels=not codes)
    click.echo(f"写好了：{path}")


def _check_known(survey_id: int) -> None:
    if queries.survey(survey_id) is None:
        raise click.ClickException(f"没有编号为 {survey_id} 的问卷。")
