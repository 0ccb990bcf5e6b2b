"""Recording an act, and sealing what was recorded."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from server.audit.models import AuditEntry, AuditLink
from server.audit.queries import hashed_form, last_link, unsealed
from server.audit.rules import link_hash
from server.infra.db import db
from server.infra.statements import NewRow, insert_rows
from server.kernel.actor import Actor

SEAL_AT_ONCE = 5000


def record(
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: int | None,
    *,
    now: datetime,
    community_id: int | None = None,
    **facts: Any,
) -> None:
    """Write one entry in the open transaction. `facts` may hold dates, decimals and enums; never personal values."""
    entry = entry_of(actor, verb, object_kind, object_id, now=now, community_id=community_id, **facts)
    db.session.add(AuditEntry(**entry))


def entry_of(
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: int | None,
    *,
    now: datetime,
    community_id: int | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """The entry that `record` would write, for whoever records many acts at once."""
    return {
        "at": now,
        "actor": actor.key,
        "actor_label": actor.label,
        "verb": verb,
        "object_kind": object_kind,
        "object_id": object_id,
        "community_id": community_id,
        "facts": {name: _plain(value) for name, value in facts.items()},
    }


def recording(
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: int | None,
    *,
    now: datetime,
    community_id: int | None = None,
    **facts: Any,
) -> NewRow:
    """The same for whoever writes it together with what was done (`insert_together`)."""
    entry = entry_of(actor, verb, object_kind, object_id, now=now, community_id=community_id, **facts)
    return AuditEntry, entry


def record_all(entries: Sequence[dict[str, Any]]) -> None:
    """Write entries made by `entry_of`, in their order and after what was recorded before them."""
    insert_rows(AuditEntry, entries)


def seal(now: datetime) -> int:
    """Append a link for each entry that has none. One job at a time calls it. Returns how many were sealed."""
    seq, prev = last_link()
    links = []
    for entry in db.session.scalars(unsealed().limit(SEAL_AT_ONCE)):
        seq += 1
        hash_ = link_hash(prev, seq, hashed_form(entry))
        links.append({"seq": seq, "entry_id": entry.id, "prev": prev, "hash": hash_, "sealed_at": now})
        prev = hash_
    insert_rows(AuditLink, links)
    return len(links)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    return value
