"""Recording that a step of the handover is done, or open again."""

from collections.abc import Sequence
from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.ledger.actions.places import lock_community
from server.management import queries
from server.management.actions.keeping import keep_evidence
from server.management.models import About, HandoverRecord
from server.management.rules.handover import HandoverStep, StepState, check_step


def record_handover(
    community_id: int,
    *,
    step: HandoverStep,
    state: StepState,
    done_on: date,
    words: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> HandoverRecord:
    """Where the step stands from now on, with what shows it."""
    lock_community(community_id)
    # Pictures are left out of the digest: sent again they are other attachments of the same ones.
    digest = replay.digest(actor, "record_handover", community_id, step, state, done_on, words)
    earlier = replay.earlier(HandoverRecord, client_key, digest)
    if earlier is not None:
        return earlier
    before = queries.step_states([community_id])[community_id].get(step)
    check_step(
        state, before=before, done_on=done_on, words=words, has_picture=bool(photos), today=china_day(now)
    )
    row = HandoverRecord(
        community_id=community_id, step=step, state=state, done_on=done_on, words=words.strip(),
        recorded_by=actor.key, recorded_name=actor.label, recorded_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    keep_evidence(community_id, About.HANDOVER, row.id, photos)
    record(
        actor, "management.record_handover", "handover_record", row.id, now=now, community_id=community_id,
        step=step, before=before, after=state, done_on=done_on, words=row.words, photos=len(photos),
    )  # fmt: skip
    return row
