"""Reading the audit: entries by page, and the state of the chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from server.audit.models import AuditEntry, AuditLink
from server.audit.rules import GENESIS, Break, Link, breaks_in
from server.infra.db import db
from server.kernel.pages import PAGE_SIZE, Page


@dataclass(frozen=True)
class Verification:
    sealed: int
    unsealed: int
    #: Entries that stand below a sealed one and have no link themselves: late commits, sealed with the next run.
    breaks: list[Break]

    @property
    def is_whole(self) -> bool:
        return not self.breaks


def entries(*, community_ids: list[int] | None = None, verb: str = "", page: int = 1) -> Page[AuditEntry]:
    """Newest first. `community_ids` limits to these communities; None means all."""
    found = sa.select(AuditEntry)
    if community_ids is not None:
        found = found.where(AuditEntry.community_id.in_(community_ids))
    if verb:
        found = found.where(AuditEntry.verb.startswith(verb, autoescape=True))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    found = found.order_by(AuditEntry.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return Page(list(db.session.scalars(found)), page, PAGE_SIZE, total)


def entries_about(object_kind: str, object_id: int) -> list[AuditEntry]:
    """All that was done to one thing, oldest first."""
    found = sa.select(AuditEntry).where(
        AuditEntry.object_kind == object_kind, AuditEntry.object_id == object_id
    )
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def unsealed() -> sa.Select[AuditEntry]:
    """Entries that no link seals yet, oldest first."""
    has_link = sa.exists().where(AuditLink.entry_id == AuditEntry.id)
    return sa.select(AuditEntry).where(~has_link).order_by(AuditEntry.id)


def last_link() -> tuple[int, str]:
    """Number and hash of the newest link; (0, GENESIS) before the first."""
    row = db.session.execute(
        sa.select(AuditLink.seq, AuditLink.hash).order_by(AuditLink.seq.desc()).limit(1)
    ).first()
    return (row.seq, row.hash) if row else (0, GENESIS)


def verification() -> Verification:
    """Walk the whole chain: what is sealed, what broke, what is not sealed yet."""
    sealed = db.session.scalar(sa.select(sa.func.count()).select_from(AuditLink)) or 0
    open_ = db.session.scalar(sa.select(sa.func.count()).select_from(unsealed().subquery())) or 0
    return Verification(sealed, open_, breaks_in(_links()))


def hashed_form(entry: AuditEntry) -> dict[str, Any]:
    """The entry as its hash is taken: every column, instants as UTC text."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "actor_label": entry.actor_label,
        "verb": entry.verb,
        "object_kind": entry.object_kind,
        "object_id": entry.object_id,
        "community_id": entry.community_id,
        "facts": entry.facts,
    }


def _links() -> Iterator[Link]:
    rows = sa.select(AuditLink, AuditEntry).outerjoin(AuditEntry, AuditEntry.id == AuditLink.entry_id)
    found = db.session.execute(rows.order_by(AuditLink.seq).execution_options(yield_per=1000))
    for link, entry in found:
        yield Link(link.seq, link.entry_id, link.prev, link.hash, _form_or_none(entry))


def _form_or_none(entry: AuditEntry | None) -> dict[str, Any] | None:
    return None if entry is None else hashed_form(entry)
