"""Deciding who is one owner: merging two records, keeping them apart, splitting one, taking each back.

A merge writes nothing over: both records stay, and count as one from now on. A roll that was frozen before stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.audit.actions import record
from server.infra import replay
from server.infra.db import db
from server.kernel.actor import Actor
from server.kernel.chinatime import china_day
from server.kernel.errors import Conflict, NotFound, Refused
from server.ledger.actions.owners import check_owner_name
from server.ledger.actions.places import touch
from server.ledger.models import Owner, Ownership, OwnerVerdict
from server.ledger.models.people import name_hash
from server.ledger.queries import likeness as queries
from server.ledger.rules.likeness import (
    Sign,
    VerdictKind,
    check_reason,
    check_same,
    linked_apart,
    pair,
    together_with,
)
from server.ledger.rules.words import OwnerKind

VERBS = {
    VerdictKind.MERGE: "ledger.owners_merge",
    VerdictKind.APART: "ledger.owners_apart",
    VerdictKind.SPLIT: "ledger.owners_split",
    VerdictKind.ONE: "ledger.owners_one",
}


@dataclass(frozen=True)
class Told:
    """What comes with every decision."""

    reason: str
    client_key: str
    actor: Actor
    now: datetime


def merge_owners(community_id: int, one: int, other: int, told: Told) -> OwnerVerdict:
    """Two records are one owner: one head with all the area of both, in every roll that is frozen from now on."""
    return _decide_pair(community_id, one, other, VerdictKind.MERGE, told)


def keep_apart(community_id: int, one: int, other: int, told: Told) -> OwnerVerdict:
    """Two records are two owners. Turns a proposal down for good, and takes a merge back."""
    return _decide_pair(community_id, one, other, VerdictKind.APART, told)


def _decide_pair(community_id: int, one: int, other: int, kind: VerdictKind, told: Told) -> OwnerVerdict:
    low, high = pair(one, other)
    digest = replay.digest(told.actor, "decide_pair", community_id, low, high, kind, told.reason)
    earlier = replay.earlier(OwnerVerdict, told.client_key, digest)
    if earlier is not None:
        return earlier
    touch(community_id)
    records = [_owner(community_id, id_) for id_ in (low, high)]
    if low == high:
        raise NotFound
    if kind is VerdictKind.MERGE and records[0].kind is not records[1].kind:
        raise Refused("一条登记的是人，一条登记的是单位，不能并成一人。", code="two_kinds")
    reason = check_reason(told.reason)
    decided = queries.merged_or_apart(community_id)
    if decided.get((low, high)) is kind:
        raise Conflict(f"这两条已经定为“{kind.name_zh}”了。", code="decided")
    after = {**decided, (low, high): kind}
    if linked_apart(after) is not None:
        raise Refused("这样会和别的决定打架：通过第三条登记，它们还是同一人。先改那一条。", code="linked")
    if kind is VerdictKind.MERGE:
        check_same([_owner(community_id, id_).id_hash for id_ in sorted(together_with(low, after))])
    signs = queries.signs_of(community_id, low, high)
    return _keep(community_id, kind, low, high, signs, reason, told, digest)


def split_owner(community_id: int, owner_id: int, first: str, second: str, told: Told) -> OwnerVerdict:
    """One record is two owners: it keeps the first name, and the second owns beside it whatever it owns now."""
    digest = replay.digest(told.actor, "split_owner", community_id, owner_id, first, second, told.reason)
    earlier = replay.earlier(OwnerVerdict, told.client_key, digest)
    if earlier is not None:
        return earlier
    touch(community_id)
    owner = _owner(community_id, owner_id)
    if owner.kind is not OwnerKind.PERSON:
        raise Refused("单位不拆。一格里写了几个单位的，在房屋页面里逐个登记。", code="no_person")
    names = [check_owner_name(first, "first"), check_owner_name(second, "second")]
    reason = check_reason(told.reason)
    if names[0] == names[1]:
        raise Refused("两位业主的姓名一样。分别写上两个人的姓名。", code="one_name")
    was_named, owner.name, owner.name_hash = owner.name, names[0], name_hash(names[0])
    beside = Owner(community_id=community_id, kind=owner.kind, name=names[1], name_hash=name_hash(names[1]))
    db.session.add(beside)
    db.session.flush()
    for held in _present(owner_id):
        db.session.add(
            Ownership(
                flat_id=held.flat_id,
                owner_id=beside.id,
                is_representative=False,
                share=held.share,
                from_on=held.from_on,
            )
        )
    db.session.flush()
    return _keep(
        community_id,
        VerdictKind.SPLIT,
        owner_id,
        beside.id,
        [Sign.TWO_NAMES],
        reason,
        told,
        digest,
        was_named,
    )


def keep_one(community_id: int, owner_id: int, told: Told) -> OwnerVerdict:
    """One record is one owner, whatever its name looks like."""
    digest = replay.digest(told.actor, "keep_one", community_id, owner_id, told.reason)
    earlier = replay.earlier(OwnerVerdict, told.client_key, digest)
    if earlier is not None:
        return earlier
    touch(community_id)
    _owner(community_id, owner_id)
    reason = check_reason(told.reason)
    return _keep(community_id, VerdictKind.ONE, owner_id, None, [Sign.TWO_NAMES], reason, told, digest)


def rejoin_owner(community_id: int, owner_id: int, other_id: int, told: Told) -> OwnerVerdict:
    """Take a split back: the record bears its old name, and the second owner never owned."""
    digest = replay.digest(told.actor, "rejoin_owner", community_id, owner_id, other_id, told.reason)
    earlier = replay.earlier(OwnerVerdict, told.client_key, digest)
    if earlier is not None:
        return earlier
    touch(community_id)
    split = queries.split_verdict(community_id, owner_id, other_id)
    if split is None or split.was_named is None:
        raise NotFound
    reason = check_reason(told.reason)
    owner = _owner(community_id, owner_id)
    owner.name, owner.name_hash = split.was_named, name_hash(split.was_named)
    mine = {held.flat_id for held in _present(owner_id)}
    day = china_day(told.now)
    for held in _present(other_id):
        if held.flat_id in mine:
            # From and to the same day: it lasted on none.
            held.from_on = held.to_on = day
    db.session.flush()
    return _keep(community_id, VerdictKind.ONE, owner_id, other_id, [], reason, told, digest)


def _keep(
    community_id: int,
    kind: VerdictKind,
    owner_id: int,
    other_id: int | None,
    signs: list[Sign],
    reason: str,
    told: Told,
    digest: str,
    was_named: str | None = None,
) -> OwnerVerdict:
    row = OwnerVerdict(
        community_id=community_id,
        kind=kind,
        owner_id=owner_id,
        other_id=other_id,
        signs=[sign.value for sign in signs],
        was_named=was_named,
        reason=reason,
        decided_by=told.actor.key,
        decided_at=told.now,
        client_key=told.client_key,
        client_digest=digest,
    )
    db.session.add(row)
    db.session.flush()
    record(
        told.actor,
        VERBS[kind],
        "owner",
        owner_id,
        now=told.now,
        community_id=community_id,
        other=other_id,
        signs=row.signs,
        reason=reason,
    )
    return row


def _owner(community_id: int, owner_id: int) -> Owner:
    owner = db.session.get(Owner, owner_id, populate_existing=True)
    if owner is None or owner.community_id != community_id:
        raise NotFound
    return owner


def _present(owner_id: int) -> list[Ownership]:
    found = sa.select(Ownership).where(Ownership.owner_id == owner_id, Ownership.to_on.is_(None))
    return list(db.session.scalars(found.order_by(Ownership.id)))
