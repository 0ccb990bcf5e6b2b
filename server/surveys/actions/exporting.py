"""An export on its way: asked for, claimed by the job, finished, and gone after some days. Writing stands in exports.py."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.infra.files import export_path
from server.kernel.actor import Actor
from server.surveys import queries
from server.surveys.models import Survey, SurveyExport
from server.surveys.rules.words import ExportState

SILENCE = timedelta(minutes=2)
MOST_TRIES = 3
KEPT_FOR = timedelta(days=7)


def record_export(of: Survey, *, form: str, has_labels: bool, actor: Actor, now: datetime) -> None:
    """Who took the answers out; written before the file is."""
    record(
        actor, "surveys.export", "survey", of.id, now=now, community_id=of.community_id, form=form, has_labels=has_labels
    )  # fmt: skip


def ask_for_export(
    of: Survey, *, form: str, has_labels: bool, client_key: str, actor: Actor, now: datetime
) -> SurveyExport:
    """Let the job write it; the page shows how far it is."""
    digest = replay.digest(actor, "ask_for_export", of.id, form, has_labels)
    row = replay.earlier(SurveyExport, client_key, digest)
    if row is not None:
        return row
    record_export(of, form=form, has_labels=has_labels, actor=actor, now=now)
    row = SurveyExport(
        survey_id=of.id,
        state=ExportState.WAITING,
        form=form,
        has_labels=has_labels,
        file_key=secrets.token_hex(16),
        total=queries.counted_total(of),
        asked_by=actor.key,
        asked_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    return row


def claim_export(now: datetime) -> SurveyExport | None:
    """Take up one that waits, or one whose job went silent; one that failed three times is given up."""
    silent = sa.and_(SurveyExport.state == ExportState.WRITING, SurveyExport.beat_at < now - SILENCE)
    row = db.session.scalars(
        sa.select(SurveyExport)
        .where(sa.or_(SurveyExport.state == ExportState.WAITING, silent))
        .order_by(SurveyExport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    row.tries += 1
    row.beat_at = now
    row.state = ExportState.WRITING if row.tries <= MOST_TRIES else ExportState.FAILED
    return row


def note_progress(export_id: int, done: int, now: datetime) -> None:
    row = db.session.get_one(SurveyExport, export_id, populate_existing=True)
    row.done, row.beat_at = done, now


def finish_export(export_id: int, now: datetime) -> None:
    row = db.session.get_one(SurveyExport, export_id, populate_existing=True)
    row.state, row.done, row.finished_at = ExportState.READY, row.total, now


def sweep_exports(now: datetime) -> int:
    """Delete files that were not fetched for a week. Returns how many."""
    old = sa.select(SurveyExport).where(
        SurveyExport.state == ExportState.READY, SurveyExport.finished_at < now - KEPT_FOR
    )
    rows = list(db.session.scalars(old))
    for row in rows:
        file_of(row).unlink(missing_ok=True)
        row.state = ExportState.GONE
    return len(rows)


def file_of(row: SurveyExport) -> Path:
    return export_path(f"{row.file_key}.{row.form}")
