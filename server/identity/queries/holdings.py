"""What residents stand for and own: asked with every vote."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from server.identity.models import Binding
from server.identity.queries.residents import FLATS, BoundFlat, bound_from
from server.identity.rules import effective_level
from server.infra.db import table_of
from server.infra.statements import chunks, run
from server.ledger import queries as ledger

_bindings = table_of(Binding)


@dataclass(frozen=True)
class Holding:
    """A flat a resident stands for, with every flat that its proven owner owns on the day asked about."""

    flat: BoundFlat
    owned: frozenset[int]


_HOLDINGS = FLATS.outerjoin(ledger.OWNED, ledger.OWNED.c.owner_id == _bindings.c.owner_id).add_columns(
    ledger.OWNED.c.flat_id.label("owned")
)


#: With the days on which each was owned.
_HOLDINGS_EVER = (
    sa.select(
        *FLATS.selected_columns,
        _bindings.c.resident_id,
        ledger.OWNED_EVER.c.flat_id.label("owned"),
        ledger.OWNED_EVER.c.from_on,
        ledger.OWNED_EVER.c.to_on,
    )
    .select_from(_bindings)
    .outerjoin(ledger.OWNED_EVER, ledger.OWNED_EVER.c.owner_id == _bindings.c.owner_id)
    .where(
        _bindings.c.resident_id.in_(sa.bindparam("resident_ids", expanding=True)),
        _bindings.c.ended_at.is_(None),
    )
    .order_by(_bindings.c.id)
)


def holdings(resident_id: int, on: date) -> list[Holding]:
    """In the order they were bound; one read, because casting asks it with every vote."""
    return _holdings(run(_HOLDINGS, {"resident_id": resident_id, "on": on}))


def holdings_of(resident_ids: Collection[int], on: date) -> dict[int, list[Holding]]:
    """The same of each of these residents."""
    found = holdings_on({resident_id: {on} for resident_id in resident_ids})
    return {resident_id: held for (resident_id, _), held in found.items()}


def holdings_on(days: Mapping[int, Collection[date]]) -> dict[tuple[int, date], list[Holding]]:
    """The same of each of these residents on each of their days, read once for all."""
    rows: dict[int, list[Any]] = {}
    for some in chunks(sorted(days)):
        for row in run(_HOLDINGS_EVER, {"resident_ids": some}):
            rows.setdefault(row.resident_id, []).append(row)
    return {
        (resident_id, day): _holdings(mine, day)
        for resident_id, mine in rows.items()
        for day in days[resident_id]
    }


def _holdings(rows: Iterable[Any], on: date | None = None) -> list[Holding]:
    """Of rows that were read for one day; with `on`, of rows of all days."""
    found: dict[int, BoundFlat] = {}
    owned: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.id, bound_from(row, effective_level(row.level, is_frozen=row.is_frozen)))
        if row.owned is not None and (on is None or ledger.owns_on(on, row.from_on, row.to_on)):
            owned.setdefault(row.id, set()).add(row.owned)
    return [Holding(flat, frozenset(owned.get(id_, ()))) for id_, flat in found.items()]
