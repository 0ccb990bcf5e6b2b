"""That a sheet was taken out: which, of which division, by whom."""

from datetime import datetime

from server.audit.actions import record
from server.divisions.models import Division
from server.kernel.actor import Actor


def record_export(of: Division, kind: str, filename: str, *, actor: Actor, now: datetime) -> None:
    record(actor, "reports.export", "division", of.id, now=now, sheet=kind, filename=filename)
