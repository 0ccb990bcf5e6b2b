"""Recording a visit."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.visits.models import Visit
from server.visits.rules import Purpose, Result, check_come_back, checked_note, checked_time


def record_visit(
    community_id: int,
    household_id: int,
    *,
    purpose: Purpose,
    about_id: int,
    since: datetime,
    result: Result,
    visited_at: datetime,
    client_key: str,
    actor: Actor,
    now: datetime,
    come_back_at: datetime | None = None,
    note: str = "",
) -> Visit:
    """Keep what came of a visit; the same client key again gives the same row.

    `since` is when the matter began (a survey's opening): no visit is older. Raises Invalid with the sentence of the field,
    NotFound for a household of another community.
    """
    asked = (community_id, household_id, purpose, about_id, result, visited_at, come_back_at, note)
    digest = replay.digest(actor, "record_visit", *asked)
    earlier = replay.earlier(Visit, client_key, digest)
    if earlier is not None:
        return earlier
    household = ledger.household(household_id)
    if household is None or household.community_id != community_id:
        raise NotFound
    visited_at = checked_time(visited_at, since, now)
    check_come_back(result, come_back_at, visited_at)
    row = Visit(
        purpose=purpose,
        about_id=about_id,
        community_id=community_id,
        household_id=household_id,
        result=result,
        come_back_at=come_back_at,
        note=checked_note(note),
        visited_by=actor.key,
        visitor=actor.label,
        visited_at=visited_at,
        recorded_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # The telephone sent the same item twice at the same instant: the other request has kept it by now.
        kept = replay.earlier(Visit, client_key, digest)
        if kept is None:
            raise
        return kept
    record(
        actor, "visits.record", "household", household_id, now=now, community_id=community_id,
        purpose=purpose, about_id=about_id, result=result, visited_at=visited_at, come_back_at=come_back_at,
    )  # fmt: skip
    return row
