"""Owners of a scope, for ballots only. Names and numbers leave here decrypted in two functions, which say so."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.infra.db import db, table_of
from server.infra.statements import chunks
from server.kernel.masking import mask_id, mask_name, mask_phone
from server.ledger.models import Building, Entrance, Flat, Owner, Ownership
from server.ledger.queries.flats import FLAT_ORDER, scope
from server.ledger.queries.likeness import persons
from server.ledger.rules.names import label
from server.ledger.rules.words import AreaSource, FlatUse, OwnerKind


@dataclass(frozen=True)
class OwnerRow:
    """One flat as the roll of a ballot sees it: who owns it, by id; never a name."""

    flat_id: int
    building: str
    entrance: str
    room: str
    area: Decimal | None
    area_source: AreaSource | None
    use: FlatUse
    #: Sorted ids of all present owners, merged records as one; the set is the head [house].
    owners: tuple[int, ...]
    #: person, unless an owner is a developer, a work unit or another organisation.
    holder: OwnerKind
    representative_id: int | None
    #: Records that count as one of `owners`: id -> that owner's.
    aliases: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_counted(self) -> bool:
        return self.use.is_counted

    @property
    def label(self) -> str:
        return label(self.building, self.entrance, self.room)


@dataclass(frozen=True)
class OwnerCard:
    """A present owner of a flat, decrypted."""

    id: int
    kind: OwnerKind
    name: str
    phone: str | None
    id_number: str | None
    is_representative: bool
    share: str
    from_on: date | None
    to_on: date | None
    ownership_id: int

    @property
    def masked_name(self) -> str:
        """Organisations keep their name."""
        return mask_name(self.name) if self.kind is OwnerKind.PERSON else self.name

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone) if self.phone else ""

    @property
    def masked_id(self) -> str:
        return mask_id(self.id_number) if self.id_number else ""


#: Whose flat it is when owners of several kinds share it: the first of these that is among them.
HOLDER_ORDER = (OwnerKind.DEVELOPER, OwnerKind.WORK_UNIT, OwnerKind.ORGANISATION, OwnerKind.PERSON)


def present(on: date) -> sa.ColumnElement[bool]:
    """Ownerships that last on that day: `to_on` is the first day it is another's."""
    return sa.and_(
        sa.or_(Ownership.from_on.is_(None), Ownership.from_on <= on),
        sa.or_(Ownership.to_on.is_(None), Ownership.to_on > on),
    )


def owner_rows(
    community_id: int,
    *,
    on: date,
    building_ids: Collection[int] = (),
    entrance_ids: Collection[int] = (),
) -> list[OwnerRow]:
    """Every flat of the scope, in order, with its owners on that day; a flat nobody is known to own has none."""
    where = scope(community_id, building_ids, entrance_ids)
    person = persons(community_id)
    held: dict[int, list[tuple[int, OwnerKind, bool]]] = {}
    for flat_id, owner_id, kind, is_representative in db.session.execute(
        sa.select(Ownership.flat_id, Ownership.owner_id, Owner.kind, Ownership.is_representative)
        .join(Owner, Owner.id == Ownership.owner_id)
        .join(Flat, Flat.id == Ownership.flat_id)
        .where(present(on), *where)
    ):
        held.setdefault(flat_id, []).append((owner_id, kind, is_representative))
    rows = db.session.execute(
        sa.select(
            Flat.id,
            Building.name.label("building"),
            Entrance.name.label("entrance"),
            Flat.room,
            Flat.area,
            Flat.area_source,
            Flat.use,
        )
        .join(Building, Building.id == Flat.building_id)
        .join(Entrance, Entrance.id == Flat.entrance_id)
        .where(*where)
        .order_by(*FLAT_ORDER)
    )
    return [OwnerRow(*row, *_held(held.get(row.id, ()), person)) for row in rows]


