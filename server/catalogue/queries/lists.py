"""Which items there are at a place on a day, and how far each list has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from server.catalogue.models import CatalogueItem, CatalogueVersion
from server.catalogue.rules.items import lacking
from server.catalogue.rules.versions import DatedVersion, Stage, Way, stage, version_in_force
from server.divisions import queries as divisions
from server.divisions.rules import DivisionLevel, ids_in
from server.infra.db import db
from server.kernel.errors import Reason

#: Who writes a list of its own: the others use the one above them.
LISTING_LEVELS = frozenset(
    {
        DivisionLevel.PROVINCE,
        DivisionLevel.PREFECTURE,
        DivisionLevel.COUNTY,
        DivisionLevel.REPORTING_UNIT,
    }
)


@dataclass(frozen=True)
class ListCard:
    """A list with whose it is and how far it has come."""

    version: CatalogueVersion
    division_name: str
    division_path: str
    stage: Stage
    is_local: bool


def version(on: date, division_path: str) -> CatalogueVersion | None:
    """The list in force on that day at the division of this path: the nearest one up the path."""
    path_ids = ids_in(division_path)
    rows = {row.id: row for row in db.session.scalars(sa.select(CatalogueVersion).where(_at(path_ids)))}
    dated = [DatedVersion(row.id, row.division_id, row.valid_from, row.ends_on) for row in rows.values()]
    held = version_in_force(dated, path_ids, on)
    return rows[held.id] if held else None


def cards(on: date, path: str = "/") -> list[ListCard]:
    """Every list of the divisions on one line with this path: below it, itself, and above it; higher ones first."""
    found = sa.select(CatalogueVersion).where(
        sa.or_(
            CatalogueVersion.division_id.in_(divisions.subtree_ids(path)),
            CatalogueVersion.division_id.in_(ids_in(path)),
        )
    )
    cards_ = [card(row, on) for row in db.session.scalars(found.order_by(CatalogueVersion.id.desc()))]
    return sorted(cards_, key=lambda one: (len(ids_in(one.division_path)), one.division_path))


def card(version_: CatalogueVersion, on: date) -> ListCard:
    owner = divisions.division(version_.division_id)
    if owner is None:
        raise LookupError(version_.division_id)
    return ListCard(
        version_, owner.name, owner.path, stage_of(version_, on), owner.level is not DivisionLevel.PROVINCE
    )


def is_local(version_: CatalogueVersion) -> bool:
    owner = divisions.division(version_.division_id)
    return owner is None or owner.level is not DivisionLevel.PROVINCE


def stage_of(version_: CatalogueVersion, on: date) -> Stage:
    way = Way(
        is_local(version_),
        version_.approved_on,
        version_.filed_on,
        version_.valid_from,
        _next_from(version_),
        version_.ends_on,
        version_.discarded_at is not None,
    )
    return stage(way, on)


def _next_from(version_: CatalogueVersion) -> date | None:
    """When the division's next list began or begins; of two of one day the later entered holds."""
    if version_.valid_from is None:
        return None
    after = sa.or_(
        CatalogueVersion.valid_from > version_.valid_from,
        sa.and_(CatalogueVersion.valid_from == version_.valid_from, CatalogueVersion.id > version_.id),
    )
    found = sa.select(sa.func.min(CatalogueVersion.valid_from))
    return db.session.scalar(found.where(CatalogueVersion.division_id == version_.division_id, after))


def lacking_of(version_: CatalogueVersion) -> list[Reason]:
    return lacking([row.code for row in items_of(version_.id)])


def version_by_id(version_id: int) -> CatalogueVersion | None:
    return db.session.get(CatalogueVersion, version_id)


def items(on: date, division_path: str) -> list[CatalogueItem]:
    """All items of the list in force, in its order; empty where no list is."""
    held = version(on, division_path)
    return items_of(held.id) if held else []


def items_of(version_id: int) -> list[CatalogueItem]:
    found = sa.select(CatalogueItem).where(CatalogueItem.version_id == version_id)
    return list(db.session.scalars(found.order_by(CatalogueItem.position)))


def item_in(version_id: int, item_id: int) -> CatalogueItem | None:
    """The item, where it is of this version."""
    found = item(item_id)
    return found if found is not None and found.version_id == version_id else None


def item(item_id: int) -> CatalogueItem | None:
    return db.session.get(CatalogueItem, item_id)


_IDS: sa.BindParameter[Any] = sa.bindparam("item_ids", expanding=True)
_BY_IDS = sa.select(CatalogueItem).where(CatalogueItem.id.in_(_IDS))
_WITH_SOURCE = (
    sa.select(CatalogueItem, CatalogueVersion.price_source)
    .join(CatalogueVersion, CatalogueVersion.id == CatalogueItem.version_id)
    .where(CatalogueItem.id.in_(_IDS))
)


def items_by_ids(item_ids: Collection[int]) -> dict[int, CatalogueItem]:
    return {row.id: row for row in db.session.scalars(_BY_IDS, {"item_ids": list(item_ids)})}


def priced_items(item_ids: Collection[int]) -> dict[int, tuple[CatalogueItem, str]]:
    """Items by their ids, each with where its list has its prices from."""
    rows = db.session.execute(_WITH_SOURCE, {"item_ids": list(item_ids)})
    return {row.CatalogueItem.id: (row.CatalogueItem, row.price_source) for row in rows}


def _at(path_ids: list[int]) -> sa.ColumnElement[bool]:
    return CatalogueVersion.division_id.in_(path_ids)
