"""Issuing and revoking keys, and keeping what came along with a report."""

from dataclasses import dataclass
from datetime import datetime

from server.audit.actions import record
from server.divisions import queries as divisions
from server.infra import crypto, replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.errors import Conflict, Invalid, NotFound
from server.open311 import queries
from server.open311.models import Open311Key, Open311Report
from server.open311.rules import check_name, hint_of


@dataclass(frozen=True)
class Sent:
    """What a program sent beside what makes the ticket."""

    token: str
    address_string: str = ""
    #: Both in millionths of a degree, or neither.
    lat: int | None = None
    long: int | None = None


def issue_key(
    division_id: int, *, name: str, secret: str, client_key: str, actor: Actor, now: datetime
) -> Open311Key:
    """Let a program report in this division and below. The secret is known to the caller alone, who shows it once:
    asked again with the same client key, it cannot be shown again, and that is said."""
    digest = replay.digest(actor, "open311_key", division_id, name)
    if replay.earlier(Open311Key, client_key, digest) is not None:
        raise Conflict("这个密钥刚才已经发过，只显示一次。没有记下，就停用它，再发一个。", code="key_issued")
    division = divisions.division(division_id)
    if division is None:
        raise NotFound
    row = Open311Key(
        division_id=division.id,
        division_path=division.path,
        name=check_name(name),
        key_hash=crypto.lookup("open311-key", secret),
        hint=hint_of(secret),
        issued_by=actor.key,
        issued_name=actor.label,
        issued_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "open311.issue_key", "open311_key", row.id, now=now, name=row.name, division_id=division.id, hint=row.hint
    )  # fmt: skip
    return row


def revoke_key(key_id: int, *, reason: str, actor: Actor, now: datetime) -> Open311Key:
    """From now on the key opens nothing. Asked again it stays as it is."""
    if not reason.strip():
        raise Invalid("写一句为什么停用。", fields={"reason": ["写一句为什么停用，会记在操作记录里。"]})
    lock_row(Open311Key, key_id)
    row = queries.key(key_id)
    if row is None:
        raise NotFound
    db.session.refresh(row)
    if row.revoked_at is None:
        row.revoked_by, row.revoked_name, row.revoke_reason = actor.key, actor.label, reason.strip()
        row.revoked_at = now
        record(
            actor, "open311.revoke_key", "open311_key", row.id, now=now, name=row.name, reason=row.revoke_reason
        )  # fmt: skip
    return row


def keep_report(key: Open311Key, ticket_id: int, sent: Sent, *, now: datetime) -> bool:
    """What came along with the report that made this ticket. False where it was kept before: the report was sent again."""
    if queries.report(ticket_id) is not None:
        return False
    db.session.add(
        Open311Report(
            ticket_id=ticket_id,
            key_id=key.id,
            token=sent.token,
            address_string=sent.address_string,
            lat=sent.lat,
            long=sent.long,
            received_at=now,
        )
    )
    db.session.flush()
    return True
