"""One import through its states: uploaded, checked, confirmed, applied. The job asks these; each is one unit of work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.infra.sheets import keeping
from server.infra.sheets.keeping import Kept
from server.kernel.actor import Actor, ActorKind
from server.kernel.errors import NotFound, Refused
from server.ledger.actions.importing.applying import apply_stage
from server.ledger.actions.importing.problems import Findings
from server.ledger.actions.importing.reach import Reach
from server.ledger.actions.importing.stage import Stage
from server.ledger.models import LedgerImport
from server.ledger.rules.words import ImportState

#: A job that gave no sign of life for so long is taken for dead.
SILENCE = timedelta(minutes=2)
MOST_TRIES = 3
GIVEN_UP = "检查这份文件时系统几次中断。请把文件分成几份再上传，或联系管理员。"
GONE = "上传的文件已经不在服务器上。请重新上传。"


@dataclass(frozen=True)
class Entered:
    """The communities that an import made, for whoever keeps more about a new one."""

    community_ids: list[int]
    filename: str
    actor: Actor


def begin_import(
    *,
    filename: str,
    kept: Kept,
    reach: Reach,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> LedgerImport:
    """Take note of an upload that `keeping.keep_sealed` has put away; the job looks it through."""
    digest = replay.digest(actor, filename, kept.digest)
    earlier = replay.earlier(LedgerImport, client_key, digest)
    if earlier:
        keeping.forget(kept.key)
        return earlier
    row = LedgerImport(
        filename=filename[-200:],
        file_key=kept.key,
        size=kept.size,
        state=ImportState.UPLOADED,
        allowed=reach.stored(),
        actor=actor.key,
        actor_label=actor.label,
        created_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "ledger.upload_sheet", "ledger_import", row.id, now=now, filename=row.filename, size=row.size
    )
    return row


def claim_import(now: datetime) -> LedgerImport | None:
    """Take up one that waits, or one whose job went silent; on to checking or applying."""
    waits = LedgerImport.state.in_([ImportState.UPLOADED, ImportState.CONFIRMED])
    silent = sa.and_(
        LedgerImport.state.in_([ImportState.CHECKING, ImportState.APPLYING]),
        LedgerImport.beat_at < now - SILENCE,
    )
    row = db.session.scalars(
        sa.select(LedgerImport)
        .where(sa.or_(waits, silent))
        .order_by(LedgerImport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    row.tries += 1
    row.beat_at = now
    if row.tries > MOST_TRIES:
        fail_import(row, GIVEN_UP)
        return row
    is_check = row.state in {ImportState.UPLOADED, ImportState.CHECKING}
    row.state = ImportState.CHECKING if is_check else ImportState.APPLYING
    return row


def note_progress(import_id: int, stage: str, done: int, total: int, now: datetime) -> None:
    """A sign of life, and what the page shows."""
    db.session.execute(
        sa.update(LedgerImport)
        .where(LedgerImport.id == import_id, LedgerImport.state == ImportState.CHECKING)
        .values(stage=stage, done=done, total=total, beat_at=now)
    )


def finish_check(import_id: int, findings: Findings, now: datetime) -> LedgerImport:
    row = _row(import_id)
    row.state = ImportState.PROBLEMS if findings.problem_count else ImportState.READY
    row.problem_count, row.problems = findings.problem_count, findings.problem_rows()
    row.summary, row.checked_at = findings.summary(), now
    row.stage, row.tries = "", 0
    row.done = row.total
    if row.state.is_over:
        keeping.forget(row.file_key)
    return row


def confirm_import(import_id: int, *, actor: Actor, now: datetime) -> LedgerImport:
    """The person has seen what would change and wants it."""
    row = _mine(import_id, actor)
    if row.state in {ImportState.CONFIRMED, ImportState.APPLYING, ImportState.APPLIED}:
        return row
    if row.state is not ImportState.READY:
        raise Refused("这份文件还不能导入。请先把问题改好，重新上传。")
    row.state, row.stage, row.beat_at, row.tries = ImportState.CONFIRMED, "等待导入", now, 0
    record(actor, "ledger.confirm_import", "ledger_import", row.id, now=now)
    return row


def discard_import(import_id: int, *, actor: Actor, now: datetime) -> LedgerImport:
    row = _mine(import_id, actor)
    if row.state is ImportState.READY:
        row.state = ImportState.DISCARDED
        keeping.forget(row.file_key)
        record(actor, "ledger.discard_import", "ledger_import", row.id, now=now)
    return row


def apply_import(
    import_id: int, stage: Stage, reserved: Mapping[str, Sequence[int]], *, now: datetime
) -> Entered | None:
    """Write what was checked, all of it in the open transaction. Raises Stale where it has to be checked again."""
    row = _row(import_id)
    if row.state is not ImportState.APPLYING:
        return None
    actor = _actor(row)
    applied = apply_stage(stage, reserved)
    record_import(applied.changed, row.id, actor, now, row.summary.get("counts", {}))
    row.state, row.applied_at, row.stage, row.tries = ImportState.APPLIED, now, "", 0
    return Entered(applied.new, row.filename, actor)


def record_import(
    changed: Mapping[int, Mapping[str, int]],
    import_id: int | None,
    actor: Actor,
    now: datetime,
    counts: Mapping[str, Any],
) -> None:
    """One entry for the import, one for each community it touched."""
    record(actor, "ledger.import", "ledger_import", import_id, now=now, counts=dict(counts))
    for community_id, tables in changed.items():
        record(
            actor,
            "ledger.import",
            "community",
            community_id,
            now=now,
            community_id=community_id,
            import_id=import_id,
            rows=dict(tables),
        )


def send_back(import_id: int) -> None:
    """The ledger moved on: check once more, and let the person look again."""
    row = _row(import_id)
    row.state, row.stage, row.tries = ImportState.UPLOADED, "台账有改动，重新检查", 0


def fail_import(row: LedgerImport, sentence: str) -> None:
    row.state, row.failure, row.stage = ImportState.FAILED, sentence, ""
    keeping.forget(row.file_key)


def fail_import_by_id(import_id: int, sentence: str) -> None:
    fail_import(_row(import_id), sentence)


def _row(import_id: int) -> LedgerImport:
    row = db.session.get(LedgerImport, import_id, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _mine(import_id: int, actor: Actor) -> LedgerImport:
    row = _row(import_id)
    if row.actor != actor.key:
        raise NotFound
    return row


def _actor(row: LedgerImport) -> Actor:
    kind, _, id_ = row.actor.partition(":")
    return Actor(ActorKind(kind), int(id_), row.actor_label)
