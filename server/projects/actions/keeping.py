"""What the other actions share: the project under a lock, and keeping pictures beside a row."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from server.audit.actions import record
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import NotFound
from server.projects.models import (
    Evidence,
    FundingLine,
    PrepStep,
    Project,
    ProjectCost,
    StructureAct,
    WorksEvent,
)
from server.projects.models.works import About
from server.projects.queries import known, members

#: What is entered of a project with pictures.
Entered = WorksEvent | FundingLine | ProjectCost | PrepStep | StructureAct


def locked(project_id: int) -> Project:
    """The project, so that two people who record at once do it one after the other. Raises NotFound."""
    lock_row(Project, project_id)
    row = known(project_id)
    db.session.refresh(row)
    return row


def keep_entry(project_id: int, about: About, row: Entered, photos: Sequence[int]) -> None:
    """The entry, with its pictures beside it."""
    db.session.add(row)
    db.session.flush()
    keep_evidence(project_id, about, row.id, photos)


def check_member(project_id: int, community_id: int) -> None:
    """Raises NotFound where the community is not of the project."""
    if community_id not in {one.id for one in members([project_id])[project_id]}:
        raise NotFound


def keep_evidence(project_id: int, about: About, about_id: int, photos: Sequence[int]) -> list[Evidence]:
    """`photos`: ids of attachments. The same picture twice is one."""
    rows = [
        Evidence(project_id=project_id, about=about, about_id=about_id, attachment_id=one)
        for one in dict.fromkeys(photos)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def project_record(
    actor: Actor, verb: str, project_id: int, *, now: datetime, besides: Collection[int] = (), **facts: Any
) -> None:
    """An entry of the audit for each community of the project (and `besides`), so that whoever reads one of them sees it."""
    for one in sorted({member.id for member in members([project_id])[project_id]} | set(besides)):
        record(actor, verb, "project", project_id, now=now, community_id=one, **facts)
