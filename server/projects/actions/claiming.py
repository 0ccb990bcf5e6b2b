"""Claiming damage that the works did, and answering a claim."""

from collections.abc import Sequence
from datetime import date, datetime

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db, lock_row
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import NotFound
from server.ledger import queries as ledger
from server.projects.actions.keeping import check_member, keep_evidence, locked
from server.projects.models import DamageAct, DamageClaim
from server.projects.models.works import About
from server.projects.queries import answer_due, claim, item
from server.projects.rules.claims import LONGEST_WORDS, ClaimAct, check_claim, check_claim_act


def claim_damage(
    project_id: int,
    *,
    community_id: int,
    flat_id: int,
    item_id: int | None,
    happened_on: date,
    words: str,
    photos: Sequence[int],
    client_key: str,
    actor: Actor,
    now: datetime,
) -> DamageClaim:
    """A household says what the works broke. From now on an answer is owed, by a day that does not move."""
    locked(project_id)
    digest = replay.digest(
        actor, "claim_damage", project_id, community_id, flat_id, item_id, happened_on, words
    )
    earlier = replay.earlier(DamageClaim, client_key, digest)
    if earlier is not None:
        return earlier
    check_member(project_id, community_id)
    if ledger.flat(flat_id, community_id) is None:
        raise NotFound
    if item_id is not None and item(item_id, project_id).item.community_id != community_id:
        raise NotFound
    check_claim(words, happened_on, china_day(now))
    row = DamageClaim(
        project_id=project_id,
        community_id=community_id,
        item_id=item_id,
        flat_id=flat_id,
        happened_on=happened_on,
        words=words.strip()[:LONGEST_WORDS],
        claimed_by=actor.key,
        claimed_at=now,
        due_on=answer_due(community_id, now),
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    keep_evidence(project_id, About.CLAIM, row.id, photos)
    record(
        actor, "projects.claim_damage", "damage_claim", row.id, now=now, community_id=community_id,
        project_id=project_id, flat_id=flat_id, item_id=item_id, due_on=row.due_on, photos=len(photos),
    )  # fmt: skip
    return row


def answer_claim(
    claim_id: int,
    *,
    community_id: int,
    kind: ClaimAct,
    words: str,
    paid_fen: int | None,
    client_key: str,
    actor: Actor,
    now: datetime,
) -> DamageAct:
    """Acknowledged, refused with a reason, or settled with what was paid."""
    digest = replay.digest(actor, "answer_claim", claim_id, kind, words, paid_fen)
    earlier = replay.earlier(DamageAct, client_key, digest)
    if earlier is not None:
        return earlier
    lock_row(DamageClaim, claim_id)
    card = claim(claim_id, community_id)
    check_claim_act(
        kind,
        card.state,
        words=words,
        paid_fen=paid_fen,
        claimed_by=card.claim.claimed_by,
        actor_key=actor.key,
    )
    row = DamageAct(
        claim_id=claim_id,
        kind=kind,
        words=words.strip()[:LONGEST_WORDS],
        paid_fen=paid_fen if kind is ClaimAct.SETTLED else None,
        acted_by=actor.key,
        acted_name=actor.label,
        acted_at=now,
        client_key=client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor, "projects.answer_claim", "damage_claim", claim_id, now=now, community_id=community_id,
        project_id=card.claim.project_id, before=card.state, kind=kind, paid_fen=row.paid_fen,
    )  # fmt: skip
    return row
