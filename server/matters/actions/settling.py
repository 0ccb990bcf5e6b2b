"""Answering a matter, merging the same into one, and noting what it became."""

from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.matters import queries
from server.matters.actions.keeping import locked_matter
from server.matters.models import Answer, MatterLink, Merge
from server.matters.rules.links import LinkKind
from server.matters.rules.raised import check_answer, check_merge


def answer_matter(
    matter_id: int,
    *,
    community_id: int,
    text: str,
    answered_as: str,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    """An answer that whoever reads the matter reads. `answered_as`: the office or post that answers."""
    card = locked_matter(matter_id, community_id, now)
    digest = replay.digest(actor, "answer_matter", matter_id, text)
    earlier = replay.earlier(Answer, client_key, digest)
    if earlier is not None:
        return earlier
    row = Answer(
        matter_id=matter_id, text=check_answer(text, card.state), answered_by=actor.key,
        answered_name=actor.label, answered_as=answered_as, answered_at=now,
        client_key=client_key, client_digest=digest,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(
        actor, "matters.answer", "matter", matter_id, now=now, community_id=community_id,
        answer_id=row.id, was_late=now >= card.matter.due_at,
    )  # fmt: skip
    return row


def merge_matter(
    matter_id: int, *, community_id: int, into_id: int, reason: str, actor: Actor, now: datetime
) -> Merge:
    """It is the same as another one: its homes count there, and its page leads there. Said again it changes nothing."""
    # In the order of their numbers, so that two who merge crosswise do not wait for each other for ever.
    cards = {one: locked_matter(one, community_id, now) for one in sorted({matter_id, into_id})}
    known = queries.merge_of(matter_id)
    if known is not None and known.into_id == into_id:
        return known
    check_merge(
        matter_id,
        into_id,
        states=(cards[matter_id].state, cards[into_id].state),
        dues=(cards[matter_id].matter.due_at, cards[into_id].matter.due_at),
        has_merged=bool(queries.merged_into(matter_id)),
        reason=reason,
    )
    row = Merge(
        matter_id=matter_id, into_id=into_id, reason=reason.strip(), merged_by=actor.key, merged_at=now
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "matters.merge", "matter", matter_id, now=now, community_id=community_id,
        into_id=into_id, reason=row.reason,
    )  # fmt: skip
    return row


def link_matter(
    matter_id: int, *, community_id: int, kind: LinkKind, target_id: int, actor: Actor, now: datetime
) -> MatterLink:
    """What it became; the door has seen that the target is of this community. Said again it changes nothing."""
    locked_matter(matter_id, community_id, now)
    found = sa.select(MatterLink).where(
        MatterLink.matter_id == matter_id, MatterLink.kind == kind, MatterLink.target_id == target_id
    )
    known = db.session.scalar(found)
    if known is not None:
        return known
    row = MatterLink(matter_id=matter_id, kind=kind, target_id=target_id, linked_by=actor.key, linked_at=now)
    db.session.add(row)
    db.session.flush()
    record(
        actor, "matters.link", "matter", matter_id, now=now, community_id=community_id,
        kind=kind, target_id=target_id,
    )  # fmt: skip
    return row
