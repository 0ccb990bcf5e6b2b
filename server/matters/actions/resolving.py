"""Writing down what was resolved, and what came of it."""

from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger.actions.places import lock_community
from server.matters import queries
from server.matters.actions.keeping import locked_meeting
from server.matters.models import AgendaPoint, Resolution, ResolutionAct
from server.matters.rules.resolutions import Outcome, check_outcome, check_resolution


def resolve(
    meeting_id: int,
    *,
    community_id: int,
    point_id: int,
    what: str,
    who: str,
    due_on: date,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Resolution:
    """Who does what by when, of a point of the agenda: on what was not announced nothing is resolved."""
    card = locked_meeting(meeting_id, community_id, now)
    digest = replay.digest(actor, "resolve", meeting_id, point_id, what, who, due_on)
    earlier = replay.earlier(Resolution, client_key, digest)
    if earlier is not None:
        return earlier
    point = db.session.get(AgendaPoint, point_id)
    if point is None or point.meeting_id != meeting_id:
        raise NotFound
    check_resolution(card.state, what=what, who=who, due_on=due_on, met_on=china_day(card.meeting.starts_at))
    row = Resolution(
        point_id=point_id, what=what.strip(), who=who.strip(), due_on=due_on, resolved_by=actor.key,
        resolved_at=now, client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(
        actor, "matters.resolve", "matter_resolution", row.id, now=now, community_id=community_id,
        meeting_id=meeting_id, matter_id=point.matter_id, what=row.what, who=row.who, due_on=due_on,
    )  # fmt: skip
    return row


def record_outcome(
    resolution_id: int,
    *,
    community_id: int,
    outcome: Outcome,
    done_on: date,
    words: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> ResolutionAct:
    """It was done, is dropped, or is taken up again."""
    lock_community(community_id)
    digest = replay.digest(actor, "record_outcome", resolution_id, outcome, done_on, words)
    earlier = replay.earlier(ResolutionAct, client_key, digest)
    if earlier is not None:
        return earlier
    line = queries.resolution(resolution_id, community_id, china_day(now))
    if line is None:
        raise NotFound
    check_outcome(outcome, line.state, done_on=done_on, met_on=line.met_on, words=words, today=china_day(now))
    row = ResolutionAct(
        resolution_id=resolution_id, outcome=outcome, done_on=done_on, words=words.strip(),
        recorded_by=actor.key, recorded_name=actor.label, recorded_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(
        actor, "matters.record_outcome", "matter_resolution", resolution_id, now=now,
        community_id=community_id, outcome=outcome, done_on=done_on, words=row.words,
    )  # fmt: skip
    return row
