"""Owners that may be one, or two: what is proposed, what was decided, and whom a merged record counts as."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.infra.db import asked_once, db
from server.infra.statements import chunks
from server.kernel.masking import mask_id, mask_name, mask_phone
from server.ledger.models import Building, Entrance, Flat, Owner, Ownership, OwnerVerdict
from server.ledger.rules import likeness as rules
from server.ledger.rules.likeness import Pair, Record, Sign, Verdict, VerdictKind
from server.ledger.rules.names import label
from server.ledger.rules.words import OwnerKind


def persons(community_id: int) -> dict[int, int]:
    """Each merged record with the one it counts as."""
    rows = sa.select(OwnerVerdict.kind, OwnerVerdict.owner_id, OwnerVerdict.other_id).where(
        OwnerVerdict.community_id == community_id,
        OwnerVerdict.kind.in_([VerdictKind.MERGE, VerdictKind.APART]),
    )
    decided = rules.latest(Verdict(*row) for row in db.session.execute(rows.order_by(OwnerVerdict.id)))
    return rules.persons_of(decided)


@dataclass(frozen=True)
class Seen:
    """A record as whoever decides sees it: masked, with its present flats."""

    id: int
    name: str
    phone: str
    number: str
    flats: Sequence[str]


@dataclass(frozen=True)
class Alike:
    """Two records that may be one owner."""

    one: Seen
    other: Seen
    signs: Sequence[Sign]


@dataclass(frozen=True)
class Double:
    """A record that may be two owners."""

    one: Seen
    #: The two names, masked.
    names: tuple[str, str]


@dataclass(frozen=True)
class Decided:
    """What stands decided of a pair: merged, apart, or split."""

    row: OwnerVerdict
    one: Seen
    other: Seen
    decided_at: datetime


@dataclass(frozen=True)
class Queue:
    alike: Sequence[Alike]
    doubles: Sequence[Double]
    decided: Sequence[Decided]


def undecided_count(community_id: int) -> int:
    """How many pairs and records wait for somebody to decide."""
    pairs, doubles = asked_once(("undecided", community_id), lambda: _undecided(community_id))
    return len(pairs) + len(doubles)


def _undecided(community_id: int) -> tuple[dict[Pair, list[Sign]], dict[int, tuple[str, str]]]:
    found, verdicts = _records(community_id), [_plain(row) for row in verdict_rows(community_id)]
    return (
        rules.undecided(rules.alike(found), rules.latest(verdicts)),
        rules.undecided_doubles(rules.double(found), verdicts),
    )


def queue(community_id: int) -> Queue:
    """What waits, the surest first, and what was decided, the newest first."""
    pairs, doubles = _undecided(community_id)
    rows = verdict_rows(community_id)
    standing = _standing(rows)
    ids = {id_ for two in pairs for id_ in two} | doubles.keys()
    seen = _seen(community_id, ids | {id_ for row in standing for id_ in (row.owner_id, row.other_id or 0)})
    order = list(Sign)
    return Queue(
        [
            Alike(seen[one], seen[other], signs)
            for (one, other), signs in sorted(
                pairs.items(), key=lambda item: (min(map(order.index, item[1])), item[0])
            )
        ],
        [
            Double(seen[id_], (mask_name(names[0]), mask_name(names[1])))
            for id_, names in sorted(doubles.items())
        ],
        [
            Decided(row, seen[row.owner_id], seen[row.other_id], row.decided_at)
            for row in reversed(standing)
            if row.other_id is not None
        ],
    )


def signs_of(community_id: int, one: int, other: int) -> list[Sign]:
    """What speaks for these two being one owner now."""
    return rules.alike(_records(community_id)).get(rules.pair(one, other), [])


def verdict_rows(community_id: int) -> list[OwnerVerdict]:
    """All that was ever decided, in order."""
    rows = sa.select(OwnerVerdict).where(OwnerVerdict.community_id == community_id)
    return list(db.session.scalars(rows.order_by(OwnerVerdict.id)))


def merged_or_apart(community_id: int) -> dict[Pair, VerdictKind]:
    return rules.latest(_plain(row) for row in verdict_rows(community_id))


def split_verdict(community_id: int, owner_id: int, other_id: int) -> OwnerVerdict | None:
    """The split of this record, where it stands."""
    rows = verdict_rows(community_id)
    if (owner_id, other_id) not in rules.splits_in_force(_plain(row) for row in rows):
        return None
    found = [
        row
        for row in rows
        if (row.kind, row.owner_id, row.other_id) == (VerdictKind.SPLIT, owner_id, other_id)
    ]
    return found[-1]


def _standing(rows: Sequence[OwnerVerdict]) -> list[OwnerVerdict]:
    """Of each pair the verdict in force; of splits those not taken back."""
    plain = [_plain(row) for row in rows]
    splits = rules.splits_in_force(plain)
    last: dict[tuple[str, int, int], OwnerVerdict] = {}
    for row in rows:
        if row.other_id is None:
            continue
        is_split = row.kind in (VerdictKind.SPLIT, VerdictKind.ONE)
        last[("split" if is_split else "pair", row.owner_id, row.other_id)] = row
    kept = [
        row
        for (what, one, other), row in last.items()
        if what == "pair" or ((one, other) in splits and row.kind is VerdictKind.SPLIT)
    ]
    return sorted(kept, key=lambda row: row.id)


def _plain(row: OwnerVerdict) -> Verdict:
    return Verdict(row.kind, row.owner_id, row.other_id)


def _records(community_id: int) -> list[Record]:
    """Everyone who owns a flat now. Names are decrypted to be looked at, and go no further."""
    buildings: dict[int, set[int]] = {}
    rows = (
        sa.select(Ownership.owner_id, Flat.building_id)
        .join(Flat, Flat.id == Ownership.flat_id)
        .where(Flat.community_id == community_id, Ownership.to_on.is_(None))
    )
    for owner_id, building_id in db.session.execute(rows):
        buildings.setdefault(owner_id, set()).add(building_id)
    owners = sa.select(
        Owner.id, Owner.kind, Owner.name, Owner.name_hash, Owner.phone_hash, Owner.id_hash
    ).where(Owner.community_id == community_id)
    return [
        Record(*row, frozenset(buildings[row.id]))
        for row in db.session.execute(owners.order_by(Owner.id))
        if row.id in buildings
    ]


def _seen(community_id: int, owner_ids: set[int]) -> dict[int, Seen]:
    flats: dict[int, list[str]] = {}
    found: dict[int, Seen] = {}
    for some in chunks(sorted(owner_ids)):
        rows = (
            sa.select(Ownership.owner_id, Building.name, Entrance.name, Flat.room)
            .join(Flat, Flat.id == Ownership.flat_id)
            .join(Building, Building.id == Flat.building_id)
            .join(Entrance, Entrance.id == Flat.entrance_id)
            .where(Ownership.owner_id.in_(some), Ownership.to_on.is_(None))
            .order_by(Flat.sort_key)
        )
        for owner_id, *place in db.session.execute(rows):
            flats.setdefault(owner_id, []).append(label(*place))
        here = sa.select(Owner).where(Owner.community_id == community_id, Owner.id.in_(some))
        for owner in db.session.scalars(here):
            found[owner.id] = Seen(
                owner.id,
                mask_name(owner.name) if owner.kind is OwnerKind.PERSON else owner.name,
                mask_phone(owner.phone) if owner.phone else "",
                mask_id(owner.id_number) if owner.id_number else "",
                flats.get(owner.id, []),
            )
    return found
