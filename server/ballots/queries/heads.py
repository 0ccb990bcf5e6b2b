"""Heads of the frozen roll: found by flat or by name, with what is needed to cast for them."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from server.ballots.models import Head, RollFlat
from server.ballots.rules.casting import HeadOnRoll
from server.infra.db import db


@dataclass(frozen=True)
class HeadCard:
    """One head with its flats as frozen."""

    head: str
    holder: str
    owner_ids: tuple[int, ...]
    representative_id: int | None
    #: (flat id, building, entrance, label, area)
    flats: tuple[tuple[int, str, str, str, Decimal], ...]

    @property
    def on_roll(self) -> HeadOnRoll:
        return HeadOnRoll(
            self.head, self.owner_ids, self.representative_id, frozenset(flat[0] for flat in self.flats)
        )

    @property
    def area(self) -> Decimal:
        return sum((flat[4] for flat in self.flats), Decimal(0))

    @property
    def labels(self) -> list[str]:
        return [flat[3] for flat in self.flats]

    @property
    def flat_ids(self) -> list[int]:
        return [flat[0] for flat in self.flats]

    @property
    def has_representative(self) -> bool:
        return self.representative_id is not None and len(self.owner_ids) > 1


_mine = aliased(RollFlat)
_COLUMNS = (
    Head.head,
    Head.holder,
    Head.owner_ids,
    Head.representative_id,
    RollFlat.flat_id,
    RollFlat.building,
    RollFlat.entrance,
    RollFlat.label,
    RollFlat.area,
)
_CARDS = sa.select(*_COLUMNS).join(
    RollFlat, sa.and_(RollFlat.ballot_id == Head.ballot_id, RollFlat.head == Head.head)
)
_BY_FLAT = (
    _CARDS.join(_mine, sa.and_(_mine.ballot_id == Head.ballot_id, _mine.head == Head.head))
    .where(
        Head.ballot_id == sa.bindparam("ballot_id"),
        _mine.flat_id.in_(sa.bindparam("flat_ids", expanding=True)),
    )
    .order_by(Head.position, RollFlat.flat_id)
)


def heads_of_flats(ballot_id: int, flat_ids: Collection[int]) -> list[HeadCard]:
    """The heads that any of these flats belongs to, each with all its flats."""
    if not flat_ids:
        return []
    return _cards(db.session.execute(_BY_FLAT, {"ballot_id": ballot_id, "flat_ids": list(flat_ids)}).all())


def head(ballot_id: int, name: str) -> HeadCard | None:
    rows = _CARDS.where(Head.ballot_id == ballot_id, Head.head == name).order_by(RollFlat.flat_id)
    return next(iter(_cards(db.session.execute(rows).all())), None)


def heads_of(ballot_id: int) -> list[HeadCard]:
    """The whole roll, in its order."""
    rows = _CARDS.where(Head.ballot_id == ballot_id).order_by(Head.position, RollFlat.flat_id)
    return _cards(db.session.execute(rows).all())


def _cards(
    rows: Collection[sa.Row[tuple[str, str, list[int], int | None, int, str, str, str, Decimal]]],
) -> list[HeadCard]:
    found: dict[str, HeadCard] = {}
    flats: dict[str, dict[int, tuple[int, str, str, str, Decimal]]] = {}
    for name, holder, owner_ids, representative_id, *flat in rows:
        found.setdefault(name, HeadCard(name, holder, tuple(owner_ids), representative_id, ()))
        flats.setdefault(name, {})[flat[0]] = (flat[0], flat[1], flat[2], flat[3], flat[4])
    return [
        HeadCard(card.head, card.holder, card.owner_ids, card.representative_id, tuple(flats[name].values()))
        for name, card in found.items()
    ]


def flat_ids_of(ballot_id: int) -> list[int]:
    """Every flat of the frozen roll."""
    return list(db.session.scalars(sa.select(RollFlat.flat_id).where(RollFlat.ballot_id == ballot_id)))
