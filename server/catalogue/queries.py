"""Which items there are at a place on a day."""

from datetime import date

import sqlalchemy as sa

from server.catalogue.models import CatalogueItem, CatalogueVersion
from server.catalogue.rules import DatedVersion, version_in_force
from server.divisions.rules import ids_in
from server.infra.db import db


def version(on: date, division_path: str) -> CatalogueVersion | None:
    """The list in force on that day at the division of this path: the nearest one up the path."""
    path_ids = ids_in(division_path)
    rows = {row.id: row for row in db.session.scalars(sa.select(CatalogueVersion).where(_at(path_ids)))}
    dated = [DatedVersion(row.id, row.division_id, row.valid_from) for row in rows.values()]
    held = version_in_force(dated, path_ids, on)
    return rows[held.id] if held else None


def versions() -> list[CatalogueVersion]:
    return list(db.session.scalars(sa.select(CatalogueVersion).order_by(CatalogueVersion.id)))


def version_by_id(version_id: int) -> CatalogueVersion | None:
    return db.session.get(CatalogueVersion, version_id)


def items(on: date, division_path: str) -> list[CatalogueItem]:
    """All items of the list in force, in its order; empty where no list is."""
    held = version(on, division_path)
    return items_of(held.id) if held else []


def items_of(version_id: int) -> list[CatalogueItem]:
    found = sa.select(CatalogueItem).where(CatalogueItem.version_id == version_id)
    return list(db.session.scalars(found.order_by(CatalogueItem.position)))


def item(item_id: int) -> CatalogueItem | None:
    return db.session.get(CatalogueItem, item_id)


def items_by_ids(item_ids: list[int]) -> dict[int, CatalogueItem]:
    found = sa.select(CatalogueItem).where(CatalogueItem.id.in_(item_ids))
    return {row.id: row for row in db.session.scalars(found)}


def _at(path_ids: list[int]) -> sa.ColumnElement[bool]:
    return CatalogueVersion.division_id.in_(path_ids)
