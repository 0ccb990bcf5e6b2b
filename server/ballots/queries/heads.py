"""Heads of the roll: found by flat or by name, with what is needed to cast for them.

As frozen at the opening, then as corrections and sales left them; both are few, and most ballots have none.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from server.ballots.models import Head, RollFlat, RollState, Takeover, TakeoverAnswer
from server.ballots.rules.casting import HeadOnRoll
from server.infra.db import asked_once, db, table_of

#: Flat id, building, entrance, label, area.
HeadFlat = tuple[int, str, str, str, Decimal]


@dataclass(frozen=True)
class HeadCard:
    """One head with its flats."""

    head: str
    holder: str
    owner_ids: tuple[int, ...]
    representative_id: int | None
    flats: tuple[HeadFlat, ...]
    #: Records of the ledger that a person found to be one of these owners: id -> one of `owner_ids`.
    aliases: Mapping[str, int] = field(default_factory=dict)
    #: Of a head whose flats were sold: the sale with its hash, for the log.
    takeover: Mapping[str, object] | None = None
    #: When a second person confirmed that sale.
    taken_over_at: datetime | None = None
    #: What the log held when the buyer took over: votes up to here are the seller's.
    since: int = 0
    #: False once a correction took it off; its flats are then the last it had.
    is_on_roll: bool = True

    @property
    def on_roll(self) -> HeadOnRoll:
        return HeadOnRoll(
            self.head, self.owner_ids, self.representative_id, frozenset(flat[0] for flat in self.flats)
        )

    def person(self, owner_id: int) -> int:
        """Which of the head's owners a record of the ledger stands for."""
        return self.aliases.get(str(owner_id), owner_id)

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
    _heads.aliases,
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
_states, _takeovers = table_of(RollState), table_of(Takeover)
#: Whether anything may have changed since the roll was frozen: told with the heads, so that most ballots ask no more.
_IS_CHANGED = sa.or_(
    sa.exists().where(_states.c.ballot_id == sa.bindparam("ballot_id")),
    sa.exists().where(_takeovers.c.ballot_id == sa.bindparam("ballot_id")),
).label("is_changed")
#: By the whole primary key of each table: quick also where the database has no statistics of a roll written just now.
OF_FLATS = (
    _CARDS.add_columns(_heads.flats, _IS_CHANGED)
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
    return whole_cards(ballot_id, db.session.execute(OF_FLATS, asked_for).all(), flat_ids)


def whole_cards(ballot_id: int, rows: Sequence[Any], flat_ids: Collection[int]) -> list[HeadCard]:
    """Cards of rows of `OF_FLATS`, each with all its flats; the heads that these flats belong to now."""
    is_changed = any(row.is_changed for row in rows[:1]) if rows else None
    asked = Counter(row.head for row in rows)
    if any(row.flats > asked[row.head] for row in rows):
        # Somebody has further flats than those asked about.
        rows = db.session.execute(_BY_HEAD, {"ballot_id": ballot_id, "heads": list(asked)}).all()
    cards = _cards(rows)
    if is_changed is False:
        return cards
    # A flat that was forgotten at the opening stands in no frozen row.
    changes = _changes(ballot_id)
    kept = [card for card in cards if card.head not in changes.states]
    moved = [card for card in changes.new_cards() if set(card.flat_ids) & set(flat_ids)]
    return [changes.with_buyer(card) for card in kept + moved if card.is_on_roll]


def head(ballot_id: int, name: str) -> HeadCard | None:
    """One head, also where a correction took it off: what it did still stands in the log."""
    return next(iter(heads_named(ballot_id, [name])), None)


def heads_named(ballot_id: int, names: Collection[str]) -> list[HeadCard]:
    """These heads, taken off or not."""
    asked = {"ballot_id": ballot_id, "heads": list(names)}
    return [one for one in _now(ballot_id, _cards(db.session.execute(_BY_HEAD, asked))) if one.head in names]


def heads_of(ballot_id: int) -> list[HeadCard]:
    """The whole roll as it is now, in its order; heads that a correction added come last."""
    return [card for card in heads_ever(ballot_id) if card.is_on_roll]


def heads_ever(ballot_id: int) -> list[HeadCard]:
    """The same with those that a correction took off."""
    rows = _CARDS.where(_heads.ballot_id == ballot_id).order_by(*_IN_ORDER)
    return _now(ballot_id, _cards(db.session.execute(rows)))


def _cards(rows: Iterable[Any]) -> list[HeadCard]:
    """Rows of `_COLUMNS`, one a flat, gathered by head."""
    found: dict[str, HeadCard] = {}
    flats: dict[str, dict[int, HeadFlat]] = {}
    for row in rows:
        found.setdefault(
            row.head,
            HeadCard(
                row.head, row.holder, tuple(row.owner_ids), row.representative_id, (), row.aliases or {}
            ),
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
    """Every flat of the roll."""
    return sorted({flat_id for card in heads_of(ballot_id) for flat_id in card.flat_ids})


# ------------------------------------------------------------------ since the opening


@dataclass(frozen=True)
class _Changes:
    """The newest state of each head that a correction touched, and the newest sale of each head that was sold."""

    states: Mapping[str, list[RollState]]
    sales: Mapping[str, tuple[Takeover, int]]

    def new_cards(self) -> list[HeadCard]:
        """The corrected heads, those that were taken off with the last flats they had."""
        return [self._card(head, states) for head, states in self.states.items()]

    def _card(self, head: str, states: list[RollState]) -> HeadCard:
        last = states[-1]
        held = next((one.flats for one in reversed(states) if one.flats), [])
        flats = tuple(
            (
                flat["flat_id"],
                flat["building"],
                flat["entrance"],
                flat["label"],
                Decimal(flat["area"]),
            )
            for flat in held
        )
        return HeadCard(
            head,
            last.holder,
            tuple(last.owner_ids),
            last.representative_id,
            flats,
            last.aliases,
            is_on_roll=bool(last.flats),
        )

    def with_buyer(self, card: HeadCard) -> HeadCard:
        """Who casts for it now, where its flats were sold."""
        if card.head not in self.sales:
            return card
        sale, since = self.sales[card.head]
        return replace(
            card,
            owner_ids=tuple(sale.owner_ids),
            aliases=sale.aliases,
            representative_id=sale.representative_id,
            takeover={"id": sale.id, "hash": sale.digest},
            taken_over_at=sale.answer.answered_at if sale.answer is not None else None,
            since=since,
        )


def _changes(ballot_id: int) -> _Changes:
    return asked_once(("changes", ballot_id), lambda: _ask_changes(ballot_id))


def _ask_changes(ballot_id: int) -> _Changes:
    states: dict[str, list[RollState]] = {}
    for state in db.session.scalars(
        sa.select(RollState).where(RollState.ballot_id == ballot_id).order_by(RollState.seq)
    ):
        states.setdefault(state.head, []).append(state)
    confirmed = (
        sa.select(Takeover, TakeoverAnswer.seq)
        .join(TakeoverAnswer, TakeoverAnswer.takeover_id == Takeover.id)
        .where(Takeover.ballot_id == ballot_id, TakeoverAnswer.is_confirmed)
        .order_by(TakeoverAnswer.answered_at, Takeover.id)
    )
    return _Changes(states, {row.head: (row, seq) for row, seq in db.session.execute(confirmed)})


def _now(ballot_id: int, cards: Sequence[HeadCard]) -> list[HeadCard]:
    """Cards as frozen, as they are now; with the heads that corrections added."""
    changes = _changes(ballot_id)
    if not changes.states and not changes.sales:
        return list(cards)
    corrected = {card.head: _with_frozen(card, cards) for card in changes.new_cards()}
    frozen = [corrected.pop(card.head, card) for card in cards]
    return [changes.with_buyer(card) for card in [*frozen, *corrected.values()]]


def _with_frozen(card: HeadCard, cards: Sequence[HeadCard]) -> HeadCard:
    """A frozen head that was taken off whole has no later flats than the frozen ones."""
    if card.flats:
        return card
    frozen = next((one for one in cards if one.head == card.head), None)
    return replace(card, flats=frozen.flats) if frozen else card


def as_entered(ballot_id: int) -> list[HeadCard]:
    """Every head there ever was, with its owners as the roll names them: a sale changes none of them."""
    rows = _CARDS.where(_heads.ballot_id == ballot_id).order_by(*_IN_ORDER)
    cards = _cards(db.session.execute(rows))
    corrected = {card.head: _with_frozen(card, cards) for card in _changes(ballot_id).new_cards()}
    return [corrected.pop(card.head, card) for card in cards] + list(corrected.values())