def _held(
    owners: Sequence[tuple[int, OwnerKind, bool]], person: Mapping[int, int]
) -> tuple[tuple[int, ...], OwnerKind, int | None, dict[int, int]]:
    kinds = {kind for _, kind, _ in owners}
    holder = next((kind for kind in HOLDER_ORDER if kind in kinds), OwnerKind.PERSON)
    representative = next((person.get(id_, id_) for id_, _, is_one in owners if is_one), None)
    ids = tuple(sorted({person.get(id_, id_) for id_, _, _ in owners}))
    return ids, holder, representative, {id_: person[id_] for id_, _, _ in owners if id_ in person}


def owners_of_flat(flat_id: int, on: date) -> list[OwnerCard]:
    """Present owners, decrypted: for proving an owner, and for screens that mask."""
    return _cards(Ownership.flat_id == flat_id, present(on))


def owners_of_flats(flat_ids: Sequence[int], on: date) -> dict[int, list[OwnerCard]]:
    """Present owners of each of these flats, decrypted: for proving many at once."""
    found: dict[int, list[OwnerCard]] = {}
    for some in chunks(flat_ids):
        rows = _CARD.add_columns(Ownership.flat_id).where(Ownership.flat_id.in_(some), present(on))
        for *card, flat_id in db.session.execute(rows.order_by(Ownership.id)):
            found.setdefault(flat_id, []).append(OwnerCard(*card))
    return found


def ownership_history(flat_id: int) -> list[OwnerCard]:
    """Everyone who ever owned the flat, decrypted, the newest first; for screens that mask."""
    found = _cards(Ownership.flat_id == flat_id)
    return sorted(found, key=lambda card: (card.from_on or date.min, card.ownership_id), reverse=True)


def names_of(flat_ids: Collection[int], on: date) -> dict[int, list[str]]:
    """Masked names of the present owners of each of these flats."""
    found: dict[int, list[str]] = {}
    for flat_id, kind, name in db.session.execute(
        sa.select(Ownership.flat_id, Owner.kind, Owner.name)
        .join(Owner, Owner.id == Ownership.owner_id)
        .where(Ownership.flat_id.in_(flat_ids), present(on))
        .order_by(Ownership.id)
    ):
        found.setdefault(flat_id, []).append(mask_name(name) if kind is OwnerKind.PERSON else name)
    return found


_ownerships = table_of(Ownership)


#: Who owns which flat on the day `on`: as `present` says, for the statements of other rooms to join.
def masked_phones(owner_ids: Collection[int]) -> dict[int, str]:
    """By owner; those of whom no phone is known are left out."""
    found = sa.select(Owner.id, Owner.phone).where(Owner.id.in_(owner_ids), Owner.phone.is_not(None))
    return {row.id: mask_phone(row.phone) for row in db.session.execute(found) if row.phone}


OWNED = (
    sa.select(_ownerships.c.owner_id, _ownerships.c.flat_id)
    .where(
        sa.or_(_ownerships.c.from_on.is_(None), _ownerships.c.from_on <= sa.bindparam("on")),
        sa.or_(_ownerships.c.to_on.is_(None), _ownerships.c.to_on > sa.bindparam("on")),
    )
    .subquery("owned")
)


#: Whoever owned what on any day, with the days, for whoever asks about several: `owns_on` tells them apart.
OWNED_EVER = sa.select(
    _ownerships.c.owner_id, _ownerships.c.flat_id, _ownerships.c.from_on, _ownerships.c.to_on
).subquery("owned_ever")


def owns_on(day: date, from_on: date | None, to_on: date | None) -> bool:
    """Whether an ownership of these days is one on `day`, as `OWNED` has it."""
    return (from_on is None or from_on <= day) and (to_on is None or to_on > day)


_CARD: sa.Select[*tuple[Any, ...]] = sa.select(
    Owner.id,
    Owner.kind,
    Owner.name,
    Owner.phone,
    Owner.id_number,
    Ownership.is_representative,
    Ownership.share,
    Ownership.from_on,
    Ownership.to_on,
    Ownership.id,
).join(Owner, Owner.id == Ownership.owner_id)


def _cards(*where: sa.ColumnElement[bool]) -> list[OwnerCard]:
    rows = db.session.execute(_CARD.where(*where).order_by(Ownership.id))
    return [OwnerCard(*row) for row in rows]
