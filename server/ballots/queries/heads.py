"""Heads of the frozen roll: found by flat or by name, with what is needed to cast for them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.ballots.models import Head, RollFlat
from server.ballots.rules.casting import HeadOnRoll
from server.infra.db import asked_once, db, table_of

#: Flat id, building, entrance, label, area.
HeadFlat = tuple[int, str, str, str, Decimal]


@dataclass(frozen=True)
class HeadCard:
    """One head with its flats as frozen."""

    head: str
    holder: str
    owner_ids: tuple[int, ...]
    representative_id: int | None
    flats: tuple[HeadFlat, ...]

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


_heads, _flats = table_of(Head).c, table_of(RollFlat).c
_COLUMNS = (
    _heads.head,
    _heads.holder,
    _heads.owner_ids,
    _heads.representative_id,
    _flats.flat_id,
    _flats.building,
    _flats.entrance,
    _flats.label,
    _flats.area,
)
_CARDS = sa.select(*_COLUMNS).join_from(
    table_of(Head),
    table_of(RollFlat),
    sa.and_(_flats.ballot_id == _heads.ballot_id, _flats.head == _heads.head),
)
_IN_ORDER = (_heads.position, _flats.flat_id)
#: By the whole primary key of each table: quick also where the database has no statistics of a roll written just now.
OF_FLATS = (
    _CARDS.add_columns(_heads.flats)
    .where(
        _flats.ballot_id == sa.bindparam("ballot_id"),
        _flats.flat_id.in_(sa.bindparam("flat_ids", expanding=True)),
    )
    .order_by(*_IN_ORDER)
)
_BY_HEAD = _CARDS.where(
    _heads.ballot_id == sa.bindparam("ballot_id"), _heads.head.in_(sa.bindparam("heads", expanding=True))
).order_by(*_IN_ORDER)


def heads_of_flats(ballot_id: int, flat_ids: Collection[int]) -> list[HeadCard]:
    """The heads that any of these flats belongs to, each with all its flats."""
    if not flat_ids:
        return []
    asked = frozenset(flat_ids)
    return asked_once(("heads_of_flats", ballot_id, asked), lambda: _heads_of_flats(ballot_id, asked))


def _heads_of_flats(ballot_id: int, flat_ids: Collection[int]) -> list[HeadCard]:
    asked_for = {"ballot_id": ballot_id, "flat_ids": list(flat_ids)}
    return whole_cards(ballot_id, db.session.execute(OF_FLATS, asked_for).all())


def whole_cards(ballot_id: int, rows: Sequence[Any]) -> list[HeadCard]:
    """Cards of rows of `OF_FLATS`, each with all its flats."""
    asked = Counter(row.head for row in rows)
    if any(row.flats > asked[row.head] for row in rows):
        # Somebody has further flats than those asked about.
        rows = db.session.execute(_BY_HEAD, {"ballot_id": ballot_id, "heads": list(asked)}).all()
    return _cards(rows)


def head(ballot_id: int, name: str) -> HeadCard | None:
    rows = _CARDS.where(_heads.ballot_id == ballot_id, _heads.head == name).order_by(_flats.flat_id)
    return next(iter(_cards(db.session.execute(rows))), None)


def heads_named(ballot_id: int, names: Collection[str]) -> list[HeadCard]:
    return _cards(db.session.execute(_BY_HEAD, {"ballot_id": ballot_id, "heads": list(names)}))


def heads_of(ballot_id: int) -> list[HeadCard]:
    """The whole roll, in its order."""
    rows = _CARDS.where(_heads.ballot_id == ballot_id).order_by(*_IN_ORDER)
    return _cards(db.session.execute(rows))


def _cards(rows: Iterable[Any]) -> list[HeadCard]:
    """Rows of `_COLUMNS`, one a flat, gathered by head."""
    found: dict[str, HeadCard] = {}
    flats: dict[str, dict[int, HeadFlat]] = {}
    for row in rows:
        found.setdefault(
            row.head, HeadCard(row.head, row.holder, tuple(row.owner_ids), row.representative_id, ())
        )
        flats.setdefault(row.head, {})[row.flat_id] = (
            row.flat_id,
            row.building,
            row.entrance,
            row.label,
            row.area,
        )
    return [replace(card, flats=tuple(flats[name].values())) for name, card in found.items()]


def flat_ids_of(ballot_id: int) -> list[int]:
    """Every flat of the frozen roll."""
    return list(db.session.scalars(sa.select(RollFlat.flat_id).where(RollFlat.ballot_id == ballot_id)))
